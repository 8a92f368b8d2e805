// Copying, and saying so.

import { byId } from "./dom.js";

let timer;

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied ${what}.`);
  } catch {
    say(text, 20_000); // some browsers refuse in a file: then the text is there to be copied by hand
  }
}

function say(text, ms = 2500) {
  const toast = byId("toast");
  (document.querySelector("dialog[open]") ?? document.body).append(toast); // a dialog lies above the rest
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.hidden = true), ms);
}
