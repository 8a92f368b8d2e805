// What all plots share: a figure with its sentence, axes, rows with marks, and a file to take away.

import { button, byId, h, svg } from "./dom.js";
import { number } from "./format.js";

// Without a name, there is no file to take away.
export function figure({ title, note, name }, ...content) {
  const save = button("Save SVG", () => download(figured.querySelector("svg.chart"), name), { class: "small quiet" });
  const figured = h(
    "figure",
    { class: "plot" },
    h("figcaption", {}, h("h3", {}, title), name && save, h("p", {}, note)),
    ...content,
  );
  return figured;
}

// How wide a plot can be here, and how much of that the names of its rows take.
export function room() {
  const width = Math.max(320, Math.min(1120, byId("plots").querySelector(".plots").clientWidth - 48));
  return { width, names: width < 600 ? 140 : 190 };
}

export function chart(width, height, label, ...children) {
  return svg(
    "svg",
    { class: "chart", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label },
    ...children,
  );
}

// Vertical lines at the ticks of a horizontal scale, each with its number above and below, the last with the unit.
export function gridlines(scale, top, bottom, { unit, label = number }) {
  const ticks = scale.ticks();
  return ticks
    .map((tick) => [tick, tick === ticks.at(-1) && unit ? `${label(tick)} ${unit}` : label(tick)])
    .map(([tick, label]) =>
      svg(
        "g",
        { class: "tick", transform: `translate(${scale(tick).toFixed(1)},0)` },
        svg("line", { class: "grid", y1: top, y2: bottom }),
        svg("text", { y: top - 6, "text-anchor": "middle" }, label),
        bottom - top > 300 && svg("text", { y: bottom + 15, "text-anchor": "middle" }, label),
      ),
    );
}

// A diamond: outliers differ from other marks by shape, too.
export const diamond = (x, y, size = 5) =>
  `M${x.toFixed(1)} ${y - size}l${size} ${size}-${size} ${size}-${size}-${size}z`;

const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "opacity", "font-family", "font-size", "text-anchor"];

// A copy of a plot that needs no style sheet.
function download(original, name) {
  const copied = original.cloneNode(true);
  const elements = original.querySelectorAll("*");
  copied.querySelectorAll("*").forEach((element, place) => {
    const style = getComputedStyle(elements[place]);
    for (const property of KEPT) element.setAttribute(property, style.getPropertyValue(property));
  });
  copied.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const url = URL.createObjectURL(new Blob([copied.outerHTML], { type: "image/svg+xml" }));
  h("a", { href: url, download: `${name}.svg` }).click();
  URL.revokeObjectURL(url);
}
