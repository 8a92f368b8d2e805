// A case: its findings, its numbers, its masks.

import { button, byId, h, icon, prose } from "./dom.js";
import { along, caseNumber, cases, findingsByCase, measured, metadata, nothing, pictures, sign, structures } from "./data.js";
import { counted, number, spaced } from "./format.js";
import { deviations, FAR, FEWEST } from "./scale.js";
import { picture, row } from "./rows.js";

const STATE_WORDS = { p: "", c: "may be cut", e: "empty", m: "no file", d: "damaged" };

let before; // the address that a case was opened from

export function openCase(name, from) {
  const dialog = byId("case");
  const place = caseNumber.get(name);
  if (place == null && !findingsByCase.has(name)) return;
  dialog.replaceChildren(
    header(name, place),
    ...[overview(name), found(name), place != null && facts(place), place != null && masks(place)].filter(Boolean),
  );
  if (!dialog.open) {
    before = from;
    dialog.showModal();
  }
  dialog.scrollTop = 0;
}

export function caseDialog() {
  const dialog = byId("case");
  const leave = () => location.hash.startsWith("#case-") && history.replaceState(null, "", before);
  dialog.addEventListener("close", leave);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

function header(name, place) {
  const beside = (step, label) =>
    cases[place + step] != null &&
    button(label, () => (location.hash = `#case-${encodeURIComponent(cases[place + step])}`), {
      class: "quiet",
      "aria-label": step < 0 ? "Previous case" : "Next case",
    });
  return h(
    "header",
    {},
    h(
      "h2",
      { id: "case-title", tabindex: "-1", autofocus: true },
      icon(sign(name)),
      ` ${name}`,
    ),
    beside(-1, "←"),
    beside(1, "→"),
    button("Close", () => byId("case").close()),
  );
}

function overview(name) {
  const data = pictures[`case-${name}`];
  return data && h("section", {}, picture(data, `${name}: slices through its middle, with all masks`));
}

function found(name) {
  const own = findingsByCase.get(name) ?? [];
  const lost = measured?.unmeasured[name];
  return h(
    "section",
    {},
    h("h3", {}, own.length ? counted(own.length, "finding") : nothing(name)),
    lost && h("p", {}, `Could not be measured: ${lost}`),
    own.length > 0 &&
      h(
        "div",
        { class: "group" },
        own.map((finding) => withAdvice(finding)),
      ),
  );
}

function withAdvice(finding) {
  const element = row(finding, { named: true });
  const todo = finding.check.sections["What to do"];
  element.removeAttribute("id"); // the list has the same finding
  if (todo)
    element.firstChild.insertBefore(
      h("p", { class: "soft" }, h("strong", {}, "What to do: "), prose(todo)),
      element.firstChild.lastChild,
    );
  return element;
}

function facts(place) {
  const { grids } = measured;
  const known = Object.entries(metadata)
    .map(([column, cells]) => [column.replaceAll("_", " "), cells[place]])
    .filter(([, cell]) => cell);
  const rows = [
    ["size", `${along("size", place)} voxels`],
    ["spacing", `${along("spacing", place)} mm`],
    ["masks", `${number(grids.masks[place])}, ${number(grids.nonempty_masks[place])} with voxels`],
    ...known,
  ];
  return h(
    "section",
    {},
    h("h3", {}, "Numbers"),
    h(
      "dl",
      { class: "facts" },
      rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
  );
}

function masks(place) {
  const shown = structures.filter(({ states }) => "pcd".includes(states[place]));
  if (!shown.length) return null;
  const head = ["Structure", "Volume, ml", "Against other cases", "Median HU", "Pieces", "Note"];
  return h(
    "section",
    {},
    h("h3", {}, `${counted(shown.length, "mask")} with voxels or damage`),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Masks" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            head.map((title, column) => h("th", { scope: "col", class: column > 0 && column < 5 && "number" }, title)),
          ),
        ),
        h(
          "tbody",
          {},
          shown.map((structure) => maskRow(structure, place)),
        ),
      ),
    ),
  );
}

function maskRow(structure, place) {
  const z = deviation(structure, place);
  const cells = [number(structure.ml[place]), null, number(structure.hu[place]), number(structure.pieces[place])];
  const far = h(
    "td",
    { class: `number deviation ${Math.abs(z) > FAR ? "far" : ""}` },
    z == null ? "" : `${Math.abs(z) < 0.05 ? "" : z > 0 ? "+" : "−"}${Math.abs(z).toFixed(1)} SD`,
  );
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, spaced(structure.name)),
    cells.map((cell) => (cell == null ? far : h("td", { class: "number" }, cell))),
    h("td", { class: "soft" }, STATE_WORDS[structure.states[place]]),
  );
}

// How many robust standard deviations its volume lies from that of other cases, on a logarithmic scale; null if nobody can say.
function deviation({ ml, states }, place) {
  const others = ml.flatMap((value, number) =>
    states[number] === "p" && value > 0 ? [[number, Math.log(value)]] : [],
  );
  const own = others.findIndex(([number]) => number === place);
  if (own < 0 || others.length < FEWEST) return null;
  return deviations(
    others.map(([, value]) => value),
    0.1,
  )[own];
}
