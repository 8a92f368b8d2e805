// A row for each structure with the spread of one number over the cases, and the cases that stand out.

import { cases, structures } from "./data.js";
import { button, h, svg } from "./dom.js";
import { counted, number, spaced } from "./format.js";
import { ascending, deviations, FAR, FEWEST, logarithmic, quantile } from "./scale.js";
import { chart, diamond, figure, gridlines, room } from "./chart.js";
import { dots } from "./dots.js";
import { caseLink } from "./state.js";

const ROW = 17,
  TOP = 24;
const FEW = 60; // cases, up to which each value is drawn

export function volumes() {
  const rows = structures.map((structure) =>
    spread(structure, structure.ml, { least: 0.1, of: Math.log, fits: (ml) => ml > 0 }),
  );
  return strips(rows.filter(Boolean), {
    name: "volumes",
    title: (far) =>
      far ? `Volumes far from those of other cases: ${far}` : "No volume lies far from those of other cases",
    note: `Volume in ml (logarithmic) of masks that the field of view does not cut. ${LINES} Diamond: ${AWAY}. ${HINT}`,
    unit: "ml",
    scale: logarithmic,
  });
}

export const LINES = "Broad line: the middle half of the cases; thin line: 5 to 95 per cent; tick: median.";

export const AWAY = `more than ${FAR} robust standard deviations from the median`;

export const HINT = "A diamond leads to its case; it is worth a look, and no finding by itself.";

// The values of a structure's uncut masks by case, and how far each deviates; null where no mask has one.
export function spread(structure, column, { least, of = (value) => value, fits = () => true }) {
  const places = cases
    .map((_, place) => place)
    .filter((place) => structure.states[place] === "p" && column[place] != null && fits(column[place]));
  if (!places.length) return null;
  const values = places.map((place) => column[place]);
  const far = places.length < FEWEST ? values.map(() => 0) : deviations(values.map(of), least);
  return {
    structure,
    sorted: ascending([...values]),
    values: places.map((place, index) => ({
      place,
      value: values[index],
      z: far[index],
      out: Math.abs(far[index]) > FAR,
    })),
  };
}

const outliers = (rows) => rows.reduce((sum, { values }) => sum + values.filter(({ out }) => out).length, 0);

// "80 masks in 3 cases"; empty if none stands out.
function standingOut(rows) {
  const places = new Set(rows.flatMap(({ values }) => values.filter(({ out }) => out).map(({ place }) => place)));
  return places.size ? `${counted(outliers(rows), "mask")} in ${counted(places.size, "case")}` : "";
}

// The plot of a group of structures, with a button for each group, and a choice of one structure to see in large.
export function strips(rows, { name, title, note, unit, scale }) {
  const groups = Map.groupBy(rows, ({ structure }) => structure.group);
  const drawing = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name });
  const select = h("select", {
    on: { change: () => zoomIn(rows.find(({ structure }) => structure.name === select.value)) },
  });
  const buttons = [...groups].map(([group, members]) =>
    button(labelled(group, outliers(members)), () => choose(group)),
  );
  const choose = (group) => {
    [...groups.keys()].forEach((other, place) => buttons[place].setAttribute("aria-pressed", String(other === group)));
    const options = groups
      .get(group)
      .map(({ structure }) => h("option", { value: structure.name }, spaced(structure.name)));
    select.replaceChildren(h("option", { value: "" }, "all"), ...options);
    drawing.replaceChildren(drawn(groups.get(group), { unit, scale, label: `${name}: ${labelled(group, 0)}` }));
  };
  const zoomIn = (row) => {
    if (row) drawing.replaceChildren(dots(row, { unit, scale, label: `${name}: ${spaced(row.structure.name)}` }));
    else buttons.find((shown) => shown.getAttribute("aria-pressed") === "true").click();
  };
  choose([...groups].toSorted(([, first], [, second]) => outliers(second) - outliers(first))[0][0]);
  return figure(
    { title: title(standingOut(rows)), note, name },
    h("div", { class: "choices" }, buttons, h("label", {}, "Structure ", select)),
    drawing,
  );
}

function labelled(group, far) {
  const name = group ? `${group[0].toUpperCase()}${group.slice(1)}s` : "Not in the contract";
  return far ? `${name} (${far})` : name;
}

function drawn(rows, { unit, scale, label }) {
  const { width, names } = room();
  const bottom = TOP + rows.length * ROW;
  const all = rows.flatMap(({ sorted }) => [sorted[0], sorted.at(-1)]);
  const x = scale([Math.min(...all), Math.max(...all)], [names + 12, width - 30]);
  return chart(
    width,
    bottom + 22,
    label,
    gridlines(x, TOP, bottom, { unit }),
    rows.map((row, place) => strip(row, x, TOP + (place + 0.5) * ROW, unit, { width, names })),
  );
}

function strip({ structure, sorted, values, band }, x, y, unit, { width, names }) {
  const at = (share) => x(quantile(sorted, share)).toFixed(1);
  const few = cases.length <= FEW;
  return svg(
    "g",
    {},
    svg("rect", { class: "row", x: 0, y: y - ROW / 2, width, height: ROW, "data-tip": summarised(structure, sorted, unit) }),
    svg("text", { x: names, y: y + 4, "text-anchor": "end" }, spaced(structure.name)),
    band && !band.includes(null) && allowed(band, x, y, [names + 6, width - 6]),
    svg("line", { class: "range", x1: at(0.05), x2: at(0.95), y1: y, y2: y }),
    svg("line", { class: "half", x1: at(0.25), x2: at(0.75), y1: y, y2: y }),
    few &&
      values
        .filter(({ out, far }) => !out && !far)
        .map(({ value }) => svg("circle", { class: "value", cx: x(value).toFixed(1), cy: y, r: 2.2 })),
    svg("line", { class: "median", x1: at(0.5), x2: at(0.5), y1: y - 5, y2: y + 5 }),
    values.filter(({ out, far }) => out || far).map((value) => outlier(structure, value, x, y, unit)),
  );
}

// The part of a band that is in the plot.
function allowed(band, x, y, [least, most]) {
  const [start, end] = band.map((limit) => Math.max(least, Math.min(most, x(limit))));
  return svg("rect", { class: "band", x: start, y: y - ROW / 2, width: end - start, height: ROW });
}

function outlier(structure, { place, value, z, far }, x, y, unit) {
  const tip = `${cases[place]}: ${spaced(structure.name)} ${number(value)} ${unit}${z ? `\n${number(Math.abs(z))} robust standard deviations ${z < 0 ? "below" : "above"} the median` : ""}`;
  return svg(
    "a",
    { href: caseLink(cases[place]), "data-tip": tip, "aria-label": tip },
    svg("path", { class: far ? "outlier hollow" : "outlier", d: diamond(x(value), y) }),
  );
}

function summarised(structure, sorted, unit) {
  return `${spaced(structure.name)}: median ${number(quantile(sorted, 0.5))} ${unit}, ${number(sorted[0])} to ${number(sorted.at(-1))} ${unit} in ${counted(sorted.length, "case")}`;
}
