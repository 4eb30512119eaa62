// The stack of modals, each a dialog of the browser, which keeps the focus inside.

import * as api from "./api.js";
import { rememberFocus, restoreFocus } from "./focus.js";
import { Modal } from "./modal.js";
import { refreshState } from "./refresh.js";
import { store, whenChanged } from "./store.js";

const open = new Map();
let opener = null;

/** Keep the dialogs in step with the person's stack of views. */
export function showModals() {
  whenChanged(["state", "person"], () => store.state && patch(store.state.modals ?? []));
}

function patch(views) {
  const ids = new Set(views.map(({ id }) => id));
  if (!open.size && views.length) opener = remember(document.activeElement);
  for (const [id, modal] of [...open].reverse()) if (!ids.has(id)) away(id, modal);
  for (const view of views) show(view);
  if (!open.size && opener) giveFocusBack();
}

function show(view) {
  if (open.has(view.id)) open.get(view.id).update(view);
  else open.set(view.id, new Modal(view, { close: () => close(view.id) }));
}

function away(id, modal) {
  open.delete(id);
  modal.remove();
}

async function close(view_id) {
  const modal = open.get(view_id);
  await api.close({ user: store.person, view_id }).catch((error) => modal?.tell(error.message));
  await refreshState().catch(() => {});
}

function remember(node) {
  const place = node.closest("#home, [data-ts]");
  return { node, place, memory: place && rememberFocus(place) };
}

/** The opener may have been drawn anew meanwhile, as when the Home tab is published again. */
function giveFocusBack() {
  const { node, place, memory } = opener;
  opener = null;
  if (node.isConnected) node.focus();
  else if (place?.isConnected) restoreFocus(place, memory);
}
