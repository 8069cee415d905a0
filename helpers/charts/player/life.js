// A task's life as stretches: it waits, is ready, runs, and again, until it ends.
//
// When it got ready, what took time away inside a step and when it was overdue is known
// (timeline/states.py): it came with the film.

/**
 * @import { Film } from "./film.js"
 *
 * @typedef {"running" | "ready" | "waiting" | "overdue"} State
 *
 * A part of a task's life in one state; `step` is the one that runs, that it is ready for, or
 * after which it waits, -1 for none.
 * @typedef {{state: State, start: number, end: number, step: number,
 *   reason: string | null}} Stretch
 */

/**
 * @param {Film} film
 * @param {number} id
 */
export function* lifeOf(film, id) {
  const task = film.tasks[id];
  const { until, start, end } = film.c;
  let last = -1;
  let now = task.created ?? 0;
  for (const step of film.stepsOf(id)) {
    yield* wait(film, last, now, until[step]);
    if (start[step] > until[step]) yield stretch("ready", until[step], start[step], step);
    yield* run(film, step);
    last = step;
    now = end[step];
  }
  yield* wait(film, last, now, task.rested);
  const gone = task.gone ?? task.ended ?? film.length;
  if (gone > task.rested) yield stretch("ready", task.rested, gone, -1);
}

/**
 * @param {Film} film
 * @param {number} after
 * @param {number} from
 * @param {number} to
 */
function* wait(film, after, from, to) {
  if (to <= from) return;
  const reason = film.reason(after);
  yield stretch("waiting", from, to, after, reason);
  const late = film.overdue.get(after);
  if (late) yield stretch("overdue", late[0], late[1], after, reason);
}

/**
 * @param {Film} film
 * @param {number} step
 */
function* run(film, step) {
  let now = film.c.start[step];
  for (const { from, to, reason } of film.pauses.get(step) ?? []) {
    if (from > now) yield stretch("running", now, from, step);
    if (to > from) yield stretch("waiting", from, to, step, reason);
    now = to;
  }
  yield stretch("running", now, film.c.end[step], step);
}

/** @type {(...parts: [State, number, number, number, (string | null)?]) => Stretch} */
const stretch = (state, start, end, step, reason = null) => ({ state, start, end, step, reason });
