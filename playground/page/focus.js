// Keeps the keyboard where it was when a card is replaced by its next version.

const CONTROLS = "button, input, select, textarea, summary, a[href]";
const ROW = "[data-block]";

/** Remember which control holds the focus: its name, its row, and what that row offers. */
export function rememberFocus(root) {
  const active = document.activeElement;
  if (!active || active === root || !root.contains(active)) return null;
  const row = active.closest(ROW);
  const place = row && { block: row.dataset.block, kind: kindOf(row), name: nameIn(row, active) };
  return { key: active.dataset.key, place, selection: selectionOf(active) };
}

/**
 * Put the focus on the same control, or on its like in a row that offers the same, else on the root.
 *
 * Never on whatever else stands there now: the next press of Enter would choose something unseen.
 */
export function restoreFocus(root, memory) {
  if (!memory || root.contains(document.activeElement)) return;
  const control = keyed(root, memory.key) ?? alike(root, memory) ?? root;
  control.focus({ preventScroll: true });
  if (memory.selection && control.setSelectionRange) control.setSelectionRange(...memory.selection);
}

function keyed(root, key) {
  return key ? [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key) : null;
}

/** An app that gives a row no id gets another one each time, so a row is also known by its controls. */
function alike(root, { key, place }) {
  if (!place) return null;
  const rows = [...root.querySelectorAll(ROW)].filter((row) => kindOf(row) === place.kind);
  const row = rows.find(({ dataset }) => dataset.block === place.block) ?? (key ? rows[0] : null);
  return row ? controlsOf(row).find((control) => nameIn(row, control) === place.name) : null;
}

const controlsOf = (row) => [...row.querySelectorAll(CONTROLS)];
const kindOf = (row) => controlsOf(row).map((control) => nameIn(row, control)).join(" ");

/** The control's key without its block's id, or its place in the row. */
function nameIn(row, control) {
  const { key } = control.dataset;
  return key ? key.slice(key.indexOf("/") + 1) : `${control.tagName}${controlsOf(row).indexOf(control)}`;
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
