// The plots, each drawn when it comes near the window.

import { byId, h } from "./dom.js";
import { measured, published } from "./data.js";
import { cohort } from "./cohort.js";
import { intensities } from "./intensities.js";
import { overlaps } from "./overlaps.js";
import { presence } from "./presence.js";
import { publishedMeans } from "./published.js";
import { sizes } from "./sizes.js";
import { volumes } from "./volumes.js";

export function plots() {
  const { structures, grids } = measured;
  const wanted = [
    structures.some(({ ml }) => ml.some((value) => value > 0)) && volumes,
    structures.length && presence,
    structures.some(({ hu }) => hu.some((value) => value != null)) && intensities,
    overlaps,
    published && publishedMeans,
    grids.size_k.some((size) => size > 0) && sizes,
    cohort,
  ].filter(Boolean);
  const places = wanted.map((draw) => Object.assign(h("div", { class: "plot" }), { draw }));
  const section = byId("plots");
  section.hidden = false;
  section.append(h("div", { class: "plots" }, places));
  const observer = new IntersectionObserver(
    (entries) => entries.filter(({ isIntersecting }) => isIntersecting).forEach(({ target }) => put(target)),
    { rootMargin: "600px" },
  );
  places.forEach((place) => observer.observe(place));
  addEventListener("beforeprint", () => places.forEach(put));
}

function put(place) {
  if (!place.isConnected) return;
  const drawn = place.draw();
  if (drawn) place.replaceWith(drawn);
  else place.remove();
}
