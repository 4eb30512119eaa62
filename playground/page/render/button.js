// Buttons: plain, primary, danger, with a link, with a question before.

import { el, safeUrl } from "../dom.js";
import { plain } from "../text/mrkdwn.js";

/** A button element. */
export function button(element, scene, { block_id }) {
  const href = element.url ? safeUrl(element.url) : null;
  const attributes = {
    class: `button ${element.style ?? ""}`,
    "aria-label": element.accessibility_label,
    data: { key: `${block_id}/${element.action_id}` },
    on: { click: (event) => pressed(event.currentTarget, element, scene, block_id) },
  };
  if (!href) return el("button", { type: "button", ...attributes }, plain(element.text));
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, plain(element.text));
}

function pressed(control, element, scene, block_id) {
  // A double click is one click: the app hears of the second only after it answered the first.
  if (control.getAttribute("aria-busy") !== "true") scene.act(control, { block_id, element });
}
