// A mark for each case by its worst state: its name if there is room for it, else a square.

import { absent, cases, findingsByCase, nothing, sign, signOf, splitOf, worst } from "./data.js";
import { byId, h, icon } from "./dom.js";
import { counted, plain } from "./format.js";
import { caseLink } from "./state.js";

const WORDS = {
  error: "with an error",
  warning: "with a warning",
  info: "with info alone",
  waived: "with waived findings alone",
  clean: "without findings",
  absent: "without a folder",
  unaudited: "not audited",
  unmeasured: "that could not be measured",
};

const NAMED = 60; // so many cases have room for their names

const kind = (name) => (absent.has(name) ? "absent" : worst(name));

export function caseMap() {
  const section = byId("map");
  section.hidden = false;
  const kinds = Map.groupBy(cases, kind);
  const named = cases.length <= NAMED;
  const size = cases.length > 400 ? 13 : cases.length > 100 ? 18 : 26;
  const marks = cases.map((name) =>
    h(
      "a",
      {
        class: kind(name),
        href: caseLink(name),
        tabindex: "-1",
        "data-tip": label(name),
        "aria-label": label(name),
      },
      named && [icon(sign(name)), name],
    ),
  );
  const sample = (look) =>
    named && look !== "absent"
      ? icon(signOf(look))
      : h("span", { class: "map", vars: { "--square": "13px" } }, h("a", { class: look, "aria-hidden": "true" }));
  section.append(
    h("div", { class: named ? "map named" : "map", vars: { "--square": `${size}px` } }, marks),
    h(
      "ul",
      { class: "legend" },
      Object.entries(WORDS)
        .filter(([look]) => kinds.has(look))
        .map(([look, words]) => h("li", {}, sample(look), `${counted(kinds.get(look).length, "case")} ${words}`)),
    ),
  );
}

function label(name) {
  const standing = (findingsByCase.get(name) ?? []).filter(({ waived }) => waived == null);
  const first = standing.slice(0, 3).map(({ check }) => plain(check.title));
  const rest = standing.length - first.length;
  return [
    `${name}${splitOf(name) ? ` (${splitOf(name)})` : ""}: ${standing.length ? counted(standing.length, "finding") : nothing(name).toLowerCase()}`,
    ...new Set(first),
    rest > 0 ? `and ${rest} more` : "",
  ]
    .filter(Boolean)
    .join("\n");
}
