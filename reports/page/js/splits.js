// The splits, each with a mark of its own colour and shape.

import { cases, splitOf, splits } from "./data.js";
import { h, svg } from "./dom.js";
import { integer } from "./format.js";

// The numbers of the cases of a split; of all cases for an empty one.
export const members = (split) =>
  cases.map((_, place) => place).filter((place) => !split || splitOf(cases[place]) === split);

const SHAPES = [
  (x, y, r) => svg("circle", { cx: x, cy: y, r }),
  (x, y, r) => svg("path", { d: `M${x - r} ${y - r}h${2 * r}v${2 * r}h-${2 * r}z` }),
  (x, y, r) => svg("path", { d: `M${x} ${y - r}l${r} ${2 * r}h-${2 * r}z` }),
];

export const splitClass = (number) => `split-${number % 5}`;

export function splitMark(number, x, y, r) {
  const shape = SHAPES[number % SHAPES.length](x, y, r);
  shape.setAttribute("class", splitClass(number));
  return shape;
}

export function splitKey() {
  const mark = (number) => svg("svg", { viewBox: "-5 -5 10 10", "aria-hidden": "true" }, splitMark(number, 0, 0, 4.5));
  const entries = splits.map((split, number) =>
    h("li", {}, mark(number), `${split} (${integer(members(split).length)})`),
  );
  return splits.length > 0 && h("ul", { class: "key" }, entries);
}
