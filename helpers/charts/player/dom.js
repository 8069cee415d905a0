// Parts of a page. Names come from anybody's program: they enter it as text, never as markup.

/**
 * An element; children are elements or text, never markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

const PATHS = {
  start: "M5 4h2v12H5zM16 4v12L8 10z",
  back: "M14 4v12L5 10z",
  play: "M6 3v14l11-7z",
  pause: "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z",
  forward: "M6 4v12l9-6z",
  end: "M4 4v12l8-6zM13 4h2v12h-2z",
  next: "M4 5v10l6-5zM11 9h3V6l5 4-5 4v-3h-3z",
  closer: "M9 5h2v4h4v2h-4v4H9v-4H5V9h4z",
  wider: "M5 9h10v2H5z",
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * A small picture for a button, which says in words what it is.
 * @param {IconName} name
 */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * A titled box with a line that says what it shows. To a screen reader its body has that name,
 * and the box is none: a region in a region of the same name would be read twice.
 * @param {string} name
 * @param {string} title
 * @param {string} hint
 * @param {HTMLElement} body
 */
export function panel(name, title, hint, body) {
  const heading = make("div", { class: "stl-panel-title" }, title,
    make("span", { class: "stl-hint" }, hint));
  body.setAttribute("aria-label", title);
  return make("div", { class: `stl-panel stl-${name}` }, heading, body);
}

/**
 * Scroll a box, and only it, until a child is in sight.
 * @param {HTMLElement} box
 * @param {HTMLElement} child
 */
export function scrollWithin(box, child) {
  const frame = box.getBoundingClientRect();
  const { top, bottom } = child.getBoundingClientRect();
  if (top < frame.top || bottom > frame.top + box.clientHeight)
    box.scrollTop += (top + bottom) / 2 - frame.top - box.clientHeight / 2;
}
