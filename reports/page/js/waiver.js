// A finding as an entry of waivers.toml, and as commands.

import { dataset, date } from "./data.js";

export function waiver(finding) {
  return structureGlobs(finding)
    .map((structure) => entry(finding, structure))
    .join("\n");
}

// Those with one cause get a waiver each, which hides nothing else; the CT and other files have no structure.
function structureGlobs({ structures, merged, withCt }) {
  if (!merged || !structures.length) return [escaped(structures.join(", "))];
  return [...(withCt ? [""] : []), ...structures.map(escaped)];
}

function entry({ check, case: name }, structure) {
  const until = `${Number(date.slice(0, 4)) + 1}${date.slice(4).replace("-02-29", "-02-28")}`;
  const fields = { check: check.id, case: escaped(name), structure, reason: "" };
  const lines = Object.entries(fields).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return `[[waiver]]\n${lines.join("\n")}  # why this is accepted\nuntil = ${until}\n`;
}

// As Python's glob.escape: a name that holds *, ? or [ means just itself.
const escaped = (name) => name.replace(/[*?[]/g, "[$&]");

// The command that draws what a finding is about.
export function showCommand({ case: name, structures, merged, mm }) {
  const parts = ["segaudit", "show", dataset, name];
  if (structures.length && !merged) parts.push("--structure", structures.join(","));
  if (mm) parts.push(`--at=${mm.join(",")}`);
  return parts.map(quoted).join(" ");
}

// A word as a shell reads it.
export const quoted = (word) => (/^[\w.,=/+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
