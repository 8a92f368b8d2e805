// Median HU under each mask, against the band that the contract allows.

import { structures } from "./data.js";
import { linear } from "./scale.js";
import { KEY, spread, strips } from "./volumes.js";

const LEAST_HU = 10; // noise and contrast medium move a median by more than this

export function intensities() {
  const rows = structures
    .map((structure) => judged(spread(structure, structure.hu, { least: LEAST_HU }), structure.band))
    .filter(Boolean);
  const bands = rows.some(({ band }) => band);
  return strips(rows, {
    name: "intensities",
    title: (far) =>
      far ? `On tissue of unlikely intensity: ${far}` : "Every mask lies on tissue of a likely intensity",
    note: `Median HU of the CT under masks that the field of view does not cut. ${KEY}${bands ? " Green: what the contract allows; there, a diamond lies outside of the green." : ""}`,
    unit: "HU",
    scale: linear,
  });
}

// Where a band is promised, it alone says what is out.
function judged(row, band) {
  if (!row || !band) return row;
  const [low, high] = [band[0] ?? -Infinity, band[1] ?? Infinity];
  return {
    ...row,
    band,
    values: row.values.map((value) => ({ ...value, out: value.value < low || value.value > high })),
  };
}
