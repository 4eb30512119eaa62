// The Home tab: the view that the app published.

import { el, refill } from "./dom.js";
import { rememberFocus, restoreFocus } from "./focus.js";
import { Form } from "./form.js";
import { actor } from "./interaction.js";
import { renderBlocks } from "./render/blocks.js";
import { store, whenChanged } from "./store.js";

let shown = null;

/** Keep the Home tab in step with the store. */
export function showHome(root) {
  whenChanged(["state", "place"], () => {
    root.hidden = store.place.tab !== "home";
    if (!root.hidden && store.state) render(root, store.state.home?.view ?? null);
  });
}

function render(root, view) {
  const signature = JSON.stringify([store.person, view]);
  if (signature === shown) return;
  shown = signature;
  const memory = rememberFocus(root);
  const note = el("p", { class: "shown-note", role: "alert" });
  const inside = view ? renderBlocks(view.blocks, sceneOf(view, note)) : [empty()];
  refill(root, el("div", { class: "home-view" }, note, ...inside));
  restoreFocus(root, memory);
}

const empty = () =>
  el("p", { class: "empty" }, `${store.state.app.name} has not published a Home view for this person yet.`);

function sceneOf(view, note) {
  const form = new Form();
  const container = () => ({ type: "view", view_id: view.id });
  return {
    surface: "home",
    form,
    act: actor({
      container,
      form,
      tell: (text) => {
        note.textContent = text;
      },
    }),
  };
}
