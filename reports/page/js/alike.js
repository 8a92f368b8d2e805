// Findings that say the same of several cases, as one.

import { button, h } from "./dom.js";
import { copy } from "./clipboard.js";
import { counted, spaced, some } from "./format.js";
import { marked } from "./blanks.js";
import { article, badge, reason } from "./rows.js";
import { caseLink } from "./state.js";
import { waiver } from "./waiver.js";

// The message without the line of a table that it is about.
const said = ({ message }) => message.replace(/^line \d+: /, "");

// The key by which findings are merged; a finding with a location is never merged.
const sameness = (finding) =>
  finding.case && !finding.mm
    ? JSON.stringify([said(finding), finding.structures, finding.waived, finding.fresh])
    : finding.id;

// Lists of findings that say the same, in the order of their first.
export const alike = (findings) => [...Map.groupBy(findings, sameness).values()];

// With the picture of one of them, if any has one.
export function folded(members) {
  const [first] = members;
  const names = members.map(({ case: name }) => name);
  const cases = counted(new Set(names).size, "case");
  return article(members.find(({ picture }) => picture) ?? first, [
    h("p", { class: "place" }, [cases, some(first.structures.map(spaced), 2)].filter(Boolean).join(" · "), badge(first)),
    h("p", { class: "message" }, marked(said(first))),
    reason(first),
    h("details", { class: "alike" }, h("summary", {}, `The ${cases}`), h("ul", { class: "ids" }, members.map(entry))),
    h(
      "p",
      { class: "actions" },
      action("Copy as waivers", members.map(waiver), `${counted(names.length, "waiver")}; give them a reason`),
      action("Copy the cases", names, `${cases}, one a line`),
    ),
  ]);
}

const action = (label, lines, what) => button(label, () => copy(lines.join("\n"), what), { class: "small quiet" });

const entry = ({ id, case: name, message }) =>
  h(
    "li",
    { id: `finding-${id}`, tabindex: "-1" },
    h("a", { href: caseLink(name) }, name),
    message.startsWith("line ") && h("span", { class: "soft" }, ` ${message.split(":")[0]}`),
  );
