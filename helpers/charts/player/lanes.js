// What stands in the lanes: a name, and a task's life with its end, or the loop's work.

import { clipped, line, wordsOnLine } from "./drawing.js";
import { countUpTo } from "./counting.js";
import { KINDS } from "./numbers.js";
import { Pen, TICK } from "./pen.js";
import { drawEnd } from "./signs.js";
import { visible } from "./text.js";

/**
 * @import { Paper } from "./drawing.js"
 * @import { Film } from "./film.js"
 * @import { Ink } from "./ink.js"
 * @import { Stretch } from "./life.js"
 * @import { Row } from "./unpacking.js"
 * @import { View } from "./view.js"
 *
 * What lanes are drawn with.
 * @typedef {{g: Paper, film: Film, view: View, ink: Ink}} Desk
 */

const INDENT = 10; // pixels for each parent above, up to five
const ROOM_FOR_ASLEEP = 72; // pixels

/**
 * The name of a row, and the line below it.
 * @param {Desk} desk
 * @param {Row} row
 * @param {number} y its upper edge
 */
export function drawLabel({ g, view, ink }, row, y) {
  const left = 8 + Math.min(row.depth, 5) * INDENT;
  const bottom = y + view.rowHeight - 0.5;
  g.fillStyle = ["task", "callback"].includes(row.kind) ? ink.ink : ink.soft;
  const name = clipped(g, visible(row.label), view.gutter - left - 10);
  g.fillText(name, left, y + view.rowHeight / 2);
  g.strokeStyle = ink.grid;
  line(g, 0, bottom, view.width, bottom);
}

/**
 * @param {Desk} desk
 * @param {Row} row
 * @param {number} y its upper edge
 */
export function drawLane(desk, row, y) {
  const middle = Math.round(y + desk.view.rowHeight / 2);
  if (row.kind === "task") drawLife(desk, desk.film.stretches(row.id), middle);
  else if (row.kind === "callback") drawLife(desk, row.parts, middle);
  else if (row.kind === "loop") drawLoop(desk, middle);
  else drawSteps(desk, middle, 5, desk.ink.busy, (kind) => kind === "kernel");
}

/**
 * @param {Desk} desk
 * @param {Stretch[]} parts
 * @param {number} y
 */
function drawLife({ g, film, view, ink }, parts, y) {
  new Pen(g, film, view, ink, y).draw(within(parts, view.from, view.to));
}

/**
 * How the row's task, or its callback, ended; beside it why, if it raised.
 * @param {Desk} desk
 * @param {Row} row
 * @param {number} top its upper edge
 */
export function drawOutcome({ g, film, view, ink }, row, top) {
  const y = Math.round(top + view.rowHeight / 2);
  const radius = Math.min(6, view.rowHeight / 3);
  if (row.ended !== null && row.ended >= view.from && row.ended <= view.to)
    drawEnd(g, ink, "cancelled", view.x(row.ended) + 9, y, radius);
  if (row.kind !== "task") return;
  const task = film.tasks[row.id];
  const open = task.ended === null;
  const time = task.ended ?? film.length;
  const wanted = !open || (film.complete && task.role !== "recording");
  if (!wanted || time < view.from || time > view.to) return;
  const x = view.x(time) + 9;
  drawEnd(g, ink, open ? "pending" : task.outcome, x, y, radius);
  if (task.outcome !== "raised" || !task.exception) return;
  const words = clipped(g, visible(task.exception), view.width - x - 16);
  g.fillStyle = ink.late;
  if (words.length > 3) g.fillText(words, x + 11, y + 0.5);
}

/**
 * @param {Desk} desk
 * @param {number} y
 */
function drawLoop(desk, y) {
  const { film, ink } = desk;
  for (const [start, end] of film.idle) drawSleep(desk, start, end, y);
  drawSteps(desk, y, 6, ink.busy, (_, step) => film.c.inside[step] < 0);
  const loopWork = (/** @type {string} */ kind) => ["callback", "timer", "io"].includes(kind);
  drawSteps(desk, y, 8, ink.callback, loopWork);
}

/**
 * @param {Desk} desk
 * @param {number} start
 * @param {number} end
 * @param {number} y
 */
function drawSleep({ g, view, ink }, start, end, y) {
  if (end < view.from || start > view.to) return;
  const [a, b] = [view.x(start), view.x(end)];
  if (b - a < 1) return;
  g.fillStyle = ink.asleep;
  g.fillRect(a, y - 3, b - a, 6);
  g.fillStyle = ink.soft;
  if (b - a > ROOM_FOR_ASLEEP) wordsOnLine(g, ink, "asleep", (a + b) / 2, y, b - a);
}

/**
 * Steps chosen by kind, those that fall on the same pixels drawn once.
 * @param {Desk} desk
 * @param {number} y
 * @param {number} half of their height
 * @param {string} colour
 * @param {(kind: string, step: number) => boolean} chosen
 */
function drawSteps({ g, film, view }, y, half, colour, chosen) {
  const { start, end, kind } = film.c;
  const last = countUpTo(start, view.to);
  let drawnTo = -Infinity;
  g.fillStyle = colour;
  for (let i = 0; i < last; i++) {
    if (end[i] < view.from || !chosen(KINDS[kind[i]], i)) continue;
    const a = view.x(start[i]);
    const b = Math.max(view.x(end[i]), a + TICK);
    if (b <= drawnTo + 0.5) continue;
    g.fillRect(a, y - half, b - a, 2 * half);
    drawnTo = b;
  }
}

/**
 * Of stretches in order of time, those that touch a window.
 * @param {Stretch[]} parts
 * @param {number} from
 * @param {number} to
 */
function within(parts, from, to) {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle].end < from) low = middle + 1;
    else high = middle;
  }
  const found = [];
  for (let i = Math.max(low - 1, 0); i < parts.length && parts[i].start <= to; i++)
    if (parts[i].end >= from) found.push(parts[i]);
  return found;
}
