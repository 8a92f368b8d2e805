// Begin: what stands at the top first, the rest after the first paint.

import { byId, tips } from "./dom.js";
import { findingById, measured } from "./data.js";
import { readAddress, reset } from "./state.js";
import { caseDialog, openCase } from "./caseview.js";
import { caseMap } from "./map.js";
import { caseTable } from "./cases.js";
import { filters } from "./filters.js";
import { outcomes } from "./outcomes.js";
import { plots } from "./plots.js";
import { leaveOut } from "./remedies.js";
import { themes } from "./theme.js";

function follow() {
  const { kind, id } = readAddress();
  if (kind === "case" && id) openCase(id);
  else byId("case").close();
  if (kind === "finding") reveal(findingById.get(id));
  if (kind === "findings") byId("findings").scrollIntoView();
}

function reveal(finding) {
  if (!finding) return;
  const address = location.hash;
  reset(); // no filter may hide it
  history.replaceState(null, "", address);
  byId(`check-${finding.check.id}`)?.reveal(finding);
  mark(byId(`finding-${finding.id}`));
}

function mark(element) {
  document.querySelector(".finding.here")?.classList.remove("here");
  element?.classList.add("here");
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "center" });
}

// j and k go from finding to finding, / to the search.
function keys(event) {
  if (
    event.target.matches("input, select, textarea") ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    document.querySelector("dialog[open]")
  )
    return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("#findings input[type=search]").focus();
  }
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
}

function step(by) {
  const all = [...document.querySelectorAll("#findings .finding")];
  const here = all.findIndex((element) => element.classList.contains("here"));
  mark(all[here < 0 ? 0 : Math.max(0, Math.min(all.length - 1, here + by))]);
}

function begin() {
  tips();
  themes();
  caseDialog();
  leaveOut();
  outcomes();
  if (measured) caseMap();
  else document.querySelectorAll("[data-needs=measured]").forEach((link) => (link.hidden = true));
  filters();
  if (measured) plots();
  if (measured) caseTable();
  addEventListener("hashchange", follow);
  addEventListener("keydown", keys);
  addEventListener("beforeprint", () =>
    document.querySelectorAll("#outcomes").forEach((details) => (details.open = true)),
  );
  follow();
}

begin();
