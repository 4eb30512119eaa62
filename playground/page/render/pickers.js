// Date and time pickers, on the browser's own inputs.

import { el } from "../dom.js";
import { person } from "../store.js";
import { epochOf, localOf } from "../text/dates.js";
import { connect, naming } from "./field.js";

// Browsers report each typed part of a date; the app hears of it once the typing rests.
const REST_MS = 700;

/** A datepicker element. */
export function datePicker(element, scene, place) {
  const control = input("date", element, place, { initial: element.initial_date, fallback: "Date" });
  const read = () => ({ selected_date: control.value || null });
  return connected(control, { element, scene, place, read });
}

/** A timepicker element. */
export function timePicker(element, scene, place) {
  const control = input("time", element, place, { initial: element.initial_time, fallback: "Time" });
  const read = () => ({ selected_time: control.value || null });
  return connected(control, { element, scene, place, read });
}

/** A datetimepicker element, in the person's time zone. */
export function dateTimePicker(element, scene, place) {
  const zone = person()?.tz;
  const initial = element.initial_date_time ? localOf(element.initial_date_time, zone) : "";
  const control = input("datetime-local", element, place, { initial, fallback: "Date and time" });
  const read = () => ({ selected_date_time: control.value ? epochOf(control.value, zone) : null });
  return connected(control, { element, scene, place, read });
}

function connected(control, parts) {
  connect(control, { ...parts, event: "change", delay: REST_MS });
  const words = parts.place.controlId ? null : parts.element.placeholder?.text;
  if (!words) return control;
  // A browser shows no placeholder in these inputs; the name that it gives them says the same.
  return el("span", { class: "picker" }, el("span", { class: "picker-words", "aria-hidden": true }, words), control);
}

function input(type, element, place, { initial, fallback }) {
  return el("input", { type, class: "typed", value: initial ?? "", ...naming(element, place, fallback) });
}
