// What Slack would notify a person of: a message to them that comes while they look elsewhere.

import { el, refill } from "./dom.js";
import { goTo } from "./place.js";
import { store, whenChanged } from "./store.js";
import { plainWords } from "./text/inline.js";

const SHOWN_MS = 8000;
let timer = 0;

/** Show a notification for each message that comes elsewhere; what came before a person was chosen is not new. */
export function showNotifications(root) {
  const known = new Map();
  whenChanged(["state"], () => {
    const isFirstLook = !known.has(store.person);
    const told = known.get(store.person) ?? new Set();
    known.set(store.person, told);
    for (const conversation of store.state.conversations) {
      const { notice } = conversation;
      if (!notice || told.has(notice.ts)) continue;
      told.add(notice.ts);
      if (!isFirstLook && !isOpen(conversation)) show(root, conversation);
    }
  });
  whenChanged(["person", "place"], () => refill(root));
}

const isOpen = ({ id }) => store.place.channel === id && store.place.tab === "messages";

function show(root, { id, kind, name, notice }) {
  const from = kind === "dm" ? notice.name : `${notice.name} in #${name}`;
  const open = () => {
    refill(root);
    goTo(id);
  };
  refill(
    root,
    el(
      "button",
      { type: "button", class: "notification", on: { click: open } },
      el("strong", {}, from),
      el("span", { class: "notification-text" }, plainWords(notice.text)),
    ),
  );
  clearTimeout(timer);
  timer = setTimeout(() => refill(root), SHOWN_MS);
}
