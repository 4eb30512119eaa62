// Where the page is: the person, the conversation and its tab, kept in the address so that a reload returns there.
// The workspace follows them in the address, unless it is the first one.

import * as api from "./api.js";
import { refreshAll, refreshStage, refreshState } from "./refresh.js";
import { addNote, change, conversation, directMessage, store, whenChanged } from "./store.js";
import { listen } from "./live.js";

/** Load the page for the person and place that the address names, or for the first ones there are. */
export async function arrive() {
  const [person, channel, tab, team] = decodeURIComponent(location.hash.slice(1)).split("/");
  const every = (await api.state("")).workspaces;
  await enter(every.some(({ id }) => id === team) ? team : every[0].id, person);
  const there = store.state.conversations.some(({ id }) => id === channel);
  await goTo(there ? channel : directMessage().id, { tab: tab === "home" ? "home" : "messages" });
  listen();
}

/** Become somebody in this workspace: this person, or the first there is. */
async function enter(team, person) {
  const { people } = await api.stateOf(team);
  const known = people.some(({ id }) => id === person);
  // Only now, with the person: whatever is refreshed meanwhile is about the workspace that is left.
  api.inWorkspace(team);
  change({ team, person: known ? person : people[0].id });
  await refreshState();
}

/** Go to another workspace, as its first person, to the messages with the app. */
export async function chooseWorkspace(id) {
  change({ place: { channel: null, tab: "messages" }, messages: [], messagesOf: null, thread: null });
  await enter(id);
  refreshStage().catch(() => {});
  listen();
  await goTo(directMessage().id);
}

/** Become another person; the open conversation stays open when they are in it. */
export async function choosePerson(id) {
  const before = store.place;
  change({ person: id, place: { ...before, channel: null }, messages: [], messagesOf: null, thread: null });
  await refreshState();
  refreshStage().catch(() => {});
  const target = store.state.conversations.find((one) => one.id === before.channel) ?? directMessage();
  const tab = target.kind === "dm" ? store.place.tab : "messages";
  listen();
  await goTo(target.id, { tab });
}

/** Open a conversation; the app's own has the tabs "home" and "messages". */
export async function goTo(channel, { tab = "messages" } = {}) {
  const moved = channel !== store.place.channel;
  change({ place: { channel, tab }, ...(moved ? { messages: [], messagesOf: null, thread: null } : {}) });
  history.replaceState(null, "", `#${store.person}/${channel}/${tab}${elsewhere()}`);
  // A failure to refresh is a lost connection, which is said elsewhere and tried again.
  await Promise.all([tellApp(tab), refreshAll().catch(() => {})]);
}

/** The end of the address in a workspace that is not the first one. */
const elsewhere = () => (store.team === store.state?.workspaces[0].id ? "" : `/${store.team}`);

/** When the open conversation is gone, as after starting over, go to the app's. */
whenChanged(["state"], () => {
  if (store.place.channel && !conversation() && directMessage()) goTo(directMessage().id);
});

async function tellApp(tab) {
  if (conversation()?.kind !== "dm") return;
  await api.home({ user: store.person, tab }).catch((error) => addNote(error.message));
}
