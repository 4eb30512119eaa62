// The pane beside the conversation with one thread: the message it began with, the replies, and a box for another.

import { grow, sendText } from "./composer.js";
import { inOrder, visible, whose } from "./conversation.js";
import { el, refill } from "./dom.js";
import { MessageList } from "./messages.js";
import { change, store, whenChanged } from "./store.js";
import { setTools } from "./tools/panel.js";

/** Build the pane; it is open while the store names a thread. */
export function showThread(root) {
  const list = el("ol", { class: "messages" });
  const scroller = el(
    "div",
    { class: "scroller", role: "region", "aria-label": "Replies", tabindex: "0" },
    list,
  );
  const box = el("textarea", { rows: "1", "aria-label": "Reply", placeholder: "Reply", autocomplete: "off" });
  refill(root, head(), scroller, composer(box, () => replies.follow()));
  const source = { whose: () => (store.thread && whose() ? `${whose()} ${store.thread}` : null), messages };
  const replies = new MessageList(list, scroller, { ...source, inThread: true });
  root.addEventListener("keydown", (event) => event.key === "Escape" && close());
  let shown = null;
  whenChanged(["thread", "place", "messages"], () => {
    const gone = store.thread && whose() && !messages().some(({ ts }) => ts === store.thread);
    if (gone) return change({ thread: null });
    root.hidden = !store.thread || store.place.tab !== "messages";
    if (store.thread && store.thread !== shown) open(box);
    shown = store.thread;
  });
}

function open(box) {
  box.value = "";
  if (store.toolsOpen) setTools(false, { focus: false });
  box.focus();
}

function messages() {
  const { thread } = store;
  return inOrder(visible().filter(({ ts, thread_ts: of }) => ts === thread || of === thread));
}

function head() {
  return el(
    "header",
    { class: "thread-head" },
    el("h2", {}, "Thread"),
    el(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close the thread", on: { click: close } },
      "✕",
    ),
  );
}

/** Close the pane; the keyboard goes back to the message that the thread began with. */
function close() {
  const { thread } = store;
  change({ thread: null });
  document.querySelector(`#messages [data-ts="${CSS.escape(thread)}"]`)?.focus();
}

function composer(box, sent) {
  const send = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    grow(box);
    const giveBack = (back) => {
      box.value ||= back;
      grow(box);
    };
    await sendText(text, { giveBack, thread: store.thread });
    sent();
  };
  box.addEventListener("input", () => grow(box));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  const button = el("button", { type: "button", class: "button primary", on: { click: send } }, "Reply");
  return el("div", { class: "composer" }, el("div", { class: "composer-box" }, box, button));
}
