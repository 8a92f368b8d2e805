// The cases as a table, a page of them at a time.

import { button, byId, h, icon } from "./dom.js";
import { along, cases, findingsByCase, measured, severities, sign, splits, splitOf } from "./data.js";
import { integer, number, plainly } from "./format.js";
import { caseLink } from "./state.js";

const PAGE = 50;

const open = (name) => (findingsByCase.get(name) ?? []).filter(({ waived }) => waived == null);

const standing = (name, severity) => open(name).filter(({ check }) => check.severity === severity).length;

// What is worst in a case, in the words of its check.
function first(name) {
  const [found, ...others] = open(name).toSorted((one, two) => rank(one) - rank(two));
  if (!found) return "";
  return found.check.summary.replace(/\.$/, "") + (others.length ? `, and ${integer(others.length)} more` : "");
}

const rank = ({ check }) => severities.indexOf(check.severity);

// Title, what is sorted by, what is shown, whether it is a number.
const COLUMNS = [
  [
    "Case",
    (place) => cases[place],
    (place) => [
      icon(sign(cases[place])),
      h("a", { href: caseLink(cases[place]) }, cases[place]),
    ],
  ],
  ["What is wrong", (place) => first(cases[place]), (place) => h("span", { class: "first" }, first(cases[place]))],
  ["Split", (place) => splitOf(cases[place]), (place) => splitOf(cases[place])],
  ...severities.map((severity) => [
    { error: "Errors", warning: "Warnings", info: "Notes" }[severity],
    (place) => standing(cases[place], severity),
    (place) => integer(standing(cases[place], severity)),
    true,
  ]),
  [
    "Masks",
    (place) => measured.grids.nonempty_masks[place] ?? -1,
    (place) => number(measured.grids.nonempty_masks[place]),
    true,
  ],
  ["Size, voxels", (place) => measured.grids.size_k[place] ?? -1, (place) => along("size", place), true],
  ["Spacing, mm", (place) => measured.grids.spacing_k[place] ?? -1, (place) => along("spacing", place), true],
].filter(([title]) => title !== "Split" || splits.length);

export function caseTable() {
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
  const heads = COLUMNS.map(([title, , , numeric], column) =>
    h(
      "th",
      { scope: "col", class: numeric && "number" },
      button(title, () => sort(column)),
    ),
  );
  const sort = (column) => {
    order.down = order.column === column ? !order.down : Boolean(COLUMNS[column][3]); // numbers begin with the largest
    order.column = column;
    draw();
  };
  const draw = () => {
    const compare = (first, second) => {
      const [one, two] = [first, second].map(COLUMNS[order.column][1]);
      return (typeof one === "string" ? plainly(one, two) : one - two) * (order.down ? -1 : 1) || first - second;
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
          COLUMNS.map(([, , cell, numeric]) => h("td", { class: numeric && "number" }, cell(place))),
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
