// A square for each case, coloured by the worst that stands in it.

import { absent, cases, findingsByCase, splitOf, worst } from "./data.js";
import { byId, h } from "./dom.js";
import { counted } from "./format.js";
import { caseLink } from "./state.js";

const WORDS = {
  error: "with an error",
  warning: "with a warning",
  info: "with a note",
  waived: "with waived findings alone",
  clean: "without findings",
  absent: "listed, but not there",
};

const kind = (name) => (absent.has(name) ? "absent" : worst(name));

export function caseMap() {
  const section = byId("map");
  section.hidden = false;
  const kinds = Map.groupBy(cases, kind);
  const size = cases.length > 400 ? 13 : cases.length > 100 ? 18 : 26;
  const squares = cases.map((name) =>
    h("a", {
      class: kind(name),
      href: caseLink(name),
      tabindex: "-1",
      "data-tip": told(name),
      "aria-label": told(name),
    }),
  );
  section.append(
    h("div", { class: "map", vars: { "--square": `${size}px` } }, squares),
    h(
      "ul",
      { class: "legend" },
      Object.entries(WORDS)
        .filter(([name]) => kinds.has(name))
        .map(([name, words]) =>
          h(
            "li",
            {},
            h("span", { class: "map", vars: { "--square": "13px" } }, h("a", { class: name, "aria-hidden": "true" })),
            `${counted(kinds.get(name).length, "case")} ${words}`,
          ),
        ),
    ),
  );
}

function told(name) {
  const standing = (findingsByCase.get(name) ?? []).filter(({ waived }) => waived == null);
  const first = standing.slice(0, 3).map(({ check }) => check.summary);
  const rest = standing.length - first.length;
  return [
    `${name}${splitOf(name) ? ` (${splitOf(name)})` : ""}: ${standing.length ? counted(standing.length, "finding") : "nothing found"}`,
    ...new Set(first),
    rest > 0 ? `and ${rest} more` : "",
  ]
    .filter(Boolean)
    .join("\n");
}
