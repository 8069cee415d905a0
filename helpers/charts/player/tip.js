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
   * @param {number} width in which it must fit
   */
  show(text, spot, width) {
    const { element } = this;
    element.hidden = !text;
    if (!text) return;
    element.textContent = text;
    const left = Math.min(Math.max(spot.x + 14, 0), width - element.offsetWidth - 4);
    element.style.transform = `translate(${left}px, ${spot.y + 16}px)`;
  }
}
