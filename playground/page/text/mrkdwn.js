// Slack's mrkdwn as DOM nodes: fenced code and quotes here, the rest line by line.

import { el } from "../dom.js";
import { withEmoji } from "./emoji.js";
import { inline, unescape } from "./inline.js";

const FENCE = /```\n?([\s\S]*?)\n?```/;
const QUOTE = /^(?:>|&gt;) ?/;

/** The nodes of a mrkdwn text; in a verbatim one, an address alone makes no link. */
export function mrkdwn(text, verbatim = false) {
  const fence = text.match(FENCE);
  if (!fence) return lines(text, verbatim);
  const before = text.slice(0, fence.index).replace(/\n$/, "");
  const after = text.slice(fence.index + fence[0].length).replace(/^\n/, "");
  const code = el(
    "pre",
    {},
    unescape(fence[1].replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, target, label) => label ?? target)),
  );
  return [...(before ? lines(before, verbatim) : []), code, ...(after ? mrkdwn(after, verbatim) : [])];
}

function lines(text, verbatim) {
  return runs(text).flatMap((run) =>
    run.quoted ? [el("blockquote", {}, ...joined(run.lines, verbatim))] : joined(run.lines, verbatim),
  );
}

function runs(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTE.test(line);
    if (found.at(-1)?.quoted !== quoted) found.push({ quoted, lines: [] });
    found.at(-1).lines.push(quoted ? line.replace(QUOTE, "") : line);
  }
  return found;
}

function joined(texts, verbatim) {
  return texts.flatMap((text, index) => {
    const nodes = inline(text, verbatim);
    return index ? [el("br"), ...nodes] : nodes;
  });
}

/** The nodes of a text object: mrkdwn is read, plain text is shown with its emoji. */
export function textNodes(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, object.verbatim === true);
  return [plain(object)];
}

/** The words of a text object without any markup. */
export function plain(object) {
  if (!object) return "";
  const text = unescape(object.text ?? "");
  return object.emoji === false ? text : withEmoji(text);
}
