// Every element a block can hold, by its type.

import { el } from "../dom.js";
import { button } from "./button.js";
import { checkboxes, radioButtons } from "./choices.js";
import { image } from "./image.js";
import { overflow } from "./overflow.js";
import { datePicker, dateTimePicker, timePicker } from "./pickers.js";
import { multiSelect, select } from "./selects.js";
import { textInput } from "./typing.js";

const ELEMENTS = {
  button,
  overflow,
  image: (element) => image(element, { small: true }),
  radio_buttons: radioButtons,
  checkboxes,
  datepicker: datePicker,
  timepicker: timePicker,
  datetimepicker: dateTimePicker,
  static_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_static_select: multiSelect,
  multi_users_select: multiSelect,
  multi_channels_select: multiSelect,
  multi_conversations_select: multiSelect,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  rich_text_input: textInput,
  external_select: () =>
    note("A select that asks the app for its options. The playground cannot show those."),
  multi_external_select: () =>
    note("A select that asks the app for its options. The playground cannot show those."),
  file_input: () => note("A file input. The playground cannot send files to the app."),
};

/** Render an element; `place` holds its block_id and how it is labelled. */
export function renderElement(element, scene, place) {
  if (!Object.hasOwn(ELEMENTS, element.type))
    return note(`The playground cannot show an element of type "${element.type}".`);
  const kept = scene.kept?.[place.block_id]?.[element.action_id];
  return ELEMENTS[element.type](withKept(element, kept), scene, { ...place, said: saidBy(element) });
}

const note = (text) => el("p", { class: "cannot-show", role: "note" }, text);

/** What the app says that an element holds. */
function saidBy(element) {
  return JSON.stringify(Object.entries(element).filter(([key]) => key.startsWith("initial_")));
}

/**
 * What a person entered stays when the app updates what is around it: "selected_date" becomes "initial_date".
 *
 * In a message it stays until the app says something else there than it said when that was entered.
 */
function withKept(element, kept) {
  if (!kept || (kept.over && kept.over !== saidBy(element))) return element;
  const initial = Object.entries(kept).filter(([key, value]) => !ABOUT.includes(key) && value !== null);
  const cleared = Object.fromEntries(Object.entries(element).filter(([key]) => !key.startsWith("initial_")));
  return { ...cleared, ...Object.fromEntries(initial.map(([key, value]) => [initialKey(key), value])) };
}

const ABOUT = ["type", "over"];

const initialKey = (key) =>
  key === "value" || key === "rich_text_value" ? "initial_value" : key.replace(/^selected_/, "initial_");
