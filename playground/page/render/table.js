// Tables: the first row is the head.

import { el } from "../dom.js";
import { richText } from "./richtext.js";

/** A table block. */
export function table(block) {
  const [head = [], ...body] = block.rows;
  const settings = block.column_settings ?? [];
  const row = (cells, tag) =>
    el("tr", {}, ...cells.map((cell, column) => cellNode(cell, tag, settings[column])));
  const grid = el(
    "table",
    { class: "table-grid" },
    el("thead", {}, row(head, "th")),
    el("tbody", {}, ...body.map((cells) => row(cells, "td"))),
  );
  return el("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Table" }, grid);
}

function cellNode(cell, tag, settings) {
  const align = settings?.align ?? "left";
  const classes = `align-${align}${settings?.is_wrapped === false ? " unwrapped" : ""}`;
  return el(tag, { class: classes, scope: tag === "th" ? "col" : null }, ...content(cell));
}

function content(cell) {
  if (cell.type === "rich_text") return richText(cell);
  return [String(cell.text ?? cell.value ?? "")];
}
