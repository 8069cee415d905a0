// The film: what packing.py packed, looked at in the browser.
//
// It answers what moments.py answers: the state of the loop at a position; and it reads what a
// frame tells, and a task's life as stretches. All that was worked out before; it knows no page.
//
// Times are nanoseconds. A position is {time, frame}: many frames may share one time.

import { countUpTo } from "./counting.js";
import { lifeOf } from "./life.js";
import { END, KINDS, SLEEP, START } from "./numbers.js";
import { durationText } from "./time.js";
import { byStep, unpack } from "./unpacking.js";

/**
 * @import { Stretch } from "./life.js"
 * @import { Place, Recording, Task } from "./unpacking.js"
 *
 * @typedef {{time: number, frame: number}} Position
 *
 * @typedef {{step: number, task: number, what: string, since: number, at: Place | null}} Running
 * @typedef {{what: string, since: number, putBy: string, step: number, task: number,
 *   kind?: string}} Queued
 * @typedef {{what: string, due: number, left: number, setBy: string}} Ticking
 * @typedef {{task: number, name: string, waitingFor: string | null, since: number,
 *   due: number | null, overdue: boolean, at: Place | null}} Suspended
 *
 * @typedef {object} Moment
 * @property {number} time
 * @property {number} frame
 * @property {boolean} asleep
 * @property {number | null} until
 * @property {Queued[]} ready
 * @property {number} readyCount
 * @property {Suspended[]} waiting
 * @property {number} waitingCount
 * @property {Ticking[]} timers
 * @property {number} timersCount
 * @property {Running[]} running innermost first
 * @property {string} printed
 */

/**
 * What player.py packed, unpacked: a Film.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function openFilm(bytes) {
  return new Film(await unpack(bytes));
}

export class Film {
  ordered = false; // whether it is on the axis of order
  begun = new Int32Array(0); // how many steps began by each frame

  /** @type {Map<number, Stretch[]>} */
  drawn = new Map();

  /** @param {Recording} recording */
  constructor(recording) {
    const { columns } = recording;
    this.title = recording.title;
    this.clock = recording.clock;
    this.length = recording.length;
    this.complete = recording.complete;
    this.strings = recording.strings;
    this.forms = recording.forms;
    this.outside = recording.outside;
    this.places = recording.places;
    this.sources = recording.sources;
    this.notes = recording.notes;
    this.recording = recording;
    this.signs = recording.signs;
    this.signsInOrder = recording.signsInOrder;
    this.tasks = recording.tasks;
    this.timers = recording.timers;
    this.idle = recording.idle;
    this.leftOver = recording.leftOver;
    this.rows = recording.rows;
    this.output = recording.output;
    this.c = columns;
    this.held = this.indexHeld();
    this.steps = columns.start.length;
    this.frames = columns.frame_kind.length;
    this.due = byStep(columns.due_step, (i) => columns.due[i]);
    this.overdue = byStep(columns.overdue_step, (i) =>
      [columns.overdue_from[i], columns.overdue_to[i]]);
    this.blocking = this.indexBlocking();
    this.starts = new Int32Array(this.steps);
    this.ends = new Int32Array(this.steps).fill(this.frames);
    this.earliestReady = new Float64Array(this.steps + 1).fill(Infinity);
    this.indexFrames();
    this.first = new Int32Array(this.tasks.length + 1);
    this.byTask = this.indexTasks();
    this.pauses = this.indexPauses();
    this.woke = this.indexWakers();
    this.firstNames = this.indexNames();
  }

  /** Where each step starts and ends among the frames, and how many began by each. */
  indexFrames() {
    const { frame_kind: kind, frame_index: index } = this.c;
    this.begun = new Int32Array(this.frames);
    let begun = 0;
    for (let frame = 0; frame < this.frames; frame++) {
      if (kind[frame] === START) {
        this.starts[index[frame]] = frame;
        begun++;
      } else if (kind[frame] === END) this.ends[index[frame]] = frame;
      this.begun[frame] = begun;
    }
    for (let i = this.steps - 1; i >= 0; i--)
      this.earliestReady[i] = Math.min(this.c.ready[i], this.earliestReady[i + 1]);
  }

  /** Each task's steps, one after another in a single array. */
  indexTasks() {
    const { task } = this.c;
    for (const id of task) if (id >= 0) this.first[id + 1]++;
    for (let id = 0; id < this.tasks.length; id++) this.first[id + 1] += this.first[id];
    const next = this.first.slice();
    const byTask = new Int32Array(this.first[this.tasks.length]);
    task.forEach((id, step) => {
      if (id >= 0) byTask[next[id]++] = step;
    });
    return byTask;
  }

  /** @param {number} id */
  stepsOf(id) {
    return this.byTask.subarray(this.first[id], this.first[id + 1]);
  }

  /** What took time away inside a step: steps nested in it, and a nested loop's sleep. */
  indexPauses() {
    const { pause_step, pause_start, pause_end, pause_reason } = this.c;
    /** @type {Map<number, {from: number, to: number, reason: string}[]>} */
    const pauses = new Map();
    pause_step.forEach((step, i) => pushTo(pauses, step,
      { from: pause_start[i], to: pause_end[i], reason: this.strings[pause_reason[i]] }));
    return pauses;
  }

  /** Of steps that held the loop for too long, for how long on its clock, and really. */
  indexBlocking() {
    const { blocking_step, blocking_own, blocking_real } = this.c;
    return new Map(Array.from(blocking_step, (step, i) => [step,
      { own: blocking_own[i], real: blocking_real[i] }]));
  }

  /** Of steps that held the loop, at which line and in which call, where that was seen. */
  indexHeld() {
    const { held_step, held_place, held_call } = this.c;
    return new Map(Array.from(held_step, (step, i) => [step,
      { at: this.places[held_place[i]], call: this.strings[held_call[i]] }]));
  }

  indexWakers() {
    /** @type {Map<number, number[]>} */
    const woke = new Map();
    this.c.woken_by.forEach((by, i) => {
      if (by >= 0) pushTo(woke, by, i);
    });
    return woke;
  }

  /** For each frame, where the names begin that fill its sentence. */
  indexNames() {
    const holes = this.forms.map((form) => form.split("{}").length - 1);
    const first = new Int32Array(this.frames + 1);
    this.c.told.forEach((form, frame) => {
      first[frame + 1] = first[frame] + holes[form];
    });
    return first;
  }

  // -- positions

  /** @param {number} frame */
  atFrame(frame) {
    const k = Math.min(Math.max(frame, 0), this.frames - 1);
    return { time: this.c.frame_time[k], frame: k };
  }

  /** @param {number} time */
  atTime(time) {
    const t = Math.min(Math.max(time, 0), this.length);
    return { time: t, frame: Math.max(countUpTo(this.c.frame_time, t) - 1, 0) };
  }

  /** The frames with which the loop's iterations begin. */
  get iterations() {
    return this.c.iterations;
  }

  /** Where it is on the axis: a time, unless that is the axis of order (order.js).
   * @param {Position} position */
  placeOf(position) {
    return position.time;
  }

  /** @param {number} place */
  positionAt(place) {
    return this.atTime(Math.round(place));
  }

  /** @param {number} place */
  momentOf(place) {
    return place;
  }

  /**
   * The step that this frame starts or ends, else -1.
   * @param {number} frame
   */
  stepAt(frame) {
    const kind = this.c.frame_kind[frame];
    return kind === START || kind === END ? this.c.frame_index[frame] : -1;
  }

  // -- names

  /** @param {number} step */
  what(step) {
    const task = this.c.task[step];
    return task >= 0 ? this.tasks[task].name : this.strings[this.c.label[step]];
  }

  /** @param {number} step */
  putBy(step) {
    const by = this.c.woken_by[step];
    return by >= 0 ? this.what(by) : this.outside[-1 - by];
  }

  /**
   * @param {Int32Array} column
   * @param {number} step
   */
  place(column, step) {
    const index = step >= 0 && column.length ? column[step] : -1;
    return index >= 0 ? this.places[index] : null;
  }

  /** @param {number} step */
  reason(step) {
    const index = step >= 0 ? this.c.waiting_for[step] : -1;
    return index >= 0 ? this.strings[index] : null;
  }

  // -- the state at a position

  /**
   * The loop at a position; lists hold at most `most`, their true lengths stand beside.
   * @param {Position} position
   * @param {number} [most]
   */
  stateAt(position, most = Infinity) {
    const kind = this.c.frame_kind[position.frame];
    const asleep = kind === SLEEP;
    const until = asleep ? this.idle[this.c.frame_index[position.frame]][2] : null;
    const [ready, readyCount] = this.readyAt(position, most);
    const [waiting, waitingCount] = this.waitingAt(position, most);
    const timers = this.timersAt(position);
    return {
      ...position, asleep, until,
      ready, readyCount, waiting, waitingCount,
      timers: timers.slice(0, most), timersCount: timers.length,
      running: this.runningAt(position),
      printed: this.printedAt(position),
    };
  }

  /** @param {Position} position */
  runningAt({ frame }) {
    const found = [];
    for (let step = this.begun[frame] - 1; step >= 0; step = this.c.inside[step])
      if (this.ends[step] > frame) {
        const at = this.place(this.c.resumed, step);
        const task = this.c.task[step];
        found.push({ step, task, what: this.what(step), since: this.c.start[step], at });
      }
    return found;
  }

  /**
   * @param {number} step
   * @param {Position} position
   */
  inQueue(step, position) {
    const { ready, queued } = this.c;
    return queued[step] < this.starts[step] && this.starts[step] > position.frame
      && isPast(position, ready[step], queued[step]);
  }

  /**
   * The ready queue, first in first, and how many stand in it.
   * @param {Position} position
   * @param {number} most
   * @returns {[Queued[], number]}
   */
  readyAt(position, most) {
    /** @type {Queued[]} */
    const found = [];
    let count = 0;
    /** @param {() => Queued} entry */
    const add = (entry) => {
      if (count++ < most) found.push(entry());
    };
    const from = this.begun[position.frame];
    for (let i = from; i < this.steps && this.earliestReady[i] <= position.time; i++)
      if (this.inQueue(i, position)) add(() => this.queuedEntry(i));
    for (const { task, since, frame } of this.leftOver)
      if (isPast(position, since, frame))
        add(() => ({ what: this.tasks[task].name, since, putBy: "", step: -1, task }));
    return [found, count];
  }

  /** @param {number} step */
  queuedEntry(step) {
    const { task, ready, kind } = this.c;
    return { what: this.what(step), since: ready[step], putBy: this.putBy(step), step,
      task: task[step], kind: KINDS[kind[step]] };
  }

  /** @param {Position} position */
  timersAt(position) {
    return this.timers
      .filter((t) => isPast(position, t.made, t.madeFrame)
        && !isPast(position, t.until, t.untilFrame))
      .map((t) => ({ what: t.label, due: t.due, left: t.due - position.time, setBy: t.setBy }))
      .sort((a, b) => a.due - b.due);
  }

  /**
   * Who waits, in order of creation, and how many there are.
   * @param {Position} position
   * @param {number} most
   * @returns {[Suspended[], number]}
   */
  waitingAt(position, most) {
    /** @type {Suspended[]} */
    const found = [];
    let count = 0;
    for (const task of this.tasks) {
      if (!isPast(position, task.created ?? 0, task.createdFrame)) continue;
      const done = this.doneOf(task.id, position.frame);
      if (this.waits(task, done, position) && count++ < most)
        found.push(this.suspension(task, done, position));
    }
    return [found, count];
  }

  /**
   * How many of a task's steps have begun at that frame.
   * @param {number} id
   * @param {number} frame
   */
  doneOf(id, frame) {
    const low = this.first[id];
    return countUpTo(this.byTask, this.begun[frame] - 1, low, this.first[id + 1]) - low;
  }

  /**
   * Whether a task, so many of whose steps have begun, waits.
   * @param {Task} task
   * @param {number} done
   * @param {Position} position
   */
  waits(task, done, position) {
    const steps = this.stepsOf(task.id);
    if (done && this.ends[steps[done - 1]] > position.frame) return false;
    if (done === steps.length) return !isPast(position, task.rested, task.restedFrame);
    return !isPast(position, this.c.ready[steps[done]], this.c.queued[steps[done]]);
  }

  /**
   * @param {Task} task
   * @param {number} done
   * @param {Position} position
   */
  suspension(task, done, position) {
    const entry = { task: task.id, name: task.name, waitingFor: null, since: task.created ?? 0,
      due: null, overdue: false, at: null };
    if (!done) return entry;
    const step = this.stepsOf(task.id)[done - 1];
    const late = this.overdue.get(step);
    return { ...entry,
      waitingFor: this.reason(step), since: this.c.end[step], due: this.due.get(step) ?? null,
      overdue: Boolean(late && late[0] < position.time && position.time <= late[1]),
      at: this.place(this.c.suspended, step) };
  }

  /** @param {Position} position */
  printedAt(position) {
    return this.output.filter(([time, frame]) => isPast(position, time, frame))
      .map(([, , text]) => text).join("");
  }

  /**
   * The last sleep that had begun at that frame, null for none.
   * @param {number} frame
   */
  lastSleep(frame) {
    const { frame_kind: kind, frame_index: index } = this.c;
    while (frame >= 0 && kind[frame] !== SLEEP) frame--;
    return frame < 0 ? null : this.idle[index[frame]];
  }

  // -- what happens, in words

  /**
   * The sentence of a frame: its form, the holes filled.
   * @param {number} frame
   */
  narrate(frame) {
    const index = this.c.frame_index[frame];
    /** @type {Record<string, () => string>} */
    const facts = {
      what: () => this.what(index),
      due: () => durationText(this.due.get(index) ?? 0),
      until: () => durationText(this.idle[index][2] ?? 0),
    };
    let name = this.firstNames[frame];
    return this.forms[this.c.told[frame]].replace(/\{(\w*)\}/g, (_, fact) =>
      (fact ? facts[fact]() : this.strings[this.c.told_names[name++]]));
  }

  /**
   * Whether it is the first step of a task made during the recording.
   * @param {number} step
   */
  isBirth(step) {
    const task = this.c.task[step];
    return task >= 0 && this.tasks[task].created !== null && this.stepsOf(task)[0] === step;
  }

  // -- a task's life as stretches

  /**
   * A task's life, in order of time; worked out once.
   * @param {number} id
   */
  stretches(id) {
    const found = this.drawn.get(id) ?? [...lifeOf(this, id)];
    this.drawn.set(id, found);
    return found;
  }

  /**
   * How long a step held the loop itself (nanoseconds), if too long; else 0.
   * @param {number} step
   */
  ownTime(step) {
    return this.blocking.get(step)?.own ?? 0;
  }

  /**
   * What such a step really took, where the clock is virtual; else 0.
   * @param {number} step
   */
  realTime(step) {
    return this.blocking.get(step)?.real ?? 0;
  }
}

/**
 * Add a value to the list of that key.
 * @template T
 * @param {Map<number, T[]>} lists
 * @param {number} key
 * @param {T} value
 */
function pushTo(lists, key, value) {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/**
 * Whether a fact of that time, which holds from that frame on, has happened.
 * @param {Position} position
 * @param {number} time
 * @param {number} frame
 */
function isPast(position, time, frame) {
  return time < position.time || (time === position.time && frame <= position.frame);
}
