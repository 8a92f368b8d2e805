// Median HU under each mask, against the band that the contract allows.

import { structures } from "./data.js";
import { linear } from "./scale.js";
import { AWAY, HINT, LINES, spread, strips } from "./volumes.js";

const LEAST_HU = 10; // noise and contrast medium move a median by more than this

const LIMITS = `Full diamond: outside of what the contract allows (green where it has limits on both sides); hollow: allowed, but ${AWAY}.`;

export function intensities() {
  const rows = structures
    .map((structure) => judged(spread(structure, structure.hu, { least: LEAST_HU }), structure.band))
    .filter(Boolean);
  const bands = rows.some(({ band }) => band);
  return strips(rows, {
    name: "intensities",
    title: (far) =>
      far ? `On tissue of unlikely intensity: ${far}` : "Every mask lies on tissue of a likely intensity",
    note: `Median HU of the CT under masks that the field of view does not cut. ${LINES} ${bands ? LIMITS : `Diamond: ${AWAY}.`} ${HINT}`,
    unit: "HU",
    scale: linear,
  });
}

// Where limits are promised, they alone say what is out; what is within them can still be far from other cases.
function judged(row, band) {
  if (!row || !band) return row;
  const [low, high] = [band[0] ?? -Infinity, band[1] ?? Infinity];
  return {
    ...row,
    band,
    values: row.values.map((value) => {
      const out = value.value < low || value.value > high;
      return { ...value, out, far: value.out && !out };
    }),
  };
}
