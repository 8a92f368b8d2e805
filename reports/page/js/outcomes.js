// How the checks ended: what each looks for unfolds into why, once the list is open.

import { checks } from "./data.js";
import { byId, explained, h } from "./dom.js";

export function outcomes() {
  byId("outcomes").addEventListener("toggle", unfold, { once: true });
}

function unfold() {
  for (const cell of byId("outcomes").querySelectorAll("[data-check]")) {
    const { sections } = checks.get(cell.dataset.check);
    if (Object.keys(sections).length)
      cell.replaceChildren(h("details", { class: "why" }, h("summary", {}, ...cell.childNodes), explained(sections)));
  }
}
