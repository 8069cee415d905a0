// What tasks share, at a moment: how full each is, who holds it, who waits. What is said when, was
// worked out before it travelled; where a program shares nothing, there is no such panel.

import { make, panel } from "./dom.js";
import { countUpTo } from "./counting.js";
import { visible } from "./text.js";

/** @import { SharedThing } from "./unpacking.js" */

export class Shared {
  constructor() {
    this.list = make("ul", { class: "stl-rows stl-body", tabindex: "0" });
    this.element = panel("shared", "Shared", "who holds it, and who waits", this.list);
    this.element.hidden = true;
  }

  /**
   * @param {SharedThing[]} shared
   * @param {number} frame
   */
  show(shared, frame) {
    this.element.hidden = !shared.length;
    this.list.replaceChildren(...shared.map((thing) => row(thing, frame)));
  }
}

/**
 * @param {SharedThing} thing
 * @param {number} frame
 */
function row({ name, kind, frames, told }, frame) {
  const at = countUpTo(frames, frame) - 1;
  return make("li", {}, make("b", {}, visible(name)),
    make("span", {}, at < 0 ? "not used yet" : visible(told[at])),
    make("span", { class: "stl-soft" }, kind));
}
