// Blanks that nobody sees: at the ends of a quoted text, or several in a row.

const QUOTED = /(?<![^\s([])(['"])(.*?)\1(?![^\s,.;:)\]])/g;
const STRAY = /^ +| +$| {2,}/g;

export const marked = (message) =>
  message.replace(
    QUOTED,
    (_, quote, text) => quote + text.replace(STRAY, (blanks) => "␣".repeat(blanks.length)) + quote,
  );
