// Which structures each case has: rows from head to foot, columns by how far up the cases reach.

import { cases, spine, structures } from "./data.js";
import { h, svg } from "./dom.js";
import { counted, spaced } from "./format.js";
import { chart, figure, room } from "./chart.js";
import { caseLink } from "./state.js";

const STATES = {
  p: ["present", "present"],
  c: ["cut", "at the border of the field of view"],
  e: ["empty", "empty"],
  m: ["missing", "no file"],
  d: ["damaged", "damaged"],
};
const ROW = 7,
  TOP = 8;
const LAST = 1e9; // of a case that shows no vertebra

export function presence() {
  const order = structures.map((_, place) => place).filter((place) => structures[place].group);
  const columns = cases
    .map((_, place) => place)
    .filter((place) => structures.some(({ states }) => states[place] !== "m"))
    .sort(by(reach()));
  if (!columns.length) return null;
  const { width, names } = room();
  const grid = { columns, left: names + 8, step: (width - names - 8) / columns.length };
  const bottom = TOP + order.length * ROW;
  const used = Object.keys(STATES).filter((state) =>
    order.some((row) => columns.some((place) => structures[row].states[place] === state)),
  );
  const cells = used.map((state) =>
    svg("path", {
      class: STATES[state][0],
      d: order.map((row, y) => runs(structures[row].states, state, TOP + y * ROW, grid)).join(""),
    }),
  );
  const drawing = chart(width, bottom + 8, "presence of structures by case", labels(order, names), cells);
  hover(drawing, order, grid);
  const whole = columns.filter((place) => order.every((row) => "pce".includes(structures[row].states[place]))).length;
  const title =
    whole === columns.length
      ? `All ${counted(whole, "case")} have a readable mask of every structure`
      : `${columns.length - whole} of ${counted(columns.length, "case")} ${columns.length - whole === 1 ? "lacks" : "lack"} a readable mask of some structure`;
  const note = `A row for each of ${order.length} structures, from head to foot; a column for each case, those that reach highest at the left. Click a column to open its case.`;
  return figure(
    { title, note, name: "presence" },
    key(used),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "presence" }, drawing),
  );
}

const by = (heights) => (first, second) => heights[first] - heights[second];

// How far down the spine a case reaches, on average: places of the vertebrae that it shows.
function reach() {
  const vertebrae = spine.map((name) => structures.find((structure) => structure.name === name)).filter(Boolean);
  return cases.map((_, place) => mean(vertebrae.flatMap(({ states }, level) => (has(states[place]) ? [level] : []))));
}

const has = (state) => state === "p" || state === "c";

const mean = (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : LAST);

// A path with a rectangle for each run of neighbouring cases of one state.
function runs(states, state, y, { columns, left, step }) {
  let path = "";
  for (let start = 0; start < columns.length; start++) {
    if (states[columns[start]] !== state) continue;
    const first = start;
    while (start + 1 < columns.length && states[columns[start + 1]] === state) start++;
    const x = (left + first * step).toFixed(1);
    const width = (start + 1 - first) * step - (step > 6 ? 1 : 0);
    path += `M${x} ${y}h${width.toFixed(1)}v${ROW - 1}H${x}z`;
  }
  return path;
}

// As many names as there is room for.
function labels(order, names) {
  const every = Math.ceil(13 / ROW);
  return order.map(
    (row, y) =>
      y % every === 0 &&
      svg(
        "text",
        { x: names, y: TOP + y * ROW + ROW, "text-anchor": "end", class: "note" },
        spaced(structures[row].name),
      ),
  );
}

function key(used) {
  return h(
    "ul",
    { class: "key" },
    used.map((state) =>
      h(
        "li",
        {},
        svg(
          "svg",
          { viewBox: "0 0 10 10", "aria-hidden": "true" },
          svg("rect", { class: STATES[state][0], width: 10, height: 10 }),
        ),
        STATES[state][1],
      ),
    ),
  );
}

function hover(drawing, order, { columns, left, step }) {
  const at = ({ offsetX, offsetY }) => [
    columns[Math.floor((offsetX - left) / step)],
    order[Math.floor((offsetY - TOP) / ROW)],
  ];
  drawing.addEventListener(
    "pointermove",
    (event) => {
      const [place, row] = at(event);
      drawing.dataset.tip =
        place == null || row == null
          ? ""
          : `${cases[place]}: ${spaced(structures[row].name)}, ${STATES[structures[row].states[place]][1]}`;
    },
    { capture: true },
  );
  drawing.addEventListener("click", (event) => {
    const [place] = at(event);
    if (place != null) location.hash = caseLink(cases[place]);
  });
}
