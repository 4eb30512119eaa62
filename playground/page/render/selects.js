// Selects. One choice is the browser's own select; many are a list of checkboxes that opens.

import { el } from "../dom.js";
import { store } from "../store.js";
import { plain } from "../text/mrkdwn.js";
import { connect, naming } from "./field.js";

const KINDS = {
  static: {
    key: "option",
    options: staticOptions,
    of: (option) => option.value,
    back: (value, element) => allOptions(element).find((option) => option.value === value),
  },
  users: { key: "user", options: () => peopleOptions(), of: (id) => id, back: (id) => id },
  channels: { key: "channel", options: () => channelOptions(), of: (id) => id, back: (id) => id },
  conversations: {
    key: "conversation",
    options: () => conversationOptions(),
    of: (id) => id,
    back: (id) => id,
  },
};

const kindOf = (element) => KINDS[element.type.replace(/^multi_/, "").replace(/_select$/, "")];

/** A select with one choice: from the app's options, or of people, channels or conversations. */
export function select(element, scene, place) {
  const kind = kindOf(element);
  const initial = element[`initial_${kind.key}`];
  const empty = el("option", { value: "" }, plain(element.placeholder) || "Choose");
  const control = el(
    "select",
    { class: "select", ...naming(element, place, "Choose") },
    empty,
    ...kind.options(element),
  );
  control.value = initial ? kind.of(initial) : "";
  const read = () => ({ [`selected_${kind.key}`]: control.value ? kind.back(control.value, element) : null });
  return connect(control, { element, scene, place, read, event: "change" });
}

/** A select with many choices; the app hears of them when the list closes. */
export function multiSelect(element, scene, place) {
  const kind = kindOf(element);
  const chosen = new Set((element[`initial_${kind.key}s`] ?? []).map(kind.of));
  const summary = el("summary", { class: "select", ...naming(element, place, "Choose") });
  // A label cannot point at a summary, so the summary names itself by its label and its choice.
  if (place.labelId) summary.setAttribute("aria-labelledby", `${place.labelId} ${place.controlId}`);
  const boxes = flat(kind.options(element)).map((option) => box(option, chosen));
  const list = el(
    "div",
    { class: "multi-list", role: "group", "aria-label": plain(element.placeholder) || "Options" },
    ...boxes,
  );
  const root = el("details", { class: "multi" }, summary, list);
  const show = () => {
    summary.textContent = labels(list) || plain(element.placeholder) || "Choose";
  };
  list.addEventListener("change", (event) => {
    limit(list, element, event.target);
    show();
  });
  show();
  return connect(root, {
    element,
    scene: closing(scene, root),
    place,
    read: reader(kind, element, list),
    event: "toggle",
  });
}

/** A multi-select speaks when it closes and its choice differs from what it was at opening. */
function closing(scene, root) {
  let before = null;
  const act = (control, action) => {
    const value = JSON.stringify(action.value);
    const differs = before !== null && value !== before;
    before = value;
    return !root.open && differs ? scene.act(control.firstElementChild, action) : null;
  };
  return { ...scene, act };
}

function reader(kind, element, list) {
  return () => {
    const values = [...list.querySelectorAll("input:checked")].map((input) =>
      kind.back(input.value, element),
    );
    return { [`selected_${kind.key}s`]: values };
  };
}

function box(option, chosen) {
  const input = el("input", { type: "checkbox", value: option.value, checked: chosen.has(option.value) });
  return el("label", { class: "choice" }, input, el("span", {}, option.textContent));
}

function limit(list, { max_selected_items: most }, last) {
  if (most && list.querySelectorAll("input:checked").length > most) last.checked = false;
}

const labels = (list) =>
  [...list.querySelectorAll("input:checked")].map((input) => input.parentElement.textContent).join(", ");
const flat = (nodes) => nodes.flatMap((node) => (node.tagName === "OPTGROUP" ? [...node.children] : [node]));
const optionNode = (value, text) => el("option", { value }, text);

const allOptions = (element) => element.options ?? element.option_groups.flatMap((group) => group.options);

function staticOptions(element) {
  const nodes = (options) => options.map((option) => optionNode(option.value, plain(option.text)));
  if (element.options) return nodes(element.options);
  return element.option_groups.map((group) =>
    el("optgroup", { label: plain(group.label) }, ...nodes(group.options)),
  );
}

const peopleOptions = () =>
  store.state.people.filter(({ deactivated }) => !deactivated).map(({ id, name }) => optionNode(id, name));
const channelOptions = () =>
  store.state.conversations
    .filter(({ kind }) => kind === "channel")
    .map(({ id, name }) => optionNode(id, `#${name.replace(/^#/, "")}`));
const conversationOptions = () => [...channelOptions(), ...peopleOptions()];
