// Radio buttons and checkboxes.

import { el, uniqueId } from "../dom.js";
import { textNodes } from "../text/mrkdwn.js";
import { connect } from "./field.js";

const same = (one, other) => one?.value === other?.value;

/** A radio_buttons element. */
export function radioButtons(element, scene, place) {
  const root = group(element, place, {
    type: "radio",
    isChosen: (option) => same(option, element.initial_option),
  });
  const read = () => ({ selected_option: chosen(root, element)[0] ?? null });
  return connect(root, { element, scene, place, read, event: "change" });
}

/** A checkboxes element. */
export function checkboxes(element, scene, place) {
  const initial = element.initial_options ?? [];
  const root = group(element, place, {
    type: "checkbox",
    isChosen: (option) => initial.some((other) => same(option, other)),
  });
  const read = () => ({ selected_options: chosen(root, element) });
  return connect(root, { element, scene, place, read, event: "change" });
}

function group(element, place, { type, isChosen }) {
  const name = uniqueId("choice");
  const role = type === "radio" ? "radiogroup" : "group";
  const labelled = place.labelId
    ? { "aria-labelledby": place.labelId }
    : { "aria-label": place.about || "Options" };
  const options = element.options.map((option, index) =>
    choice({
      option,
      type,
      name,
      checked: isChosen(option),
      key: `${place.block_id}/${element.action_id}/${index}`,
    }),
  );
  return el("div", { class: "choices", role, ...labelled }, ...options);
}

function choice({ option, type, name, checked, key }) {
  const input = el("input", { type, name, checked, data: { key } });
  const description = option.description
    ? el("span", { class: "fine" }, ...textNodes(option.description))
    : null;
  return el(
    "label",
    { class: "choice" },
    input,
    el("span", {}, el("span", {}, ...textNodes(option.text)), description),
  );
}

function chosen(root, element) {
  const inputs = [...root.querySelectorAll("input")];
  return element.options.filter((_, index) => inputs[index].checked);
}
