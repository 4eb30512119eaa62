// Images. Nothing is fetched from outside: an image on another host is shown by its words, with a link.

import { el, link } from "../dom.js";
import { plain } from "../text/mrkdwn.js";

/** An image block or an image element. */
export function image(element, { small = false } = {}) {
  const address = element.image_url ?? element.slack_file?.url ?? "";
  const title = element.title ? el("figcaption", { class: "fine" }, plain(element.title)) : null;
  const shown = isOurs(address)
    ? picture(address, element.alt_text, small)
    : instead(address, element.alt_text, small);
  return small ? shown : el("figure", { class: "image-figure" }, title, shown);
}

function isOurs(address) {
  if (address.startsWith("data:image/")) return true;
  try {
    return new URL(address, location.origin).origin === location.origin && address !== "";
  } catch {
    return false;
  }
}

const picture = (src, alt, small) =>
  el("img", { src, alt: alt ?? "", class: small ? "small-image" : "large-image", loading: "lazy" });

function instead(address, alt, small) {
  if (small) return el("span", { class: "small-instead" }, alt ?? "");
  const open = /^https?:/.test(address) ? link(address, "Open the image") : "";
  return el(
    "div",
    { class: "framed" },
    el("span", {}, `Image: ${alt ?? ""}`),
    el("div", { class: "fine" }, "Images from other hosts are not loaded here. ", open),
  );
}
