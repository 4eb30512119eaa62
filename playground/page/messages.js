// The list of messages. Only what changed is touched, so that focus and scrolling stay.

import { announce, hush } from "./announce.js";
import { el, uniqueId } from "./dom.js";
import { rememberFocus, restoreFocus } from "./focus.js";
import { author, messageParts } from "./message.js";
import { now, person, store, whenChanged } from "./store.js";
import { dayHeading, dayOf } from "./text/dates.js";

const GROUP_SECONDS = 300;
const NEAR_BOTTOM = 80;
const shown = new Map();
let shownFor = null;
let list;
let scroller;
let stuck = true;

const isAtEnd = () => scroller.scrollTop > endOf() - NEAR_BOTTOM;
const toEnd = () => {
  scroller.scrollTop = endOf();
};

/** Where reading goes on: the bottom, or the top of a last message that is taller than the window. */
function endOf() {
  const bottom = scroller.scrollHeight - scroller.clientHeight;
  const last = list.lastElementChild;
  if (!last || last.offsetHeight <= scroller.clientHeight) return bottom;
  return scroller.scrollTop + last.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
}

/** Keep the list in step with the store. */
export function showMessages(listRoot, scrollRoot) {
  [list, scroller] = [listRoot, scrollRoot];
  scroller.addEventListener(
    "scroll",
    () => {
      stuck = isAtEnd();
    },
    { passive: true },
  );
  const observer = new ResizeObserver(() => stuck && !isReading() && toEnd());
  observer.observe(scroller);
  observer.observe(list);
  whenChanged(["messages", "notes", "dismissed", "place", "person", "day"], render);
}

/** Slack does not keep what one person alone sees: it is gone when the page is loaded again. */
const isThere = ({ ephemeral, ts }) => !ephemeral || Number.parseFloat(ts) >= store.since;

function visible() {
  const { place, person: who, messages, notes, dismissed } = store;
  const mine = notes.filter((note) => note.channel === place.channel && note.person === who);
  const all = [...messages.filter(isThere), ...mine].filter(({ ts }) => !dismissed.has(ts));
  return all.sort((a, b) => Number.parseFloat(a.ts) - Number.parseFloat(b.ts));
}

function render() {
  const whose = `${store.person} ${store.place.channel}`;
  if (store.place.tab !== "messages" || store.messagesOf !== whose) return;
  const opened = shownFor !== whose;
  if (opened) forget(whose);
  const follow = opened || stuck;
  const before = cardInUse();
  const changed = patch(visible(), { quiet: opened });
  if (!follow || (!changed && isReading())) return;
  if (changed && before && before === cardInUse()) document.activeElement.scrollIntoView({ block: "nearest" });
  else toEnd();
}

/** What tells the last card from its next version, while the keyboard is on it: a word on it must not move it away. */
function cardInUse() {
  const last = list.lastElementChild;
  const inside = last !== document.activeElement && last?.contains(document.activeElement);
  const heading = inside ? last.querySelector(".header-block")?.textContent : null;
  return heading ? `${last.dataset.ts} ${heading}` : null;
}

/** Whether the person is somewhere inside a message that is taller than the window. */
const isReading = () => scroller.scrollTop > endOf();

function forget(whose) {
  shownFor = whose;
  shown.clear();
  list.replaceChildren();
  hush();
}

/** Bring the list up to date; true when a message came, went or changed. */
function patch(messages, { quiet }) {
  const keep = new Set(messages.map(({ ts }) => ts));
  const gone = [...shown].filter(([ts]) => !keep.has(ts));
  for (const [ts, { item }] of gone) remove(ts, item);
  const put = messages.filter((message, index) => update(message, messages[index - 1], { quiet }));
  order(messages.map(({ ts }) => shown.get(ts).item));
  return gone.length + put.length > 0;
}

function remove(ts, item) {
  const neighbor = item.previousElementSibling ?? item.nextElementSibling ?? scroller;
  const focused = item.contains(document.activeElement);
  shown.delete(ts);
  item.remove();
  if (focused) neighbor.focus({ preventScroll: true });
}

/** Put items in order without moving those that already stand right: moving would drop the focus. */
function order(items) {
  items.forEach((item, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
}

function update(message, before, { quiet }) {
  const setting = { grouped: isGrouped(message, before), heading: headingOf(message, before) };
  const content = JSON.stringify(message);
  const day = content.includes("<!date") ? store.day : null;
  const signature = JSON.stringify([content, setting, message.blocks ? person()?.tz : null, day]);
  const known = shown.get(message.ts);
  if (known?.signature === signature) return false;
  const item = known?.item ?? el("li", { class: "message", tabindex: "-1", data: { ts: message.ts } });
  fillItem(item, message, setting);
  shown.set(message.ts, { item, signature, text: message.text });
  if (!quiet && known?.text !== message.text) announce(`${author(message).name}: ${message.text ?? ""}`);
  return true;
}

function fillItem(item, message, { grouped, heading }) {
  const memory = rememberFocus(item);
  item.className = `message${grouped ? " grouped" : ""}${message.ephemeral ? " ephemeral" : ""}`;
  const day = heading
    ? el("div", { class: "day", role: "separator", "aria-label": heading }, el("span", {}, heading))
    : null;
  item.replaceChildren(
    ...(day ? [day] : []),
    el("div", { class: "message-row" }, ...messageParts(message, { grouped })),
  );
  nameByHeading(item);
  restoreFocus(item, memory);
}

/** A card that takes the focus says its heading. */
function nameByHeading(item) {
  const heading = item.querySelector(".header-block");
  if (!heading) return item.removeAttribute("aria-labelledby");
  heading.id ||= uniqueId("heading");
  item.setAttribute("aria-labelledby", heading.id);
}

function headingOf(message, before) {
  const at = Number.parseFloat(message.ts);
  const zone = person()?.tz;
  if (before && dayOf(at, zone) === dayOf(Number.parseFloat(before.ts), zone)) return null;
  return dayHeading(at, zone, now());
}

function isGrouped(message, before) {
  if (!before || message.ephemeral || before.ephemeral || headingOf(message, before)) return false;
  const near = Number.parseFloat(message.ts) - Number.parseFloat(before.ts) < GROUP_SECONDS;
  return near && author(message).name === author(before).name && !message.blocks?.length;
}

/** The ts of the newest message; 0 when there is none. */
export const newestTs = () => Number.parseFloat(list.lastElementChild?.dataset.ts ?? 0);

/** Put the focus on the first button of the newest message after that ts; true when there is one. */
export function focusNewestCard({ after }) {
  const button = [...list.children]
    .filter(({ dataset }) => Number.parseFloat(dataset.ts) > after)
    .reverse()
    .map((item) => item.querySelector("[data-block] button, [data-block] input"))
    .find(Boolean);
  button?.focus();
  return Boolean(button);
}
