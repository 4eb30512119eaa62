// Questions before an action, as dialogs.

import { el, uniqueId } from "./dom.js";
import { plain, textNodes } from "./text/mrkdwn.js";

/** Ask what a confirm object asks; true when the person agrees. */
export function confirmed(confirm) {
  const titleId = uniqueId("confirm");
  const agree = el(
    "button",
    { class: `button ${confirm.style === "danger" ? "danger" : "primary"}`, value: "yes" },
    plain(confirm.confirm) || "Yes",
  );
  const deny = el("button", { class: "button", value: "no" }, plain(confirm.deny) || "Cancel");
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id: titleId }, plain(confirm.title) || "Are you sure?"),
    el("div", { class: "text" }, ...textNodes(confirm.text)),
    el("div", { class: "dialog-buttons" }, deny, agree),
  );
  const dialog = el("dialog", { class: "dialog small-dialog", "aria-labelledby": titleId }, form);
  return answered(dialog);
}

function answered(dialog) {
  const opener = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      opener?.focus?.();
      resolve(dialog.returnValue === "yes");
    });
  });
}

/** Ask a question of the page's own. */
export function sure({ title, text, yes, danger = false }) {
  const object = (words) => ({ type: "plain_text", text: words, emoji: false });
  return confirmed({
    title: object(title),
    text: object(text),
    confirm: object(yes),
    deny: object("Cancel"),
    style: danger ? "danger" : "primary",
  });
}
