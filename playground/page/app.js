// The page's beginning: each part is given its place, then the workspace is loaded.

import { showBanner } from "./banner.js";
import { showComposer } from "./composer.js";
import { ignoreHeldKeys } from "./focus.js";
import { showHeader } from "./header.js";
import { showHome } from "./home.js";
import { showConnection } from "./live.js";
import { showMessages } from "./conversation.js";
import { showModals } from "./modals.js";
import { arrive } from "./place.js";
import { refreshStage } from "./refresh.js";
import { showSidebar } from "./sidebar.js";
import { change } from "./store.js";
import { showNotifications } from "./notifications.js";
import { showThread } from "./thread.js";
import { showTimebar } from "./timebar.js";
import { showTools } from "./tools/panel.js";

const AGAIN_MS = 1000;
const root = (id) => document.getElementById(id);

showConnection(root("connection"));
showTimebar(root("timebar"));
showSidebar(root("sidebar"));
showHeader(root("place"), root("conversation"));
showBanner(root("banner"));
showHome(root("home"));
showMessages(root("messages"), root("scroller"));
showComposer(root("composer"));
showModals();
showThread(root("thread"));
showTools(root("tools"));
showNotifications(root("notifications"));
ignoreHeldKeys(document.body);

/** Load the workspace; a playground that is not up yet is tried again. */
async function begin() {
  try {
    await arrive();
    await refreshStage();
    change({ lost: false });
  } catch (error) {
    console.warn("The workspace could not be loaded:", error.message);
    change({ lost: true });
    setTimeout(begin, AGAIN_MS);
  }
}

begin();
