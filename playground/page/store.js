// What the page knows, in one object. Modules read it and are told which parts changed.

import { dayOf } from "./text/dates.js";

const listeners = [];

export const store = {
  team: null,
  person: null,
  place: { channel: null, tab: "messages" },
  state: null,
  loadedAt: 0,
  since: Infinity,
  day: null,
  stage: null,
  messages: [],
  messagesOf: null,
  notes: [],
  dismissed: new Set(),
  thread: null,
  acted: false,
  lost: false,
  entries: [],
  toolsOpen: false,
};

/**
 * Change parts of the store, then tell everyone who reads them.
 *
 * While the pointer is pressed they are told after its release: drawing a button again before that would lose
 * the click on it.
 */
export function change(parts) {
  Object.assign(store, parts);
  if (isPressed) Object.assign(untold, parts);
  else tell(parts);
}

function tell(parts) {
  for (const { keys, listener } of listeners) {
    if (keys.some((key) => key in parts)) listener(parts);
  }
}

let isPressed = false;
let untold = {};

function release() {
  isPressed = false;
  // The click comes after the release and before a timer.
  setTimeout(() => {
    const parts = untold;
    untold = {};
    tell(parts);
  });
}

addEventListener("pointerdown", (event) => (isPressed = event.button === 0), true);
for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, release, true);
// A release outside the window is only noticed by the next move.
addEventListener("pointermove", (event) => isPressed && event.buttons === 0 && release(), true);

export function whenChanged(keys, listener) {
  listeners.push({ keys, listener });
}

export const person = () => store.state?.people.find(({ id }) => id === store.person) ?? null;
export const conversation = () =>
  store.state?.conversations.find(({ id }) => id === store.place.channel) ?? null;
export const directMessage = () => store.state?.conversations.find(({ kind }) => kind === "dm") ?? null;

/** The playground's time in epoch seconds, running on from the last answer. */
export function now() {
  if (!store.state) return Date.now() / 1000;
  return store.state.now + (performance.now() - store.loadedAt) / 1000;
}

/** Note that another day has begun, for whatever says "today". */
export function noteDay() {
  const day = dayOf(now(), person()?.tz);
  if (day !== store.day) change({ day });
}

let noteCount = 0;

/** Add a line that only this person sees, such as what Slack shows when an action fails. */
export function addNote(text, channel = store.place.channel, thread_ts = null) {
  noteCount += 1;
  const note = {
    ts: `${now().toFixed(6)}-note${noteCount}`,
    name: "Playground",
    text,
    ephemeral: true,
    note: true,
    thread_ts,
  };
  change({ notes: [...store.notes, { ...note, channel, person: store.person }] });
}

/** Put away an ephemeral message or a note. */
export function dismiss(ts) {
  change({ dismissed: new Set([...store.dismissed, ts]) });
}
