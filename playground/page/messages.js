// Lists of messages: the open conversation's, and a thread's. Only what changed is touched, so that focus and scrolling stay.

import { announce, hush } from "./announce.js";
import { el, uniqueId } from "./dom.js";
import { rememberFocus, restoreFocus } from "./focus.js";
import { author, messageParts } from "./message.js";
import { now, person, store, whenChanged } from "./store.js";
import { dayHeading, dayOf } from "./text/dates.js";

const GROUP_SECONDS = 300;
const NEAR_BOTTOM = 80;

/** A list that shows what `messages` answers, while `whose` answers a name for the place and not null. */
export class MessageList {
  #shown = new Map();
  #shownFor = null;
  #stuck = true;
  #list;
  #scroller;
  #source;

  constructor(list, scroller, source) {
    [this.#list, this.#scroller, this.#source] = [list, scroller, source];
    scroller.addEventListener(
      "scroll",
      () => {
        this.#stuck = this.#isAtEnd();
      },
      { passive: true },
    );
    const observer = new ResizeObserver(() => this.#stuck && !this.#isReading() && this.#toEnd());
    observer.observe(scroller);
    observer.observe(list);
    const keys = ["messages", "notes", "dismissed", "place", "person", "day", "thread"];
    whenChanged(keys, () => this.#render());
  }

  /** Go to the newest message and stay with those that come. */
  follow() {
    this.#stuck = true;
    this.#toEnd();
  }

  /** The ts of the newest message; 0 when there is none. */
  newestTs() {
    return Number.parseFloat(this.#list.lastElementChild?.dataset.ts ?? 0);
  }

  /** The items of the messages after that ts, the newest first. */
  itemsAfter(ts) {
    return [...this.#list.children].filter(({ dataset }) => Number.parseFloat(dataset.ts) > ts).reverse();
  }

  #isAtEnd() {
    return this.#scroller.scrollTop > this.#endOf() - NEAR_BOTTOM;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#endOf();
  }

  /** Where reading goes on: the bottom, or the top of a last message that is taller than the window. */
  #endOf() {
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller;
    const last = this.#list.lastElementChild;
    if (!last || last.offsetHeight <= clientHeight) return scrollHeight - clientHeight;
    return scrollTop + last.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }

  /** Whether the person is somewhere inside a message that is taller than the window. */
  #isReading() {
    return this.#scroller.scrollTop > this.#endOf();
  }

  #render() {
    const whose = this.#source.whose();
    if (whose === null) return;
    const opened = this.#shownFor !== whose;
    if (opened) this.#forget(whose);
    const follow = opened || this.#stuck;
    const before = this.#cardInUse();
    const changed = this.#patch(this.#source.messages(), { quiet: opened });
    if (!follow || (!changed && this.#isReading())) return;
    if (changed && before && before === this.#cardInUse())
      document.activeElement.scrollIntoView({ block: "nearest" });
    else this.#toEnd();
  }

  /** What tells the last card from its next version, while the keyboard is on it: a word on it must not move it away. */
  #cardInUse() {
    const last = this.#list.lastElementChild;
    const inside = last !== document.activeElement && last?.contains(document.activeElement);
    const heading = inside ? last.querySelector(".header-block")?.textContent : null;
    return heading ? `${last.dataset.ts} ${heading}` : null;
  }

  #forget(whose) {
    this.#shownFor = whose;
    this.#shown.clear();
    this.#list.replaceChildren();
    hush();
  }

  /** Bring the list up to date; true when a message came, went or changed. */
  #patch(messages, { quiet }) {
    const keep = new Set(messages.map(({ ts }) => ts));
    const gone = [...this.#shown].filter(([ts]) => !keep.has(ts));
    for (const [ts, { item }] of gone) this.#remove(ts, item);
    const put = messages.filter((message, index) => this.#update(message, messages[index - 1], { quiet }));
    this.#order(messages.map(({ ts }) => this.#shown.get(ts).item));
    return gone.length + put.length > 0;
  }

  #remove(ts, item) {
    const neighbor = item.previousElementSibling ?? item.nextElementSibling ?? this.#scroller;
    const focused = item.contains(document.activeElement);
    this.#shown.delete(ts);
    item.remove();
    if (focused) neighbor.focus({ preventScroll: true });
  }

  /** Put items in order without moving those that already stand right: moving would drop the focus. */
  #order(items) {
    items.forEach((item, index) => {
      if (this.#list.children[index] !== item)
        this.#list.insertBefore(item, this.#list.children[index] ?? null);
    });
  }

  #update(message, before, { quiet }) {
    const { inThread } = this.#source;
    const setting = { grouped: isGrouped(message, before), heading: headingOf(message, before), inThread };
    const content = JSON.stringify(message);
    const day = content.includes("<!date") ? store.day : null;
    const signature = JSON.stringify([content, setting, message.blocks ? person()?.tz : null, day]);
    const known = this.#shown.get(message.ts);
    if (known?.signature === signature) return false;
    const item = known?.item ?? el("li", { class: "message", tabindex: "-1", data: { ts: message.ts } });
    fillItem(item, message, setting);
    this.#shown.set(message.ts, { item, signature, text: message.text });
    if (!quiet && known?.text !== message.text) announce(`${author(message).name}: ${message.text ?? ""}`);
    return true;
  }
}

function fillItem(item, message, { grouped, heading, inThread }) {
  const memory = rememberFocus(item);
  item.className = `message${grouped ? " grouped" : ""}${message.ephemeral ? " ephemeral" : ""}`;
  const day = heading
    ? el("div", { class: "day", role: "separator", "aria-label": heading }, el("span", {}, heading))
    : null;
  item.replaceChildren(
    ...(day ? [day] : []),
    el("div", { class: "message-row" }, ...messageParts(message, { grouped, inThread })),
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
