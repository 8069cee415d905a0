// The film: what player.py packed, read in the browser.
//
// It answers what moments.py and narration.py define: the state of the loop at a position,
// what a frame tells, and a task's life as stretches. It knows no page.
//
// Times are nanoseconds. A position is {time, frame}: many frames may share one time.

import { timeText } from "./time.js";
import { unpack } from "./unpacking.js";

/**
 * @import { Place, Recording, Task } from "./unpacking.js"
 *
 * @typedef {{time: number, frame: number}} Position
 * @typedef {"running" | "ready" | "waiting" | "overdue"} State
 *
 * A part of a task's life in one state; `step` is the one that runs, that it is ready for, or
 * after which it waits, -1 for none.
 * @typedef {{state: State, start: number, end: number, step: number,
 *   reason: string | null}} Stretch
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

export const KINDS = ["task", "callback", "timer", "io", "kernel"];
export const BEGIN = 0;
export const START = 1;
const END = 2;
export const SLEEP = 3;
export const WAKE = 4;
export const FINISH = 5;
const BY_THREAD = -2;
const BY_IO = -3;
export const BLOCKING = 1e8; // asyncio's own limit for a slow callback, 0.1 s

/**
 * What player.py packed, unpacked: a Film.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function openFilm(bytes) {
  return new Film(await unpack(bytes));
}

/**
 * How many of the sorted numbers are at most `value`.
 * @param {ArrayLike<number>} numbers
 * @param {number} value
 */
export function countUpTo(numbers, value, low = 0, high = numbers.length) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Film {
  /** @param {Recording} recording */
  constructor(recording) {
    const { columns } = recording;
    this.title = recording.title;
    this.clock = recording.clock;
    this.length = recording.length;
    this.complete = recording.complete;
    this.strings = recording.strings;
    this.places = recording.places;
    this.sources = recording.sources;
    this.notes = recording.notes;
    this.tasks = recording.tasks;
    this.timers = recording.timers;
    this.idle = recording.idle;
    this.output = recording.output;
    this.c = columns;
    this.steps = columns.start.length;
    this.frames = columns.frame_kind.length;
    this.due = new Map(Array.from(columns.due_step, (step, i) => [step, columns.due[i]]));
    /** @type {Map<number, [from: number, to: number]>} */
    this.overdue = new Map();
    columns.overdue_step.forEach((step, i) =>
      this.overdue.set(step, [columns.overdue_from[i], columns.overdue_to[i]]));
    /** @type {Map<number, Stretch[]>} */
    this.drawn = new Map();
    this.starts = new Int32Array(this.steps);
    this.ends = new Int32Array(this.steps).fill(this.frames);
    this.begun = new Int32Array(this.frames);
    this.earliestReady = new Float64Array(this.steps + 1).fill(Infinity);
    this.indexFrames();
    this.first = new Int32Array(this.tasks.length + 1);
    this.byTask = this.indexTasks();
    this.within = this.indexNesting();
    this.woke = this.indexWakers();
    this.left = this.tasks.filter((task) => task.ended === null && task.queued !== null);
  }

  /** Where each step starts and ends among the frames, and how many began by each. */
  indexFrames() {
    const { frame_kind: kind, frame_index: index } = this.c;
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
  indexNesting() {
    const { inside, start, end } = this.c;
    /** @type {Map<number, {from: number, to: number, reason: string}[]>} */
    const within = new Map();
    /** @type {(host: number, from: number, to: number, reason: string) => void} */
    const add = (host, from, to, reason) => pushTo(within, host, { from, to, reason });
    inside.forEach((host, i) => {
      if (host >= 0) add(host, start[i], end[i], "a step inside it");
    });
    for (const [from, to] of this.idle) {
      let step = countUpTo(start, from) - 1;
      while (step >= 0 && end[step] < to) step = inside[step];
      if (step >= 0 && to > from) add(step, from, to, "a loop inside it");
    }
    for (const parts of within.values()) parts.sort((a, b) => a.from - b.from || a.to - b.to);
    return within;
  }

  indexWakers() {
    /** @type {Map<number, number[]>} */
    const woke = new Map();
    this.c.woken_by.forEach((by, i) => {
      if (by >= 0) pushTo(woke, by, i);
    });
    return woke;
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
  named(step) {
    const name = quoted(this.what(step));
    return this.c.task[step] >= 0 ? name : `the callback ${name}`;
  }

  /** @param {number} step */
  putBy(step) {
    const by = this.c.woken_by[step];
    if (by >= 0) return this.what(by);
    if (KINDS[this.c.kind[step]] === "timer") return "its timer";
    return by === BY_THREAD ? "another thread" : by === BY_IO ? "the selector" : "";
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
    const since = this.queuedFrame(step);
    return since < this.starts[step] && this.starts[step] > position.frame
      && isPast(position, this.c.ready[step], since);
  }

  /** @param {number} step */
  queuedFrame(step) {
    return this.c.queued[step];
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
    for (const { id, name, queued: since, queuedFrame } of this.left)
      if (since !== null && isPast(position, since, queuedFrame))
        add(() => ({ what: name, since, putBy: "", step: -1, task: id }));
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
    /** @type {(time: number | null, frame: number) => boolean} */
    const gone = (time, frame) => time !== null && isPast(position, time, frame);
    return this.timers
      .filter((t) => isPast(position, t.made, t.madeFrame)
        && !gone(t.queued, t.queuedFrame) && !gone(t.cancelled, t.cancelledFrame))
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
   * @param {Task} task
   * @param {number} done
   * @param {Position} position
   */
  waits(task, done, position) {
    const steps = this.stepsOf(task.id);
    if (done && this.ends[steps[done - 1]] > position.frame) return false;
    if (done < steps.length)
      return !isPast(position, this.c.ready[steps[done]], this.queuedFrame(steps[done]));
    if (done && this.c.end[steps[done - 1]] >= this.length) return false;
    if (task.ended !== null) return !steps.length && task.ended > position.time;
    return task.queued === null || !isPast(position, task.queued, task.queuedFrame);
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

  // -- what happens, in words (the twin of narration.py)

  /** @param {number} frame */
  narrate(frame) {
    const kind = this.c.frame_kind[frame];
    const index = this.c.frame_index[frame];
    if (kind === START) return this.tellStart(index);
    if (kind === END) return this.tellEnd(index, frame);
    if (kind === SLEEP) return this.tellSleep(index);
    if (kind === WAKE) return `The loop wakes up${this.tellQueued(this.foundAwake(frame), frame)}.`;
    return kind === BEGIN ? this.tellBegin() : this.tellFinish();
  }

  tellBegin() {
    const queue = listed(this.readyAt(this.atFrame(0), Infinity)[0].map((q) => quoted(q.what)));
    return `The recording begins${queue ? `; ready: ${queue}` : ""}.`;
  }

  tellFinish() {
    const pending = this.tasks.filter((t) => t.ended === null && !t.role);
    if (!pending.length)
      return `The recording ends${this.tasks.length ? ": no task is left over" : ""}.`;
    return `The recording ends; not finished: ${listed(pending.map((t) => quoted(t.name)))}.`;
  }

  /** @param {number} index */
  tellSleep(index) {
    const until = this.idle[index][2];
    return until === null
      ? "Nothing is ready and no timer is set: the loop sleeps until something wakes it."
      : `Nothing is ready: the loop sleeps until ${timeText(until)}, when a timer is due.`;
  }

  /** @param {number} step */
  tellStart(step) {
    const kind = KINDS[this.c.kind[step]];
    const what = this.named(step);
    const task = this.c.task[step];
    if (kind === "kernel")
      return "The notebook's kernel takes a turn on the loop, for work of its own.";
    if (task < 0) return `The loop calls ${what}${CALLED_BECAUSE[kind] ?? ""}.`;
    const first = this.isBirth(step);
    const inside = this.c.inside[step];
    if (first && inside >= 0)
      return `${what} begins at once, inside the step of ${this.named(inside)}.`;
    if (first) return `${what} is first in the queue: its first step begins.`;
    return `${what} is first in the queue: it goes on${this.tellAfter(step)}.`;
  }

  /** @param {number} step */
  tellAfter(step) {
    const before = this.stepBefore(step);
    const reason = this.reason(before);
    if (!reason) return "";
    const cutShort = (this.due.get(before) ?? 0) > this.c.ready[step];
    return cutShort ? `, for ${reason} was cut short` : `, after ${reason}`;
  }

  /**
   * @param {number} step
   * @param {number} frame
   */
  tellEnd(step, frame) {
    const woken = (this.woke.get(step) ?? []).filter((i) => !this.isOwn(i, step));
    const queued = woken.filter((i) => this.queuedFrame(i) < this.starts[i]);
    return `${this.tellOwnEnd(step)}${this.tellQueued(queued, frame)}.`;
  }

  /** @param {number} step */
  tellOwnEnd(step) {
    const what = this.named(step);
    const task = this.c.task[step];
    if (KINDS[this.c.kind[step]] === "kernel") return "The kernel is done";
    if (task < 0) return this.tellSleepOver(step) || capitalised(`${what} is done`);
    const span = this.tasks[task];
    const following = this.stepAfter(step);
    if (following < 0 && span.ended !== null)
      return `${what} ${ENDED[span.outcome] ?? "ends"}`
        + (span.outcome === "raised" && span.exception ? `: ${span.exception}` : "");
    if (following < 0 && span.role && this.c.end[step] >= this.length)
      return `${what} leaves the recorded block`;
    if (following >= 0 && this.isOwn(following, step))
      return `${what} steps aside and goes straight to the end of the queue`;
    const reason = this.reason(step);
    const due = this.due.has(step) ? `, due at ${timeText(this.due.get(step) ?? 0)}` : "";
    return `${what} suspends${reason ? `: it waits for ${reason}` : ""}${due}`;
  }

  /** @param {number} step */
  tellSleepOver(step) {
    const woken = this.woke.get(step) ?? [];
    if (KINDS[this.c.kind[step]] !== "timer" || woken.length !== 1) return "";
    const before = this.stepBefore(woken[0]);
    if (!((this.due.get(before) ?? Infinity) <= this.c.start[step])) return "";
    return `${this.reason(before) || "the wait"} of ${this.named(woken[0])} is over`;
  }

  /**
   * @param {number[]} steps
   * @param {number} frame
   */
  tellQueued(steps, frame) {
    const fresh = steps.filter((i) => this.isBirth(i));
    const woken = steps.filter((i) => !this.isBirth(i));
    return this.tellGroup(fresh, ["is new and ready", "are new and ready"], frame)
      + this.tellGroup(woken, ["becomes ready", "become ready"], frame);
  }

  /**
   * @param {number[]} steps
   * @param {[string, string]} verbs
   * @param {number} frame
   */
  tellGroup(steps, verbs, frame) {
    if (!steps.length) return "";
    const names = [...new Set(steps.map((i) => this.named(i)))];
    const ahead = this.aheadOf(steps[0], this.atFrame(frame));
    const behind = ahead >= 0 ? `, behind ${quoted(this.what(ahead))}` : "";
    return `; ${listed(names)} ${verbs[Number(names.length > 1)]}${behind}`;
  }

  /**
   * The handle that stands in the queue just before that one, -1 if it is first.
   * @param {number} step
   * @param {Position} position
   */
  aheadOf(step, position) {
    for (let i = step - 1; i >= this.begun[position.frame]; i--)
      if (this.inQueue(i, position)) return i;
    return -1;
  }

  /** @param {number} frame */
  foundAwake(frame) {
    const asleep = this.c.frame_time[frame - 1];
    const [ready] = this.readyAt(this.atFrame(frame), Infinity);
    return ready.filter((q) => q.step >= 0 && q.since > asleep).map((q) => q.step);
  }

  /**
   * @param {number} woken
   * @param {number} step
   */
  isOwn(woken, step) {
    const { task, woken_by } = this.c;
    return task[woken] >= 0 && task[woken] === task[step] && woken_by[woken] === step;
  }

  /**
   * Whether it is the first step of a task made during the recording.
   * @param {number} step
   */
  isBirth(step) {
    const task = this.c.task[step];
    return task >= 0 && this.tasks[task].created !== null && this.stepsOf(task)[0] === step;
  }

  /** @param {number} step */
  stepBefore(step) {
    if (this.c.task[step] < 0) return -1;
    const steps = this.stepsOf(this.c.task[step]);
    const at = countUpTo(steps, step) - 2;
    return at >= 0 ? steps[at] : -1;
  }

  /** @param {number} step */
  stepAfter(step) {
    const steps = this.stepsOf(this.c.task[step]);
    const at = countUpTo(steps, step);
    return at < steps.length ? steps[at] : -1;
  }

  // -- a task's life as stretches (the twin of Timeline.spans)

  /**
   * [{state, start, end, step, reason}], in order of time; worked out once a task.
   * @param {number} id
   */
  stretches(id) {
    const found = this.drawn.get(id) ?? [...this.spans(this.tasks[id])];
    this.drawn.set(id, found);
    return found;
  }

  /** @param {Task} task */
  *spans(task) {
    const { ready, start, end } = this.c;
    let last = -1;
    let now = task.created ?? 0;
    const finish = task.ended ?? this.length;
    for (const step of this.stepsOf(task.id)) {
      const queued = Math.min(Math.max(ready[step], now), start[step]);
      yield* this.wait(last, now, queued);
      if (start[step] > queued) yield stretch("ready", queued, start[step], step);
      yield* this.run(step);
      last = step;
      now = Math.max(now, end[step]);
    }
    const queued = task.queued === null ? finish : Math.max(task.queued, now);
    yield* this.wait(last, now, queued);
    if (finish > queued) yield stretch("ready", queued, finish, -1);
  }

  /**
   * @param {number} after
   * @param {number} from
   * @param {number} to
   */
  *wait(after, from, to) {
    if (to <= from) return;
    const reason = this.reason(after);
    yield stretch("waiting", from, to, after, reason);
    const late = this.overdue.get(after);
    if (late) yield stretch("overdue", late[0], late[1], after, reason);
  }

  /** @param {number} step */
  *run(step) {
    const end = this.c.end[step];
    const parts = this.within.get(step);
    if (!parts) {
      yield stretch("running", this.c.start[step], end, step);
      return;
    }
    let now = this.c.start[step];
    for (const { from, to, reason } of parts) {
      if (from > now) yield stretch("running", now, from, step);
      if (to > from) yield stretch("waiting", from, to, step, reason);
      now = to;
    }
    if (end > now) yield stretch("running", now, end, step);
  }

  /**
   * Nanoseconds a step held the loop itself.
   * @param {number} step
   */
  ownTime(step) {
    const parts = this.within.get(step) ?? [];
    const lost = parts.reduce((sum, { from, to }) => sum + to - from, 0);
    return this.c.end[step] - this.c.start[step] - lost;
  }

  /**
   * What a step really took, where the clock is virtual; 0 on the real clock.
   * @param {number} step
   */
  realTime(step) {
    return this.c.real.length ? this.c.real[step] : 0;
  }
}

/** @type {Record<string, string>} */
const CALLED_BECAUSE = {
  timer: ", because its timer is due",
  io: ", because the selector reports its socket ready",
};
/** @type {Record<string, string>} */
const ENDED = { returned: "returns", raised: "raises", cancelled: "ends, cancelled" };

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

/** @type {(...parts: [State, number, number, number, (string | null)?]) => Stretch} */
const stretch = (state, start, end, step, reason = null) => ({ state, start, end, step, reason });

/**
 * Whether a fact of that time, which holds from that frame on, has happened.
 * @param {Position} position
 * @param {number} time
 * @param {number} frame
 */
function isPast(position, time, frame) {
  return time < position.time || (time === position.time && frame <= position.frame);
}

/** @param {string} name */
const quoted = (name) => `'${name}'`;

/** @param {string} sentence */
const capitalised = (sentence) => sentence.slice(0, 1).toUpperCase() + sentence.slice(1);

/**
 * Phrases in a row: "a, b and c"; of very many only the first few.
 * @param {string[]} phrases
 */
function listed(phrases, most = 3) {
  const few = phrases.length > most + 1
    ? [...phrases.slice(0, most), `${phrases.length - most} more`] : phrases;
  const last = few.slice(-1);
  return [few.slice(0, -1).join(", "), ...last].filter(Boolean).join(" and ");
}
