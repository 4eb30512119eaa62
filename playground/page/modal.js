// One modal: title, blocks, submit and close. What the person entered stays when the app updates the view.

import * as api from "./api.js";
import { el, refill, uniqueId } from "./dom.js";
import { rememberFocus, restoreFocus } from "./focus.js";
import { Form } from "./form.js";
import { actor, pending } from "./interaction.js";
import { refreshState } from "./refresh.js";
import { renderBlocks } from "./render/blocks.js";
import { store } from "./store.js";
import { plain } from "./text/mrkdwn.js";

const FIELDS = ".modal-blocks :is(input, textarea, select)";

export class Modal {
  #view;
  #form = new Form();
  #close;
  #signature = null;
  #titleId = uniqueId("modal-title");
  #note = el("p", { class: "shown-note", role: "alert" });
  #dialog = el("dialog", { class: "dialog modal", tabindex: "-1", "aria-labelledby": this.#titleId });

  constructor(view, { close }) {
    this.#close = close;
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    document.body.append(this.#dialog);
    this.update(view);
    this.#dialog.showModal();
    this.#focusFirst();
  }

  /** Show a newer version of the view; equal versions change nothing, whatever the person entered. */
  update(view) {
    const signature = JSON.stringify({ ...view, state: null });
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.#view = view;
    const kept = this.#form.values();
    const memory = rememberFocus(this.#dialog);
    this.#form = new Form();
    this.#note.textContent = "";
    const waited = this.#hasNoField();
    refill(this.#dialog, this.#body(kept));
    restoreFocus(this.#dialog, memory);
    // A form that comes after a word of waiting is filled in from its first field.
    if (waited && !memory?.place && !this.#hasNoField()) this.#focusFirst();
  }

  #hasNoField() {
    return !this.#dialog.querySelector(FIELDS);
  }

  remove() {
    this.#dialog.close();
    this.#dialog.remove();
  }

  /** Say something above the buttons, such as why a submit failed. */
  tell(text) {
    this.#note.textContent = text;
  }

  #body(kept) {
    const { title, blocks, submit, close } = this.#view;
    const form = el(
      "form",
      {
        novalidate: true,
        on: {
          submit: (event) => {
            event.preventDefault();
            this.#submit();
          },
        },
      },
      el("header", { class: "modal-head" }, el("h2", { id: this.#titleId }, plain(title)), this.#closer()),
      el("div", { class: "modal-blocks" }, ...renderBlocks(blocks, this.#scene(kept))),
      this.#note,
      el(
        "div",
        { class: "dialog-buttons" },
        el(
          "button",
          { type: "button", class: "button", data: { key: "close" }, on: { click: this.#close } },
          plain(close) || (submit ? "Cancel" : "Close"),
        ),
        submit ? el("button", { class: "button primary", data: { submit: "" } }, plain(submit)) : null,
      ),
    );
    return form;
  }

  #closer() {
    return el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Close",
        data: { key: "closer" },
        on: { click: this.#close },
      },
      "✕",
    );
  }

  #scene(kept) {
    const container = () => ({ type: "view", view_id: this.#view.id });
    const form = this.#form;
    return { surface: "modal", kept, form, act: actor({ container, form, tell: (text) => this.tell(text) }) };
  }

  #focusFirst() {
    const field = this.#dialog.querySelector(`${FIELDS}, .modal-blocks :is(summary, button)`);
    (field ?? this.#dialog.querySelector("[data-submit]") ?? this.#dialog.querySelector("button"))?.focus();
  }

  async #submit() {
    const button = this.#dialog.querySelector("[data-submit]");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    this.tell("");
    const problems = this.#form.problems();
    this.#showErrors(problems);
    if (!Object.keys(problems).length) await pending(button, () => this.#send());
  }

  async #send() {
    try {
      const outcome = await api.submit({
        user: store.person,
        view_id: this.#view.id,
        state: this.#form.values(),
      });
      if (outcome.errors) this.#showErrors(outcome.errors);
      else if (!outcome.ok) this.tell(outcome.shown ?? "The app did not answer. Try again.");
      await refreshState();
    } catch (error) {
      this.tell(error.message);
    }
  }

  #showErrors(errors) {
    for (const place of this.#dialog.querySelectorAll("[data-error-for]")) {
      const block_id = place.dataset.errorFor;
      place.textContent = errors[block_id] ?? "";
      this.#form.control(block_id)?.setAttribute("aria-invalid", String(block_id in errors));
    }
    const first = this.#form.control(Object.keys(errors)[0]);
    if (first)
      (first.matches("input, textarea, select") ? first : first.querySelector("input, summary"))?.focus();
  }
}
