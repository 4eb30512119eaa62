// What all elements with a value share: reading it, telling the app, and putting it back when the person says no.

/**
 * Connect an element that holds a value to its scene.
 *
 * `read` answers the value as Slack sends it, without the type. In an input block the value waits for the submit
 * unless the block asks for `dispatch_action`; elsewhere each change is an action.
 */
export function connect(control, { element, scene, place, read, event, delay = 0 }) {
  const { block_id, input } = place;
  scene.form?.add({ block_id, action_id: element.action_id, type: element.type, read, control, input });
  if (input && !input.dispatch_action) return control;
  let timer = 0;
  let accepted = snapshot(control);
  const note = () => scene.keep?.(block_id, element.action_id, { over: place.said, ...read() });
  const tell = async () => {
    const entered = snapshot(control);
    note();
    const told = await scene.act(control, { block_id, element, value: read() });
    if (told !== false) {
      accepted = entered;
      return;
    }
    restore(accepted);
    note();
  };
  control.addEventListener(event, () => {
    clearTimeout(timer);
    if (delay) timer = setTimeout(() => control.isConnected && tell(), delay);
    else tell();
  });
  return control;
}

function snapshot(control) {
  const inputs = [control, ...control.querySelectorAll("input")];
  return inputs.map((input) => ({ input, value: input.value, checked: input.checked }));
}

function restore(inputs) {
  for (const { input, value, checked } of inputs) Object.assign(input, { value, checked });
}

/** The attributes that name a control: its block's label, or its placeholder and what stands beside it. */
export function naming(element, place, fallback) {
  const key = `${place.block_id}/${element.action_id}`;
  if (place.controlId) return { id: place.controlId, "aria-describedby": place.describedBy, data: { key } };
  const words = [place.about, element.placeholder?.text ?? fallback].filter(Boolean).join(": ");
  return { "aria-label": words, data: { key } };
}
