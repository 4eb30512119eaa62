// Moving the playground's clock on.

import * as api from "../api.js";
import { el } from "../dom.js";
import { refreshAll } from "../refresh.js";
import { now, person, store, whenChanged } from "../store.js";
import { clockTime, dayName } from "../text/dates.js";

const UNITS = [
  ["minutes", 60],
  ["hours", 3600],
  ["days", 86400],
  ["weeks", 604800],
];

/** The form that moves the clock. */
export function clockTool(tell) {
  const time = el("p", { class: "tool-now" });
  const show = () => {
    if (store.state) time.textContent = timeInWords();
  };
  whenChanged(["state"], show);
  setInterval(show, 10000);
  const number = el("input", {
    type: "number",
    id: "clock-number",
    class: "typed short",
    min: "1",
    max: "999",
    value: "1",
  });
  const unit = el(
    "select",
    { class: "select", "aria-label": "Unit" },
    ...UNITS.map(([name, seconds]) => el("option", { value: seconds, selected: name === "days" }, name)),
  );
  const form = el(
    "form",
    {
      class: "tool-row",
      on: {
        submit: (event) => {
          event.preventDefault();
          advance(Number(number.value) * Number(unit.value), tell);
        },
      },
    },
    el("label", { for: "clock-number" }, "Move forward by"),
    number,
    unit,
    el("button", { class: "button" }, "Move forward"),
  );
  return el("section", { class: "tool" }, el("h3", {}, "Move the clock"), time, form);
}

function timeInWords() {
  const { name = "you", tz } = person() ?? {};
  return `For ${name} it is ${dayName(now(), tz)}, ${clockTime(now(), tz)}.`;
}

async function advance(seconds, tell) {
  if (!(seconds > 0)) return tell("The clock only moves forward. Enter 1 or more.");
  try {
    const { said } = await api.clock({ advance: seconds, user: store.person });
    await refreshAll();
    tell(said);
  } catch (error) {
    tell(error.message);
  }
}
