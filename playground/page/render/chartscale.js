// The frame of a chart: where values and categories lie, the grid and its labels.

import { svg } from "../dom.js";

export const WIDTH = 480;
export const HEIGHT = 240;
const LEFT = 44;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 26;
const BOTTOM_NAMED = 46;
/** On a phone the picture shrinks, and the letters below it do not. */
const IS_PHONE = matchMedia("(max-width: 480px)").matches;
const CHARACTER = IS_PHONE ? 8.6 : 6.2;
const BOTTOM_SLANTED = IS_PHONE ? 98 : 74;
const SLANTED_ROOM = 17;
const MANY = 10;
const STEPS = 4;

/** The scale for a chart with series: y of a value, x and width of a category. */
export function scaleFor({ series, axis_config: { categories, x_label: across } }) {
  const values = series.flatMap(({ data }) => data.map(({ value }) => value));
  const rough = roundStep((Math.max(0, ...values) - Math.min(0, ...values)) / STEPS || 1);
  const step = values.every(Number.isInteger) ? Math.max(1, rough) : rough;
  const low = Math.floor(Math.min(0, ...values) / step) * step;
  const high = Math.max(Math.ceil(Math.max(0, ...values) / step) * step, low + step);
  const band = (WIDTH - LEFT - RIGHT) / categories.length;
  // Names that would be cut stand at a slant; with many categories there are fewer names instead.
  const slanted = categories.length <= MANY && categories.some(({ length }) => length > roomIn(band));
  const bottom = (across ? BOTTOM_NAMED : BOTTOM) + (slanted ? BOTTOM_SLANTED : 0);
  const height = HEIGHT + (slanted ? BOTTOM_SLANTED / 2 : 0);
  return {
    low,
    high,
    step,
    band,
    height,
    bottom,
    slanted,
    categories,
    y: (value) => TOP + (height - TOP - bottom) * ((high - value) / (high - low)),
    x: (category) => LEFT + band * (categories.indexOf(category) + 0.5),
  };
}

function roundStep(rough) {
  const size = 10 ** Math.floor(Math.log10(rough));
  return size * [1, 2, 5, 10].find((factor) => factor * size >= rough);
}

/** The grid lines, the category names and the name of the axis across. */
export function axes({ axis_config: { categories, x_label: across } }, scale) {
  const marks = Array.from(
    { length: Math.round((scale.high - scale.low) / scale.step) + 1 },
    (_, index) => scale.low + index * scale.step,
  );
  return [
    ...marks.flatMap((value) => gridLine(value, scale)),
    ...categories.map((category, index) => categoryName(category, index, scale)),
    across ? text((LEFT + WIDTH) / 2, scale.height - 6, across, "axis-name") : null,
  ].filter(Boolean);
}

function gridLine(value, scale) {
  const y = scale.y(value);
  const label = Number(value.toPrecision(6)).toLocaleString("en-US");
  return [
    svg("line", { class: "grid-line", x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }),
    svg("text", { class: "axis-mark", x: LEFT - 6, y: y + 4, "text-anchor": "end" }, label),
  ];
}

const roomIn = (band) => Math.max(3, Math.floor(band / CHARACTER));

function categoryName(category, index, { x, height, band, bottom, slanted, categories }) {
  const every = categories.length > MANY ? 2 : 1;
  if (index % every) return null;
  const y = height - bottom + 16;
  const name = cut(category, slanted ? SLANTED_ROOM : roomIn(band) * every);
  const node = text(x(category), y, name, "axis-mark");
  if (slanted) {
    node.setAttribute("text-anchor", "end");
    node.setAttribute("transform", `rotate(-45 ${x(category)} ${y})`);
  }
  return node;
}

const cut = (name, room) => (name.length > room ? `${name.slice(0, room - 1)}…` : name);
const text = (x, y, words, name) => svg("text", { class: name, x, y, "text-anchor": "middle" }, words);
