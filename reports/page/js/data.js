// The data of the page, and what follows from it.

import { byId } from "./dom.js";
import { number } from "./format.js";

const LOWEST = 1e9;

const raw = JSON.parse(byId("data").textContent);

export const { contract, dataset, local, date, remedies, pictures, spine, published, measured } = raw;

export const severities = ["error", "warning", "info"];

// The title is the summary; its `code` is for ``prose``.
export const checks = new Map(
  raw.checks.map((check) => [check.id, { ...check, title: check.summary.replace(/\.$/, "") }]),
);

export const cases = measured?.cases ?? [];

export const caseNumber = new Map(cases.map((name, number) => [name, number]));

// Cases that are listed in the metadata, and have no folder.
export const absent = new Set(measured?.absent);

// From head to foot; where nobody knows how high one lies, in the contract's order, at the end.
export const structures = (measured?.structures ?? []).toSorted(
  (first, second) => (first.depth ?? LOWEST) - (second.depth ?? LOWEST),
);

export const metadata = measured?.metadata ?? {};

// The largest first.
export const splits = [...Map.groupBy((metadata.split ?? []).filter(Boolean), (split) => split)]
  .sort(([, first], [, second]) => second.length - first.length)
  .map(([split]) => split);

// What keeps a case from being judged; nothing of one that was.
const unjudged = new Map([
  ...[...absent].map((name) => [name, "absent"]),
  ...(measured?.unaudited ?? []).map((name) => [name, "unaudited"]),
  ...Object.keys(measured?.unmeasured ?? {}).map((name) => [name, "unmeasured"]),
]);

const SIGNS = { clean: "holds", absent: "unknown", unaudited: "unknown", unmeasured: "unknown" };

const WORDS = { absent: "No folder", unaudited: "Not audited", unmeasured: "Could not be measured" };

export const splitOf = (name) => metadata.split?.[caseNumber.get(name)] ?? "";

export const findings = raw.findings.map(unpacked);

export const findingById = new Map(findings.map((finding) => [finding.id, finding]));

export const findingsByCase = Map.groupBy(
  findings.filter(({ case: name }) => name),
  ({ case: name }) => name,
);

function unpacked([id, check, name, structures, file, message, waived, voxel, mm, merged, withCt, paths]) {
  const text = (place) => raw.texts[place];
  return {
    id,
    check: checks.get(text(check)),
    case: text(name),
    structures: raw.groups[structures],
    file: text(file),
    message: text(message),
    waived: waived == null ? null : text(waived),
    voxel,
    mm,
    merged, // how many structures, or else files, share the cause; 0 for a single finding
    withCt,
    ct: raw.groups[paths][0] ?? "", // relative to the dataset, as are those of masks
    masks: raw.groups[paths].slice(1),
    fresh: raw.fresh[id], // true: new since the last report; false: only some of its merged names are
    picture: pictures[`finding-${id}`],
  };
}

// The size or the spacing of a case's grid along its three axes.
export function along(column, place) {
  const numbers = ["i", "j", "k"].map((axis) => measured.grids[`${column}_${axis}`][place]);
  return numbers.includes(null) ? "–" : numbers.map(number).join(" × ");
}

export const rankOf = ({ check, waived }) => severities.indexOf(check.severity) + (waived == null ? 0 : severities.length);

// The worst state of a case: a severity, "waived", the reason why it was not judged, or "clean".
export function worst(name) {
  const own = findingsByCase.get(name) ?? [];
  const standing = new Set(own.filter(({ waived }) => waived == null).map(({ check }) => check.severity));
  if (measured?.graver[name]) standing.add(measured.graver[name]); // by findings that the page does not list
  return severities.find((severity) => standing.has(severity)) ?? unjudged.get(name) ?? (own.length ? "waived" : "clean");
}

// The icon of a state, and that of a case.
export const signOf = (state) => SIGNS[state] ?? state;
export const sign = (name) => signOf(worst(name));

// What is said of a case without findings.
export const nothing = (name) =>
  measured?.graver[name] ? "Its findings are in findings.csv" : (WORDS[unjudged.get(name)] ?? "Nothing was found");
