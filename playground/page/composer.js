// The message box: sends messages and slash commands, and suggests commands.

import * as api from "./api.js";
import { el, refill } from "./dom.js";
import { followNewest } from "./conversation.js";
import { refreshMessages } from "./refresh.js";
import { addNote, change, conversation, store, whenChanged } from "./store.js";
import { Suggestions } from "./suggestions.js";

/** Build the composer into its root. */
export function showComposer(root) {
  const box = el("textarea", {
    id: "composer-text",
    rows: "1",
    disabled: true,
    "aria-describedby": "composer-hint",
    autocomplete: "off",
    spellcheck: "true",
    "aria-autocomplete": "list",
    "aria-controls": "suggestions",
  });
  const send = el("button", { type: "button", class: "button primary send" }, "Send");
  const hint = el("p", { id: "composer-hint", class: "fine composer-hint" });
  const suggestions = new Suggestions(box);
  refill(root, suggestions.root, el("div", { class: "composer-box" }, box, send), hint);
  wire({ box, send, hint, suggestions });
}

/** What is typed and not sent stays with its conversation. */
const drafts = new Map();
let draftOf = null;

function swapDraft(box, changed) {
  const here = `${store.person} ${store.place.channel}`;
  if (here === draftOf) return;
  drafts.set(draftOf, box.value);
  draftOf = here;
  box.value = drafts.get(here) ?? "";
  changed();
}

function wire({ box, send, hint, suggestions }) {
  const name = () => {
    if (!conversation()) return;
    const { kind, name: place } = conversation();
    box.disabled = false;
    const label = kind === "dm" ? `Message ${place}, or type /` : `Message #${place}, or type /`;
    box.setAttribute("aria-label", label);
    box.placeholder = label;
  };
  const changed = () => {
    grow(box);
    if (document.activeElement === box) suggestions.show();
    else suggestions.hide();
    hint.textContent = hintFor(box.value);
  };
  whenChanged(["place", "state"], () => {
    name();
    swapDraft(box, changed);
    grow(box);
  });
  box.addEventListener("input", changed);
  box.addEventListener("keydown", (event) => pressed(event, { box, suggestions, changed }));
  box.addEventListener("blur", () => suggestions.hide());
  send.addEventListener("click", () => sendFrom(box, changed));
  suggestions.onChosen = changed;
}

function pressed(event, { box, suggestions, changed }) {
  if (event.isComposing || suggestions.handles(event)) return;
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  sendFrom(box, changed);
}

/** Make a box as high as what is typed into it. */
export function grow(box) {
  box.style.height = "auto";
  // Behind another tab it has no height to go by.
  if (box.scrollHeight) box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
}

function hintFor(text) {
  const command = store.state?.commands.find((known) => text.split(/\s/)[0] === known.command);
  if (!command) return "";
  return command.usage_hint ? `${command.command} ${command.usage_hint}` : command.description;
}

async function sendFrom(box, changed) {
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  changed();
  const giveBack = (back) => {
    box.value ||= back;
    changed();
  };
  await sendText(text, { giveBack });
  followNewest();
}

/**
 * Send a message or a slash command to the open conversation, or to a thread in it.
 *
 * `giveBack` gets the text when it could not be sent.
 */
export async function sendText(text, { giveBack = () => {}, thread = null } = {}) {
  const {
    person: user,
    place: { channel },
  } = store;
  const body = { user, channel, text, ...(thread ? { thread_ts: thread } : {}) };
  try {
    const outcome = await (text.startsWith("/") ? api.command(body) : api.message(body));
    change({ acted: true });
    if (outcome.ok === false)
      addNote(outcome.shown ?? "The playground could not send this. Try again.", channel, thread);
  } catch (error) {
    addNote(error.message, channel, thread);
    giveBack(text);
  }
  await refreshMessages().catch(() => {});
}
