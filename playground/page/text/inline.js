// Bold, italic, links, mentions and dates inside one line of mrkdwn, as DOM nodes.

import { deepLink } from "../deeplink.js";
import { el, link, safeUrl } from "../dom.js";
import { now, person } from "../store.js";
import { fillDate } from "./dates.js";
import { emoji } from "./emoji.js";
import { channelName, personName } from "./names.js";

const EDGE = "(?<![\\p{L}\\p{N}_*~])";
const END = "(?![\\p{L}\\p{N}_*~])";
const styled = (mark) => `${EDGE}[${mark}](?=\\S)([^${mark}\\n]*?\\S)[${mark}]${END}`;
const TOKEN = new RegExp(
  [
    "<([^<>\\n]+)>",
    "`([^`\\n]+)`",
    styled("*"),
    styled("_"),
    styled("~"),
    ":([a-z0-9_+-]+):",
    "(https?://[^\\s<>|]+)",
  ].join("|"),
  "gu",
);

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Undo Slack's three escapes. */
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** The nodes of one line of mrkdwn; in a verbatim one, an address alone makes no link. */
export function inline(text, verbatim = false) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(unescape(text.slice(last, match.index)), tokenNode(match, verbatim));
    last = match.index + match[0].length;
  }
  nodes.push(unescape(text.slice(last)));
  return nodes.filter((node) => node !== "");
}

function tokenNode([whole, angle, code, bold, italic, strike, shortcode, address], verbatim) {
  if (angle) return angleNode(angle);
  if (code) return el("code", {}, ...codeNodes(code));
  if (bold) return el("strong", {}, ...inline(bold, verbatim));
  if (italic) return el("em", {}, ...inline(italic, verbatim));
  if (strike) return el("s", {}, ...inline(strike, verbatim));
  if (shortcode) return emoji(shortcode);
  if (address) return verbatim ? unescape(address) : bareLink(address);
  return whole;
}

/** A mrkdwn text as the words alone, as notifications show it. */
export const plainWords = (text) => el("p", {}, ...inline(text)).textContent;

const codeNodes = (code) => [
  unescape(code.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, target, label) => label ?? target)),
];

function bareLink(address) {
  const [, trimmed, rest] = address.match(/^(.*?)([.,;:!?)]*)$/);
  return el("span", {}, link(unescape(trimmed), unescape(trimmed)), rest);
}

function angleNode(inside) {
  const [target, label] = splitOnce(inside, "|");
  if (target.startsWith("@")) return mention(`@${personName(target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${label || channelName(target.slice(1))}`);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return addressNode(unescape(target), unescape(label ?? target)) ?? unescape(`<${inside}>`);
}

function addressNode(target, label) {
  const follow = deepLink(target);
  if (follow) return el("button", { type: "button", class: "link-button", on: { click: follow } }, label);
  return /^[a-z]+:/i.test(target) && safeUrl(target) ? link(target, label) : null;
}

function special(command, label) {
  if (command.startsWith("date^")) return dateNode(command, label);
  const name = unescape(label ?? command.split("^")[0]);
  return mention(name.startsWith("@") ? name : `@${name}`);
}

/** A mention of a person, a channel or everybody. */
export const mention = (text) => el("span", { class: "mention" }, text);

function dateNode(command, fallback) {
  const [, epoch, template = "", address] = command.split("^");
  const seconds = Number(epoch);
  const filled = Number.isFinite(seconds)
    ? fillDate(template, seconds, { zone: person()?.tz, now: now() })
    : null;
  const shown = filled ?? unescape(fallback ?? "");
  const time = el("time", filled === null ? {} : { datetime: new Date(seconds * 1000).toISOString() }, shown);
  return address ? link(unescape(address), shown) : time;
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
