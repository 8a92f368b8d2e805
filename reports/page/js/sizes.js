// How large the images are: a mark for each case.

import { cases, measured, splitOf } from "./data.js";
import { h, svg } from "./dom.js";
import { counted, number } from "./format.js";
import { ascending, linear, quantile } from "./scale.js";
import { chart, figure, room } from "./chart.js";
import { caseLink } from "./state.js";
import { splitKey, splitMark, splitNumber } from "./splits.js";

const HEIGHT = 340,
  LEFT = 56,
  RIGHT = 12,
  TOP = 8,
  BOTTOM = 44;

export function sizes() {
  const points = cases.map(extent).filter(({ wide, long }) => wide > 0 && long > 0);
  if (!points.length) return null;
  const lengths = ascending(points.map(({ long }) => long));
  const [least, middle, most] = [0, 0.5, 1].map((share) => number(quantile(lengths, share)));
  return figure(
    {
      title: `Images are ${least} to ${most} mm long, half of them at least ${middle} mm`,
      note: `A mark for each of ${counted(points.length, "case")}; it leads to its case.`,
      name: "sizes",
    },
    splitKey(points.map(({ name }) => name)),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "sizes" },
      scatter(points, lengths.at(-1)),
    ),
  );
}

function extent(name, place) {
  const along = (axis) => measured.grids[`size_${axis}`][place] * measured.grids[`spacing_${axis}`][place];
  return { name, split: splitNumber(splitOf(name)), wide: along("i"), long: along("k") };
}

function scatter(points, longest) {
  const { width } = room();
  const widths = points.map(({ wide }) => wide);
  const margin = 0.05 * Math.max(...widths);
  const x = linear([Math.max(0, Math.min(...widths) - margin), Math.max(...widths) + margin], [LEFT, width - RIGHT]);
  const y = linear([0, longest * 1.05], [HEIGHT - BOTTOM, TOP]);
  return chart(
    width,
    HEIGHT,
    "sizes of the images",
    axes(x, y, width),
    points.map((point) => mark(point, x, y)),
  );
}

function axes(x, y, width) {
  const columns = x
    .ticks()
    .map((tick) => [
      svg("line", { class: "grid", x1: x(tick), x2: x(tick), y1: y(0), y2: TOP }),
      svg("text", { class: "note", x: x(tick), y: y(0) + 16, "text-anchor": "middle" }, number(tick)),
    ]);
  const rows = y
    .ticks()
    .map((tick) => [
      svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }),
      svg("text", { class: "note", x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end" }, number(tick)),
    ]);
  return [
    columns,
    rows,
    svg("text", { class: "note", x: width - RIGHT, y: HEIGHT - 8, "text-anchor": "end" }, "width of the image, mm"),
    svg("text", { class: "note", transform: `translate(14,${y(0)}) rotate(-90)` }, "length from head to foot, mm"),
  ];
}

function mark({ name, split, wide, long }, x, y) {
  const tip = `${name}: ${number(wide)} mm wide, ${number(long)} mm long`;
  const link = { href: caseLink(name), "data-tip": tip, "aria-label": tip, tabindex: "-1" };
  return svg("a", link, splitMark(split, x(wide), y(long), 3.5));
}
