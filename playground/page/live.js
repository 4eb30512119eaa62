// Listens for changes. A lost connection is said aloud and tried again, more slowly each time.

import * as api from "./api.js";
import { refreshAll, refreshLog, refreshMessages, refreshState } from "./refresh.js";
import { change, store, whenChanged } from "./store.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
let source = null;
let timer = 0;
let wait = FIRST_WAIT_MS;

/** Follow the changes of whoever is chosen. */
export function listen() {
  clearTimeout(timer);
  source?.close();
  if (!store.person) return;
  source = api.changes(store.person);
  source.addEventListener("open", opened);
  source.addEventListener("error", lost);
  source.addEventListener("change", (event) => changed(JSON.parse(event.data)));
}

/** Whatever changed before the stream was open is fetched once it is. */
function opened() {
  wait = FIRST_WAIT_MS;
  change({ lost: false });
  refreshAll().catch(() => {});
}

function lost() {
  source?.close();
  change({ lost: true });
  clearTimeout(timer);
  timer = setTimeout(listen, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

function changed({ what, channel }) {
  const refresh = { messages: () => messagesChanged(channel), log: logChanged, state: refreshAll };
  (refresh[what] ?? refreshState)().catch(() => {});
}

async function messagesChanged(channel) {
  const looking = store.place.tab === "messages" && (!channel || channel === store.place.channel);
  if (looking) await refreshMessages();
  await refreshState();
}

async function logChanged() {
  if (store.toolsOpen) await refreshLog();
}

/** Show in the page's head that the connection is lost. */
export function showConnection(root) {
  whenChanged(["lost"], () => {
    root.textContent = store.lost ? "Connection to the playground lost. Trying again." : "";
  });
}
