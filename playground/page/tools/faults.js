// Making Slack misbehave, to see what the app does.

import * as api from "../api.js";
import { el } from "../dom.js";

const METHODS = [
  "*",
  "chat.postMessage",
  "chat.update",
  "chat.postEphemeral",
  "conversations.open",
  "views.open",
  "views.update",
  "views.publish",
  "users.info",
  "files.getUploadURLExternal",
  "files.completeUploadExternal",
];
const KINDS = [
  ["ratelimited", "Too many requests (429)"],
  ["server_error", "Server error (503)"],
  ["cut_before", "Connection cut before it takes effect"],
  ["cut_after", "Connection cut after it took effect"],
  ["reset_after", "Connection reset after it took effect"],
  ["half_after", "Half of the answer, after it took effect"],
  ["slow", "Slow answer, takes effect at once"],
  ["slow_before", "Slow answer, takes effect late"],
  ["fatal_error", "Slack error: fatal_error"],
  ["missing_scope", "Slack error: missing_scope"],
  ["channel_not_found", "Slack error: channel_not_found"],
];

/** The form that adds a fault and clears them all. */
export function faultsTool(tell) {
  const method = el(
    "select",
    { class: "select", name: "method" },
    ...METHODS.map((name) => el("option", { value: name }, name === "*" ? "every method" : name)),
  );
  const kind = el(
    "select",
    { class: "select", name: "kind" },
    ...KINDS.map(([value, words]) => el("option", { value }, words)),
  );
  const times = numberInput("times", "1");
  const seconds = numberInput("seconds", "5");
  const add = (event) => {
    event.preventDefault();
    addFault(
      { method: method.value, kind: kind.value, times: Number(times.value), seconds: Number(seconds.value) },
      tell,
    );
  };
  const clear = el(
    "button",
    {
      type: "button",
      class: "button",
      on: { click: () => report(api.clearFaults(), "All faults are cleared.", tell) },
    },
    "Clear all",
  );
  const form = el(
    "form",
    { class: "tool-grid", on: { submit: add } },
    labelled("Calls to", method),
    labelled("Answer with", kind),
    labelled("How many times", times),
    labelled("Seconds to wait", seconds),
    el("div", { class: "tool-row" }, el("button", { class: "button" }, "Add the fault"), clear),
  );
  return el("details", { class: "tool" }, el("summary", {}, "Faults"), form);
}

function addFault({ method, kind, times, seconds }, tell) {
  const wait = kind === "ratelimited" ? { retry_after: seconds } : kind.startsWith("slow") ? { seconds } : {};
  const count = times === 1 ? "The next call" : `The next ${times} calls`;
  report(
    api.addFault({ method, kind, times, ...wait }),
    `${count} to ${method === "*" ? "any method" : method}: ${kind}.`,
    tell,
  );
}

const report = (asked, words, tell) =>
  asked.then(
    () => tell(words),
    (error) => tell(error.message),
  );
const numberInput = (name, value) =>
  el("input", { type: "number", class: "typed short", name, min: "1", max: "1000", value });
const labelled = (words, control) => el("label", { class: "tool-label" }, el("span", {}, words), control);
