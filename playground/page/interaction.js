// What a click does: ask when the app wants a question asked, tell the playground, show what Slack would show.

import * as api from "./api.js";
import { confirmed } from "./confirm.js";
import { change, store } from "./store.js";

/**
 * The function that a scene's controls call; it answers whether the app was told.
 *
 * `container` answers where the control stands, `form` holds the values around it, `tell` shows a refusal.
 */
export function actor({ container, form, tell }) {
  return async (control, { block_id, element, value }) => {
    if (element.confirm && !(await confirmed(element.confirm))) return false;
    await pending(control, () => send({ container, form, tell, block_id, element, value }));
    return true;
  };
}

/** Mark a control as busy while work runs. It keeps the focus, so it is not disabled. */
export async function pending(control, work) {
  control.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    control.removeAttribute("aria-busy");
  }
}

async function send({ container, form, tell, block_id, element, value }) {
  const action = {
    user: store.person,
    container: container(),
    block_id,
    action_id: element.action_id,
    state: form.values(),
  };
  try {
    const outcome = await api.action(value === undefined ? action : { ...action, value });
    change({ acted: true });
    if (!outcome.ok) tell(outcome.shown ?? "Something went wrong. Try again.");
  } catch (error) {
    tell(error.message);
  }
}
