// The spotlight: which row, task and step is looked at, and its causes and effects as arrows.
//
// It is on the row that was chosen, else on the one in which something happens at this moment.

import { LOOK, SLEEP, WAKE } from "./numbers.js";

/**
 * @import { Film, Position } from "./film.js"
 * @import { Arrow } from "./overlay.js"
 * @import { Rows } from "./rows.js"
 */

const MOST_ARROWS = 30; // to those that one step woke

export class Spotlight {
  /**
   * @param {Film} film
   * @param {Rows} rows
   * @param {Position} position
   * @param {number | null} chosen a row
   */
  constructor(film, rows, position, chosen) {
    this.film = film;
    this.rows = rows;
    this.position = position;
    this.chosen = chosen;
  }

  /** Whether this moment is the loop's alone: it falls asleep, wakes up, or looks. */
  get loopsOwn() {
    return [SLEEP, WAKE, LOOK].includes(this.film.c.frame_kind[this.position.frame]);
  }

  /** The step that starts or ends now, else the last that began; -1 for none. */
  get step() {
    const { film, position } = this;
    const step = film.stepAt(position.frame);
    return step >= 0 ? step : film.begun[position.frame] - 1;
  }

  /** The task in the chosen row, else the one of the step; -1 for none. */
  get task() {
    if (this.chosen !== null) return this.rows.list[this.chosen]?.id ?? -1;
    return this.step >= 0 ? this.film.c.task[this.step] : -1;
  }

  /** The row it is on; -1 for none. */
  get row() {
    if (this.chosen !== null) return this.chosen;
    if (this.loopsOwn) return this.rows.of("loop");
    return this.step >= 0 ? this.rows.ofStep(this.step) : -1;
  }

  /**
   * Who made the task looked at, who woke its last step, and whom that step woke.
   * @returns {Arrow[]}
   */
  arrows() {
    if (this.chosen === null && this.loopsOwn) return [];
    const { film, task } = this;
    const step = task < 0 ? this.step : this.lastStepOf(task);
    const found = task < 0 ? [] : this.birth(task);
    if (step < 0) return found;
    const by = film.c.woken_by[step];
    if (by >= 0 && !film.isBirth(step)) found.push(this.arrow("wakes", by, step));
    for (const woken of (film.woke.get(step) ?? []).slice(0, MOST_ARROWS))
      found.push(this.arrow(film.isBirth(woken) ? "creates" : "wakes", step, woken));
    return found;
  }

  /**
   * @param {number} task
   * @returns {Arrow[]}
   */
  birth(task) {
    const { parent, created } = this.film.tasks[task];
    if (parent === null || created === null) return [];
    return [{ from: this.rows.of(parent), to: this.rows.of(task), time: created, kind: "creates" }];
  }

  /** @param {number} task */
  lastStepOf(task) {
    const done = this.film.doneOf(task, this.position.frame);
    return done ? this.film.stepsOf(task)[done - 1] : -1;
  }

  /**
   * @param {"creates" | "wakes"} kind
   * @param {number} by a step
   * @param {number} woken a step
   * @returns {Arrow}
   */
  arrow(kind, by, woken) {
    const time = this.film.c.ready[woken];
    return { from: this.rows.ofStep(by), to: this.rows.ofStep(woken), time, kind };
  }
}
