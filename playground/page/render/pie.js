// Pie charts.

import { svg } from "../dom.js";
import { HEIGHT, WIDTH } from "./chartscale.js";

const RADIUS = 104;
const CENTER = [WIDTH / 2, HEIGHT / 2];

/** The slices of a pie, clockwise from the top. */
export function pie(segments) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  let start = 0;
  return segments.map(({ value }, index) => {
    const from = start;
    start += value / total;
    return slice(from, start, index);
  });
}

function slice(from, to, index) {
  const name = `slice series-${index}`;
  if (to - from > 0.9999) return svg("circle", { class: name, cx: CENTER[0], cy: CENTER[1], r: RADIUS });
  const large = to - from > 0.5 ? 1 : 0;
  return svg("path", {
    class: name,
    d: `M${CENTER} L${rim(from)} A${RADIUS} ${RADIUS} 0 ${large} 1 ${rim(to)} Z`,
  });
}

function rim(turn) {
  const angle = turn * 2 * Math.PI;
  return [CENTER[0] + RADIUS * Math.sin(angle), CENTER[1] - RADIUS * Math.cos(angle)].map((at) =>
    at.toFixed(2),
  );
}
