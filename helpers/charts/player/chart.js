// The chart: lanes on a canvas, in the style of the static one (style.py, gantt.py).
//
// What stands still is drawn once for each view; the playhead and the arrows lie on a canvas
// above it, so that moving through a long recording costs nothing but these.

import { drawAxis } from "./axis.js";
import { make } from "./dom.js";
import { blank, inside, sizeTo } from "./drawing.js";
import { inks } from "./ink.js";
import { drawLabel, drawLane, drawOutcome } from "./lanes.js";
import { STEP } from "./order.js";
import { drawMarks } from "./overlay.js";
import { View } from "./view.js";

/**
 * @import { Film } from "./film.js"
 * @import { Marks } from "./overlay.js"
 * @import { Rows } from "./rows.js"
 */

const EDGE = 4; // pixels of a mark at the first or the last moment in view
const HOW = "Moment of the recording. Arrow keys step; up and down choose a lane.";

export class Chart {
  /**
   * @param {HTMLElement} root whose colours are used
   * @param {Film} film
   * @param {Rows} rows
   */
  constructor(root, film, rows) {
    this.root = root;
    this.base = make("canvas", { "aria-hidden": "true" });
    this.over = make("canvas", { "aria-hidden": "true" });
    this.sheet = make("div", { class: "stl-chart-view" }, this.base, this.over);
    this.sizer = make("div", { class: "stl-chart-sizer" }, this.sheet);
    this.element = make("div", { class: "stl-chart", tabindex: "0", role: "slider",
      "aria-label": HOW }, this.sizer);
    this.element.addEventListener("scroll", () => this.draw());
    /** @type {Marks} */
    this.marks = { time: 0, row: -1, arrows: [] };
    this.ink = inks(root);
    this.film = film;
    this.rows = rows;
    this.view = new View(film.length, rows.list.length);
  }

  /**
   * Another film, all of it in view; of a live one that may be its end only.
   * @param {Film} film
   * @param {Rows} rows
   * @param {boolean} live
   */
  show(film, rows, live) {
    this.film = film;
    this.rows = rows;
    this.view = new View(film.length, rows.list.length,
      live && film.steps ? film.c.start[0] : 0, film.ordered ? STEP : 0);
  }

  /** Fit to the width the page gives; true when there is one. */
  fit() {
    const width = this.element.clientWidth;
    if (!width) return false;
    const { view } = this;
    this.ink = inks(this.root);
    const { scale } = this.ink;
    view.fit(width / scale, scale);
    this.element.style.height = this.sheet.style.height = `${view.height * scale}px`;
    this.sizer.style.height = `${(view.lanesHeight + view.axis) * scale}px`;
    for (const canvas of [this.base, this.over]) sizeTo(canvas, width, view.height * scale);
    return true;
  }

  /** Draw what stands still, and then what moves. */
  draw() {
    const { film, view, ink } = this;
    if (!view.width) return;
    view.scroll = this.element.scrollTop / view.scale;
    const g = blank(this.base, ink);
    const desk = { g, film, view, ink };
    const [first, last] = view.seen;
    const rows = this.rows.list.slice(first, last);
    drawAxis(desk);
    inside(g, [0, 0, view.width, view.bottom], () =>
      rows.forEach((row, i) => drawLabel(desk, row, view.y(first + i))));
    const left = view.gutter - EDGE;
    inside(g, [left, 0, view.right + EDGE - left, view.bottom], () =>
      rows.forEach((row, i) => drawLane(desk, row, view.y(first + i))));
    inside(g, [left, 0, view.width - left, view.bottom], () =>
      rows.forEach((row, i) => drawOutcome(desk, row, view.y(first + i))));
    this.mark(this.marks);
  }

  /**
   * Draw only what moves.
   * @param {Marks} marks
   */
  mark(marks) {
    this.marks = marks;
    if (this.view.width) drawMarks(blank(this.over, this.ink), this.view, this.ink, marks);
  }

  /**
   * To a screen reader it is a slider through the moments.
   * @param {number} now
   * @param {number} last
   * @param {string} text
   */
  tell(now, last, text) {
    this.element.setAttribute("aria-valuemin", "1");
    this.element.setAttribute("aria-valuemax", String(last));
    this.element.setAttribute("aria-valuenow", String(now));
    this.element.setAttribute("aria-valuetext", text);
  }

  /**
   * @param {number} factor
   * @param {number} about
   */
  zoom(factor, about) {
    if (this.view.zoom(factor, about)) this.draw();
  }

  /**
   * Bring a time, and a row if one is given, into view.
   * @param {number} time
   * @param {number} row
   */
  reveal(time, row) {
    if (row >= 0) this.scrollTo(row);
    if (this.view.reveal(time)) this.draw();
  }

  /** @param {number} row */
  scrollTo(row) {
    const { view, element } = this;
    view.scroll = element.scrollTop / view.scale;
    const wanted = view.scrollFor(row);
    if (wanted === view.scroll) return;
    element.scrollTop = wanted * view.scale; // its event makes the chart be drawn
    view.scroll = element.scrollTop / view.scale;
  }
}
