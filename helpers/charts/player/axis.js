// The axis below the lanes, and thin lines up from it: round numbers of seconds, or, on the axis
// of order, where the loop's iterations begin, and the time where it moves.

import { line } from "./drawing.js";
import { durationText } from "./time.js";

/**
 * @import { Paper } from "./drawing.js"
 * @import { Ink } from "./ink.js"
 * @import { Desk } from "./lanes.js"
 * @import { View } from "./view.js"
 */

const APART = 90; // pixels between two numbers, at least
const HALF_NUMBER = 22; // pixels that the last one needs to its right
const GAP = 8; // pixels between two words
const TICK = 5; // pixels: of an iteration's

/** @param {Desk} desk */
export function drawAxis(desk) {
  const { g, film, view, ink } = desk;
  g.fillStyle = ink.soft;
  g.lineWidth = 1;
  if (film.ordered) {
    drawIterations(desk);
    drawMoments(desk);
  } else {
    drawSeconds(g, view, ink);
    drawTicks(desk);
  }
  if (film.recording.stopped) drawStop(desk);
  g.strokeStyle = ink.grid;
  g.lineWidth = 1;
  line(g, view.gutter, view.bottom + 0.5, view.width, view.bottom + 0.5);
}

/**
 * @param {Paper} g
 * @param {View} view
 * @param {Ink} ink
 */
function drawSeconds(g, view, ink) {
  const { bottom, width, from, to } = view;
  g.strokeStyle = ink.grid;
  g.textAlign = "center";
  const step = roundStep((to - from) / Math.max(view.plotWidth / APART, 2));
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    const x = Math.round(view.x(time)) + 0.5;
    line(g, x, 0, x, bottom + 4);
    g.fillText(axisText(time, step), Math.min(x, width - HALF_NUMBER), bottom + 14);
  }
  g.textAlign = "left";
}

/**
 * Where Stop ended the recording: a line through all rows, and that word on the axis.
 * @param {Desk} desk
 */
function drawStop({ g, film, view, ink }) {
  const x = Math.round(view.x(film.length)) + 0.5;
  if (x < view.gutter || x > view.right + 1) return;
  const [half, y] = [g.measureText("Stop").width / 2 + 4, view.bottom + 14];
  g.fillStyle = ink.card;
  g.fillRect(x - half - HALF_NUMBER, y - 8, 2 * (half + HALF_NUMBER), 16); // not half a number
  g.strokeStyle = g.fillStyle = ink.late;
  g.lineWidth = 1.5;
  g.setLineDash([5, 4]);
  line(g, x, 0, x, view.bottom + 4);
  g.setLineDash([]);
  g.fillText("Stop", x - half + 4, y);
}

/**
 * Where iterations of the loop begin: short ticks on the axis, those on the same pixels once.
 * @param {Desk} desk
 */
function drawTicks({ g, film, view, ink }) {
  g.strokeStyle = ink.soft;
  g.lineWidth = 1.5;
  let drawnTo = -Infinity;
  for (const frame of film.iterations) {
    const x = view.x(film.c.frame_time[frame]);
    if (x < view.gutter - 1 || x > view.right + 1 || x < drawnTo + 3) continue;
    line(g, x, view.bottom - TICK, x, view.bottom);
    drawnTo = x;
  }
}

/**
 * On the axis of order: a line where an iteration begins, and which it is.
 * @param {Desk} desk
 */
function drawIterations({ g, film, view, ink }) {
  g.strokeStyle = ink.soft;
  film.iterations.forEach((frame, i) => {
    const x = Math.round(view.x(film.placeOf(film.atFrame(frame)))) - 3.5;
    if (x < view.gutter - 6 || x > view.right) return;
    const next = film.iterations[i + 1] ?? film.frames - 1;
    const room = view.x(film.placeOf(film.atFrame(next))) - x - GAP;
    g.globalAlpha = room < 2 ? 0.3 : 1; // very many
    line(g, x, 0, x, view.bottom + 4);
    g.globalAlpha = 1;
    const words = [`iteration ${i + 1}`, String(i + 1)].find((w) => g.measureText(w).width <= room);
    if (words) g.fillText(words, x + 3, view.bottom + 12);
  });
}

/**
 * On the axis of order: the time, where it is another than the last one told.
 * @param {Desk} desk
 */
function drawMoments({ g, film, view, ink }) {
  const { frame_time: times } = film.c;
  g.fillStyle = ink.late;
  let told = "";
  let free = view.gutter;
  for (let frame = film.positionAt(view.from).frame; frame < film.frames; frame++) {
    const x = view.x(film.placeOf(film.atFrame(frame)));
    if (x > view.right) return;
    const words = durationText(times[frame]);
    if (words === told || x < free) continue;
    g.fillText(words, x, view.bottom + (film.iterations.length ? 28 : 14));
    told = words;
    free = x + g.measureText(words).width + GAP;
  }
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
