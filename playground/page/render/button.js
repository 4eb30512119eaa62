// Buttons: plain, primary, danger, with a link, with a question before.

import { deepLink } from "../deeplink.js";
import { el, safeUrl } from "../dom.js";
import { plain } from "../text/mrkdwn.js";

/** A button element. */
export function button(element, scene, { block_id }) {
  const href = element.url ? safeUrl(element.url) : null;
  const follow = deepLink(element.url);
  const attributes = {
    class: ["button", element.style].filter(Boolean).join(" "),
    "aria-label": element.accessibility_label,
    data: { key: `${block_id}/${element.action_id}` },
    on: { click: (event) => pressed(event.currentTarget, { element, scene, block_id, follow }) },
  };
  if (!href) return el("button", { type: "button", ...attributes }, plain(element.text));
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, plain(element.text));
}

async function pressed(control, { element, scene, block_id, follow }) {
  // A double click is one click: the app hears of the second only after it answered the first.
  if (control.getAttribute("aria-busy") === "true") return;
  const told = scene.act(control, { block_id, element });
  if (follow && (await told)) follow();
}
