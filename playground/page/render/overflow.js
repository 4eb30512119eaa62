// The overflow menu: a button with three dots that opens a short list.

import { el, link } from "../dom.js";
import { plain } from "../text/mrkdwn.js";

/** An overflow element. */
export function overflow(element, scene, { block_id, about }) {
  const menu = el("div", { class: "menu", role: "menu", hidden: true });
  const opener = el(
    "button",
    {
      type: "button",
      class: "button dots",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": about ? `More for: ${about}` : "More",
      data: { key: `${block_id}/${element.action_id}` },
    },
    "⋯",
  );
  const root = el("div", { class: "overflow" }, opener, menu);
  const choose = (option) => {
    setOpen(root, false);
    scene.act(opener, { block_id, element, value: { selected_option: option } });
  };
  menu.append(...element.options.map((option) => item(option, choose)));
  opener.addEventListener("click", () => setOpen(root, menu.hidden));
  root.addEventListener("keydown", (event) => moved(event, root));
  root.addEventListener(
    "focusout",
    ({ relatedTarget }) => root.contains(relatedTarget) || setOpen(root, false, { refocus: false }),
  );
  return root;
}

function item(option, choose) {
  const attributes = {
    role: "menuitem",
    class: "menu-item",
    tabindex: "-1",
    on: { click: () => choose(option) },
  };
  if (option.url) return link(option.url, plain(option.text), attributes);
  return el("button", { type: "button", ...attributes }, plain(option.text));
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
