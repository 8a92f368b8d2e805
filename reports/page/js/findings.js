// The findings in groups, by check or by case, a few of each until more are asked for.

import { button, byId, explained, h, icon, prose } from "./dom.js";
import { findings, rankOf } from "./data.js";
import { counted, integer, plain, plainly } from "./format.js";
import { caseLink, filtered, reset, state } from "./state.js";
import { alike, folded } from "./alike.js";
import { row } from "./rows.js";

const ALL = 6; // entries of a group, up to which all are shown
const FIRST = 3; // entries shown of a larger group
const STEP = 200; // more of them at a time
const PRINTED = 50; // entries of a group on paper

export function matching() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const same = (key, value) => !state[key] || state[key] === value;
  return findings.filter((finding) => {
    const { check } = finding;
    return (
      same("severity", check.severity) &&
      (!state.since || finding.fresh != null) &&
      same("remedy", check.remedy) &&
      same("family", check.family) &&
      same("check", check.id) &&
      same("case", finding.case) &&
      same("split", finding.split) &&
      (!state.structure || finding.structures.includes(state.structure)) &&
      (state.waived === "shown" || (state.waived === "only") === (finding.waived != null)) &&
      words.every((word) => finding.text.includes(word))
    );
  });
}

const KEYS = {
  check: (finding) => finding.check.id,
  case: (finding) => finding.case,
};

const casesOf = (members) => new Set(members.map(({ case: name }) => name).filter(Boolean));

// What is worse, then what is new, then what is wrong in more cases and places.
const matters = (members) => [
  -rankOf(members[0]),
  Number(members.some(({ fresh }) => fresh != null)),
  casesOf(members).size,
  members.length,
];

function byWhatMatters(first, second) {
  const [one, two] = [first, second].map(matters);
  return two.map((value, place) => value - one[place]).find(Boolean) ?? 0;
}

const SORTS = {
  severity: byWhatMatters,
  number: (first, second) => second.length - first.length,
  name: (first, second) => plainly(KEYS[state.group](first[0]), KEYS[state.group](second[0])),
};

export function showFindings(list, index, status) {
  const found = matching();
  const groups = [...Map.groupBy(found, KEYS[state.group]).values()].toSorted(SORTS[state.sort]);
  status.replaceChildren(
    ...[
      `${counted(found.length, "finding")}${found.length < findings.length ? ` of ${integer(findings.length)}` : ""}`,
      filtered() && button("Clear the filters", reset, { class: "small" }),
      h(
        "span",
        { class: "keys" },
        h("kbd", {}, "/"),
        " search  ",
        h("kbd", {}, "j"),
        " ",
        h("kbd", {}, "k"),
        " next, previous finding",
      ),
    ].filter(Boolean),
  );
  list.replaceChildren(...(groups.length ? groups.map(group) : [nothing()]));
  index.replaceChildren(...groups.map(entry));
}

function nothing() {
  return h("p", { class: "none" }, findings.length ? "No finding fits these filters." : "Nothing was found.");
}

const tone = ([first]) => (first.waived == null ? first.check.severity : "waived");

const groupId = ([first]) =>
  state.group === "check" ? `check-${first.check.id}` : `group-${encodeURIComponent(first.case) || "dataset"}`;

const groupTitle = ([first]) =>
  state.group === "check" ? first.check.title : first.case || "The dataset";

const titled = (members) => (state.group === "check" ? prose(groupTitle(members)) : groupTitle(members));

function entry(members) {
  const go = (event) => {
    event.preventDefault();
    const target = byId(groupId(members));
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  };
  return h(
    "a",
    { href: `#${groupId(members)}`, on: { click: go } },
    icon(tone(members)),
    h("span", {}, titled(members)),
    h("span", { class: "count" }, integer(members.length)),
  );
}

function group(members) {
  const rows = h("div", { class: "rows" });
  const entries = state.group === "check" ? alike(members) : members.map((finding) => [finding]);
  const card = h(
    "section",
    { class: `group ${tone(members)}`, id: groupId(members), tabindex: "-1", "aria-label": plain(groupTitle(members)) },
    heading(members),
    state.group === "check" && advice(members[0].check),
    rows,
  );
  // A finding that a link leads to is shown even if it is not among the first.
  card.reveal = (finding) => fill(rows, entries, entries.findIndex((some) => some.includes(finding)) + 1);
  card.print = () => fill(rows, entries, PRINTED);
  fill(rows, entries, entries.length > ALL ? FIRST : ALL);
  if (state.group === "check") rows.after(...unlisted(members));
  return card;
}

function heading(members) {
  const [{ check }] = members;
  const names = casesOf(members);
  const title = h(
    "h3",
    {},
    icon(tone(members)),
    state.group === "case" && members[0].case
      ? h("a", { href: caseLink(members[0].case) }, members[0].case)
      : titled(members),
  );
  const extent = state.group === "check" && names.size ? ` in ${counted(names.size, "case")}` : "";
  return h(
    "header",
    {},
    title,
    h("p", { class: "extent" }, `${counted(members.length, "finding")}${extent}`),
    state.group === "check" &&
      h("p", { class: "meta" }, h("code", {}, check.id), ` · ${check.severity} · ${check.family}`),
  );
}

function advice({ sections }) {
  const { "What to do": todo, ...others } = sections;
  return [
    todo && h("p", { class: "advice" }, h("strong", {}, "What to do: "), prose(todo)),
    Object.keys(others).length > 0 &&
      h("details", { class: "why" }, h("summary", {}, "Why it matters, and where the limits come from"), explained(others)),
  ];
}

function fill(rows, entries, number) {
  const before = rows.querySelectorAll(".finding").length;
  rows.querySelector(".more")?.remove();
  rows.append(...entries.slice(before, number).map(shown));
  const rest = entries.slice(Math.max(before, number));
  if (rest.length) rows.append(further(rest, () => fill(rows, entries, entries.length - rest.length + STEP)));
}

const shown = (members) => (members.length > 1 ? folded(members) : row(members[0], { named: state.group === "case" }));

function further(rest, show) {
  const findings = rest.flat().length;
  const most = rest.length > STEP;
  const label = most ? `Show ${integer(STEP)} more of ${integer(rest.length)}` : `Show the other ${integer(rest.length)}`;
  return h(
    "p",
    { class: "more" },
    button(label, show),
    h("span", { class: "printed" }, `${integer(findings)} more, not printed; findings.csv has them.`),
  );
}

// The page holds no more than a thousand findings of a check.
function unlisted([{ check }, ...others]) {
  const missing = check.findings + check.waived - others.length - 1;
  return !filtered() && missing > 0 ? [h("p", { class: "soft" }, `${integer(missing)} more in findings.csv`)] : [];
}

// On paper, there is more of each group, and what is folded away is open.
export function unfold() {
  document.querySelectorAll("#findings .group").forEach((card) => card.print());
  document.querySelectorAll("#findings .alike").forEach((details) => (details.open = true));
}
