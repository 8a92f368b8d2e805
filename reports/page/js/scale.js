// From values to pixels, and the few statistics that plots need.

const APART = 60; // pixels that a number at a tick needs

export function linear([low, high], [start, end]) {
  const scale = (value) => start + ((value - low) / (high - low || 1)) * (end - start);
  return Object.assign(scale, { ticks: () => rounds(low, high, Math.min(6, Math.abs(end - start) / APART)) });
}

export function logarithmic([low, high], range) {
  const inner = linear([Math.log(low), Math.log(high)], range);
  return Object.assign((value) => inner(Math.log(value)), {
    ticks: () => decades(low, high, (range[1] - range[0]) / APART),
  });
}

function rounds(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => power * factor >= rough);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, number) =>
    Number(((first + number) * step).toPrecision(12)),
  );
}

// Powers of ten, and between them 2 and 5 where there is room.
function decades(low, high, most) {
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, number) => 10 ** (Math.floor(Math.log10(low)) + number),
  );
  const factors = 3 * powers.length > most ? [1] : [1, 2, 5];
  return powers
    .flatMap((power) => factors.map((factor) => power * factor))
    .filter((tick) => tick >= low && tick <= high);
}

// The quantile of ascending numbers, between two of them by linear interpolation.
export function quantile(sorted, share) {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  return sorted[below] + (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]) * (place - below);
}

export const ascending = (values) => values.filter((value) => value != null).sort((first, second) => first - second);

// How many robust standard deviations each value lies from the median (Iglewicz and Hoaglin 1993, "modified z-score");
// `least` is the smallest deviation that counts as one, where the values hardly differ.
export function deviations(values, least) {
  const middle = quantile(ascending(values), 0.5);
  const spread = quantile(ascending(values.map((value) => Math.abs(value - middle))), 0.5) / 0.6745;
  return values.map((value) => (value - middle) / Math.max(spread, least));
}

export const FAR = 3.5; // the limit that the same authors recommend
export const FEWEST = 8; // values below which a median and a spread say little
