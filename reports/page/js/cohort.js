// Who and what is in each split: ages, sexes, scanners and what else the metadata say.

import { cases, metadata, splitOf, splits } from "./data.js";
import { h, svg } from "./dom.js";
import { integer, percent } from "./format.js";
import { linear } from "./scale.js";
import { chart, figure } from "./chart.js";
import { members, splitClass, splitKey } from "./splits.js";

const WIDTH = 350,
  LABEL = 150,
  PERCENT = 44,
  BAR = 9,
  GAP = 7;
const MOST = 8; // words of one column that have bars of their own
const LONGEST = 20; // letters of a word

const groups = splits.length ? splits : [""];

export function cohort() {
  const columns = Object.entries(metadata).filter(([column]) => column !== "split");
  const panels = columns.map(([column, cells]) => panel(column, cells)).filter(Boolean);
  if (!panels.length) return null;
  const sizes = splits.map((split) => `${integer(members(split).length)} ${split}`).join(", ");
  return figure(
    {
      title: splits.length ? `The splits hold ${sizes} cases` : "Who and what is in the dataset",
      note: "Share of each split's cases, by what the metadata say. Bars of a kind that differ much in length mean that the splits are not alike.",
    },
    splitKey(cases.filter(splitOf)),
    h("div", { class: "panels" }, panels),
  );
}

// Bars for each word of a column, one for each split; null where all cases say the same.
function panel(column, cells) {
  const rows = column === "age" ? ages(cells) : words(cells);
  if (rows.length < 2) return null;
  const shares = rows.map(([word, fits]) => [word, groups.map((split) => share(split, (place) => fits(cells[place])))]);
  const silent = groups.map((split) => share(split, (place) => !cells[place]));
  if (Math.max(...silent)) shares.push(["not stated", silent]);
  return h("div", {}, h("h4", {}, column.replaceAll("_", " ")), bars(column, shares));
}

const DECADES = [20, 30, 40, 50, 60, 70, 80];

// A word for each band of ages, and what belongs to it.
function ages(cells) {
  const bands = [
    ["below 20", (age) => age < 20],
    ...DECADES.slice(0, -1).map((low) => [`${low} to ${low + 9}`, (age) => age >= low && age < low + 10]),
    ["80 and over", (age) => age >= 80],
  ].map(([word, fits]) => [word, (cell) => cell !== "" && fits(Number(cell))]);
  return bands.filter(([, fits]) => cells.some(fits));
}

// The commonest words, and the others together.
function words(cells) {
  const byNumber = [...Map.groupBy(cells.filter(Boolean), (word) => word)]
    .toSorted(([, first], [, second]) => second.length - first.length)
    .map(([word]) => word);
  const named = byNumber.slice(0, MOST);
  const rows = named.map((word) => [word, (cell) => cell === word]);
  const rest = byNumber.length - named.length;
  return rest ? [...rows, [`${rest} others`, (cell) => cell !== "" && !named.includes(cell)]] : rows;
}

function share(split, fits) {
  const own = members(split);
  return own.filter(fits).length / (own.length || 1);
}

function bars(column, rows) {
  const height = BAR * groups.length + GAP;
  const x = linear([0, Math.max(...rows.flatMap(([, shares]) => shares))], [0, WIDTH - LABEL - PERCENT]);
  return chart(
    WIDTH,
    rows.length * height,
    `${column} by split`,
    rows.map(([word, shares], row) => group(word, shares, x, row * height)),
  );
}

function group(word, shares, x, top) {
  const most = Math.max(...shares);
  const y = (BAR * groups.length) / 2 + 4;
  return svg(
    "g",
    { transform: `translate(0,${top})` },
    svg(
      "text",
      { x: LABEL - 8, y, "text-anchor": "end" },
      word.length > LONGEST ? `${word.slice(0, LONGEST - 1)}…` : word,
    ),
    shares.map((part, split) =>
      svg("rect", {
        class: splitClass(split),
        x: LABEL,
        y: split * BAR,
        width: x(part),
        height: BAR - 1,
        "data-tip": `${word}: ${percent(part)}${groups[split] ? ` of ${groups[split]}` : ""}`,
      }),
    ),
    svg("text", { class: "note", x: LABEL + x(most) + 5, y }, percent(most)),
  );
}
