// Inputs that are typed into: text, numbers, addresses.

import { el } from "../dom.js";
import { plain } from "../text/mrkdwn.js";
import { naming } from "./field.js";

const TYPES = { email_text_input: "email", url_text_input: "url" };

/** A text, number, email, url or rich text input. */
export function textInput(element, scene, place) {
  const control = build(element, place);
  control.value = initialText(element);
  const read = () => reading(element, control.value);
  const { block_id, input } = place;
  scene.form?.add({ block_id, action_id: element.action_id, type: element.type, read, control, input });
  if (!input || input.dispatch_action)
    dispatch(control, element, () => scene.act(control, { block_id, element, value: read() }));
  return control;
}

function build(element, place) {
  const attributes = {
    class: "typed",
    placeholder: plain(element.placeholder) || null,
    maxlength: element.max_length,
    ...naming(element, place, "Text"),
  };
  const long = element.multiline || element.type === "rich_text_input";
  if (long) return el("textarea", { rows: "4", ...attributes });
  if (element.type === "number_input")
    return el("input", {
      type: "text",
      inputmode: element.is_decimal_allowed ? "decimal" : "numeric",
      ...attributes,
    });
  return el("input", { type: "text", inputmode: TYPES[element.type] ?? null, ...attributes });
}

function initialText(element) {
  const initial = element.initial_value ?? "";
  if (typeof initial === "string") return initial;
  return initial.elements.map((part) => part.elements.map((run) => run.text ?? "").join("")).join("\n");
}

function reading(element, typed) {
  if (element.type !== "rich_text_input") return { value: typed === "" ? null : typed };
  const section = { type: "rich_text_section", elements: [{ type: "text", text: typed }] };
  return { rich_text_value: typed === "" ? null : { type: "rich_text", elements: [section] } };
}

function dispatch(control, element, tell) {
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (on.includes("on_character_entered")) control.addEventListener("input", tell);
  if (on.includes("on_enter_pressed"))
    control.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      tell();
    });
}
