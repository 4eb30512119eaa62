// The left side: who you are, the channels, the app.

import { el, refill } from "./dom.js";
import { avatar } from "./avatar.js";
import { pickPerson } from "./people.js";
import { chooseWorkspace, goTo } from "./place.js";
import { addNote, now, person, store, whenChanged } from "./store.js";
import { clockTime } from "./text/dates.js";

const narrow = matchMedia("(max-width: 760px)");

/** Keep the sidebar in step with the store. */
export function showSidebar(root) {
  whenChanged(["state", "place", "person", "sidebarOpen"], () => store.state && render(root));
  setInterval(() => tick(root), 10000);
  narrow.addEventListener("change", () => store.state && render(root));
  root.addEventListener("keydown", (event) => event.key === "Escape" && setSidebar(false));
  document.addEventListener("pointerdown", ({ target }) => {
    const beside = !target.closest("#sidebar, #sidebar-opener, dialog");
    if (narrow.matches && root.classList.contains("open") && beside) setSidebar(false);
  });
}

/** On a narrow screen, open or close the sidebar over the conversation. */
export function setSidebar(open) {
  const root = document.getElementById("sidebar");
  root.classList.toggle("open", open);
  root.inert = narrow.matches && !open;
  document.getElementById("main").inert = narrow.matches && open;
  document.getElementById("sidebar-opener")?.setAttribute("aria-expanded", String(open));
  if (!narrow.matches) return;
  if (open) root.querySelector("button")?.focus();
  else document.getElementById("sidebar-opener")?.focus();
}

function render(root) {
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const { workspace, conversations } = store.state;
  const channels = conversations.filter(({ kind }) => kind === "channel");
  const apps = conversations.filter(({ kind }) => kind === "dm");
  refill(
    root,
    el(
      "div",
      { class: "workspace-name" },
      workspaceName(workspace),
      el(
        "button",
        {
          type: "button",
          class: "icon-button narrow-only",
          "aria-label": "Close this list",
          on: { click: () => setSidebar(false) },
        },
        "✕",
      ),
    ),
    you(),
    group("Channels", channels.map(entry)),
    group("Apps", apps.map(entry)),
    el("p", { class: "sidebar-foot fine" }, connection()),
  );
  root.inert = narrow.matches && !root.classList.contains("open");
  if (focused) root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** The name of the workspace; where there are several, the choice of one. */
function workspaceName(workspace) {
  const every = store.state.workspaces;
  if (every.length < 2) return workspace.name;
  const go = ({ target }) => chooseWorkspace(target.value).catch((error) => addNote(error.message));
  return el(
    "select",
    { class: "workspace-choice", "aria-label": "Workspace", data: { key: "workspace" }, on: { change: go } },
    ...every.map(({ id, name, standing }) =>
      el(
        "option",
        { value: id, selected: id === workspace.id },
        standing === "installed" ? name : `${name} (not installed)`,
      ),
    ),
  );
}

function you() {
  const who = person();
  if (!who) return null;
  const words = el(
    "span",
    { class: "you-words" },
    el("span", { class: "you-name" }, who.name),
    el("span", { class: "fine" }, [who.title, who.guest ? "guest" : ""].filter(Boolean).join(" · ")),
    el("span", { class: "fine local-time" }, localTime(who)),
  );
  const hint = el("span", { class: "you-change" }, "Change");
  return el(
    "button",
    {
      type: "button",
      class: "you",
      "aria-haspopup": "dialog",
      data: { key: "you" },
      on: { click: pickPerson },
    },
    avatar({ initials: who.avatar, color: who.color }),
    words,
    hint,
  );
}

/** The local time of a person, in words. */
export function localTime(who) {
  return who.tz ? `${clockTime(now(), who.tz)} local time` : "No time zone";
}

function tick(root) {
  const line = root.querySelector(".local-time");
  if (line && person()) line.textContent = localTime(person());
}

function group(name, entries) {
  return el(
    "section",
    { "aria-label": name },
    el("h2", { class: "sidebar-heading" }, name),
    el("ul", { class: "sidebar-list" }, ...entries),
  );
}

function entry({ id, kind, name, unread }) {
  const here = id === store.place.channel;
  const sign =
    kind === "channel"
      ? el("span", { class: "sign", "aria-hidden": "true" }, "#")
      : avatar({ initials: "R", app: true });
  const count = unread
    ? el("span", { class: "unread" }, String(unread), el("span", { class: "visually-hidden" }, " unread"))
    : null;
  const open = () => {
    goTo(id, { tab: here ? store.place.tab : "messages" });
    if (narrow.matches) setSidebar(false);
  };
  const button = el(
    "button",
    {
      type: "button",
      class: `sidebar-entry${unread ? " has-unread" : ""}`,
      "aria-current": here ? "page" : null,
      data: { key: id },
      on: { click: open },
    },
    sign,
    el("span", { class: "entry-name" }, name.replace(/^#/, "")),
    count,
  );
  return el("li", {}, button);
}

function connection() {
  const { name, connected, transport } = store.state.app;
  if (!connected) return `${name} is not connected yet.`;
  return `${name} is connected${transport === "socket" ? " by Socket Mode" : transport === "http" ? " by HTTP" : ""}.`;
}
