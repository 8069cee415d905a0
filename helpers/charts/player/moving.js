// Moves: from one position of the film to another.

/**
 * @import { Film, Position } from "./film.js"
 * @typedef {(film: Film, at: Position) => Position} Move
 */

/** @type {Record<"forward" | "back" | "toStart" | "toEnd", Move>} */
export const MOVES = {
  forward: (film, at) => film.atFrame(at.frame + 1),
  back: (film, at) => film.atFrame(isBetween(film, at) ? at.frame : at.frame - 1),
  toStart: (film) => film.atFrame(0),
  toEnd: (film) => film.atFrame(film.frames - 1),
};

/**
 * Whether the clock has gone on since the last moment.
 * @param {Film} film
 * @param {Position} position
 */
const isBetween = (film, { time, frame }) => time > film.c.frame_time[frame];

/**
 * The start of the task's step after the one it is in (or before it); null where there is none.
 * @param {Film} film
 * @param {Position} at
 * @param {number} task
 * @param {1 | -1} way
 */
export function stepOfTask(film, at, task, way) {
  const done = film.doneOf(task, at.frame);
  const step = film.stepsOf(task)[way > 0 ? done : done - 2];
  return step === undefined ? null : film.atFrame(film.starts[step]);
}
