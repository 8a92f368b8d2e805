// Start: the top of the page first, the rest after the first paint.

import { byId, tips } from "./dom.js";
import { findingById, measured } from "./data.js";
import { readAddress, reset } from "./state.js";
import { caseDialog, openCase } from "./caseview.js";
import { caseMap } from "./map.js";
import { caseTable } from "./cases.js";
import { filters } from "./filters.js";
import { unfold } from "./findings.js";
import { outcomes } from "./outcomes.js";
import { plots } from "./plots.js";
import { leaveOut } from "./remedies.js";
import { themes } from "./theme.js";

function follow({ oldURL = "" } = {}) {
  const left = history.state?.y; // of an address that the browser comes back to
  const { kind, id } = readAddress(left != null);
  if (kind === "case" && id) openCase(id, oldURL.replace(/^[^#]*/, "") || "#findings");
  else byId("case").close();
  if (left != null) scrollTo(0, left);
  else if (kind === "finding") reveal(findingById.get(id));
  else if (kind === "findings") byId("findings").scrollIntoView();
}

// How far the page was scrolled when it was left for another address of it.
const leave = () => history.replaceState({ y: scrollY }, "");

function reveal(finding) {
  if (!finding) return;
  const address = location.hash;
  reset(); // no filter may hide it
  history.replaceState(null, "", address);
  byId(`check-${finding.check.id}`)?.reveal(finding);
  const element = byId(`finding-${finding.id}`);
  const folds = element?.closest(".alike");
  if (folds) folds.open = true;
  mark(element);
}

function mark(element) {
  document.querySelector(".here")?.classList.remove("here");
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
  const here = all.findIndex((element) => element.matches(".here, :has(.here)"));
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
  document.addEventListener("click", (event) => event.target.closest("a, .chart") && leave(), { capture: true });
  addEventListener("keydown", keys);
  addEventListener("beforeprint", unfold);
  follow();
}

begin();
