// The cases as a table, a page of them at a time.

import { button, byId, h, icon, prose } from "./dom.js";
import { along, cases, findingsByCase, measured, rankOf, severities, sign, splits, splitOf } from "./data.js";
import { integer, number, plainly } from "./format.js";
import { caseLink } from "./state.js";

const PAGE = 50;

// The findings of a case, the worst first.
const standing = (name) =>
  (findingsByCase.get(name) ?? [])
    .filter(({ waived }) => waived == null)
    .toSorted((first, second) => rankOf(first) - rankOf(second));

const graded = (name, severity) => standing(name).filter(({ check }) => check.severity === severity).length;

// What is worst in a case, in the words of its check.
const headline = (name) => standing(name)[0]?.check.title ?? "";

function wrong(name) {
  const [found, ...others] = standing(name);
  const link = found && h("a", { href: `#finding-${found.id}` }, prose(headline(name)));
  return [link, others.length > 0 && `, and ${integer(others.length)} more`];
}

// Title, what is sorted by, what is shown, and whether that is a number or words.
const COLUMNS = [
  [
    "Case",
    (place) => cases[place],
    (place) => [
      icon(sign(cases[place])),
      h("a", { href: caseLink(cases[place]) }, cases[place]),
    ],
  ],
  [
    "What is wrong",
    (place) => headline(cases[place]),
    (place) => wrong(cases[place]),
    "words",
  ],
  ["Split", (place) => splitOf(cases[place]), (place) => splitOf(cases[place])],
  ...severities.map((severity) => [
    { error: "Errors", warning: "Warnings", info: "Info" }[severity],
    (place) => graded(cases[place], severity),
    (place) => integer(graded(cases[place], severity)),
    "number",
  ]),
  [
    "Masks with voxels",
    (place) => measured.grids.nonempty_masks[place] ?? -1,
    (place) => number(measured.grids.nonempty_masks[place]),
    "number",
  ],
  ["Size, voxels", (place) => measured.grids.size_k[place] ?? -1, (place) => along("size", place), "number"],
  ["Spacing, mm", (place) => measured.grids.spacing_k[place] ?? -1, (place) => along("spacing", place), "number"],
].filter(([title]) => title !== "Split" || splits.length);

export function caseTable() {
  const ranks = cases.map((name) => Math.min(severities.length, ...standing(name).slice(0, 1).map(rankOf)));
  const section = byId("cases");
  section.hidden = false;
  const order = { column: COLUMNS.findIndex(([title]) => title === "Errors"), down: true, shown: PAGE };
  const search = h("input", {
    type: "search",
    placeholder: "Search cases",
    "aria-label": "Search cases",
    on: { input: () => draw() },
  });
  const body = h("tbody", {});
  const more = h("p", { class: "more" });
  const heads = COLUMNS.map(([title, , , kind], column) =>
    h(
      "th",
      { scope: "col", class: kind },
      button(title, () => sort(column)),
    ),
  );
  const sort = (column) => {
    order.down = order.column === column ? !order.down : COLUMNS[column][3] === "number"; // numbers begin with the largest
    order.column = column;
    draw();
  };
  const draw = () => {
    const compare = (first, second) => {
      const [one, two] = [first, second].map(COLUMNS[order.column][1]);
      return (typeof one === "string" ? plainly(one, two) : one - two) * (order.down ? -1 : 1) || ranks[first] - ranks[second];
    };
    const wanted = cases
      .map((_, place) => place)
      .filter((place) => `${cases[place]} ${splitOf(cases[place])}`.toLowerCase().includes(search.value.toLowerCase()))
      .sort(compare);
    heads.forEach((head, column) =>
      column === order.column
        ? head.setAttribute("aria-sort", order.down ? "descending" : "ascending")
        : head.removeAttribute("aria-sort"),
    );
    body.replaceChildren(
      ...wanted.slice(0, order.shown).map((place) =>
        h(
          "tr",
          {},
          COLUMNS.map(([, , cell, kind]) => h("td", { class: kind }, cell(place))),
        ),
      ),
    );
    const rest = wanted.length - order.shown;
    more.replaceChildren(
      ...(rest > 0
        ? [
            button(`Show ${integer(Math.min(rest, PAGE))} more of ${integer(rest)}`, () => {
              order.shown += PAGE;
              draw();
            }),
          ]
        : []),
    );
  };
  draw();
  section.append(
    h("p", { class: "filters" }, search),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of cases" },
      h("table", { class: "cases-table" }, h("thead", {}, h("tr", {}, heads)), body),
    ),
    more,
  );
}
