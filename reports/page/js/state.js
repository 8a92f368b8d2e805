// The address says what is shown: `#findings?severity=error&case=s0001`, `#finding-0a1b2c`, `#case-s0001`.

const DEFAULTS = {
  q: "",
  severity: "",
  since: "",
  remedy: "",
  family: "",
  check: "",
  case: "",
  structure: "",
  split: "",
  waived: "shown",
  group: "check",
  sort: "severity",
};

export const state = { ...DEFAULTS };

const listeners = [];

export const onChange = (listener) => listeners.push(listener);

const notify = () => listeners.forEach((listener) => listener());

// Change some filters; the address follows, without an entry of its own in the browser's history.
export function change(changes) {
  Object.assign(state, changes);
  const set = Object.entries(state).filter(([key, value]) => value !== DEFAULTS[key]);
  history.replaceState(null, "", `#findings${set.length ? `?${new URLSearchParams(set)}` : ""}`);
  notify();
}

export const reset = () => change(DEFAULTS);

export const filtered = () =>
  Object.keys(DEFAULTS).some((key) => !["group", "sort"].includes(key) && state[key] !== DEFAULTS[key]);

export const caseLink = (name) => `#case-${encodeURIComponent(name)}`;

// Take the filters from the address if it has any, or if the browser comes back to it; return where it leads.
export function readAddress(returned) {
  const [place, query] = location.hash.slice(1).split("?");
  const [kind, ...rest] = place.split("-");
  if (query != null || (returned && ["", "findings"].includes(kind))) take(new URLSearchParams(query));
  return { kind, id: decoded(rest.join("-")) };
}

// What is shown stays as it is where no filter changes.
function take(given) {
  const filters = Object.keys(DEFAULTS).map((key) => [key, given.get(key) ?? DEFAULTS[key]]);
  if (filters.every(([key, value]) => state[key] === value)) return;
  Object.assign(state, Object.fromEntries(filters));
  notify();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a link that somebody wrote by hand
  }
}
