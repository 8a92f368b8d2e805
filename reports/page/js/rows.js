// One finding: where it is, what it is, its picture, and what a person can take from it.

import { button, byId, h, icon, prose } from "./dom.js";
import { marked } from "./blanks.js";
import { copy } from "./clipboard.js";
import { integer, some, spaced } from "./format.js";
import { caseLink } from "./state.js";
import { cursor, openable, slicerCommand, snapCommand } from "./viewers.js";
import { showCommand, waiver } from "./waiver.js";

export function row(finding, { named = false } = {}) {
  const shown = article(finding, [
    h(
      "p",
      { class: "place" },
      named && icon(finding.waived == null ? finding.check.severity : "waived"),
      ...place(finding, named),
      badge(finding),
    ),
    h("p", { class: "message" }, marked(finding.message)),
    finding.structures.length > 2 && all(finding.structures),
    reason(finding),
    spot(finding),
    actions(finding),
  ]);
  shown.id = `finding-${finding.id}`;
  return shown;
}

// What is said, beside the picture of a finding.
export function article({ case: name, structures, picture: data }, content) {
  const subject = [name, some(structures.map(spaced), 2)].filter(Boolean).join(", ");
  return h(
    "article",
    { class: `finding ${data ? "pictured" : ""}`, tabindex: "-1" },
    h("div", {}, content),
    data && picture(data, `${subject}: slices through the place of the finding`),
  );
}

export const badge = ({ fresh }) => fresh != null && h("span", { class: "badge" }, fresh ? "new" : "partly new");

export const reason = ({ waived }) => waived != null && h("p", { class: "reason" }, icon("waived"), ` Waived: ${waived}`);

// In the list of a case findings are distinguished by check; elsewhere by case.
function place(finding, named) {
  const parts = [];
  if (named) parts.push(prose(finding.check.title));
  else if (finding.case) parts.push(h("a", { href: caseLink(finding.case) }, finding.case));
  if (finding.structures.length) parts.push(some(finding.structures.map(spaced), 2));
  if (finding.file && !finding.structures.length) parts.push(h("span", { class: "path" }, finding.file));
  return (parts.length ? parts : ["The dataset"]).flatMap((part, number) => (number ? [" · ", part] : [part]));
}

function all(structures) {
  return h(
    "details",
    {},
    h("summary", {}, `All ${structures.length} structures`),
    h("p", { class: "soft" }, structures.map(spaced).join(", ")),
  );
}

function spot({ mm, voxel }) {
  if (!mm) return null;
  const [x, y, z] = mm.map((length) => integer(length).replace("-", "−"));
  return h("p", { class: "where" }, `x ${x}, y ${y}, z ${z} mm · voxel ${voxel.join(", ")}`);
}

function actions(finding) {
  const link = () => copy(location.href.replace(/#.*|$/, `#finding-${finding.id}`), "a link to this finding");
  const small = { class: "small quiet" };
  return h(
    "p",
    { class: "actions" },
    finding.check.family !== "waivers" &&
      button("Copy as waiver", () => copy(waiver(finding), "a waiver; give it a reason"), small),
    button("Copy link", link, small),
    openable(finding) && [
      button("ITK-SNAP", () => copy(snapCommand(finding), `a command for ITK-SNAP${cursor(finding)}`), {
        ...small,
        "aria-label": "Copy a command that opens it in ITK-SNAP",
      }),
      button("3D Slicer", () => copy(slicerCommand(finding), "a command for 3D Slicer"), {
        ...small,
        "aria-label": "Copy a command that opens it in 3D Slicer",
      }),
    ],
    (finding.structures.length > 0 || finding.mm) &&
      finding.case &&
      !finding.picture &&
      button("Copy command that draws it", () => copy(showCommand(finding), `“${showCommand(finding)}”`), small),
  );
}

export function picture(data, text) {
  const image = () => h("img", { src: `data:image/webp;base64,${data}`, alt: text, decoding: "async" });
  return button(image(), () => zoom(image()), { class: "picture", "aria-label": `Enlarge: ${text}` });
}

function zoom(image) {
  const dialog = byId("zoom");
  dialog.replaceChildren(
    image,
    button("Close", () => dialog.close(), { class: "quiet" }),
  );
  dialog.showModal();
}
