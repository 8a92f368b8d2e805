// The page of a review: shows one finding, its slices, and sends what is decided. All text is set as text, never as HTML.

const AHEAD = 2; // slices on either side that are fetched before anybody asks
const WINDOWS = ["fitted", "soft", "lung", "bone"];
const FIELDS = ["fitted", "near", "whole"];
const SETTLED = new Set(["unsure", "right", "false alarm", "disputed"]);
const get = (id) => document.getElementById(id);

const state = {
  findings: [], opinions: [], advice: {}, run: "",
  now: 0, view: null, plane: 0, at: [],
  window: 0, field: 0, outlines: true, all: false, sending: false,
};
const views = new Map(); // what is known of a finding's slices, by number

async function ask(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, options);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

function warn(text) {
  get("alert").textContent = text;
  get("alert").hidden = !text;
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    warn(error instanceof TypeError ? "The server does not answer: was the command ended? Nothing was kept of this key." : error.message);
  }
}

function standing(content) {
  state.opinions = content.opinions;
  get("progress").textContent = content.progress;
  warn(content.note);
}

// What says whether a finding, by its number, is of the check that is chosen.
function chosen() {
  const check = get("check").value;
  return (number) => !check || state.findings[number].check === check;
}

// Number of the next finding to decide after this one, in a circle; skipped ones come after all others.
function pending(from) {
  const count = state.findings.length;
  const round = [...Array(count).keys()].map((step) => (from + step) % count).filter(chosen());
  return round.find((number) => state.opinions[number] === "open")
    ?? round.find((number) => !SETTLED.has(state.opinions[number]));
}

function beside(step) {
  const [count, fits] = [state.findings.length, chosen()];
  for (let number = state.now + step; number >= 0 && number < count; number += step) if (fits(number)) return number;
  return state.now;
}

function viewOf(number) {
  if (!views.has(number)) views.set(number, ask(`/views/${number}`));
  return views.get(number);
}

function address(number, plane, at) {
  const outlines = state.outlines ? "outlined" : "plain";
  const masks = state.all ? "all" : "concerned";
  return `/slices/${state.run}/${number}/${plane.name}/${at}/${WINDOWS[state.window]}/${outlines}/${masks}/${FIELDS[state.field]}`;
}

function fetchAhead(path) {
  const image = new Image();
  image.src = path;
  return image.decode().catch(() => undefined);
}

function line(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function list(id, texts) {
  get(id).replaceChildren(...texts.map((text) => line("li", text)));
  get(id).hidden = !texts.length;
}

function dot(colour) {
  const space = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(space, "svg");
  const circle = document.createElementNS(space, "circle");
  drawn.setAttribute("viewBox", "0 0 2 2");
  drawn.setAttribute("aria-hidden", "true");
  for (const [name, value] of Object.entries({ cx: 1, cy: 1, r: 1, fill: `rgb(${colour})` })) circle.setAttribute(name, value);
  drawn.append(circle);
  return drawn;
}

function named(structure) {
  const element = document.createElement("span");
  element.append(dot(structure.colour), structure.name);
  return element;
}

function described(decision) {
  const comment = decision.comment ? ` "${decision.comment}"` : "";
  const then = decision.then ? ` The message was then: ${decision.then}` : "";
  return `${decision.day}, ${decision.who}: ${decision.verdict}.${comment}${then}`;
}

function write(number) {
  const finding = state.findings[number];
  const grade = line("span", finding.severity);
  grade.className = `tone ${finding.severity}`;
  get("title").replaceChildren(`${number + 1} of ${state.findings.length}: `, grade, ` ${finding.check}, ${finding.case}`);
  get("structures").textContent = finding.structure || finding.files.join("");
  get("message").textContent = finding.message;
  get("advice").textContent = state.advice[finding.check];
  get("place").textContent = "";
  get("slices").replaceChildren();
  get("slices").setAttribute("aria-busy", "true");
  list("notes", []);
  list("history", []);
  document.title = `${number + 1}: ${finding.check} · segaudit review`;
  history.replaceState(null, "", `#${number + 1}`);
}

async function show(number) {
  if (number === undefined) {
    get("progress").textContent += ". Nothing is left to decide.";
    return;
  }
  state.now = number;
  state.view = null;
  write(number);
  const asked = viewOf(number);
  let view;
  try {
    view = await asked;
  } catch (error) {
    views.delete(number);
    throw error;
  }
  if (state.now !== number) return;
  state.view = view;
  state.at = view.planes.map((plane) => plane.start);
  if (view.structures.length) get("structures").replaceChildren(...view.structures.map(named));
  get("place").textContent = view.place;
  list("notes", view.notes);
  list("history", view.decisions.map(described));
  get("slices").replaceChildren(...view.planes.map(pane));
  await draw();
  ahead(number);
}

function pane(plane, place) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(document.createElement("img"));
  button.addEventListener("click", (event) => {
    choose(place);
    if (event.detail) attempt(() => cross(place, event)); // a key that presses the button has no place
  });
  button.addEventListener("wheel", (event) => {
    if (document.activeElement !== button) return;
    event.preventDefault();
    choose(place);
    move(Math.sign(event.deltaY));
  }, { passive: false });
  return button;
}

function choose(place) {
  if (!state.view?.planes[place]) return;
  state.plane = place;
  mark();
}

// Move the other two slices to the point that was clicked.
function cross(place, { clientX, clientY }) {
  const { planes } = state.view;
  const { across, panes } = planes[place];
  const box = get("slices").children[place].firstChild.getBoundingClientRect();
  const shares = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  for (const [axis, [first, end]] of panes[FIELDS[state.field]].entries()) {
    const at = Math.floor(first + shares[axis] * (end - first));
    state.at[across[axis]] = Math.min(Math.max(at, 0), planes[across[axis]].count - 1);
  }
  return draw();
}

function mark() {
  for (const [place, button] of [...get("slices").children].entries()) button.setAttribute("aria-pressed", place === state.plane);
}

async function draw() {
  const { now, view } = state;
  if (!view) return;
  mark();
  get("slices").setAttribute("aria-busy", "true");
  await Promise.all(view.planes.map((plane, place) => put(now, plane, place)));
  if (state.now === now) get("slices").setAttribute("aria-busy", "false");
}

async function put(number, plane, place) {
  const image = get("slices").children[place]?.firstChild;
  if (!image) return;
  const at = state.at[place];
  image.alt = `${plane.name} slice ${at + 1} of ${plane.count}`;
  image.src = address(number, plane, at);
  await image.decode().catch(() => {
    if (image.isConnected && state.at[place] === at && state.now === number) image.alt += ", which could not be drawn";
  });
}

async function move(step) {
  const plane = state.view?.planes[state.plane];
  if (!plane) return;
  const at = Math.min(Math.max(state.at[state.plane] + step, 0), plane.count - 1);
  state.at[state.plane] = at;
  get("slices").setAttribute("aria-busy", "true");
  await put(state.now, plane, state.plane);
  get("slices").setAttribute("aria-busy", "false");
  for (let next = 1; next <= AHEAD; next++) {
    const then = at + Math.sign(step) * next;
    if (then >= 0 && then < plane.count) fetchAhead(address(state.now, plane, then));
  }
}

function home() {
  if (!state.view) return undefined;
  state.at = state.view.planes.map((plane) => plane.start);
  return draw();
}

// Fetch the slices of the finding that comes next, and the neighbours of those that are shown.
async function ahead(number) {
  const next = pending(number + 1);
  if (next === undefined || next === number) return;
  const view = await viewOf(next).catch(() => views.delete(next) && undefined);
  if (state.now !== number || !view) return;
  for (const plane of view.planes) fetchAhead(address(next, plane, plane.start));
  for (const [place, plane] of state.view.planes.entries()) {
    for (let step = -AHEAD; step <= AHEAD; step++) {
      const at = state.at[place] + step;
      if (step && at >= 0 && at < plane.count) fetchAhead(address(number, plane, at));
    }
  }
}

async function decide(verdict) {
  if (state.sending || !state.findings.length) return;
  const who = get("who").value.trim();
  if (!who) {
    get("who").focus();
    throw new Error("Write who decides.");
  }
  const number = state.now;
  state.sending = true;
  try {
    standing(await ask("/decisions", { number, verdict, who, comment: get("comment").value }));
  } finally {
    state.sending = false;
  }
  get("comment").value = "";
  views.delete(number);
  await show(pending(number + 1));
}

async function undo() {
  const answer = await ask("/undo", { who: get("who").value.trim() });
  standing(answer);
  if (answer.number === null) {
    warn("Taken back: a decision on a finding that is not in this report.");
    return;
  }
  views.delete(answer.number);
  get("comment").value = answer.comment;
  await show(answer.number);
}

function toggle(id) {
  state[id] = !state[id];
  get(id).setAttribute("aria-pressed", state[id]);
  return draw();
}

function cycle(id, choices) {
  state[id] = (state[id] + 1) % choices.length;
  get(id).querySelector("span").textContent = choices[state[id]];
  return draw();
}

const ACTIONS = {
  r: () => decide("right"), f: () => decide("false alarm"), u: () => decide("unsure"), s: () => decide("skip"),
  z: undo, n: () => show(beside(1)), p: () => show(beside(-1)), c: () => get("comment").focus(),
  1: () => choose(0), 2: () => choose(1), 3: () => choose(2),
  ArrowUp: () => move(-1), ArrowDown: () => move(1), PageUp: () => move(-10), PageDown: () => move(10), Home: home,
  w: () => cycle("window", WINDOWS), e: () => cycle("field", FIELDS), m: () => toggle("outlines"), a: () => toggle("all"),
};

function pressed(event) {
  const field = event.target.matches("select, input:not([type=checkbox])");
  if (field && event.target.id === "comment" && ["Enter", "Escape"].includes(event.key)) get("finding").focus();
  const other = event.ctrlKey || event.altKey || event.metaKey;
  const action = ACTIONS[event.key];
  if (field || other || !action || !get("keys").checked) return;
  event.preventDefault();
  if (!event.repeat || event.key.length > 1) attempt(action);
}

function options() {
  const counts = new Map();
  for (const { check } of state.findings) counts.set(check, (counts.get(check) ?? 0) + 1);
  const all = line("option", `all (${state.findings.length})`);
  all.value = "";
  const some = [...counts].sort().map(([check, count]) => {
    const option = line("option", `${check} (${count})`);
    option.value = check;
    return option;
  });
  get("check").replaceChildren(all, ...some);
}

async function start() {
  const content = await ask("/findings");
  Object.assign(state, { findings: content.findings, advice: content.advice, run: content.run });
  standing(content);
  get("who").value = content.who;
  options();
  if (!state.findings.length) {
    get("title").textContent = "No finding is about a case: there is nothing to review";
    return;
  }
  const number = Number(location.hash.slice(1)) - 1;
  await show(state.findings[number] ? number : pending(0) ?? 0);
}

document.addEventListener("keydown", pressed);
for (const button of document.querySelectorAll("[data-verdict]")) {
  button.addEventListener("click", () => attempt(() => decide(button.dataset.verdict)));
}
for (const [id, key] of Object.entries({ undo: "z", next: "n", previous: "p", window: "w", field: "e", outlines: "m", all: "a" })) {
  get(id).addEventListener("click", () => attempt(ACTIONS[key]));
}
get("check").addEventListener("change", () => attempt(() => show(pending(state.now) ?? beside(1))));
attempt(start);
