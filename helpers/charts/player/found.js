// What was found wrong: a short list, and a click on one goes to the moment it speaks of.

import { make } from "./dom.js";
import { visible } from "./text.js";

/** @import { Finding } from "./unpacking.js" */

export class Found {
  /** @param {(finding: Finding) => void} goTo */
  constructor(goTo) {
    this.goTo = goTo;
    this.list = make("ol", { class: "stl-found-list" });
    this.rest = make("p", { class: "stl-hint" });
    this.element = make("div",
      { class: "stl-found", role: "group", "aria-label": "What was found" },
      make("div", { class: "stl-found-title" }, "What was found",
        make("span", { class: "stl-hint" }, "the worst first; click one to see the moment")),
      this.list, this.rest);
  }

  /**
   * @param {Finding[]} found
   * @param {string} rest how many more there are, in words
   */
  show(found, rest) {
    this.element.hidden = !found.length;
    this.rest.hidden = !rest;
    this.rest.textContent = rest;
    this.list.replaceChildren(...found.map((finding) => this.row(finding)));
  }

  /** @param {Finding} finding */
  row(finding) {
    const button = make("button", { type: "button", class: "stl-found-one" },
      make("b", {}, visible(finding.kind)), `: ${visible(finding.sentence)}`);
    button.addEventListener("click", () => this.goTo(finding));
    return make("li", {}, button, make("div", { class: "stl-hint" }, ...withCode(finding.help)));
  }
}

/**
 * A sentence in which code stands between backquotes.
 * @param {string} text
 */
function withCode(text) {
  return visible(text).split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));
}
