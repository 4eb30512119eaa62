// An input block: label, element, hint, and the place for its error.

import { el, uniqueId } from "../dom.js";
import { plain } from "../text/mrkdwn.js";
import { renderElement } from "./elements.js";

// What a label element cannot point at.
const isGroup = ({ type }) => type === "radio_buttons" || type === "checkboxes" || type.startsWith("multi_");

/** An input block. */
export function inputBlock(block, scene) {
  const [controlId, labelId, hintId, errorId] = ["control", "label", "hint", "error"].map(uniqueId);
  const grouped = isGroup(block.element);
  const optional = block.optional ? el("span", { class: "fine" }, " (optional)") : null;
  const label = el(
    grouped ? "span" : "label",
    { class: "input-label", id: labelId, for: grouped ? null : controlId },
    plain(block.label),
    optional,
  );
  const hint = block.hint ? el("p", { class: "fine", id: hintId }, plain(block.hint)) : null;
  const place = {
    block_id: block.block_id,
    input: block,
    controlId,
    labelId,
    describedBy: `${hint ? `${hintId} ` : ""}${errorId}`,
  };
  const control = renderElement(block.element, scene, place);
  return el(
    "div",
    { class: "input-block" },
    label,
    control,
    hint,
    el("p", { class: "field-error", id: errorId, data: { errorFor: block.block_id } }),
  );
}
