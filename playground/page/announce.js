// Says a message's top-level text to screen readers, politely.

import { inline } from "./text/inline.js";
import { el } from "./dom.js";

const KEPT = 5;

/** Announce mrkdwn text as its words. */
export function announce(text) {
  const root = document.getElementById("announcer");
  root.append(el("p", {}, ...inline(text)));
  while (root.children.length > KEPT) root.firstElementChild.remove();
  for (const anchor of root.querySelectorAll("a")) anchor.replaceWith(anchor.textContent);
}

/** Forget what was said: it was for somebody else, or about another place. */
export function hush() {
  document.getElementById("announcer").replaceChildren();
}
