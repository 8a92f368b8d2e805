// Light or dark: as the system says, until the button is pressed.

import { byId } from "./dom.js";

export function themes() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  byId("theme").addEventListener("click", () => {
    const { theme } = document.documentElement.dataset;
    const isDark = theme ? theme === "dark" : dark.matches;
    document.documentElement.dataset.theme = isDark ? "light" : "dark";
  });
}
