// The list of commands above the message box, worked by keyboard from the box.

import { el, refill } from "./dom.js";
import { store } from "./store.js";

export class Suggestions {
  #box;
  #active = 0;
  root = el("ul", {
    id: "suggestions",
    class: "suggestions",
    role: "listbox",
    "aria-label": "Commands",
    hidden: true,
  });
  onChosen = () => {};

  constructor(box) {
    this.#box = box;
  }

  /** Show the commands that begin like the text, while only a command's name is typed. */
  show() {
    const found = this.#matches();
    this.#active = 0;
    refill(
      this.root,
      found.map((command, index) => this.#item(command, index)),
    );
    this.#setOpen(found.length > 0);
  }

  hide() {
    this.#setOpen(false);
  }

  /** Use a key for the list; true when the key is used up. */
  handles(event) {
    if (this.root.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#move(step);
    else if (event.key === "Escape") this.hide();
    else if (event.key === "Tab" && !event.shiftKey) this.#choose(this.#active);
    else if (event.key === "Enter" && !this.#isWhole()) this.#choose(this.#active);
    else return false;
    event.preventDefault();
    return true;
  }

  #matches() {
    const typed = this.#box.value;
    if (!/^\/\S*$/.test(typed)) return [];
    return (store.state?.commands ?? []).filter(({ command }) => command.startsWith(typed));
  }

  #isWhole() {
    return store.state.commands.some(({ command }) => command === this.#box.value);
  }

  #item({ command, description, usage_hint: usage }, index) {
    return el(
      "li",
      {
        id: `suggestion-${index}`,
        role: "option",
        "aria-selected": String(index === this.#active),
        on: {
          mousedown: (event) => {
            event.preventDefault();
            this.#choose(index);
          },
        },
      },
      el("strong", {}, command),
      " ",
      el("span", {}, usage ?? ""),
      el("span", { class: "fine" }, description ?? ""),
    );
  }

  #move(step) {
    const items = [...this.root.children];
    this.#active = (this.#active + step + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.#active)));
    this.#box.setAttribute("aria-activedescendant", `suggestion-${this.#active}`);
  }

  #choose(index) {
    this.#box.value = `${this.#matches()[index].command} `;
    this.hide();
    this.#box.focus();
    this.onChosen();
  }

  #setOpen(open) {
    this.root.hidden = !open;
    if (open) this.#box.setAttribute("aria-activedescendant", `suggestion-${this.#active}`);
    else this.#box.removeAttribute("aria-activedescendant");
  }
}
