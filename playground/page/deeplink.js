// Slack's own addresses, such as slack://app?id=A…&tab=messages: here they lead to the same place on this page.

import * as api from "./api.js";
import { chooseWorkspace, goTo } from "./place.js";
import { refreshState } from "./refresh.js";
import { addNote, directMessage, store } from "./store.js";

/** What following a slack:// address does, or null when the address leads nowhere here. */
export function deepLink(address) {
  if (!address?.startsWith("slack://")) return null;
  const [, place, query] = address.match(/^slack:\/\/([a-z]+)\/?(?:\?(.*))?$/) ?? [];
  const asked = new URLSearchParams(query);
  if (place === "app" && asked.get("id") === store.state.app.id)
    return () => openApp(asked.get("tab"), asked.get("team"));
  if (place === "channel" && isOurs(asked.get("id"))) return () => openChannel(asked.get("id"));
  return null;
}

async function openApp(tab, team) {
  if (team !== store.team && store.state.workspaces.some(({ id }) => id === team)) await chooseWorkspace(team);
  const to = tab === "messages" ? "messages" : "home";
  await closeWindows();
  goTo(directMessage().id, { tab: to });
  document.getElementById(`tab-${to}`)?.focus();
}

async function openChannel(id) {
  await closeWindows();
  await goTo(id);
}

/** Open windows would lie over the place that was asked for: they close first. */
async function closeWindows() {
  const windows = [...(store.state.modals ?? [])].reverse();
  for (const { id } of windows) {
    await api.close({ user: store.person, view_id: id }).catch((error) => addNote(error.message));
  }
  if (windows.length) await refreshState().catch(() => {});
}

const isOurs = (id) => store.state.conversations.some((conversation) => conversation.id === id);
