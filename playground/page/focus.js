// Keeps the keyboard where it was when a card is replaced by its next version.

const CONTROLS = "button, input, select, textarea, summary, a[href]";

function controlsOf(group) {
  return [...group.querySelectorAll(CONTROLS)].filter((control) => !control.disabled);
}

const groupsOf = (root) =>
  [...root.querySelectorAll("[data-block]")].filter((group) => controlsOf(group).length);

/** Remember which control holds the focus: its name, and its place as block and index. */
export function rememberFocus(root) {
  const active = document.activeElement;
  if (!active || active === root || !root.contains(active)) return null;
  const groups = groupsOf(root);
  const group = groups.findIndex((candidate) => candidate.contains(active));
  const index = group < 0 ? 0 : controlsOf(groups[group]).indexOf(active);
  return { key: active.dataset.key, group, index, selection: selectionOf(active) };
}

/** Put the focus on the control of the same name, else on the one at the same place, else on the root. */
export function restoreFocus(root, memory) {
  if (!memory || root.contains(document.activeElement)) return;
  const control = named(root, memory.key) ?? atPlace(root, memory) ?? root;
  control.focus({ preventScroll: true });
  if (memory.selection && control.setSelectionRange) control.setSelectionRange(...memory.selection);
}

function named(root, key) {
  return key ? [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key) : null;
}

function atPlace(root, { group, index }) {
  const groups = groupsOf(root);
  const chosen = groups[Math.min(Math.max(group, 0), groups.length - 1)];
  const controls = chosen ? controlsOf(chosen) : [];
  return controls[Math.min(index, controls.length - 1)];
}

function selectionOf(active) {
  const typed = active.tagName === "TEXTAREA" || (active.tagName === "INPUT" && active.type === "text");
  return typed ? [active.selectionStart, active.selectionEnd] : null;
}

/** A held-down Enter key must not answer the next card as well. */
export function ignoreHeldKeys(root) {
  root.addEventListener("keydown", (event) => {
    const pressing = event.key === "Enter" || event.key === " ";
    if (event.repeat && pressing && event.target.closest("button, a[href]")) event.preventDefault();
  });
}
