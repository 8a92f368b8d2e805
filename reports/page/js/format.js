// Numbers and words.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

// -0.3 is 0, not "-0".
export const integer = (value) => whole.format(value).replace(/^-0$/, "0");

// Three digits, a space of its own for thousands: 0.0123, 4.56, 78.9, 1,234.
export function number(value) {
  if (value == null) return "–";
  const size = Math.abs(value);
  return (size >= 100 ? integer(value) : String(Number(value.toPrecision(3)))).replace("-", "−");
}

export const percent = (share) => `${share > 0 && share < 0.01 ? "below 1" : integer(100 * share)} %`;

export const counted = (amount, noun) => `${integer(amount)} ${noun}${amount === 1 ? "" : "s"}`;

// "1 error", "2 warnings", "3 info".
export const graded = (severity, amount) =>
  severity === "info" ? `${integer(amount)} info` : counted(amount, severity);

// A text without the marks of its `code`.
export const plain = (text) => text.replaceAll("`", "");

// "vertebrae_L1" is read as "vertebrae L1".
export const spaced = (name) => name.replaceAll("_", " ");

// The first few of a list, and how many there are more.
export function some(names, most = 3) {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}

export const plainly = new Intl.Collator("en", { numeric: true }).compare;
