// The head of the middle: what is open, the app's tabs, the opener of the tools.

import { sendText } from "./composer.js";
import { el, refill } from "./dom.js";
import { pending } from "./interaction.js";
import { goTo } from "./place.js";
import { setSidebar } from "./sidebar.js";
import { conversation, store, whenChanged } from "./store.js";
import { setTools } from "./tools/panel.js";

const TABS = [
  ["home", "Home"],
  ["messages", "Messages"],
];

/** Keep the head and the shown tab in step with the store. */
export function showHeader(root, conversationRoot) {
  whenChanged(["state", "place", "toolsOpen"], () => {
    conversationRoot.hidden = store.place.tab === "home";
    if (conversation()) render(root);
  });
}

function render(root) {
  const focused = root.contains(document.activeElement) ? document.activeElement.id : null;
  const { kind, name, topic } = conversation();
  const title = kind === "dm" ? name : `# ${name.replace(/^#/, "")}`;
  refill(
    root,
    el(
      "div",
      { class: "place-row" },
      el(
        "button",
        {
          type: "button",
          id: "sidebar-opener",
          class: "icon-button narrow-only",
          "aria-label": "People and conversations",
          "aria-controls": "sidebar",
          "aria-expanded": "false",
          on: { click: () => setSidebar(true) },
        },
        "☰",
      ),
      el("h1", { class: "place-name" }, title),
      el("p", { class: "place-topic fine" }, kind === "dm" ? "App" : topic),
      kind === "dm" ? tabs() : null,
      membership(),
      opener(),
    ),
  );
  document.title = `${title} · Rungs playground`;
  if (focused) (document.getElementById(focused) ?? document.getElementById("tools-opener")).focus();
}

/** A way to take the app into a channel, as Slack's own command does. */
function membership() {
  const { kind, app_is_in: isIn, archived } = conversation();
  if (kind === "dm") return null;
  if (archived) return el("span", { class: "badge" }, "archived");
  if (isIn) return null;
  const { name } = store.state.app;
  const add = ({ currentTarget }) => pending(currentTarget, () => sendText(`/invite @${name}`));
  return el(
    "button",
    { type: "button", id: "add-app", class: "button quiet", on: { click: add } },
    `Add ${name}`,
  );
}

function opener() {
  return el(
    "button",
    {
      type: "button",
      id: "tools-opener",
      class: "button quiet",
      "aria-expanded": String(store.toolsOpen),
      "aria-controls": "tools",
      on: { click: () => setTools(!store.toolsOpen) },
    },
    "Tools",
  );
}

function tabs() {
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": conversation().name });
  list.append(...TABS.map(([tab, label]) => tabButton(tab, label)));
  list.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight")
      openTab(store.place.tab === "home" ? "messages" : "home");
  });
  return list;
}

function tabButton(tab, label) {
  const selected = store.place.tab === tab;
  return el(
    "button",
    {
      type: "button",
      role: "tab",
      id: `tab-${tab}`,
      class: "tab",
      "aria-selected": String(selected),
      tabindex: selected ? "0" : "-1",
      "aria-controls": tab === "home" ? "home" : "conversation",
      on: { click: () => openTab(tab) },
    },
    label,
  );
}

/** The keyboard goes to the tab at once: while the tab is loading, the person may go on to something else. */
function openTab(tab) {
  goTo(store.place.channel, { tab }).catch(() => {});
  document.getElementById(`tab-${tab}`)?.focus();
}
