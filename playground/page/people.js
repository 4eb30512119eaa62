// Choosing who you are.

import { el } from "./dom.js";
import { avatar } from "./avatar.js";
import { choosePerson } from "./place.js";
import { localTime } from "./sidebar.js";
import { addNote, store } from "./store.js";

/** Open the list of sample people as a dialog. */
export function pickPerson() {
  const opener = document.activeElement;
  const dialog = el("dialog", { class: "dialog people-dialog", "aria-labelledby": "people-title" });
  dialog.append(
    el(
      "header",
      { class: "modal-head" },
      el("h2", { id: "people-title" }, "Who would you like to be?"),
      el(
        "button",
        { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => dialog.close() } },
        "✕",
      ),
    ),
    el("ul", { class: "people-list" }, ...store.state.people.map((who) => el("li", {}, choice(who, dialog)))),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    (opener.isConnected ? opener : document.querySelector(".you"))?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[aria-current]")?.focus();
}

function choice(who, dialog) {
  const marks = [who.guest ? "guest" : "", who.deactivated ? "deactivated" : ""].filter(Boolean);
  const choose = () => {
    dialog.close();
    if (who.id !== store.person) choosePerson(who.id).catch((error) => addNote(error.message));
  };
  return el(
    "button",
    {
      type: "button",
      class: "person",
      "aria-current": who.id === store.person ? "true" : null,
      on: { click: choose },
    },
    avatar({ initials: who.avatar, color: who.color }),
    el(
      "span",
      { class: "person-words" },
      el(
        "span",
        { class: "you-name" },
        who.name,
        ...marks.map((mark) => el("span", { class: "badge" }, mark)),
      ),
      el("span", { class: "fine" }, who.title || "No title"),
    ),
    el("span", { class: "fine person-time" }, localTime(who)),
  );
}
