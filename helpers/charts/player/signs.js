// The signs for how a task ended, told by shape as well as by colour: words.py has them.

import { SIGNS } from "./words.js";

/**
 * @import { Paper } from "./drawing.js"
 * @import { Ink } from "./ink.js"
 * @import { Outcome } from "./unpacking.js"
 */

/**
 * What the table says of each: its words in the legend, what a task does in a sentence, and for
 * an end the strokes of its sign, as points, and whether its disc is filled.
 * @typedef {{words: string, verb: string, lines: [x: number, y: number][][],
 *   filled: boolean}} Sign
 */

const REACH = 1.25; // the sign in its disc: radii for a length of 1 in the table

/**
 * A disc or a ring, and a sign in it.
 * @param {Paper} g
 * @param {Ink} ink
 * @param {Outcome} outcome
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function drawEnd(g, ink, outcome, x, y, radius) {
  const name = outcome in SIGNS ? outcome : "pending"; // a later Python may know further ends
  const { lines, filled } = SIGNS[name];
  g.lineWidth = 1.5;
  g.fillStyle = g.strokeStyle = ink[name];
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  if (filled) g.fill();
  else g.stroke();
  if (filled) g.strokeStyle = ink.card;
  const size = radius * REACH;
  g.beginPath();
  for (const points of lines)
    points.forEach(([dx, dy], i) => g[i ? "lineTo" : "moveTo"](x + dx * size, y + dy * size));
  g.stroke();
}
