// The raw payloads in both directions, newest first.

import { el, refill } from "../dom.js";
import { store, whenChanged } from "../store.js";

const DIRECTIONS = [
  ["", "Both directions"],
  ["to_app", "Slack to the app"],
  ["to_slack", "The app to Slack"],
];
const ARROWS = { to_app: "→ app", to_slack: "→ Slack" };
const MOST = 150;

/** The list of payloads with its filter. */
export function payloadsTool() {
  const words = el("input", {
    type: "search",
    class: "typed",
    placeholder: "Filter, such as chat.update",
    "aria-label": "Filter payloads",
  });
  const direction = el(
    "select",
    { class: "select", "aria-label": "Direction" },
    ...DIRECTIONS.map(([value, name]) => el("option", { value }, name)),
  );
  const list = el("ol", { class: "payloads" });
  const nodes = new Map();
  const render = () =>
    store.toolsOpen &&
    refill(list, ...chosen(words.value, direction.value).map((entry) => nodeOf(entry, nodes)));
  whenChanged(["entries", "toolsOpen"], render);
  words.addEventListener("input", render);
  direction.addEventListener("change", render);
  return el(
    "section",
    { class: "tool" },
    el("h3", {}, "Payloads"),
    el("div", { class: "tool-row" }, words, direction),
    list,
  );
}

function chosen(words, direction) {
  const wanted = words.trim().toLowerCase();
  const matches = (entry) =>
    (!direction || entry.direction === direction) && (!wanted || textOf(entry).includes(wanted));
  return store.entries.filter(matches).slice(-MOST).reverse();
}

const texts = new WeakMap();

function textOf(entry) {
  if (!texts.has(entry)) texts.set(entry, JSON.stringify(entry).toLowerCase());
  return texts.get(entry);
}

/** Entries never change, so an opened one stays open while others arrive. */
function nodeOf(entry, nodes) {
  if (!nodes.has(entry.n)) nodes.set(entry.n, build(entry));
  return nodes.get(entry.n);
}

function build(entry) {
  const details = el(
    "details",
    { class: `payload ${entry.direction}` },
    el(
      "summary",
      {},
      el("span", { class: "payload-arrow" }, ARROWS[entry.direction]),
      " ",
      el("strong", {}, entry.name),
      " ",
      el("span", { class: "fine" }, String(entry.status ?? "")),
      entry.summary ? el("span", { class: "fine payload-summary" }, entry.summary) : null,
    ),
  );
  details.addEventListener("toggle", () => fill(details, entry), { once: true });
  return el("li", {}, details);
}

function fill(details, { payload, answer }) {
  details.append(
    ...json("Payload", payload),
    ...(answer === undefined || answer === null ? [] : json("Answer", answer)),
  );
}

function json(name, value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const copy = el("button", { type: "button", class: "link-button" }, "Copy");
  copy.addEventListener("click", () =>
    navigator.clipboard.writeText(text).then(
      () => {
        copy.textContent = "Copied";
      },
      () => {
        copy.textContent = "Copying is not allowed here";
      },
    ),
  );
  return [
    el("div", { class: "json-head" }, el("span", {}, name), copy),
    el("pre", { class: "json", tabindex: "0", "aria-label": name }, text),
  ];
}
