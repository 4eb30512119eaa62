// Rich text: sections, lists, quotes and preformatted text.

import { el, link } from "../dom.js";
import { now, person } from "../store.js";
import { fillDate } from "../text/dates.js";
import { emoji } from "../text/emoji.js";
import { mention } from "../text/inline.js";
import { channelName, personName } from "../text/names.js";

const PARTS = {
  rich_text_section: (part) => el("p", {}, ...runs(part.elements)),
  rich_text_quote: (part) => el("blockquote", {}, ...runs(part.elements)),
  rich_text_preformatted: (part) => el("pre", {}, ...runs(part.elements)),
  rich_text_list: list,
};

const RUNS = {
  text: (run) => [run.text],
  link: (run) => [link(run.url, run.text || run.url)],
  user: (run) => [mention(`@${personName(run.user_id)}`)],
  channel: (run) => [mention(`#${channelName(run.channel_id)}`)],
  usergroup: (run) => [mention(`@${run.usergroup_id}`)],
  broadcast: (run) => [mention(`@${run.range}`)],
  emoji: (run) => [emoji(run.name)],
  color: (run) => [el("code", {}, run.value)],
  date: (run) => [date(run)],
};

/** The nodes of a rich_text block or value. */
export const richText = (block) =>
  (block.elements ?? []).map(
    (part) =>
      PARTS[part.type]?.(part) ??
      el("p", { class: "cannot-show" }, `The playground cannot show "${part.type}".`),
  );

function list(part) {
  const items = part.elements.map((item) => el("li", {}, ...runs(item.elements)));
  const indent = `rich-list indent-${Math.min(part.indent ?? 0, 8)}${part.border ? " bordered" : ""}`;
  if (part.style !== "ordered") return el("ul", { class: indent }, ...items);
  return el("ol", { class: indent, start: (part.offset ?? 0) + 1 }, ...items);
}

const runs = (elements = []) =>
  elements.flatMap((run) => dressed(run, RUNS[run.type]?.(run) ?? [`[${run.type}]`]));

function dressed({ style = {} }, nodes) {
  const tags = { code: "code", strike: "s", italic: "em", bold: "strong", underline: "u" };
  return Object.entries(tags).reduce(
    (inner, [name, tag]) => (style[name] ? [el(tag, {}, ...inner)] : inner),
    nodes,
  );
}

function date(run) {
  const shown = fillDate(run.format, run.timestamp, { zone: person()?.tz, now: now() }) ?? run.fallback ?? "";
  return run.url ? link(run.url, shown) : el("time", {}, shown);
}
