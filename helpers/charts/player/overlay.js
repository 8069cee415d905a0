// What moves over the chart: the row looked at, the playhead, and arrows from cause to effect.

import { inside, line, shape } from "./drawing.js";

/**
 * @import { Paper } from "./drawing.js"
 * @import { Ink } from "./ink.js"
 * @import { View } from "./view.js"
 *
 * From row to row at a time: "creates" a task, or "wakes" it.
 * @typedef {{from: number, to: number, time: number, kind: "creates" | "wakes"}} Arrow
 * @typedef {{time: number, row: number, arrows: Arrow[]}} Marks
 */

/**
 * @param {Paper} g
 * @param {View} view
 * @param {Ink} ink
 * @param {Marks} marks
 */
export function drawMarks(g, view, ink, { time, row, arrows }) {
  if (row >= 0) {
    g.fillStyle = ink.chosen;
    g.fillRect(0, view.y(row), view.width, view.rowHeight);
  }
  inside(g, [view.gutter - 4, 0, view.width, view.bottom], () => {
    for (const arrow of arrows) drawArrow(g, view, ink, arrow);
  });
  drawPlayhead(g, view, ink, time);
}

/**
 * @param {Paper} g
 * @param {View} view
 * @param {Ink} ink
 * @param {number} time
 */
function drawPlayhead(g, view, ink, time) {
  const x = Math.round(view.x(time)) + 0.5;
  if (x < view.gutter - 1 || x > view.width) return;
  g.strokeStyle = g.fillStyle = ink.playhead;
  g.lineWidth = 1.5;
  line(g, x, 0, x, view.bottom + 3);
  shape(g, "fill", [x - 6, 0], [x + 6, 0], [x, 8]);
}

/**
 * @param {Paper} g
 * @param {View} view
 * @param {Ink} ink
 * @param {Arrow} arrow
 */
function drawArrow(g, view, ink, { from, to, time, kind }) {
  if (from === to || from < 0 || to < 0 || time < view.from || time > view.to) return;
  const x = view.x(time);
  const down = Math.sign(to - from);
  const [a, b] = [view.middle(from), view.middle(to) - down * 5];
  const bend = x - view.gutter > 20 ? -10 : 10;
  g.strokeStyle = g.fillStyle = ink[kind];
  g.lineWidth = 1.75;
  g.setLineDash(kind === "wakes" ? [4, 3] : []);
  g.beginPath();
  g.moveTo(x, a);
  g.bezierCurveTo(x + bend, a + down * 6, x + bend, b - down * 10, x, b - down * 4);
  g.stroke();
  g.setLineDash([]);
  shape(g, "fill", [x, b + down * 2], [x - 4.5, b - down * 6], [x + 4.5, b - down * 6]);
}
