// The time axis: round numbers below the lanes, and a thin line up from each.

import { line } from "./drawing.js";

/**
 * @import { Paper } from "./drawing.js"
 * @import { Ink } from "./ink.js"
 * @import { View } from "./view.js"
 */

const APART = 90; // pixels between two numbers, at least
const HALF_NUMBER = 22; // pixels that the last one needs to its right

/**
 * @param {Paper} g
 * @param {View} view
 * @param {Ink} ink
 */
export function drawAxis(g, view, ink) {
  const { bottom, width, from, to } = view;
  g.fillStyle = ink.soft;
  g.strokeStyle = ink.grid;
  g.lineWidth = 1;
  g.textAlign = "center";
  const step = roundStep((to - from) / Math.max(view.plotWidth / APART, 2));
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    const x = Math.round(view.x(time)) + 0.5;
    line(g, x, 0, x, bottom + 4);
    g.fillText(axisText(time, step), Math.min(x, width - HALF_NUMBER), bottom + 14);
  }
  line(g, view.gutter, bottom + 0.5, width, bottom + 0.5);
  g.textAlign = "left";
}

/**
 * A round number of nanoseconds, at least `least`.
 * @param {number} least
 */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5].map((n) => n * power).find((n) => n >= least) ?? 10 * power;
}

/**
 * A number on the axis, with as many digits as its neighbours need.
 * @param {number} time
 * @param {number} step
 */
function axisText(time, step) {
  if (step >= 1e7 || time >= 1e9) {
    const digits = Math.max(0, 9 - Math.floor(Math.log10(step)));
    return `${(time / 1e9).toFixed(Math.min(digits, 9))} s`;
  }
  const [unit, name] = step >= 1e4 ? [1e6, "ms"] : [1e3, "µs"];
  return `${+(time / unit).toFixed(2)} ${name}`;
}
