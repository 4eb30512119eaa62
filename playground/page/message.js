// One message: who, when, what, and its files.

import { el } from "./dom.js";
import { Form } from "./form.js";
import { actor } from "./interaction.js";
import { avatar, initialsOf } from "./avatar.js";
import { renderBlocks } from "./render/blocks.js";
import { dotsMenu } from "./menu.js";
import { addNote, change, dismiss, person, store } from "./store.js";
import { clockTime } from "./text/dates.js";
import { plainWords } from "./text/inline.js";
import { mrkdwn } from "./text/mrkdwn.js";

/** The parts of a message that stand in its list item. */
export function messageParts(message, { grouped, inThread }) {
  const notification = el("p", { class: "notification-words fine" });
  const body = el(
    "div",
    { class: "message-body" },
    message.ephemeral ? onlyYou(message) : null,
    grouped ? null : head(message),
    ...content(message),
    ...(message.files ?? []).map(file),
    notification,
    message.replies && !inThread ? repliesTo(message) : null,
  );
  fillNotification(notification, message);
  const parts = [grouped ? el("div", { class: "message-gutter" }, time(message)) : face(message), body];
  const more = message.ephemeral ? null : moreFor(message, { inThread, notification });
  return more ? [...parts, more] : parts;
}

/** The messages whose notification is shown. */
const told = new Set();

const openThread = (ts) => change({ thread: ts });

function repliesTo({ ts, replies }) {
  const words = replies === 1 ? "1 reply" : `${replies} replies`;
  const attributes = { type: "button", class: "link-button replies", data: { key: "replies" } };
  return el("button", { ...attributes, on: { click: () => openThread(ts) } }, words);
}

/** What can be done with a message: reply in a thread, and see what the notification says. */
function moreFor(message, { inThread, notification }) {
  const toggle = () => {
    if (!told.delete(message.ts)) told.add(message.ts);
    fillNotification(notification, message);
    if (!notification.hidden) notification.scrollIntoView({ block: "nearest" });
  };
  const items = [
    inThread ? null : { words: "Reply in thread", run: () => openThread(message.ts) },
    author(message).isApp ? { words: "What the notification says", run: toggle } : null,
  ].filter(Boolean);
  if (!items.length) return null;
  const menu = dotsMenu({ label: "More for this message", key: "more", items });
  menu.classList.add("message-more");
  return menu;
}

function fillNotification(notification, message) {
  const isShown = told.has(message.ts);
  notification.hidden = !isShown;
  notification.textContent = isShown ? `Notification: ${plainWords(message.text ?? "")}` : "";
}

/** Who wrote a message: the app, a person, or the page. */
export function author(message) {
  const { app, people } = store.state;
  const known = people.find(({ id }) => id === message.user);
  const isApp = !message.note && (Boolean(message.bot_id) || message.user === app.bot_user_id);
  return { name: known?.name ?? message.name ?? app.name, isApp, known };
}

function face(message) {
  const { name, isApp, known } = author(message);
  if (isApp) return avatar({ initials: "R", app: true });
  return avatar({ initials: known?.avatar ?? initialsOf(name), color: known?.color });
}

function head(message) {
  const { name, isApp } = author(message);
  return el(
    "div",
    { class: "message-head" },
    el("span", { class: "message-author" }, name),
    isApp ? el("span", { class: "badge" }, "app") : null,
    time(message),
  );
}

function time(message) {
  const at = Number.parseFloat(message.ts);
  return el(
    "time",
    { class: "message-time", datetime: new Date(at * 1000).toISOString() },
    clockTime(at, person()?.tz),
  );
}

function onlyYou(message) {
  const away = el(
    "button",
    { type: "button", class: "link-button", on: { click: () => dismiss(message.ts) } },
    "Dismiss",
  );
  return el("div", { class: "only-you" }, "Only visible to you · ", away);
}

function content(message) {
  const edited = message.edited ? el("span", { class: "edited" }, "(edited)") : null;
  if (!message.blocks?.length) return [el("div", { class: "text" }, ...words(message), " ", edited)];
  return [...renderBlocks(message.blocks, sceneOf(message)), edited];
}

const words = (message) => (message.note ? [message.text] : mrkdwn(message.text ?? ""));

/** What somebody chose in messages, for as long as the page stands: drawing one anew must not undo it. */
const chosen = new Map();

function choicesIn(message) {
  const key = `${store.person} ${store.place.channel} ${message.ts}`;
  if (!chosen.has(key)) chosen.set(key, {});
  return chosen.get(key);
}

function sceneOf(message) {
  const form = new Form();
  const channel = store.place.channel;
  const container = () => ({ type: "message", channel, ts: message.ts });
  const kept = choicesIn(message);
  const keep = (block_id, action_id, value) => {
    kept[block_id] = { ...kept[block_id], [action_id]: value };
  };
  return {
    surface: "message",
    form,
    kept,
    keep,
    act: actor({ container, form, tell: (text) => addNote(text, channel, message.thread_ts) }),
  };
}

function file({ name, size, url }) {
  return el(
    "a",
    { class: "file", href: url, download: name },
    el("span", { class: "file-name" }, name),
    el("span", { class: "fine" }, `${sizeOf(size)} · Download`),
  );
}

function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
