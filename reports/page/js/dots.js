// One structure in large: a dot for each case.

import { cases } from "./data.js";
import { svg } from "./dom.js";
import { number } from "./format.js";
import { chart, diamond, gridlines, room } from "./chart.js";
import { caseLink } from "./state.js";

const TOP = 24,
  HIGHEST = 230;
const MANY = 200; // values, from which on dots are small

export function dots({ structure, sorted, values }, { unit, scale, label }) {
  const { width } = room();
  const x = scale([sorted[0], sorted.at(-1)], [24, width - 30]);
  const size = values.length < MANY ? 12 : 6;
  const stacks = stacked(values, x, size);
  const highest = Math.max(...stacks.map(({ height }) => height + 1));
  const step = Math.min(size, HIGHEST / highest);
  const bottom = TOP + 12 + highest * step;
  const marks = stacks.map(({ left, height, ...value }) =>
    dot(
      value,
      left,
      bottom - (height + 0.5) * step,
      size,
      `${structure.name.replaceAll("_", " ")} ${number(value.value)} ${unit}`,
    ),
  );
  return chart(width, bottom + 8, label, gridlines(x, TOP, bottom, { unit }), marks);
}

// Values that would cover each other stand on top of each other.
function stacked(values, x, size) {
  const heights = new Map();
  return values.map((value) => {
    const left = Math.round(x(value.value) / size) * size;
    const height = heights.get(left) ?? 0;
    heights.set(left, height + 1);
    return { ...value, left, height };
  });
}

function dot({ place, out, far }, x, y, size, label) {
  const tip = `${cases[place]}: ${label}`;
  const marked = out || far;
  const mark = marked
    ? svg("path", { class: far ? "outlier hollow" : "outlier", d: diamond(x, y) })
    : svg("circle", { class: "value", cx: x, cy: y, r: size / 2 - 0.4 });
  return svg(
    "a",
    { href: caseLink(cases[place]), "data-tip": tip, "aria-label": tip, tabindex: marked ? "0" : "-1" },
    mark,
  );
}
