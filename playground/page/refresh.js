// Fetches what changed, one request at a time per kind: changes that arrive meanwhile cause one more.

import * as api from "./api.js";
import { change, noteDay, store } from "./store.js";

const KEPT_ENTRIES = 500;

function coalesced(work) {
  let running = null;
  let again = false;
  async function untilCurrent() {
    again = false;
    try {
      await work();
    } catch (error) {
      // What was asked for meanwhile may find what this one did not: only the last one decides.
      if (!again) throw error;
    }
    if (again) await untilCurrent();
  }
  return () => {
    again = true;
    running ??= untilCurrent().finally(() => {
      running = null;
    });
    return running;
  };
}

/** Ask for the workspace as the chosen person sees it. */
export const refreshState = coalesced(async () => {
  const { person: asked, team } = store;
  const state = await api.state(asked);
  if (store.person !== asked || store.team !== team) return;
  change({ state, loadedAt: performance.now(), since: Math.min(store.since, state.now) });
  noteDay();
});

/** Ask for the messages of the open conversation, which also marks them as read. */
export const refreshMessages = coalesced(async () => {
  const {
    person,
    place: { channel },
  } = store;
  if (!person || !channel) return;
  const { messages } = await api.messages(person, channel);
  if (store.person === person && store.place.channel === channel) {
    change({ messages, messagesOf: `${person} ${channel}` });
  }
});

/** Ask for the payloads that were recorded since the last look. */
export const refreshLog = coalesced(async () => {
  for (;;) {
    const { entries } = await api.log(store.entries.at(-1)?.n ?? 0);
    if (!entries.length) return;
    change({ entries: [...store.entries, ...entries].slice(-KEPT_ENTRIES) });
  }
});

/** Ask what the playground offers around the workspace. */
export const refreshStage = coalesced(async () => {
  const asked = store.person;
  const stage = await api.stage(asked);
  if (store.person === asked) change({ stage });
});

/** Bring everything on the page up to date: messages first, because looking at them changes what is unread. */
export async function refreshAll() {
  try {
    if (store.place.tab === "messages") await refreshMessages();
  } finally {
    // The open conversation may be gone: the state says where else to go.
    await refreshState();
  }
}
