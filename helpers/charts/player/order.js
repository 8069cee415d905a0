// The axis of order: the same film, measured in what happens instead of seconds.
//
// Each frame has a place on that axis. A step is as wide as any other, however long it took, and
// what lies between two steps is half as wide. All that a chart draws of a film is moved there:
// so it is drawn, and asked for its facts, as on the axis of time.
//
// Limit: what happens in the middle of a step stands at its end, but for a timer that comes due.

import { countUpTo } from "./counting.js";
import { SLEEP, START, WAKE } from "./numbers.js";
import { durationText } from "./time.js";

/**
 * @import { Film } from "./film.js"
 * @import { Stretch } from "./life.js"
 * @import { Row, Sleep, Task, Timer } from "./unpacking.js"
 */

export const STEP = 1_000_000; // how wide a step is, in the axis's own unit

/**
 * Whether most steps begin at the very moment at which one beside them begins: on an axis of time
 * they would lie on one another.
 * @param {Film} film
 */
export function standsStill({ c: { start } }) {
  const still = start.filter((time, i) => time === start[i - 1] || time === start[i + 1]);
  return 2 * still.length > start.length;
}

/**
 * The film on the axis of order: all times that are drawn are places on it.
 * @param {Film} film
 * @returns {Film}
 */
export function inOrder(film) {
  const axis = new Axis(film);
  const start = Float64Array.from(film.starts, (frame) => axis.place(frame));
  const end = Float64Array.from(film.ends, (frame) => axis.place(frame));
  const { queued } = film.c;
  const ready = Float64Array.from(film.c.ready, (time, i) => axis.since(time, queued[i]));
  const tasks = film.tasks.map((task) => placedTask(film, axis, task, end));
  const until = placedWaits(film, tasks, ready, end);
  const late = Array.from(film.overdue, ([step, [from, to]]) =>
    /** @type {const} */ ([step, [axis.between(from), axis.since(to, 0)]]));
  return Object.assign(Object.create(film), {
    ordered: true, signs: film.signsInOrder, length: axis.places[film.frames - 1],
    tasks, drawn: new Map(),
    rows: film.rows.map((row) => placedRow(film, axis, row, { start, end, ready })),
    c: { ...film.c, start, end, ready, until },
    idle: placedSleeps(film, axis),
    overdue: new Map(late),
    pauses: placedPauses(film, axis, start, end),
    placeOf: (/** @type {{time: number, frame: number}} */ at) => axis.between(at.time, at.frame),
    positionAt: (/** @type {number} */ place) => film.atFrame(countUpTo(axis.places, place) - 1),
    momentOf: (/** @type {number} */ place) => axis.moment(place),
  });
}

/** Which place a frame has, and a time. */
class Axis {
  /** @param {Film} film */
  constructor({ frames, c: { frame_kind: kind, frame_time: times } }) {
    this.times = times;
    this.last = frames - 1;
    this.places = new Float64Array(frames);
    for (let frame = 1; frame < frames; frame++) {
      const wide = [START, SLEEP].includes(kind[frame - 1]);
      this.places[frame] = this.places[frame - 1] + (wide ? STEP : STEP / 2);
    }
  }

  /** @param {number} frame beyond the last, if it never comes */
  place(frame) {
    return this.places[Math.min(frame, this.last)];
  }

  /**
   * Where a fact of that time is first seen that holds from that frame on.
   * @param {number} time
   * @param {number} frame
   */
  since(time, frame) {
    const first = countUpTo(this.times, time - 1); // at that time: times are whole numbers
    const later = countUpTo(this.times, time);
    return this.place(Math.min(Math.max(first, frame), later));
  }

  /**
   * Where a time is, also between two frames: after that one, if it is known, or the first that
   * comes into question.
   * @param {number} time
   * @param {number} [frame]
   */
  between(time, frame = Math.max(countUpTo(this.times, time - 1) - 1, 0)) {
    const [from, to] = [this.times[frame], this.times[Math.min(frame + 1, this.last)]];
    const share = to > from ? Math.min(Math.max((time - from) / (to - from), 0), 1) : 0;
    return this.place(frame) + share * (this.place(frame + 1) - this.place(frame));
  }

  /**
   * The time at a place.
   * @param {number} place
   */
  moment(place) {
    const frame = Math.min(Math.max(countUpTo(this.places, place) - 1, 0), this.last);
    const [from, to] = [this.place(frame), this.place(frame + 1)];
    const share = to > from ? Math.min((place - from) / (to - from), 1) : 0;
    const [now, next] = [this.times[frame], this.times[Math.min(frame + 1, this.last)]];
    return Math.round(now + share * (next - now));
  }
}

/**
 * @param {Film} film
 * @param {Axis} axis
 * @param {Task} task
 * @param {Float64Array} end of each step
 * @returns {Task}
 */
function placedTask(film, axis, task, end) {
  const { id, createdFrame, restedFrame } = task;
  const created = task.created === null ? null : axis.since(task.created, createdFrame);
  const done = end[film.stepsOf(id).at(-1) ?? -1] ?? created ?? 0;
  const lost = task.outcome === "destroyed";
  const ended = task.ended === null ? null : lost ? axis.since(task.ended, 0) : done;
  const rested = restedFrame ? axis.since(task.rested, restedFrame) : done;
  const queued = restedFrame || film.leftOver.some((left) => left.task === id);
  const gone = ended ?? (queued ? axis.place(film.frames) : done); // with its last step
  return { ...task, created, ended, rested: Math.max(rested, done), gone };
}

/**
 * A callback's row: for each of its steps, how long a timer was set for it, and it was ready. A
 * timer that ran none stands where its times are.
 * @param {Film} film
 * @param {Axis} axis
 * @param {Row} row
 * @param {{start: Float64Array, end: Float64Array, ready: Float64Array}} placed of each step
 * @returns {Row}
 */
function placedRow(film, axis, row, { start, end, ready }) {
  const timers = film.timers.filter(({ step }) => row.steps.includes(step));
  const parts = row.parts.filter((old) => ["waiting", "overdue"].includes(old.state)
      && timers.every(({ made, until }) => old.end <= made || old.start >= until))
    .map((old) => ({ ...old, start: axis.since(old.start, 0), end: axis.since(old.end, 0) }));
  for (const timer of timers) parts.push(...placedTimer(axis, timer, row));
  for (const step of row.steps) {
    if (ready[step] < start[step]) parts.push(part("ready", ready[step], start[step], step));
    parts.push(part("running", start[step], end[step], step));
  }
  parts.sort((a, b) => a.start - b.start || a.end - b.end);
  return { ...row, parts, ended: row.ended === null ? null : axis.since(row.ended, 0) };
}

/**
 * From when to when a timer was set; from when on it was overdue, if a step held the loop.
 * @param {Axis} axis
 * @param {Timer} timer
 * @param {Row} row its own
 */
function placedTimer(axis, { made, madeFrame, until, untilFrame, due }, row) {
  const held = row.parts.some((p) => p.state === "overdue" && p.start < until && p.end > made);
  const [from, to] = [axis.since(made, madeFrame), axis.since(until, untilFrame)];
  const late = Math.max(axis.between(due), from);
  const set = part("waiting", from, Math.min(late, to), -1, `until ${durationText(due)}`);
  if (!held) return [part("waiting", from, to, -1, set.reason)];
  return late < to ? [set, part("overdue", late, to, -1, set.reason)] : [set];
}

/** @type {(...p: [Stretch["state"], number, number, number, (string | null)?]) => Stretch} */
const part = (state, start, end, step, reason = null) => ({ state, start, end, step, reason });

/**
 * Until when each step's task waited before it.
 * @param {Film} film
 * @param {Task[]} tasks on the axis
 * @param {Float64Array} ready
 * @param {Float64Array} end
 */
function placedWaits(film, tasks, ready, end) {
  const until = ready.slice();
  for (const { id, created } of tasks) {
    let free = created ?? 0;
    for (const step of film.stepsOf(id)) {
      until[step] = Math.max(until[step], free);
      free = end[step];
    }
  }
  return until;
}

/**
 * @param {Film} film
 * @param {Axis} axis
 */
function placedSleeps(film, axis) {
  const { frame_kind: kind, frame_index: index } = film.c;
  const idle = film.idle.map((sleep) => /** @type {Sleep} */ ([...sleep]));
  kind.forEach((what, frame) => {
    if (what !== SLEEP) return;
    const wakes = kind[frame + 1] === WAKE;
    idle[index[frame]][0] = axis.place(frame);
    idle[index[frame]][1] = axis.place(wakes ? frame + 1 : frame);
  });
  return idle;
}

/**
 * What took time away inside steps: others, from their start to their end, and sleeps.
 * @param {Film} film
 * @param {Axis} axis
 * @param {Float64Array} start of each step
 * @param {Float64Array} end
 */
function placedPauses(film, axis, start, end) {
  /** @type {Film["pauses"]} */
  const pauses = new Map();
  /** @type {(outer: number, time: number, from: number, to: number) => void} */
  const add = (outer, time, from, to) => {
    const why = film.pauses.get(outer)?.find((one) => one.from <= time && time <= one.to);
    const parts = pauses.get(outer) ?? [];
    pauses.set(outer, [...parts, { from, to, reason: why?.reason ?? "" }]);
  };
  const { frame_kind: kind, frame_index: index, frame_time: times } = film.c;
  kind.forEach((what, frame) => {
    if (what !== START && what !== SLEEP) return;
    const [inner, outer] = film.runningAt(film.atFrame(frame));
    if (what === START && outer)
      add(outer.step, times[frame], start[index[frame]], end[index[frame]]);
    if (what === SLEEP && inner)
      add(inner.step, times[frame], axis.place(frame), axis.place(frame + 1));
  });
  return pauses;
}
