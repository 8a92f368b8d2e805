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

const NONE = 4; // the mark of cases that the metadata do not list

export const splitNumber = (split) => (split || !splits.length ? Math.max(0, splits.indexOf(split)) : NONE);

// What marks the splits of some cases, and how many of them each has.
export function splitKey(names) {
  const bySplit = Map.groupBy(names, splitOf);
  const mark = (split) =>
    svg("svg", { viewBox: "-5 -5 10 10", "aria-hidden": "true" }, splitMark(splitNumber(split), 0, 0, 4.5));
  const entries = [...splits, ""]
    .filter((split) => bySplit.has(split))
    .map((split) => h("li", {}, mark(split), `${split || "no split"} (${integer(bySplit.get(split).length)})`));
  return splits.length > 0 && h("ul", { class: "key" }, entries);
}
