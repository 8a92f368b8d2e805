// Which structures share voxels, and how much of the smaller one at worst.

import { measured } from "./data.js";
import { h, svg } from "./dom.js";
import { counted, percent, spaced } from "./format.js";
import { chart, figure } from "./chart.js";
import { caseLink } from "./state.js";

const SMALL = 0.05,
  LARGE = 0.3; // shares that the checks masks-overlap and masks-overlap-large begin at
const MOST = 40;

// Pixels of a cell: few structures are shown larger.
const cellOf = (names) => Math.max(15, Math.min(28, Math.floor(360 / names.length)));

export function overlaps() {
  const pairs = measured.overlaps.map(([first, second, count, share, name]) => ({ first, second, count, share, name }));
  if (!pairs.length) return null;
  const wide = pairs.filter(({ share }) => share > SMALL).length;
  const names = ranked(pairs).slice(0, MOST);
  const title = wide
    ? `${counted(wide, "pair")} of structures ${wide === 1 ? "shares" : "share"} more than ${percent(SMALL)} of the smaller mask in some case`
    : `No pair of structures shares more than ${percent(SMALL)} of the smaller mask`;
  const note = `Colour: the largest share of the smaller mask in any case. ${names.length < ranked(pairs).length ? `The ${MOST} structures that overlap most, of ${ranked(pairs).length}.` : ""} A cell leads to the case where the share is largest.`;
  return figure(
    { title, note, name: "overlaps" },
    legend(),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "overlaps" }, matrix(names, pairs)),
  );
}

// The structures by the largest share that any pair of theirs has.
function ranked(pairs) {
  const worst = new Map();
  for (const { first, second, share } of pairs) {
    for (const name of [first, second]) worst.set(name, Math.max(share, worst.get(name) ?? 0));
  }
  return [...worst.keys()].sort((first, second) => worst.get(second) - worst.get(first));
}

function matrix(names, pairs) {
  const place = new Map(names.map((name, number) => [name, number]));
  const label = 6.4 * Math.max(...names.map(({ length }) => length));
  const step = cellOf(names);
  const side = names.length * step;
  const shown = pairs.filter(({ first, second }) => place.has(first) && place.has(second));
  return chart(
    label + side + 20,
    label + side + 12,
    "overlaps of structures",
    names.map((name, number) => [
      svg("text", { x: label, y: label + (number + 0.5) * step + 4, "text-anchor": "end" }, spaced(name)),
      svg(
        "text",
        { transform: `translate(${label + 8 + (number + 0.5) * step + 4},${label - 4}) rotate(-90)` },
        spaced(name),
      ),
      svg("line", {
        class: "grid",
        x1: label + 8,
        x2: label + 8 + side,
        y1: label + (number + 1) * step,
        y2: label + (number + 1) * step,
      }),
    ]),
    shown.flatMap((pair) => [
      cell(pair, place.get(pair.first), place.get(pair.second), label, step),
      cell(pair, place.get(pair.second), place.get(pair.first), label, step),
    ]),
  );
}

function cell({ first, second, count, share, name }, row, column, label, step) {
  const tip = `${spaced(first)}, ${spaced(second)}: overlap in ${counted(count, "case")}\nat worst ${percent(share)} of the smaller, in ${name}`;
  return svg(
    "a",
    { href: caseLink(name), "data-tip": tip, "aria-label": tip, tabindex: column < row ? "-1" : "0" },
    svg("rect", {
      class: `cell ${size(share)}`,
      x: label + 8 + column * step + 1,
      y: label + row * step + 1,
      width: step - 2,
      height: step - 2,
    }),
  );
}

const size = (share) => (share > LARGE ? "large" : share > SMALL ? "middle" : "small");

function legend() {
  const steps = { small: `up to ${percent(SMALL)}`, middle: `up to ${percent(LARGE)}`, large: "more" };
  return h(
    "ul",
    { class: "key" },
    Object.entries(steps).map(([name, words]) =>
      h(
        "li",
        {},
        svg(
          "svg",
          { viewBox: "0 0 10 10", "aria-hidden": "true" },
          svg("rect", { class: `cell ${name}`, width: 10, height: 10 }),
        ),
        words,
      ),
    ),
  );
}
