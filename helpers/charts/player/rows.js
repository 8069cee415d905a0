// The chart's rows from top to bottom, and which belongs to whom. lanes.py decides them, for this
// chart as for the static one.

import { KINDS } from "./numbers.js";

/**
 * @import { Film } from "./film.js"
 */

/** The rows of a film. */
export class Rows {
  /** @param {Film} film */
  constructor(film) {
    this.film = film;
    this.list = film.rows;
    /** @type {Map<number | string, number>} */
    this.places = new Map(this.list.map((row, i) => [row.kind === "task" ? row.id : row.kind, i]));
    /** @type {Map<number, number>} rows of callbacks by step */
    this.own = new Map(this.list.flatMap(({ steps }, i) => steps.map((step) => [step, i])));
  }

  /**
   * The row of a task, of the loop or of the kernel; -1 if there is none.
   * @param {number | "loop" | "kernel"} who
   */
  of(who) {
    return this.places.get(who) ?? -1;
  }

  /**
   * The row in which a step is drawn.
   * @param {number} step
   */
  ofStep(step) {
    const { task, kind } = this.film.c;
    if (task[step] >= 0) return this.of(task[step]);
    const kernel = KINDS[kind[step]] === "kernel" ? this.of("kernel") : -1;
    return this.own.get(step) ?? (kernel >= 0 ? kernel : this.of("loop"));
  }

  /**
   * Whether a row is one's that comes and goes, not the loop's or the kernel's.
   * @param {number} row
   */
  isSomebodys(row) {
    return ["task", "callback"].includes(this.list[row]?.kind);
  }
}
