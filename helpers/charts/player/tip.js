// The tip: what the mouse is over, in a line beside it.

import { make } from "./dom.js";

/** @import { Spot } from "./input.js" */

export class Tip {
  constructor() {
    this.element = make("div", { class: "stl-tip", role: "tooltip", hidden: "" });
  }

  /**
   * @param {string} text "" for none
   * @param {Spot} spot
   * @param {import("./view.js").View} view in whose width it must fit
   */
  show(text, spot, { width, scale }) {
    const { element } = this;
    element.hidden = !text;
    if (!text) return;
    element.textContent = text;
    const right = width * scale - element.offsetWidth - 4;
    const left = Math.min(Math.max(spot.x * scale + 14, 0), right);
    element.style.transform = `translate(${left}px, ${spot.y * scale + 16}px)`;
  }
}
