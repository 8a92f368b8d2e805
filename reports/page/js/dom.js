// Elements made without HTML: text is always a text node, so nothing in a dataset can become markup.

const SVG = "http://www.w3.org/2000/svg";

export function h(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

// Attributes: `on` holds listeners by event, `vars` CSS properties; false, null and undefined leave one out.
function filled(element, { on = {}, vars = {}, ...attributes } = {}, children) {
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  for (const [property, value] of Object.entries(vars)) element.style.setProperty(property, value);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== false && child != null && child !== ""));
  return element;
}

export function icon(name) {
  return svg("svg", { class: `icon ${name}`, "aria-hidden": "true" }, svg("use", { href: `#icon-${name}` }));
}

export function button(label, click, attributes = {}) {
  return h("button", { type: "button", ...attributes, on: { click } }, label);
}

// Text of a check's docstring: `code` and addresses are marked as what they are.
export function prose(text) {
  return text.split(/(`+[^`]+`+|https:\/\/[^\s),;]+)/).map((part) => {
    if (part.startsWith("`")) return h("code", {}, part.replaceAll("`", ""));
    return part.startsWith("https://") ? h("a", { href: part, rel: "noreferrer" }, part) : part;
  });
}

// Sections of a docstring, by their titles.
export const explained = (sections) =>
  h(
    "dl",
    {},
    Object.entries(sections).map(([title, text]) => h("div", {}, h("dt", {}, title), h("dd", {}, prose(text)))),
  );

export const byId = (id) => document.getElementById(id);

// One tip for the whole page: it shows `data-tip` of what is pointed at or has the focus.
export function tips() {
  const tip = byId("tip");
  const show = (event) => {
    const owner = event.target.closest?.("[data-tip]");
    tip.hidden = !owner?.dataset.tip;
    if (tip.hidden) return;
    tip.textContent = owner.dataset.tip;
    const box = owner.getBoundingClientRect();
    const [x, y] = event.type === "focusin" ? [box.right, box.bottom] : [event.clientX, event.clientY];
    tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${y + 16 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 8 : y + 16}px`;
    owner.closest("dialog")?.append(tip); // a dialog lies above everything outside it
    if (!owner.closest("dialog")) document.body.append(tip);
  };
  for (const event of ["pointermove", "focusin"]) document.addEventListener(event, show);
  document.addEventListener("scroll", () => (tip.hidden = true), { passive: true });
}
