// Every block, by its type. A type that cannot be shown says so instead of vanishing.

import { el, link, safeUrl } from "../dom.js";
import { markdown } from "../text/markdown.js";
import { plain, textNodes } from "../text/mrkdwn.js";
import { chart } from "./chart.js";
import { renderElement } from "./elements.js";
import { image } from "./image.js";
import { inputBlock } from "./input.js";
import { richText } from "./richtext.js";
import { table } from "./table.js";

const BLOCKS = {
  header: (block) =>
    el("p", { class: "header-block", role: "heading", "aria-level": "2" }, plain(block.text)),
  section,
  divider: () => el("hr"),
  context: (block) => el("div", { class: "context-block" }, ...block.elements.map(contextElement)),
  actions,
  image: (block) => image(block),
  input: inputBlock,
  rich_text: (block) => el("div", { class: "text" }, ...richText(block)),
  markdown: (block) => el("div", { class: "text markdown" }, ...markdown(block.text)),
  table,
  data_visualization: chart,
  alert: (block) =>
    el(
      "div",
      { class: `alert-block alert-${block.level ?? "default"}`, role: "note" },
      ...textNodes(block.text),
    ),
  video,
};

/** The nodes of a list of blocks; `scene` says where they stand and what a click does. */
export function renderBlocks(blocks, scene) {
  return (blocks ?? []).map((block, index) =>
    el(
      "div",
      { class: `block ${block.type}`, data: { block: block.block_id ?? `#${index}` } },
      renderBlock(block, scene),
    ),
  );
}

function renderBlock(block, scene) {
  if (!Object.hasOwn(BLOCKS, block.type)) return cannotShow(`a block of type "${block.type}"`);
  try {
    return BLOCKS[block.type](block, scene);
  } catch (error) {
    console.warn(`A ${block.type} block could not be shown:`, error.message);
    return cannotShow(`this ${block.type} block`);
  }
}

/** A visible note in the place of something the page has no picture for. */
export const cannotShow = (what) =>
  el(
    "p",
    { class: "cannot-show", role: "note" },
    `The playground cannot show ${what}. The tools panel has its payload.`,
  );

function section(block, scene) {
  const words = el("div", { class: "section-words" });
  if (block.text) words.append(el("div", { class: "text" }, ...textNodes(block.text)));
  if (block.fields)
    words.append(
      el(
        "div",
        { class: "fields" },
        ...block.fields.map((field) => el("div", { class: "text" }, ...textNodes(field))),
      ),
    );
  if (!block.accessory) return words;
  const about = plain(block.text)
    .replace(/[*_~`]/g, "")
    .slice(0, 80);
  const accessory = renderElement(block.accessory, scene, { block_id: block.block_id, about });
  return el("div", { class: "section-row" }, words, el("div", { class: "accessory" }, accessory));
}

function contextElement(element) {
  if (element.type === "image") return image(element, { small: true });
  return el("span", { class: "text" }, ...textNodes(element));
}

function actions(block, scene) {
  const elements = block.elements.map((element) =>
    renderElement(element, scene, { block_id: block.block_id }),
  );
  return el("div", { class: "actions-row" }, ...elements);
}

function video(block) {
  const title = plain(block.title) || "Video";
  const address = safeUrl(block.title_url ?? block.video_url ?? "");
  return el(
    "div",
    { class: "framed" },
    el("strong", {}, address ? link(address, title) : title),
    el("div", { class: "fine" }, block.alt_text ?? ""),
  );
}
