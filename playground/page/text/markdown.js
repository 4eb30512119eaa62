// Standard Markdown for the markdown block. All headings have one size, as in Slack; images become links.

import { el, link } from "../dom.js";
import { withEmoji } from "./emoji.js";

const KINDS = [
  { name: "fence", start: /^```/ },
  { name: "heading", start: /^#{1,6}\s+/ },
  { name: "rule", start: /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/ },
  { name: "quote", start: /^>\s?/ },
  { name: "bullet", start: /^\s*[-*+]\s+/ },
  { name: "number", start: /^\s*\d+[.)]\s+/ },
  { name: "blank", start: /^\s*$/ },
];
const SPAN =
  /`([^`]+)`|!?\[([^\]]*)\]\(([^)\s]+)\)|\*\*(\S(?:.*?\S)?)\*\*|__(\S(?:.*?\S)?)__|~~(.+?)~~|\*(\S(?:.*?\S)?)\*|(?<!\w)_(\S(?:.*?\S)?)_(?!\w)/g;

/** The nodes of a Markdown text. */
export function markdown(text) {
  const nodes = [];
  const rest = text.split("\n");
  while (rest.length) nodes.push(...takeGroup(rest));
  return nodes;
}

function kindOf(line) {
  return KINDS.find(({ start }) => start.test(line)) ?? { name: "text", start: /^/ };
}

function takeGroup(rest) {
  const { name, start } = kindOf(rest[0]);
  if (name === "fence") return [takeFence(rest)];
  const group = [];
  do group.push(rest.shift().replace(start, ""));
  while (name !== "heading" && rest.length && kindOf(rest[0]).name === name);
  return groupNodes(name, group);
}

function takeFence(rest) {
  rest.shift();
  const code = [];
  while (rest.length && !rest[0].startsWith("```")) code.push(rest.shift());
  rest.shift();
  return el("pre", {}, code.join("\n"));
}

function groupNodes(name, group) {
  const items = () =>
    group.map((line) => el("li", {}, ...spans(line.replace(/^\[ \] /, "☐ ").replace(/^\[[xX]\] /, "☑ "))));
  if (name === "blank") return [];
  if (name === "rule") return [el("hr")];
  if (name === "heading")
    return [el("p", { class: "markdown-heading", role: "heading", "aria-level": "2" }, ...spans(group[0]))];
  if (name === "quote") return [el("blockquote", {}, ...broken(group))];
  if (name === "bullet") return [el("ul", {}, ...items())];
  if (name === "number") return [el("ol", {}, ...items())];
  return [el("p", {}, ...broken(group))];
}

const broken = (group) => group.flatMap((line, index) => (index ? [el("br"), ...spans(line)] : spans(line)));

function spans(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(SPAN)) {
    nodes.push(withEmoji(text.slice(last, match.index)), spanNode(match));
    last = match.index + match[0].length;
  }
  nodes.push(withEmoji(text.slice(last)));
  return nodes;
}

function spanNode([, code, label, address, bold, bold2, strike, italic, italic2]) {
  if (code !== undefined) return el("code", {}, code);
  if (address !== undefined) return link(address, label || address);
  if (bold ?? bold2) return el("strong", {}, ...spans(bold ?? bold2));
  if (strike) return el("s", {}, ...spans(strike));
  return el("em", {}, ...spans(italic ?? italic2));
}
