// Mean volumes as published against those that the data give.

import { measured, published } from "./data.js";
import { h, svg } from "./dom.js";
import { counted, number, spaced } from "./format.js";
import { linear } from "./scale.js";
import { chart, diamond, figure, gridlines, room } from "./chart.js";

const CHOICES = {
  present: "the masks with voxels",
  present_uncut: "the uncut masks with voxels",
  all: "all masks, empty ones too",
  all_uncut: "all uncut masks, empty ones too",
};
const ROW = 17,
  TOP = 24;
const CLOSE = 1,
  MOST = 100; // per cent

export function publishedMeans() {
  const fits = Object.keys(CHOICES)
    .map((choice) => ({ choice, rows: differences(choice) }))
    .filter(({ rows }) => rows.length);
  if (!fits.length) return null;
  const { choice, rows } = fits.toSorted((first, second) => close(second.rows) - close(first.rows))[0];
  const off = rows
    .filter(({ percent }) => Math.abs(percent) > CLOSE)
    .sort((first, second) => Math.abs(second.percent) - Math.abs(first.percent));
  const title = off.length
    ? `${counted(off.length, "published mean volume")} of ${rows.length} ${off.length === 1 ? "is" : "are"} more than ${CLOSE} % off`
    : `All ${rows.length} published mean volumes are within ${CLOSE} % of the data`;
  const part =
    published.images && published.images !== measured.audited
      ? ` The tables are about ${counted(published.images, "case")}, this audit about ${measured.audited}.`
      : "";
  const note = `Published against recomputed over ${CHOICES[choice]}, the choice that fits most structures best.${part}`;
  return figure(
    { title, note, name: "published" },
    off.length &&
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "published means" }, plot(off)),
  );
}

function differences(choice) {
  return published.rows
    .map(([name, printed, means]) => ({
      name,
      printed,
      mean: means[choice],
      percent: 100 * (printed / means[choice] - 1),
    }))
    .filter(({ percent }) => Number.isFinite(percent));
}

const signed = (percent) => `${percent > 0 ? "+" : ""}${number(percent)} %`;

const close = (rows) => rows.filter(({ percent }) => Math.abs(percent) <= CLOSE).length;

function plot(rows) {
  const { width, names } = room();
  const bottom = TOP + rows.length * ROW;
  const most = Math.min(MOST, Math.max(10, ...rows.map(({ percent }) => Math.abs(percent))));
  const x = linear([-most, most], [names + 24, width - 70]);
  return chart(
    width,
    bottom + 22,
    "published against recomputed mean volumes",
    gridlines(x, TOP, bottom, { label: signed }),
    svg("line", { class: "zero", x1: x(0), x2: x(0), y1: TOP, y2: bottom }),
    rows.map((row, place) => mark(row, x, most, TOP + (place + 0.5) * ROW, { width, names })),
  );
}

function mark({ name, printed, mean, percent }, x, most, y, { width, names }) {
  const place = x(Math.min(most, percent));
  const tip = `${spaced(name)}: ${number(printed)} ml published, ${number(mean)} ml recomputed (${signed(percent)})`;
  return svg(
    "g",
    {},
    svg("rect", { class: "row", x: 0, y: y - ROW / 2, width, height: ROW, "data-tip": tip }),
    svg("text", { x: names, y: y + 4, "text-anchor": "end" }, spaced(name)),
    svg("line", { class: "range", x1: x(0), x2: place, y1: y, y2: y }),
    svg("path", { class: "outlier", d: diamond(place, y), "data-tip": tip }),
    svg(
      "text",
      { class: "note", x: place + 10, y: y + 4 },
      percent > most && signed(percent), // a mean is never more than 100 % too small
    ),
  );
}
