// The right side, collapsible: raw payloads, the clock, faults, starting over.

import * as api from "../api.js";
import { sure } from "../confirm.js";
import { el, refill } from "../dom.js";
import { refreshLog } from "../refresh.js";
import { change, store, whenChanged } from "../store.js";
import { clockTool } from "./clock.js";
import { faultsTool } from "./faults.js";
import { payloadsTool } from "./payloads.js";

const KEY = "rungs-playground-tools";

/** Build the panel and keep it open if it was open before. */
export function showTools(root) {
  const status = el("p", { class: "tool-status", role: "status" });
  const tell = (text) => {
    status.textContent = text;
  };
  refill(
    root,
    el(
      "header",
      { class: "tools-head" },
      el("h2", {}, "Tools"),
      el(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close the tools",
          on: { click: () => setTools(false) },
        },
        "✕",
      ),
    ),
    status,
    el("p", {}, el("a", { href: "/consent" }, "What the app may do here")),
    clockTool(tell),
    faultsTool(tell),
    startOver(tell),
    payloadsTool(),
  );
  root.addEventListener("keydown", (event) => event.key === "Escape" && setTools(false));
  whenChanged(["toolsOpen"], () => {
    root.hidden = !store.toolsOpen;
  });
  if (localStorage.getItem(KEY) === "open") setTools(true, { focus: false });
}

/** Open or close the panel. */
export function setTools(open, { focus = true } = {}) {
  localStorage.setItem(KEY, open ? "open" : "closed");
  change({ toolsOpen: open });
  if (open) {
    change({ thread: null });
    refreshLog().catch(() => {});
  }
  const target = open
    ? document.querySelector("#tools .icon-button")
    : document.getElementById("tools-opener");
  if (focus) target?.focus();
}

function startOver(tell) {
  const again = async () => {
    const agreed = await sure({
      title: "Start over?",
      danger: true,
      yes: "Start over",
      text: "All messages, views, and files in this playground are deleted. The app's own database is not touched.",
    });
    if (agreed)
      await api.reset().then(
        () => location.reload(),
        (error) => tell(error.message),
      );
  };
  return el(
    "details",
    { class: "tool" },
    el("summary", {}, "Start over"),
    el("p", { class: "fine" }, "Put the workspace back to how it started."),
    el("button", { type: "button", class: "button danger", on: { click: again } }, "Start over …"),
  );
}
