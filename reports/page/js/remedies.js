// What to do: the list of cases to leave out can be copied.

import { byId } from "./dom.js";
import { copy } from "./clipboard.js";
import { counted } from "./format.js";

export function leaveOut() {
  const copies = byId("failing")?.querySelector("button");
  if (!copies) return;
  copies.hidden = false;
  copies.addEventListener("click", () => {
    const ids = [...byId("failing").querySelectorAll("li")].map(({ textContent }) => textContent);
    copy(ids.join("\n"), `${counted(ids.length, "id")}, one a line`);
  });
}
