// The bar at the top: what time it is in the workspace, the buttons that move it on, and what colleagues can be let to do.

import * as api from "./api.js";
import { el, refill } from "./dom.js";
import { pending } from "./interaction.js";
import { goTo } from "./place.js";
import { refreshAll, refreshStage } from "./refresh.js";
import { conversation, noteDay, now, person, store, whenChanged } from "./store.js";
import { dayAndTime, shortDayAndTime } from "./text/dates.js";

const DAY = 86400;
const TICK_MS = 5000;
const AT_WORK = "Your colleagues are at work. You'll see what they do as it happens.";

/** Build the bar and keep its time current. */
export function showTimebar(root) {
  const time = el("p", { class: "timebar-now", id: "timebar-now" });
  const status = el("p", { class: "timebar-status", role: "status" });
  const further = el("span", { class: "timebar-place" });
  const moves = el("div", { class: "timebar-moves", role: "group", "aria-label": "Move the clock forward" });
  const tell = (text, ...more) => {
    status.textContent = text;
    refill(further, ...more);
  };
  const colleagues = colleaguesButton(tell);
  refill(
    root,
    el("div", { class: "timebar-row" }, time, moves, colleagues),
    el("div", { class: "timebar-said" }, status, further),
  );
  refill(moves, move("One day", { advance: DAY }, tell), move("One week", { advance: 7 * DAY }, tell));
  whenChanged(["stage"], () => {
    if (store.stage.next && moves.children.length === 2)
      moves.prepend(move("Next message", { to: "next" }, tell));
    colleagues.hidden = !store.stage.scripts.length;
  });
  whenChanged(["state", "person"], () => showTime(time));
  clearElsewhere(tell);
  setInterval(() => {
    showTime(time);
    if (store.state) noteDay();
  }, TICK_MS);
}

/** What was said belongs to who and where one was. */
function clearElsewhere(tell) {
  const here = () => `${store.person} ${store.place.channel}`;
  let saidAt = here();
  whenChanged(["person", "place"], () => {
    if (here() !== saidAt) tell("");
    saidAt = here();
  });
}

function showTime(time) {
  const who = person();
  if (!who) return;
  refill(
    time,
    el("strong", { class: "wide-only" }, dayAndTime(now(), who.tz)),
    el("strong", { class: "narrow-only" }, shortDayAndTime(now(), who.tz)),
    el("span", { class: "fine wide-only" }, who.tz ? ` for ${who.name}` : " on this computer"),
  );
}

function move(label, where, tell) {
  const pressed = ({ currentTarget }) => whileBusy(currentTarget, () => moveOn(where, tell));
  return el("button", { type: "button", class: "button", on: { click: pressed } }, label);
}

async function moveOn(where, tell) {
  const user = store.person;
  tell("");
  await reported(tell, async () => {
    const { said, channels, farther } = await api.clock({ ...where, user });
    await refreshAll().catch(() => {});
    if (store.person === user) tell(said, farther ? goThere(where, tell) : wayTo(channels));
  });
}

/** The clock has stayed, because what comes next is far away or for somebody else: go there all the same. */
function goThere(where, tell) {
  const go = ({ currentTarget }) => whileBusy(currentTarget, () => moveOn({ ...where, far: true }, tell));
  return el("button", { type: "button", class: "link-button", on: { click: go } }, "Go there");
}

async function reported(tell, work) {
  try {
    await work();
  } catch (error) {
    tell(error.message);
  }
  await refreshStage().catch(() => {});
}

async function whileBusy(control, work) {
  if (!control.hasAttribute("aria-busy")) await pending(control, work);
}

/** A way to what the app wrote elsewhere; nothing when it stands before the person already. */
function wayTo(channels) {
  const isOpen = ({ channel, tab }) => tab === "messages" && channels.includes(channel);
  const id = channels[0];
  const there = store.state?.conversations.find((one) => one.id === id);
  if (!there || isOpen(store.place)) return null;
  const name = there.kind === "dm" ? there.name : `#${there.name}`;
  const open = () => {
    goTo(id);
    if (conversation()) document.getElementById("scroller")?.focus();
  };
  return el("button", { type: "button", class: "link-button", on: { click: open } }, `Open ${name}`);
}

function colleaguesButton(tell) {
  const button = el(
    "button",
    { type: "button", class: "button", "aria-haspopup": "dialog", hidden: true },
    "Colleagues",
  );
  button.addEventListener("click", () => !button.hasAttribute("aria-busy") && choose(button, tell));
  return button;
}

/** Ask in a dialog what the colleagues are to do, and let them. */
function choose(opener, tell) {
  const dialog = el("dialog", { class: "dialog small-dialog", "aria-labelledby": "colleagues-title" });
  const chosen = (name) => () => {
    dialog.close();
    whileBusy(opener, () => play(name, tell));
  };
  const closer = el(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => dialog.close() } },
    "✕",
  );
  dialog.append(
    el(
      "header",
      { class: "modal-head" },
      el("h2", { id: "colleagues-title" }, "What should your colleagues do?"),
      closer,
    ),
    el(
      "div",
      { class: "colleagues-list" },
      ...store.stage.scripts.map(({ name, label }) =>
        el("button", { type: "button", class: "button", on: { click: chosen(name) } }, label),
      ),
    ),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

async function play(name, tell) {
  const user = store.person;
  tell(AT_WORK);
  await reported(tell, async () => {
    const { said } = await api.script({ name, user });
    await refreshAll().catch(() => {});
    tell(said);
  });
}
