// The values of a view or message, in the shape of Slack's view.state.values, and what the client checks itself.

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Collects fields while blocks are rendered. */
export class Form {
  #fields = [];

  add(field) {
    this.#fields.push(field);
  }

  /** All values: {block_id: {action_id: {type, …}}}. */
  values() {
    const values = {};
    for (const { block_id, action_id, type, read } of this.#fields) {
      values[block_id] = { ...values[block_id], [action_id]: { type, ...read() } };
    }
    return values;
  }

  /** What Slack's own client refuses before it asks the app: {block_id: text}. */
  problems() {
    const found = this.#fields.filter(({ input }) => input).map((field) => [field.block_id, problem(field)]);
    return Object.fromEntries(found.filter(([, text]) => text));
  }

  /** The control of a block. */
  control(block_id) {
    return this.#fields.find((field) => field.block_id === block_id)?.control ?? null;
  }
}

function problem({ input, type, read }) {
  const value = Object.values(read())[0];
  const empty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  if (empty) return input.optional ? null : "This field is empty. Fill it in to go on.";
  return CHECKS[type]?.(value, input.element) ?? null;
}

const CHECKS = {
  plain_text_input: (text, { min_length: least = 0 }) =>
    text.length < least ? `This text has ${text.length} characters. Write at least ${least}.` : null,
  email_text_input: (text) =>
    EMAIL.test(text) ? null : "This is not an email address. Write one such as name@example.com.",
  url_text_input: (text) =>
    URL.canParse(text) ? null : "This is not a web address. Write one that starts with https://.",
  number_input: numberProblem,
};

function numberProblem(text, { is_decimal_allowed: decimals, min_value: least, max_value: most }) {
  if (!(decimals ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(text))
    return `This is not a ${decimals ? "" : "whole "}number. Write one in digits.`;
  if (least !== undefined && Number(text) < Number(least))
    return `${text} is too low. Write ${least} or more.`;
  if (most !== undefined && Number(text) > Number(most)) return `${text} is too high. Write ${most} or less.`;
  return null;
}
