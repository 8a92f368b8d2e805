// The controls above the findings.

import { button, byId, h, icon } from "./dom.js";
import { findings, remedies, severities, splitOf, splits } from "./data.js";
import { graded, integer, plainly } from "./format.js";
import { change, onChange, state } from "./state.js";
import { showFindings } from "./findings.js";

export function filters() {
  for (const finding of findings) {
    finding.split = splitOf(finding.case);
    finding.text = [
      finding.case,
      finding.structures.join(" "),
      finding.file,
      finding.check.id,
      finding.check.summary,
      finding.message,
      finding.waived ?? "",
    ]
      .join(" ")
      .toLowerCase();
  }
  const list = h("div", { class: "groups" });
  const index = h("nav", { class: "index", "aria-label": "Groups of findings" });
  const status = h("div", { class: "status", role: "status" });
  const controls = form();
  const show = () => {
    controls.fields.forEach((field) => (field.value = state[field.name]));
    controls.toggles.forEach((toggle) => toggle.setAttribute("aria-pressed", String(toggle.value === state[toggle.name])));
    showFindings(list, index, status);
  };
  byId("findings").append(controls.element, status, h("div", { class: "listing" }, index, list));
  onChange(show);
  show();
}

const values = (of) => [...new Set(findings.flatMap(of))].filter(Boolean).sort(plainly);

function form() {
  const search = h("input", {
    type: "search",
    name: "q",
    placeholder: "Search cases, structures, messages",
    "aria-label": "Search",
    on: { input: later((event) => change({ q: event.target.value })) },
  });
  const toggles = severities.map((severity) => {
    const amount = findings.filter(({ check, waived }) => check.severity === severity && waived == null).length;
    return toggle("severity", severity, [icon(severity), graded(severity, amount)]);
  });
  const fresh = findings.filter((finding) => finding.fresh != null).length;
  if (fresh) toggles.push(toggle("since", "new", `${integer(fresh)} new`));
  const selects = [
    choice("group", "Group by", { check: "Check", case: "Case" }),
    choice("sort", "Sort by", { severity: "Severity", number: "Most findings", name: "Name" }),
    choice("waived", "Waived", { shown: "Shown", hidden: "Hidden", only: "Only these" }),
    choice("remedy", "What to do", { "": "Any", ...remedies }),
    choice("family", "Family", any(values(({ check }) => check.family))),
    choice("check", "Check", any(values(({ check }) => check.id))),
    splits.length > 0 && choice("split", "Split", any(splits)),
    typed(
      "case",
      "Case",
      values(({ case: name }) => name),
    ),
    typed(
      "structure",
      "Structure",
      values(({ structures }) => structures),
    ),
  ].filter(Boolean);
  const more = h("details", {}, h("summary", {}, "Filter and sort"), h("div", {}, selects));
  const element = h(
    "div",
    { class: "filters", role: "search", "aria-label": "Filter the findings" },
    h("div", {}, search, h("fieldset", { "aria-label": "Severity and age" }, toggles)),
    more,
  );
  return { element, toggles, fields: [...element.querySelectorAll("input, select")] };
}

// Pressed, it shows nothing else.
const toggle = (name, value, label) =>
  button(label, () => change({ [name]: state[name] === value ? "" : value }), { name, value, "aria-pressed": "false" });

const any = (names) => ({ "": "Any", ...Object.fromEntries(names.map((name) => [name, name])) });

function choice(name, label, options) {
  const select = h(
    "select",
    { name, on: { change: (event) => change({ [name]: event.target.value }) } },
    Object.entries(options).map(([value, text]) => h("option", { value }, text)),
  );
  return h("label", {}, label, select);
}

// A field with suggestions: there can be more than a thousand cases.
function typed(name, label, options) {
  const id = `names-of-${name}`;
  const input = h("input", {
    name,
    list: id,
    placeholder: "Any",
    autocomplete: "off",
    on: { change: (event) => change({ [name]: event.target.value.trim() }) },
  });
  return h(
    "label",
    {},
    label,
    input,
    h(
      "datalist",
      { id },
      options.map((value) => h("option", { value })),
    ),
  );
}

function later(act) {
  let timer;
  return (event) => {
    clearTimeout(timer);
    timer = setTimeout(act, 120, event);
  };
}
