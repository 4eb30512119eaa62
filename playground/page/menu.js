// A button with three dots that opens a short list.

import { el, link } from "./dom.js";

/** Build the menu; each item has `words`, and `run` or a `url`. */
export function dotsMenu({ label, key, items }) {
  const list = el("div", { class: "menu", role: "menu", hidden: true });
  const opener = el(
    "button",
    {
      type: "button",
      class: "button dots",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": label,
      data: { key },
    },
    "⋯",
  );
  const root = el("div", { class: "overflow" }, opener, list);
  const choose = (run) => {
    setOpen(root, false);
    run(opener);
  };
  list.append(...items.map((one) => item(one, choose)));
  opener.addEventListener("click", () => setOpen(root, list.hidden));
  root.addEventListener("keydown", (event) => moved(event, root));
  root.addEventListener(
    "focusout",
    ({ relatedTarget }) => root.contains(relatedTarget) || setOpen(root, false, { refocus: false }),
  );
  return root;
}

function item({ words, run, url }, choose) {
  const attributes = { role: "menuitem", class: "menu-item", tabindex: "-1", on: { click: () => choose(run) } };
  if (url) return link(url, words, attributes);
  return el("button", { type: "button", ...attributes }, words);
}

function setOpen(root, open, { refocus = true } = {}) {
  const [opener, menu] = root.children;
  if (menu.hidden === !open) return;
  menu.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  if (open) menu.firstElementChild?.focus();
  else if (refocus) opener.focus();
}

function moved(event, root) {
  const menu = root.lastElementChild;
  if (menu.hidden) return;
  const items = [...menu.children];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    event.stopPropagation();
    event.preventDefault();
    setOpen(root, false);
  } else if (step) {
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  }
}
