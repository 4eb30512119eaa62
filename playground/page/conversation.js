// What the open conversation shows: the messages that stand by themselves, and the notes of the page.

import { MessageList } from "./messages.js";
import { store } from "./store.js";

let list;

/** Keep the list in step with the store. */
export function showMessages(listRoot, scrollRoot) {
  list = new MessageList(listRoot, scrollRoot, { whose, messages: () => inOrder(topLevel()) });
}

/** Slack does not keep what one person alone sees: it is gone when the page is loaded again. */
const isThere = ({ ephemeral, ts }) => !ephemeral || Number.parseFloat(ts) >= store.since;

/** Every message and note here that this person sees. */
export function visible() {
  const { place, person: who, messages, notes, dismissed } = store;
  const mine = notes.filter((note) => note.channel === place.channel && note.person === who);
  return [...messages.filter(isThere), ...mine].filter(({ ts }) => !dismissed.has(ts));
}

export const inOrder = (messages) =>
  messages.sort((a, b) => Number.parseFloat(a.ts) - Number.parseFloat(b.ts));

/** The conversation whose messages are loaded; null while others are. */
export function whose() {
  const here = `${store.person} ${store.place.channel}`;
  return store.place.tab === "messages" && store.messagesOf === here ? here : null;
}

/** Replies stand in their thread, and by themselves once its first message is gone. */
function topLevel() {
  const all = visible();
  const replies = Map.groupBy(all, ({ thread_ts: thread }) => thread);
  const known = new Set(all.map(({ ts }) => ts));
  return all
    .filter(({ ts, thread_ts: thread }) => !thread || thread === ts || !known.has(thread))
    .map((message) => withReplies(message, replies.get(message.ts) ?? []));
}

function withReplies(message, replies) {
  const lasting = replies.filter(({ ts, ephemeral }) => ts !== message.ts && !ephemeral);
  return lasting.length ? { ...message, replies: lasting.length } : message;
}

/** Go to the newest message and stay with those that come. */
export const followNewest = () => list.follow();

/** The ts of the newest message; 0 when there is none. */
export const newestTs = () => list.newestTs();

/** Put the focus on the first button of the newest message after that ts; true when there is one. */
export function focusNewestCard({ after }) {
  const button = list
    .itemsAfter(after)
    .map((item) => item.querySelector("[data-block] button, [data-block] input"))
    .find(Boolean);
  button?.focus();
  return Boolean(button);
}
