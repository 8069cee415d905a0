// The legend explains what occurs in this recording, and nothing else: signs.py decides what,
// words.py has the words.

import { make } from "./dom.js";
import { drawEnd } from "./signs.js";
import { SIGNS } from "./words.js";

/**
 * @import { Film } from "./film.js"
 * @import { Ink } from "./ink.js"
 * @import { Outcome } from "./unpacking.js"
 * @import { SignName } from "./words.js"
 */

const SIZE = 14; // pixels of an end's sign
const ITERATION = "an iteration of the loop begins";

export class Legend {
  constructor() {
    this.element = make("div", { class: "stl-legend", "aria-label": "Legend", role: "group" });
    /** @type {[Outcome, HTMLCanvasElement][]} */
    this.ends = [];
  }

  /** @param {Film} film */
  show(film) {
    this.ends = [];
    this.element.replaceChildren(...film.signs.map((name) =>
      make("span", { class: "stl-key" }, this.sample(name), SIGNS[name].words)));
    if (film.iterations.length < 2) return;
    const border = make("i", { class: "stl-swatch stl-swatch-iteration", "aria-hidden": "true" });
    this.element.append(make("span", { class: "stl-key" }, border, ITERATION));
  }

  /** @param {SignName} name */
  sample(name) {
    if (!isEnd(name))
      return make("i", { class: `stl-swatch stl-swatch-${name}`, "aria-hidden": "true" });
    const canvas = make("canvas", { class: "stl-outcome", "aria-hidden": "true",
      width: 2 * SIZE, height: 2 * SIZE });
    this.ends.push([name, canvas]);
    return canvas;
  }

  /** @param {Ink} ink */
  draw(ink) {
    for (const [name, canvas] of this.ends) {
      const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      g.setTransform(2, 0, 0, 2, 0, 0);
      g.clearRect(0, 0, SIZE, SIZE);
      drawEnd(g, ink, name, SIZE / 2, SIZE / 2, 6);
    }
  }
}

/**
 * @param {SignName} name
 * @returns {name is Outcome}
 */
const isEnd = (name) => SIGNS[name].lines.length > 0;
