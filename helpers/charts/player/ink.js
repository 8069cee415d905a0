// The colours in which the chart is drawn, as the theme has them now.
//
// They are custom properties of the player's element, from player.css and, for the signs, from
// words.py: so the canvas changes with everything around it, and `scale` with the letters.

import { line } from "./drawing.js";
import { SIGNS } from "./words.js";

/**
 * @import { SignName } from "./words.js"
 *
 * @typedef {"ink" | "soft" | "card" | "grid" | "onRunning" | "late" | "playhead" |
 *   "chosen"} PageInk
 * @typedef {Record<PageInk | SignName | "readyEdge", string>} Colours
 * @typedef {Colours & {font: string, scale: number, hatch: CanvasPattern | string}} Ink
 */

const USUAL = 13; // pixels: the size of letters for which the chart's lengths were chosen

const NAMES = ["ink", "soft", "card", "grid", "on-running", "late", "playhead", "chosen",
  "ready-edge", ...Object.keys(SIGNS)];

/**
 * The inks of a player.
 * @param {HTMLElement} root
 * @returns {Ink}
 */
export function inks(root) {
  const style = getComputedStyle(root);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--stl-${name}`).trim();
  const key = (/** @type {string} */ name) => name.replace(/-(.)/, (_, c) => c.toUpperCase());
  const colours = /** @type {Colours} */ (
    Object.fromEntries(NAMES.map((name) => [key(name), colour(name)])));
  const hatch = hatching(colours.ready, colours.readyEdge);
  const scale = (parseFloat(style.fontSize) || USUAL) / USUAL;
  return { ...colours, font: style.fontFamily, scale, hatch };
}

/**
 * @param {string} ground
 * @param {string} lines
 */
function hatching(ground, lines) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const g = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  g.fillStyle = ground;
  g.fillRect(0, 0, 6, 6);
  g.strokeStyle = lines;
  g.lineWidth = 1.25;
  for (const x of [-6, 0, 6]) line(g, x - 1, 7, x + 7, -1);
  return g.createPattern(tile, "repeat") ?? ground;
}
