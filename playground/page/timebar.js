// The bar at the top: what time it is in the workspace, and the buttons that move it on.

import * as api from "./api.js";
import { el, refill } from "./dom.js";
import { pending } from "./interaction.js";
import { goTo } from "./place.js";
import { refreshAll, refreshStage } from "./refresh.js";
import { conversation, noteDay, now, person, store, whenChanged } from "./store.js";
import { dayAndTime } from "./text/dates.js";

const DAY = 86400;
const TICK_MS = 5000;

/** Build the bar and keep its time current. */
export function showTimebar(root) {
  const time = el("p", { class: "timebar-now", id: "timebar-now" });
  const status = el("p", { class: "timebar-status", role: "status" });
  const place = el("span", { class: "timebar-place" });
  const moves = el("div", { class: "timebar-moves", role: "group", "aria-label": "Move the clock on" });
  const scripts = el("div", { class: "timebar-moves", role: "group", "aria-label": "Colleagues", hidden: true });
  refill(root, time, moves, scripts, el("div", { class: "timebar-said" }, status, place));
  const tell = (text, channels = []) => {
    status.textContent = text;
    refill(place, wayTo(channels));
  };
  refill(moves, move("One day", { advance: DAY }, tell), move("One week", { advance: 7 * DAY }, tell));
  whenChanged(["stage"], () => offer({ moves, scripts, tell }));
  whenChanged(["state", "person"], () => showTime(time));
  whenChanged(["person", "place"], () => refill(place));
  setInterval(() => {
    showTime(time);
    if (store.state) noteDay();
  }, TICK_MS);
}

function showTime(time) {
  const who = person();
  if (!who) return;
  refill(
    time,
    el("strong", {}, dayAndTime(now(), who.tz)),
    el("span", { class: "fine timebar-whose" }, who.tz ? ` for ${who.name}` : " on this computer"),
  );
}

/** What the playground offers becomes known after the page stands. */
function offer({ moves, scripts, tell }) {
  if (store.stage.next && moves.children.length === 2) {
    moves.prepend(move("Next message", { to: "next" }, tell));
  }
  const had = scripts.contains(document.activeElement);
  refill(
    scripts,
    store.stage.scripts.map((script) => part(script, tell)),
  );
  scripts.hidden = !store.stage.scripts.length;
  if (had) (scripts.querySelector("button") ?? moves.querySelector("button")).focus();
}

function move(label, where, tell) {
  return button(label, tell, () => api.clock({ ...where, user: store.person }));
}

function part({ name, label }, tell) {
  return button(label, tell, () => api.script({ name }));
}

function button(label, tell, ask) {
  const work = async () => {
    tell("");
    try {
      const { said, channels } = await ask();
      await refreshAll().catch(() => {});
      tell(said, channels);
    } catch (error) {
      tell(error.message);
    }
    await refreshStage().catch(() => {});
  };
  const pressed = ({ currentTarget }) => {
    if (!currentTarget.hasAttribute("aria-busy")) pending(currentTarget, work);
  };
  return el("button", { type: "button", class: "button", on: { click: pressed } }, label);
}

/** A way to what the app wrote elsewhere; nothing when it stands before the person already. */
function wayTo(channels) {
  const isOpen = ({ channel, tab }) => tab === "messages" && channels.includes(channel);
  const id = channels[0];
  const there = store.state?.conversations.find((one) => one.id === id);
  if (!there || isOpen(store.place)) return null;
  const name = there.kind === "dm" ? there.name : `#${there.name}`;
  const open = async () => {
    await goTo(id);
    if (conversation()) document.getElementById("scroller")?.focus();
  };
  return el("button", { type: "button", class: "link-button", on: { click: open } }, `Open ${name}`);
}
