// Every node of the page is built here. Text becomes text nodes, so nothing a message says can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** Build an HTML element; `on` holds listeners, false and null attributes are left out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Build an SVG element with the same rules. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") return listen(node, value);
  if (name === "data") return void Object.assign(node.dataset, value);
  node.setAttribute(name, value === true ? "" : String(value));
}

function listen(node, listeners) {
  for (const [event, listener] of Object.entries(listeners)) node.addEventListener(event, listener);
}

/** Replace what a node holds. */
export function refill(node, ...children) {
  node.replaceChildren(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
}

let counter = 0;

/** An id that no other element has. */
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Text for screen readers alone. */
export function hiddenText(text) {
  return el("span", { class: "visually-hidden" }, text);
}

/** Only addresses a person may safely follow; anything else is null. */
export function safeUrl(address) {
  try {
    const url = new URL(address, location.origin);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the page, or plain text when the address is not safe. */
export function link(address, label, attributes = {}) {
  const href = safeUrl(address);
  if (!href) return document.createTextNode(label);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, label);
}
