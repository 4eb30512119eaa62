// The small square with a person's initials.

import { el } from "./dom.js";

/** An avatar; names beside it say who it is, so screen readers pass it by. */
export function avatar({ initials, color, app = false }) {
  const node = el("span", { class: `avatar${app ? " avatar-app" : ""}`, "aria-hidden": "true" }, initials);
  if (color && !app) paint(node, color.startsWith("#") ? color : `#${color}`);
  return node;
}

function paint(node, color) {
  node.style.setProperty("--avatar", color);
  node.style.setProperty("--avatar-ink", inkOn(color));
}

/** The first letters of a name, for people without an avatar. */
export const initialsOf = (name) =>
  name
    .split(/\s+/)
    .map((word) => word[0])
    .join("")
    .slice(0, 2)
    .toUpperCase();

function inkOn(color) {
  const parts = color.match(/^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i);
  if (!parts) return "#ffffff";
  const [red, green, blue] = parts.slice(1).map((hex) => linear(Number.parseInt(hex, 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#111111" : "#ffffff";
}

const linear = (channel) => (channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
