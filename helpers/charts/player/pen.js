// The pen draws one task's life: running solid, ready hatched, waiting a thin pale line.
//
// A running part too thin to see becomes a tick, and ticks on the same pixels become one: so a
// lane of a hundred thousand steps costs no more than a screen is wide.

import { shape, words, wordsOnLine } from "./drawing.js";
import { BLOCKING } from "./numbers.js";
import { visible } from "./text.js";
import { durationText } from "./time.js";

/**
 * @import { Paper } from "./drawing.js"
 * @import { Film } from "./film.js"
 * @import { Ink } from "./ink.js"
 * @import { Stretch } from "./life.js"
 * @import { View } from "./view.js"
 */

export const TICK = 2.5; // the narrowest mark, as in style.py
const THINNEST = 0.75; // pixels of waiting or ready that are still drawn
const ROOM_FOR_A_REASON = 40; // pixels
const ROOM_FOR_A_WORD = 130; // pixels
const BEYOND = 40; // pixels out of sight: what begins or ends there has no edge in sight

export class Pen {
  /**
   * @param {Paper} g
   * @param {Film} film
   * @param {View} view
   * @param {Ink} ink
   * @param {number} y the middle of the lane
   */
  constructor(g, film, view, ink, y) {
    this.g = g;
    this.film = film;
    this.view = view;
    this.ink = ink;
    this.y = y;
    this.half = Math.min(view.rowHeight / 2 - 5, 8);
    this.drawnTo = -Infinity; // pixels
    /** @type {(() => void)[]} what is written on top when all is drawn */
    this.labels = [];
  }

  /** @param {Stretch[]} parts those that are in view */
  draw(parts) {
    const { view } = this;
    /** @type {(part: Stretch) => void} */
    const put = (part) => {
      const a = Math.max(view.x(part.start), view.gutter - BEYOND);
      const b = Math.min(view.x(part.end), view.right + BEYOND);
      if (part.state === "running") this.running(part.step, a, b);
      else if (b - a >= THINNEST) this[part.state](a, b, part);
    };
    parts.forEach((part, i) => {
      const late = parts[i + 1]; // a wait stops where it is overdue, as in the static chart
      if (late?.state !== "overdue") return put(part);
      put({ ...part, end: late.start });
      if (late.end < part.end) put({ ...part, start: late.end, reason: null });
      return undefined;
    });
    for (const write of this.labels) write();
  }

  /**
   * The part of it that is in sight, for what is written there: its middle and its width.
   * @param {number} a
   * @param {number} b
   */
  inSight(a, b) {
    const [left, right] = [Math.max(a, this.view.gutter), Math.min(b, this.view.right)];
    return { middle: (left + right) / 2, room: right - left };
  }

  /**
   * @param {number} step
   * @param {number} a
   * @param {number} b
   */
  running(step, a, b) {
    const right = Math.max(b, a + TICK);
    if (right <= this.drawnTo + 0.5) return;
    this.g.fillStyle = this.ink.running;
    this.g.fillRect(a, this.y - this.half, right - a, 2 * this.half);
    this.drawnTo = right;
    if (this.film.ownTime(step) > BLOCKING) this.blocking(step, a, right);
    else if (this.film.realTime(step) > BLOCKING) this.reallyHeld(step, a);
  }

  /**
   * A bracket above, as in the static chart, and how long the loop was held.
   * @param {number} step
   * @param {number} a
   * @param {number} b
   */
  blocking(step, a, b) {
    const { g, y, ink } = this;
    const top = y - this.half - 2.5;
    g.strokeStyle = ink.blocking;
    g.lineWidth = 2;
    shape(g, "stroke", [a + 1, top + 4], [a + 1, top], [b - 1, top], [b - 1, top + 4]);
    const long = durationText(this.film.ownTime(step));
    const { middle, room } = this.inSight(a, b);
    const text = room > ROOM_FOR_A_WORD ? `blocking, ${long}` : long;
    if (room <= 8 * text.length) return;
    this.labels.push(() => {
      g.fillStyle = ink.onRunning;
      words(g, text, middle, y, room);
    });
  }

  /**
   * A step of no length on the virtual clock that took real time all the same.
   * @param {number} step
   * @param {number} x
   */
  reallyHeld(step, x) {
    const { g, y, half, ink } = this;
    g.fillStyle = ink.blocking;
    g.fillRect(x - 1, y - half - 5, 2, 2 * half + 5);
    g.fillStyle = ink.late;
    const text = `held the loop for ${durationText(this.film.realTime(step))} of real time`;
    const { width } = g.measureText(text);
    const after = x + 6 + width <= this.view.right;
    g.fillText(text, after ? x + 6 : x - 6 - width, y - half);
  }

  /**
   * @param {number} a
   * @param {number} b
   */
  ready(a, b) {
    const { g, y, half } = this;
    g.fillStyle = this.ink.hatch;
    g.fillRect(a, y - half, b - a, 2 * half);
    g.strokeStyle = this.ink.readyEdge;
    g.lineWidth = 1;
    if (b - a > 3) g.strokeRect(a + 0.5, y - half + 0.5, b - a - 1, 2 * half - 1);
  }

  /**
   * @param {number} a
   * @param {number} b
   * @param {Stretch} part
   */
  waiting(a, b, { reason }) {
    const { g, y, ink } = this;
    g.fillStyle = ink.waiting;
    g.fillRect(a, y - 1.5, b - a, 3);
    const { middle, room } = this.inSight(a, b);
    if (!reason || room <= ROOM_FOR_A_REASON) return;
    this.labels.push(() => {
      g.fillStyle = ink.soft;
      wordsOnLine(g, ink, visible(reason), middle, y, room);
    });
  }

  /**
   * @param {number} a
   * @param {number} b
   */
  overdue(a, b) {
    const { g, y, half, ink } = this;
    g.fillStyle = ink.card;
    g.fillRect(a, y - 2, b - a, 4);
    g.fillStyle = ink.overdue;
    g.fillRect(a, y - half, 2, 2 * half);
    for (let x = a; x < b; x += 6) g.fillRect(x, y - 1.5, Math.min(3.5, b - x), 3);
  }
}
