// What Slack asks a person before it lets an app in: the scopes in Slack's words, and the app's reason for each.

import * as api from "./api.js";
import { el, refill } from "./dom.js";
import { pending } from "./interaction.js";

const KINDS = [
  ["view", "be able to view?"],
  ["do", "be able to do?"],
];
const root = document.getElementById("consent");

function show({ app, workspace, standing, scopes }) {
  const said = el("p", { class: "consent-said", role: "status" });
  refill(
    root,
    el("h1", {}, `${app} is requesting permission to access the ${workspace} workspace`),
    ...KINDS.flatMap(([kind, asked]) => group(kind, `What will ${app} ${asked}`, scopes)),
    scopes.length ? null : el("p", {}, `${app} has no manifest here, so it can do everything.`),
    el("div", { class: "dialog-buttons" }, cancel(), allow(app, said)),
    said,
  );
  if (standing !== "installed") said.textContent = `${app} is not installed at the moment.`;
}

function group(kind, heading, scopes) {
  const asked = scopes.filter((scope) => scope.kind === kind);
  if (!asked.length) return [];
  return [el("h2", {}, heading), el("ul", { class: "consent-list" }, ...asked.map(entry))];
}

function entry({ scope, words, reason }) {
  return el(
    "li",
    {},
    el("strong", {}, words),
    el("p", {}, reason ?? "The app doesn't say why."),
    el("code", { class: "fine" }, scope),
  );
}

const cancel = () => el("a", { class: "button", href: "/" }, "Cancel");

function allow(app, said) {
  const install = () =>
    api.lifecycle({ event: "install" }).then(
      () => refill(said, `${app} is installed. `, el("a", { href: "/" }, "Go to the workspace")),
      (error) => refill(said, error.message),
    );
  const click = ({ currentTarget }) => pending(currentTarget, install);
  return el("button", { type: "button", class: "button primary", on: { click } }, "Allow");
}

api.consent().then(show, (error) => refill(root, el("p", {}, error.message)));
