// Slack's own addresses, such as slack://app?id=A…&tab=messages: here they lead to the same place on this page.

import { goTo } from "./place.js";
import { directMessage, store } from "./store.js";

/** What following a slack:// address does, or null when the address leads nowhere here. */
export function deepLink(address) {
  if (!address?.startsWith("slack://")) return null;
  const [, place, query] = address.match(/^slack:\/\/([a-z]+)\/?(?:\?(.*))?$/) ?? [];
  const asked = new URLSearchParams(query);
  if (place === "app" && asked.get("id") === store.state.app.id) return () => openApp(asked.get("tab"));
  if (place === "channel" && isOurs(asked.get("id"))) return () => goTo(asked.get("id"));
  return null;
}

const openApp = (tab) => goTo(directMessage().id, { tab: tab === "messages" ? "messages" : "home" });
const isOurs = (id) => store.state.conversations.some((conversation) => conversation.id === id);
