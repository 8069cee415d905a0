// The chart's rows from top to bottom: tasks with children below their parents, then the loop's.

import { KINDS } from "./numbers.js";

/**
 * @import { Film } from "./film.js"
 *
 * @typedef {object} Row
 * @property {"task" | "kernel" | "loop"} kind
 * @property {string} label
 * @property {number} id the task's, -1 where it is none
 * @property {number} depth how many parents stand above it
 */

/** The rows of a film, and which belongs to whom. */
export class Rows {
  /** @param {Film} film */
  constructor(film) {
    this.film = film;
    this.list = rowsOf(film);
    /** @type {Map<number | string, number>} */
    this.places = new Map(this.list.map((row, i) => [row.kind === "task" ? row.id : row.kind, i]));
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
    return this.of(KINDS[kind[step]] === "kernel" ? "kernel" : "loop");
  }
}

/**
 * @param {Film} film
 * @returns {Row[]}
 */
export function rowsOf(film) {
  /** @type {Row[]} */
  const rows = familyOrder(film).map(([id, depth]) =>
    ({ kind: "task", id, depth, label: film.tasks[id].name }));
  if (film.c.kind.includes(KINDS.indexOf("kernel")))
    rows.push({ kind: "kernel", id: -1, depth: 0, label: "kernel" });
  rows.push({ kind: "loop", id: -1, depth: 0, label: "loop" });
  return rows;
}

/**
 * The tasks' ids, each with its depth; the one that entered the recording comes first.
 * @param {Film} film
 */
function familyOrder({ tasks }) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  const roots = [];
  for (const { id, parent } of tasks)
    if (parent === null || parent === id || !tasks[parent]) roots.push(id);
    else if (children.has(parent)) children.get(parent)?.push(id);
    else children.set(parent, [id]);
  const entered = (/** @type {number} */ id) => Number(tasks[id].role === "recording");
  roots.sort((a, b) => entered(b) - entered(a));
  const order = [];
  const stack = roots.reverse().map((id) => [id, 0]);
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [id, depth] = next;
    order.push(next);
    for (const child of (children.get(id) ?? []).slice().reverse()) stack.push([child, depth + 1]);
  }
  return order;
}
