// Names behind the ids in messages.

import { store } from "../store.js";

/** The name behind a user id; the app's bot user counts. */
export function personName(id) {
  const { people = [], app = {} } = store.state ?? {};
  if (id === app.bot_user_id) return app.name;
  return people.find((person) => person.id === id)?.name ?? id;
}

/** The name of a channel without its sign. */
export function channelName(id) {
  const found = store.state?.conversations.find((candidate) => candidate.id === id);
  return (found?.name ?? id).replace(/^#/, "");
}
