// The first visit: what this is, and the one thing to try.

import { sendText } from "./composer.js";
import { el, refill } from "./dom.js";
import { pending } from "./interaction.js";
import { focusNewestCard, newestTs } from "./conversation.js";
import { pickPerson } from "./people.js";
import { goTo } from "./place.js";
import { refreshMessages } from "./refresh.js";
import { directMessage, person, store, whenChanged } from "./store.js";

const KEY = "rungs-playground-welcomed";
const COMMAND = "/rungs assess";
const MORE = ["/rungs assess coding", "/rungs agent"];
const CARD_WITHIN_MS = 5000;

/** Show the banner until it is put away or something was tried, once per browser. */
export function showBanner(root) {
  whenChanged(["acted"], () => {
    localStorage.setItem(KEY, "yes");
    if (!root.contains(document.activeElement)) refill(root);
  });
  whenChanged(["state", "person"], () => {
    const welcomed = localStorage.getItem(KEY);
    if (welcomed || !person()) refill(root);
    else if (root.dataset.person !== store.person || !root.children.length) render(root);
  });
}

function render(root) {
  const focused = root.contains(document.activeElement);
  root.dataset.person = store.person;
  refill(
    root,
    el(
      "section",
      { class: "banner", "aria-label": "Welcome" },
      el(
        "p",
        {},
        el("strong", {}, "A pretend workspace that runs only on this computer. "),
        `Try ${store.state.app.name} as one of the sample people: start here, or type `,
        el("code", {}, COMMAND),
        ". Three questions take about two minutes. ",
        el("span", { class: "wide-only" }, ...more()),
      ),
      el(
        "div",
        { class: "banner-buttons" },
        el(
          "button",
          {
            type: "button",
            class: "button primary",
            on: { click: (event) => start(root, event.currentTarget) },
          },
          `Start the self-check as ${person().name}`,
        ),
        el("button", { type: "button", class: "button", on: { click: pickPerson } }, "Choose a person"),
        el("button", { type: "button", class: "link-button", on: { click: () => putAway(root) } }, "Not now"),
      ),
    ),
  );
  if (focused) root.querySelector("button").focus();
}

const more = () => [
  "More to try: ",
  el("code", {}, MORE[0]),
  " if you build software, and, in a channel, ",
  el("code", {}, MORE[1]),
  " for the AI agents its team uses.",
];

async function start(root, button) {
  let before = 0;
  await pending(button, async () => {
    await goTo(directMessage().id);
    before = newestTs();
    await sendText(COMMAND);
  });
  putAway(root);
  await cardArrived(before);
}

/** Wait for a card after that ts, look for it whenever messages come, and put the keyboard on its first button. */
async function cardArrived(after) {
  const until = performance.now() + CARD_WITHIN_MS;
  while (performance.now() < until) {
    if (document.activeElement !== document.getElementById("composer-text")) return;
    if (focusNewestCard({ after })) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
    await refreshMessages().catch(() => {});
  }
}

function putAway(root) {
  localStorage.setItem(KEY, "yes");
  refill(root);
  document.getElementById("composer-text").focus();
}
