// The player: a recording as a film of the event loop, in the browser.
//
// Three parts. The *film* reads the columns that player.py packed and answers what
// moments.py and narration.py define: the state of the loop at a position, told in words.
// The *chart* draws lanes on a canvas and turns pointers into positions. The *stage* is the
// page: panels, controls, keys. Film knows no page; chart and stage know no columns' order.
//
// Times are nanoseconds. A position is {time, frame}: many frames may share one time.
// Names come from anybody's program, so they enter the page as text, never as markup.

// == the film ========================================================================

const ARRAYS = { b: Int8Array, i: Int32Array, d: Float64Array };
const KINDS = ["task", "callback", "timer", "io", "kernel"];
const [BEGIN, START, END, SLEEP, WAKE, FINISH] = [0, 1, 2, 3, 4, 5];
const BY_THREAD = -2;
const BY_IO = -3;
const BLOCKING = 1e8; // asyncio's own limit for a slow callback, 0.1 s
const MOST_SHOWN = 40; // chips in a queue, rows in a list

/** What player.py packed, unpacked: a Film. */
export async function unpack(bytes) {
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(inflated).arrayBuffer();
  const size = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const columns = {};
  let at = 4 + size;
  for (const [name, type, length] of head.columns) {
    at += (8 - (at % 8)) % 8;
    columns[name] = new ARRAYS[type](buffer, at, length);
    at += columns[name].byteLength;
  }
  return new Film(head, columns);
}

const TASK = ["name", "coroutine", "parent", "created", "createdFrame", "ended", "outcome"];
const TASK_REST = ["exception", "queued", "queuedFrame", "role", "entered"];
const TIMER = ["label", "made", "due", "queued", "cancelled", "madeFrame", "queuedFrame"];

const record = (names, row) => Object.fromEntries(names.map((name, i) => [name, row[i]]));

/** How many of the sorted numbers are at most `value`. */
function countUpTo(numbers, value, low = 0, high = numbers.length) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Film {
  constructor(head, columns) {
    Object.assign(this, head);
    this.c = columns;
    this.tasks = head.tasks.map((row, id) => ({ id, ...record([...TASK, ...TASK_REST], row) }));
    this.timers = head.timers.map((row) => record([...TIMER, "cancelledFrame", "setBy"], row));
    this.steps = columns.start.length;
    this.frames = columns.frame_kind.length;
    this.due = new Map(Array.from(columns.due_step, (step, i) => [step, columns.due[i]]));
    this.overdue = new Map();
    columns.overdue_step.forEach((step, i) =>
      this.overdue.set(step, [columns.overdue_from[i], columns.overdue_to[i]]));
    this.indexFrames();
    this.indexTasks();
    this.indexNesting();
    this.indexWakers();
    this.drawn = new Map();
  }

  /** Where each step starts and ends among the frames, and how many began by each. */
  indexFrames() {
    const { frame_kind: kind, frame_index: index } = this.c;
    this.starts = new Int32Array(this.steps);
    this.ends = new Int32Array(this.steps).fill(this.frames);
    this.begun = new Int32Array(this.frames);
    let begun = 0;
    for (let frame = 0; frame < this.frames; frame++) {
      if (kind[frame] === START) {
        this.starts[index[frame]] = frame;
        begun++;
      } else if (kind[frame] === END) this.ends[index[frame]] = frame;
      this.begun[frame] = begun;
    }
    this.earliestReady = new Float64Array(this.steps + 1).fill(Infinity);
    for (let i = this.steps - 1; i >= 0; i--)
      this.earliestReady[i] = Math.min(this.c.ready[i], this.earliestReady[i + 1]);
  }

  /** Each task's steps, one after another in a single array. */
  indexTasks() {
    const { task } = this.c;
    this.first = new Int32Array(this.tasks.length + 1);
    for (const id of task) if (id >= 0) this.first[id + 1]++;
    for (let id = 0; id < this.tasks.length; id++) this.first[id + 1] += this.first[id];
    const next = this.first.slice();
    this.byTask = new Int32Array(this.first[this.tasks.length]);
    task.forEach((id, step) => {
      if (id >= 0) this.byTask[next[id]++] = step;
    });
  }

  stepsOf(id) {
    return this.byTask.subarray(this.first[id], this.first[id + 1]);
  }

  /** What took time away inside a step: steps nested in it, and a nested loop's sleep. */
  indexNesting() {
    const { inside, start, end } = this.c;
    this.within = new Map();
    const add = (host, from, to, reason) => {
      if (!this.within.has(host)) this.within.set(host, []);
      this.within.get(host).push({ from, to, reason });
    };
    inside.forEach((host, i) => {
      if (host >= 0) add(host, start[i], end[i], "a step inside it");
    });
    for (const [from, to] of this.idle) {
      let step = countUpTo(start, from) - 1;
      while (step >= 0 && end[step] < to) step = inside[step];
      if (step >= 0 && to > from) add(step, from, to, "a loop inside it");
    }
    for (const parts of this.within.values()) parts.sort((a, b) => a.from - b.from || a.to - b.to);
  }

  indexWakers() {
    this.woke = new Map();
    this.c.woken_by.forEach((by, i) => {
      if (by < 0) return;
      if (!this.woke.has(by)) this.woke.set(by, []);
      this.woke.get(by).push(i);
    });
  }

  // -- positions

  atFrame(frame) {
    const k = Math.min(Math.max(frame, 0), this.frames - 1);
    return { time: this.c.frame_time[k], frame: k };
  }

  atTime(time) {
    const t = Math.min(Math.max(time, 0), this.length);
    return { time: t, frame: Math.max(countUpTo(this.c.frame_time, t) - 1, 0) };
  }

  /** The step that this frame starts or ends, else -1. */
  stepAt(frame) {
    const kind = this.c.frame_kind[frame];
    return kind === START || kind === END ? this.c.frame_index[frame] : -1;
  }

  // -- names

  what(step) {
    const task = this.c.task[step];
    return task >= 0 ? this.tasks[task].name : this.strings[this.c.label[step]];
  }

  named(step) {
    const name = quoted(this.what(step));
    return this.c.task[step] >= 0 ? name : `the callback ${name}`;
  }

  putBy(step) {
    const by = this.c.woken_by[step];
    if (by >= 0) return this.what(by);
    if (KINDS[this.c.kind[step]] === "timer") return "its timer";
    return by === BY_THREAD ? "another thread" : by === BY_IO ? "the selector" : "";
  }

  place(column, step) {
    const index = step >= 0 && column.length ? column[step] : -1;
    return index >= 0 ? this.places[index] : null;
  }

  reason(step) {
    const index = step >= 0 ? this.c.waiting_for[step] : -1;
    return index >= 0 ? this.strings[index] : null;
  }

  // -- the state at a position

  /** The loop at a position; lists hold at most `most`, their true lengths stand beside. */
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

  inQueue(step, position) {
    const since = this.queuedFrame(step);
    return since < this.starts[step] && this.starts[step] > position.frame
      && isPast(position, this.c.ready[step], since);
  }

  queuedFrame(step) {
    return this.c.queued[step];
  }

  readyAt(position, most) {
    const found = [];
    let count = 0;
    const add = (entry) => {
      if (count++ < most) found.push(entry());
    };
    const from = this.begun[position.frame];
    for (let i = from; i < this.steps && this.earliestReady[i] <= position.time; i++)
      if (this.inQueue(i, position)) add(() => this.queuedEntry(i));
    for (const task of this.leftOver())
      if (isPast(position, task.queued, task.queuedFrame))
        add(() => ({ what: task.name, since: task.queued, putBy: "", step: -1, task: task.id }));
    return [found, count];
  }

  queuedEntry(step) {
    const { task, ready, kind } = this.c;
    return { what: this.what(step), since: ready[step], putBy: this.putBy(step), step,
      task: task[step], kind: KINDS[kind[step]] };
  }

  leftOver() {
    this.left ??= this.tasks.filter((task) => task.ended === null && task.queued !== null);
    return this.left;
  }

  timersAt(position) {
    const gone = (time, frame) => time !== null && isPast(position, time, frame);
    return this.timers
      .filter((t) => isPast(position, t.made, t.madeFrame)
        && !gone(t.queued, t.queuedFrame) && !gone(t.cancelled, t.cancelledFrame))
      .map((t) => ({ what: t.label, due: t.due, left: t.due - position.time, setBy: t.setBy }))
      .sort((a, b) => a.due - b.due);
  }

  waitingAt(position, most) {
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

  /** How many of a task's steps have begun at that frame. */
  doneOf(id, frame) {
    const low = this.first[id];
    return countUpTo(this.byTask, this.begun[frame] - 1, low, this.first[id + 1]) - low;
  }

  waits(task, done, position) {
    const steps = this.stepsOf(task.id);
    if (done && this.ends[steps[done - 1]] > position.frame) return false;
    if (done < steps.length)
      return !isPast(position, this.c.ready[steps[done]], this.queuedFrame(steps[done]));
    if (done && this.c.end[steps[done - 1]] >= this.length) return false;
    if (task.ended !== null) return !steps.length && task.ended > position.time;
    return task.queued === null || !isPast(position, task.queued, task.queuedFrame);
  }

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

  printedAt(position) {
    return this.output.filter(([time, frame]) => isPast(position, time, frame))
      .map(([, , text]) => text).join("");
  }

  // -- what happens, in words (the twin of narration.py)

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

  tellSleep(index) {
    const until = this.idle[index][2];
    return until === null
      ? "Nothing is ready and no timer is set: the loop sleeps until something wakes it."
      : `Nothing is ready: the loop sleeps until ${timeText(until)}, when a timer is due.`;
  }

  tellStart(step) {
    const kind = KINDS[this.c.kind[step]];
    const what = this.named(step);
    const task = this.c.task[step];
    if (kind === "kernel")
      return "The notebook's kernel takes a turn on the loop, for work of its own.";
    if (task < 0) return `The loop calls ${what}${CALLED_BECAUSE[kind] ?? ""}.`;
    const first = this.isBirth(step);
    const inside = this.c.inside[step];
    if (first && inside >= 0) return `${what} begins at once, inside the step of ${this.named(inside)}.`;
    if (first) return `${what} is first in the queue: its first step begins.`;
    return `${what} is first in the queue: it goes on${this.tellAfter(step)}.`;
  }

  tellAfter(step) {
    const before = this.stepBefore(step);
    const reason = this.reason(before);
    if (!reason) return "";
    const cutShort = (this.due.get(before) ?? 0) > this.c.ready[step];
    return cutShort ? `, for ${reason} was cut short` : `, after ${reason}`;
  }

  tellEnd(step, frame) {
    const woken = (this.woke.get(step) ?? []).filter((i) => !this.isOwn(i, step));
    const queued = woken.filter((i) => this.queuedFrame(i) < this.starts[i]);
    return `${this.tellOwnEnd(step)}${this.tellQueued(queued, frame)}.`;
  }

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
    const due = this.due.has(step) ? `, due at ${timeText(this.due.get(step))}` : "";
    return `${what} suspends${reason ? `: it waits for ${reason}` : ""}${due}`;
  }

  tellSleepOver(step) {
    const woken = this.woke.get(step) ?? [];
    if (KINDS[this.c.kind[step]] !== "timer" || woken.length !== 1) return "";
    const before = this.stepBefore(woken[0]);
    if (!this.due.has(before) || this.due.get(before) > this.c.start[step]) return "";
    return `${this.reason(before) || "the wait"} of ${this.named(woken[0])} is over`;
  }

  tellQueued(steps, frame) {
    const fresh = steps.filter((i) => this.isBirth(i));
    const woken = steps.filter((i) => !this.isBirth(i));
    return this.tellGroup(fresh, ["is new and ready", "are new and ready"], frame)
      + this.tellGroup(woken, ["becomes ready", "become ready"], frame);
  }

  tellGroup(steps, verbs, frame) {
    if (!steps.length) return "";
    const names = [...new Set(steps.map((i) => this.named(i)))];
    const ahead = this.aheadOf(steps[0], this.atFrame(frame));
    const behind = ahead >= 0 ? `, behind ${quoted(this.what(ahead))}` : "";
    return `; ${listed(names)} ${verbs[Number(names.length > 1)]}${behind}`;
  }

  /** The handle that stands in the queue just before that one, -1 if it is first. */
  aheadOf(step, position) {
    for (let i = step - 1; i >= this.begun[position.frame]; i--)
      if (this.inQueue(i, position)) return i;
    return -1;
  }

  foundAwake(frame) {
    const asleep = this.c.frame_time[frame - 1];
    const [ready] = this.readyAt(this.atFrame(frame), Infinity);
    return ready.filter((q) => q.step >= 0 && q.since > asleep).map((q) => q.step);
  }

  isOwn(woken, step) {
    const { task, woken_by } = this.c;
    return task[woken] >= 0 && task[woken] === task[step] && woken_by[woken] === step;
  }

  /** Whether it is the first step of a task made during the recording. */
  isBirth(step) {
    const task = this.c.task[step];
    return task >= 0 && this.tasks[task].created !== null && this.stepsOf(task)[0] === step;
  }

  stepBefore(step) {
    if (this.c.task[step] < 0) return -1;
    const steps = this.stepsOf(this.c.task[step]);
    const at = countUpTo(steps, step) - 2;
    return at >= 0 ? steps[at] : -1;
  }

  stepAfter(step) {
    const steps = this.stepsOf(this.c.task[step]);
    const at = countUpTo(steps, step);
    return at < steps.length ? steps[at] : -1;
  }

  // -- a task's life as stretches (the twin of Timeline.spans)

  /** [{state, start, end, step, reason}], in order of time; worked out once a task. */
  stretches(id) {
    if (!this.drawn.has(id)) this.drawn.set(id, [...this.spans(this.tasks[id])]);
    return this.drawn.get(id);
  }

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

  *wait(after, from, to) {
    if (to <= from) return;
    const reason = this.reason(after);
    yield stretch("waiting", from, to, after, reason);
    const late = this.overdue.get(after);
    if (late) yield stretch("overdue", late[0], late[1], after, reason);
  }

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

  /** Nanoseconds a step held the loop itself. */
  ownTime(step) {
    const parts = this.within.get(step) ?? [];
    const lost = parts.reduce((sum, { from, to }) => sum + to - from, 0);
    return this.c.end[step] - this.c.start[step] - lost;
  }

  /** What a step really took, where the clock is virtual; 0 on the real clock. */
  realTime(step) {
    return this.c.real.length ? this.c.real[step] : 0;
  }
}

const CALLED_BECAUSE = {
  timer: ", because its timer is due",
  io: ", because the selector reports its socket ready",
};
const ENDED = { returned: "returns", raised: "raises", cancelled: "ends, cancelled" };

const stretch = (state, start, end, step, reason = null) => ({ state, start, end, step, reason });

/** Whether a fact of that time, which holds from that frame on, has happened. */
function isPast(position, time, frame) {
  return time < position.time || (time === position.time && frame <= position.frame);
}

const quoted = (name) => `'${name}'`;

const capitalised = (sentence) => sentence.slice(0, 1).toUpperCase() + sentence.slice(1);

/** Phrases in a row: "a, b and c"; of very many only the first few. */
function listed(phrases, most = 3) {
  const few = phrases.length > most + 1
    ? [...phrases.slice(0, most), `${phrases.length - most} more`] : phrases;
  const last = few.slice(-1);
  return [few.slice(0, -1).join(", "), ...last].filter(Boolean).join(" and ");
}

/** A time for people, as moment_text in narration.py: "0 s", "40 µs", "2.5 ms", "1.25 s". */
export function timeText(ns) {
  const size = Math.abs(ns);
  if (size >= 1e9) return `${scaled(ns, 1e9, 100)} s`;
  if (size >= 1e6) return `${scaled(ns, 1e6, 10)} ms`;
  return ns ? `${scaled(ns, 1e3, 1)} µs` : "0 s";
}

function scaled(ns, unit, steps) {
  const count = Math.floor((Math.abs(ns) * steps + Math.floor(unit / 2)) / unit);
  const whole = Math.floor(count / steps);
  const part = count % steps;
  const width = String(steps).length - 1;
  const digits = steps > 1 ? String(part).padStart(width, "0").replace(/0+$/, "") : "";
  return `${ns < 0 ? "-" : ""}${whole}${digits ? `.${digits}` : ""}`;
}

// == the chart =======================================================================

const AXIS = 24; // pixels below the lanes
const TICK = 2.5; // the narrowest mark, as in style.py
const NARROWEST = 1000; // nanoseconds: as far as one can zoom in
const LOOP = "loop";
const KERNEL = "the notebook itself";

/** Rows from top to bottom: tasks with children below their parents, then the loop's. */
function rowsOf(film) {
  const rows = familyOrder(film).map(([id, depth]) => ({ kind: "task", id, depth,
    label: film.tasks[id].name }));
  if (film.c.kind.includes(KINDS.indexOf("kernel"))) rows.push({ kind: "kernel", label: KERNEL });
  rows.push({ kind: "loop", label: LOOP });
  return rows;
}

function familyOrder(film) {
  const children = new Map();
  const roots = [];
  for (const { id, parent } of film.tasks)
    if (parent === null || parent === id || !film.tasks[parent]) roots.push(id);
    else if (children.has(parent)) children.get(parent).push(id);
    else children.set(parent, [id]);
  roots.sort((a, b) => (film.tasks[b].role === "recording") - (film.tasks[a].role === "recording"));
  const order = [];
  const stack = roots.reverse().map((id) => [id, 0]);
  while (stack.length) {
    const [id, depth] = stack.pop();
    order.push([id, depth]);
    for (const child of (children.get(id) ?? []).slice().reverse()) stack.push([child, depth + 1]);
  }
  return order;
}

/** Lanes on a canvas with an overlay for what moves; knows pixels, times and rows. */
class Chart {
  constructor(film, root) {
    this.root = root;
    this.base = make("canvas", { "aria-hidden": "true" });
    this.over = make("canvas", { "aria-hidden": "true" });
    this.view = make("div", { class: "stl-chart-view" }, this.base, this.over);
    this.sizer = make("div", { class: "stl-chart-sizer" }, this.view);
    this.element = make("div", { class: "stl-chart", tabindex: "0", role: "slider",
      "aria-label": "Moment of the recording. Arrow keys step; up and down choose a lane." },
    this.sizer);
    this.element.addEventListener("scroll", () => this.draw());
    this.show(film);
  }

  show(film, live = false) {
    this.film = film;
    this.rows = rowsOf(film);
    this.rowOf = new Map(this.rows.map((row, i) => [row.kind === "task" ? row.id : row.kind, i]));
    this.from = live && film.steps ? film.c.start[0] : 0; // a live view may hold the end only
    this.to = Math.max(film.length, this.from + NARROWEST);
    this.rowHeight = this.rows.length <= 10 ? 28 : this.rows.length <= 18 ? 22 : 18;
  }

  /** Fit to the width the page gives; true when there is one. */
  fit() {
    const width = this.element.clientWidth;
    if (!width) return false;
    const lanes = this.rows.length * this.rowHeight;
    this.height = Math.min(lanes, Math.max(12 * this.rowHeight, 300)) + AXIS;
    this.width = width;
    this.gutter = Math.round(Math.min(Math.max(width * 0.16, 96), 200));
    this.element.style.height = `${this.height}px`;
    this.sizer.style.height = `${lanes + AXIS}px`;
    this.view.style.height = `${this.height}px`;
    for (const canvas of [this.base, this.over]) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(this.height * devicePixelRatio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${this.height}px`;
    }
    this.ink = inks(this.root);
    return true;
  }

  // -- where

  get plotWidth() {
    return this.width - this.gutter - 22;
  }

  x(time) {
    return this.gutter + ((time - this.from) / (this.to - this.from)) * this.plotWidth;
  }

  timeAt(x) {
    const share = (x - this.gutter) / this.plotWidth;
    return this.from + Math.min(Math.max(share, 0), 1) * (this.to - this.from);
  }

  y(row) {
    return row * this.rowHeight - this.element.scrollTop;
  }

  rowAt(y) {
    if (y > this.height - AXIS) return -1;
    const row = Math.floor((y + this.element.scrollTop) / this.rowHeight);
    return row >= 0 && row < this.rows.length ? row : -1;
  }

  /** Zoom by a factor about a time; false where nothing changes. */
  zoom(factor, about) {
    const span = this.to - this.from;
    const whole = Math.max(this.film.length, NARROWEST);
    const wanted = Math.min(Math.max(span * factor, NARROWEST), whole);
    if (wanted === span) return false;
    const from = about - ((about - this.from) / span) * wanted;
    this.from = Math.min(Math.max(from, 0), whole - wanted);
    this.to = this.from + wanted;
    return true;
  }

  /** Bring a time and a row into view; true where the view had to move. */
  reveal(time, row) {
    let moved = false;
    const span = this.to - this.from;
    if (time < this.from || time > this.to) {
      const whole = Math.max(this.film.length, NARROWEST);
      this.from = Math.min(Math.max(time - span / 3, 0), whole - span);
      this.to = this.from + span;
      moved = true;
    }
    if (row >= 0) {
      const top = row * this.rowHeight;
      const lanes = this.height - AXIS;
      const { scrollTop } = this.element;
      if (top < scrollTop) this.element.scrollTop = top;
      else if (top + this.rowHeight > scrollTop + lanes)
        this.element.scrollTop = top + this.rowHeight - lanes;
    }
    return moved;
  }

  // -- drawing what stands still

  draw() {
    if (!this.width) return;
    const g = this.begin(this.base);
    const first = Math.max(Math.floor(this.element.scrollTop / this.rowHeight), 0);
    const shown = Math.ceil((this.height - AXIS) / this.rowHeight) + 1;
    const rows = this.rows.slice(first, first + shown);
    this.drawGrid(g, rows.length);
    g.save();
    g.beginPath();
    g.rect(0, 0, this.width, this.height - AXIS);
    g.clip();
    rows.forEach((row, i) => this.drawLabel(g, row, this.y(first + i)));
    g.beginPath();
    g.rect(this.gutter - 4, 0, this.width, this.height);
    g.clip();
    rows.forEach((row, i) => this.drawRow(g, row, this.y(first + i)));
    g.restore();
    this.mark(this.marks);
  }

  begin(canvas) {
    const g = canvas.getContext("2d");
    g.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    g.clearRect(0, 0, this.width, this.height);
    g.font = `12px ${this.ink.font}`;
    g.textBaseline = "middle";
    return g;
  }

  drawGrid(g) {
    const bottom = this.height - AXIS;
    g.fillStyle = this.ink.soft;
    g.strokeStyle = this.ink.grid;
    g.lineWidth = 1;
    g.textAlign = "center";
    const step = roundStep((this.to - this.from) / Math.max(this.plotWidth / 90, 2));
    for (let t = Math.ceil(this.from / step) * step; t <= this.to; t += step) {
      const x = Math.round(this.x(t)) + 0.5;
      line(g, x, 0, x, bottom + 4);
      g.fillText(axisText(t, step), Math.min(x, this.width - 22), bottom + 14);
    }
    line(g, this.gutter, bottom + 0.5, this.width, bottom + 0.5);
    g.textAlign = "left";
  }

  drawLabel(g, row, y) {
    const left = 8 + Math.min(row.depth ?? 0, 5) * 10;
    g.fillStyle = row.kind === "task" ? this.ink.ink : this.ink.soft;
    g.fillText(clipped(g, visible(row.label), this.gutter - left - 10), left, y + this.rowHeight / 2);
    g.strokeStyle = this.ink.grid;
    line(g, 0, y + this.rowHeight - 0.5, this.width, y + this.rowHeight - 0.5);
  }

  drawRow(g, row, y) {
    const middle = Math.round(y + this.rowHeight / 2);
    if (row.kind === "task") this.drawTask(g, row.id, middle);
    else if (row.kind === "loop") this.drawLoop(g, middle);
    else this.drawSteps(g, middle, (kind) => kind === "kernel", this.ink.busy, 5);
  }

  drawTask(g, id, y) {
    const pen = new Pen(this, g, y);
    for (const part of within(this.film.stretches(id), this.from, this.to)) pen.add(part);
    pen.flush();
    this.drawEnd(g, this.film.tasks[id], y);
  }

  drawLoop(g, y) {
    for (const [start, end] of this.film.idle) {
      if (end < this.from || start > this.to) continue;
      const [a, b] = [this.x(start), this.x(end)];
      if (b - a < 1) continue;
      g.fillStyle = this.ink.asleep;
      g.fillRect(a, y - 3, b - a, 6);
      g.fillStyle = this.ink.soft;
      if (b - a > 72) textOn(g, this.ink, "asleep", (a + b) / 2, y, b - a);
    }
    this.drawSteps(g, y, (kind, i) => this.film.c.inside[i] < 0, this.ink.busy, 6);
    const loopWork = (kind) => kind === "callback" || kind === "timer" || kind === "io";
    this.drawSteps(g, y, loopWork, this.ink.callback, 8);
  }

  /** Steps chosen by kind, those that fall on the same pixels drawn once. */
  drawSteps(g, y, chosen, colour, half) {
    const { start, end, kind } = this.film.c;
    const last = countUpTo(start, this.to);
    let done = -Infinity;
    g.fillStyle = colour;
    for (let i = 0; i < last; i++) {
      if (end[i] < this.from || !chosen(KINDS[kind[i]], i)) continue;
      const a = this.x(start[i]);
      const b = Math.max(this.x(end[i]), a + TICK);
      if (b <= done + 0.5) continue;
      g.fillRect(a, y - half, b - a, 2 * half);
      done = b;
    }
  }

  /** How a task ended, told by shape as well as by colour; beside it why, if it raised. */
  drawEnd(g, task, y) {
    const open = task.ended === null;
    const time = open ? this.film.length : task.ended;
    const wanted = open ? this.film.complete && task.role !== "recording" : true;
    if (!wanted || time < this.from || time > this.to) return;
    const x = this.x(time) + 9;
    drawOutcome(g, this.ink, open ? "pending" : task.outcome, x, y, Math.min(6, this.rowHeight / 3));
    if (task.outcome !== "raised" || !task.exception) return;
    const words = clipped(g, visible(task.exception), this.width - x - 16);
    g.fillStyle = this.ink.late;
    if (words.length > 3) g.fillText(words, x + 11, y + 0.5);
  }

  // -- drawing what moves

  /** Marks over the chart: {time, row, arrows, hover}. */
  mark(marks) {
    this.marks = marks;
    if (!this.width || !marks) return;
    const g = this.begin(this.over);
    if (marks.row >= 0) {
      g.fillStyle = this.ink.chosen;
      g.fillRect(0, this.y(marks.row), this.width, this.rowHeight);
    }
    g.save();
    g.beginPath();
    g.rect(this.gutter - 4, 0, this.width, this.height - AXIS);
    g.clip();
    for (const arrow of marks.arrows ?? []) this.drawArrow(g, arrow);
    g.restore();
    this.drawPlayhead(g, marks.time);
  }

  drawPlayhead(g, time) {
    const x = Math.round(this.x(time)) + 0.5;
    if (x < this.gutter - 1 || x > this.width) return;
    g.strokeStyle = g.fillStyle = this.ink.playhead;
    g.lineWidth = 1.5;
    line(g, x, 0, x, this.height - AXIS + 3);
    g.beginPath();
    g.moveTo(x - 6, 0);
    g.lineTo(x + 6, 0);
    g.lineTo(x, 8);
    g.fill();
  }

  drawArrow(g, { from, to, time, kind }) {
    if (from === to || from < 0 || to < 0 || time < this.from || time > this.to) return;
    const x = this.x(time);
    const down = Math.sign(to - from);
    const [a, b] = [this.y(from) + this.rowHeight / 2, this.y(to) + this.rowHeight / 2 - down * 5];
    g.strokeStyle = g.fillStyle = this.ink.arrow;
    g.lineWidth = 1.75;
    g.setLineDash(kind === "wake" ? [4, 3] : []);
    const bend = x - this.gutter > 20 ? -10 : 10;
    g.beginPath();
    g.moveTo(x, a);
    g.bezierCurveTo(x + bend, a + down * 6, x + bend, b - down * 10, x, b - down * 4);
    g.stroke();
    g.setLineDash([]);
    g.beginPath();
    g.moveTo(x, b + down * 2);
    g.lineTo(x - 4.5, b - down * 6);
    g.lineTo(x + 4.5, b - down * 6);
    g.fill();
  }
}

const OUTCOMES = {
  returned: [[-0.45, 0], [-0.1, 0.35], [0.45, -0.3]],
  raised: [[-0.38, -0.38], [0.38, 0.38], null, [-0.38, 0.38], [0.38, -0.38]],
  cancelled: [[-0.55, 0.55], [0.55, -0.55]],
  pending: [[-0.5, 0], [-0.35, 0], null, [-0.08, 0], [0.08, 0], null, [0.35, 0], [0.5, 0]],
};

/** The mark of an outcome, as in the static chart: a disc or a ring, and a sign in it. */
function drawOutcome(g, ink, outcome, x, y, radius) {
  const full = outcome === "returned" || outcome === "raised";
  g.lineWidth = 1.5;
  g.fillStyle = g.strokeStyle = ink[outcome];
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  if (full) g.fill();
  else g.stroke();
  if (full) g.strokeStyle = ink.card;
  g.beginPath();
  let lifted = true;
  for (const point of OUTCOMES[outcome]) {
    if (point) g[lifted ? "moveTo" : "lineTo"](x + point[0] * radius, y + point[1] * radius);
    lifted = !point;
  }
  g.stroke();
}

/** Draws one task's stretches; ready and running ones too thin to see become one tick. */
class Pen {
  constructor(chart, g, y) {
    Object.assign(this, { chart, g, y, ink: chart.ink, labels: [], done: -Infinity });
    this.half = Math.min(chart.rowHeight / 2 - 5, 8);
  }

  add(part) {
    const a = Math.max(this.chart.x(part.start), this.chart.gutter - 2);
    const b = Math.min(this.chart.x(part.end), this.chart.width);
    if (part.state === "running") this.running(part, a, b);
    else if (b - a >= 0.75) this[part.state](part, a, b);
  }

  running(part, a, b) {
    const right = Math.max(b, a + TICK);
    if (right <= this.done + 0.5) return;
    this.g.fillStyle = this.ink.running;
    this.g.fillRect(a, this.y - this.half, right - a, 2 * this.half);
    this.done = right;
    if (this.chart.film.ownTime(part.step) > BLOCKING) this.blocking(part.step, a, right);
    else if (this.chart.film.realTime(part.step) > BLOCKING) this.reallyHeld(part.step, a);
  }

  /** A bracket above, as in the static chart, and how long the loop was held. */
  blocking(step, a, b) {
    const { g, ink } = this;
    const top = this.y - this.half - 2.5;
    g.strokeStyle = ink.overdue;
    g.lineWidth = 2;
    g.beginPath();
    g.moveTo(a + 1, top + 4);
    g.lineTo(a + 1, top);
    g.lineTo(b - 1, top);
    g.lineTo(b - 1, top + 4);
    g.stroke();
    const long = timeText(this.chart.film.ownTime(step));
    const words = b - a > 130 ? `blocking, ${long}` : long;
    if (b - a > 8 * words.length) this.labels.push([words, (a + b) / 2, b - a, ink.onRunning, true]);
  }

  /** A step of no length on the virtual clock that took real time all the same. */
  reallyHeld(step, a) {
    const { g, y, half, ink } = this;
    g.fillStyle = ink.overdue;
    g.fillRect(a - 1, y - half - 5, 2, 2 * half + 5);
    const long = timeText(this.chart.film.realTime(step));
    g.fillStyle = ink.late;
    g.fillText(`held the loop for ${long} of real time`, a + 6, y - half);
  }

  ready(part, a, b) {
    const { g, y, half } = this;
    g.fillStyle = this.ink.hatch ?? this.ink.ready;
    g.fillRect(a, y - half, b - a, 2 * half);
    g.strokeStyle = this.ink.readyEdge;
    g.lineWidth = 1;
    if (b - a > 3) g.strokeRect(a + 0.5, y - half + 0.5, b - a - 1, 2 * half - 1);
  }

  waiting(part, a, b) {
    this.g.fillStyle = this.ink.waiting;
    this.g.fillRect(a, this.y - 1.5, b - a, 3);
    if (part.reason && b - a > 40)
      this.labels.push([part.reason, (a + b) / 2, b - a, this.ink.soft, false]);
  }

  overdue(part, a, b) {
    const { g, y, half, ink } = this;
    g.fillStyle = ink.card;
    g.fillRect(a, y - 2, b - a, 4);
    g.fillStyle = ink.overdue;
    g.fillRect(a, y - half, 2, 2 * half);
    for (let x = a; x < b; x += 6) g.fillRect(x, y - 1.5, Math.min(3.5, b - x), 3);
  }

  flush() {
    for (const [text, x, width, colour, plain] of this.labels) {
      this.g.fillStyle = colour;
      if (plain) plainText(this.g, text, x, this.y, width);
      else textOn(this.g, this.ink, visible(text), x, this.y, width, colour);
    }
  }
}

/** Of stretches in order of time, those that touch a window. */
function within(parts, from, to) {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle].end < from) low = middle + 1;
    else high = middle;
  }
  const found = [];
  for (let i = Math.max(low - 1, 0); i < parts.length && parts[i].start <= to; i++)
    if (parts[i].end >= from) found.push(parts[i]);
  return found;
}

function line(g, x1, y1, x2, y2) {
  g.beginPath();
  g.moveTo(x1, y1);
  g.lineTo(x2, y2);
  g.stroke();
}

function plainText(g, text, x, y, room) {
  const shown = clipped(g, text, room - 10);
  if (!shown) return;
  g.textAlign = "center";
  g.fillText(shown, x, y + 0.5);
  g.textAlign = "left";
}

/** Text that interrupts a line: the card's colour is put behind it. */
function textOn(g, ink, text, x, y, room) {
  const shown = clipped(g, text, room - 24);
  if (!shown) return;
  const width = g.measureText(shown).width;
  const colour = g.fillStyle;
  g.fillStyle = ink.card;
  g.fillRect(x - width / 2 - 4, y - 7, width + 8, 14);
  g.fillStyle = colour;
  g.textAlign = "center";
  g.fillText(shown, x, y + 0.5);
  g.textAlign = "left";
}

/** The text cut to a width, its end replaced by dots; "" where not even a little fits. */
function clipped(g, text, room) {
  if (g.measureText(text).width <= room) return text;
  let length = Math.min(text.length, Math.floor(room / 4));
  while (length > 1 && g.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return length > 1 ? `${text.slice(0, length)}…` : "";
}

/** One line; control and other invisible characters as escapes. */
function visible(text) {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => {
    const code = c.codePointAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** A round number of nanoseconds, at least `least`, for the axis. */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least);
}

function axisText(time, step) {
  if (step >= 1e7 || time >= 1e9) {
    const digits = Math.max(0, 9 - Math.floor(Math.log10(step)));
    return `${(time / 1e9).toFixed(Math.min(digits, 9))} s`;
  }
  const [unit, name] = step >= 1e4 ? [1e6, "ms"] : [1e3, "µs"];
  return `${+(time / unit).toFixed(2)} ${name}`;
}

const INKS = ["ink", "soft", "card", "grid", "running", "on-running", "ready", "ready-edge",
  "waiting", "overdue", "late", "busy", "asleep", "callback", "playhead", "chosen", "arrow",
  "returned", "raised", "cancelled", "pending"];

/** The colours as the theme has them now, and the hatching made from them. */
function inks(root) {
  const style = getComputedStyle(root);
  const found = { font: style.fontFamily };
  for (const name of INKS) {
    const key = name.replace(/-(.)/, (_, c) => c.toUpperCase());
    found[key] = style.getPropertyValue(`--stl-${name}`).trim();
  }
  found.hatch = hatching(found.ready, found.readyEdge);
  return found;
}

function hatching(ground, lines) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const g = tile.getContext("2d");
  g.fillStyle = ground;
  g.fillRect(0, 0, 6, 6);
  g.strokeStyle = lines;
  g.lineWidth = 1.25;
  for (const x of [-6, 0, 6]) line(g, x - 1, 7, x + 7, -1);
  return g.createPattern(tile, "repeat");
}

// == the stage =======================================================================

/** An element; children are elements or text, never markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const PATHS = {
  start: "M5 4h2v12H5zM16 4v12L8 10z",
  back: "M14 4v12L5 10z",
  play: "M6 3v14l11-7z",
  pause: "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z",
  forward: "M6 4v12l9-6z",
  end: "M4 4v12l8-6zM13 4h2v12h-2z",
  next: "M4 5v10l6-5zM11 9h3V6l5 4-5 4v-3h-3z",
  closer: "M9 5h2v4h4v2h-4v4H9v-4H5V9h4z",
  wider: "M5 9h10v2H5z",
};

function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A titled box with a line that says what it shows. */
function panel(name, title, hint, body) {
  const heading = make("div", { class: "stl-panel-title" }, title,
    make("span", { class: "stl-hint" }, hint));
  return make("section", { class: `stl-panel stl-${name}`, "aria-label": title }, heading, body);
}

const PACES = [["0.5", "1 step in 2 s"], ["1", "1 step a second"], ["2", "2 steps a second"],
  ["5", "5 steps a second"], ["20", "20 steps a second"], ["clock", "as it happened"]];

const KEYS = {
  ArrowRight: "forward", ArrowLeft: "back", Home: "toStart", End: "toEnd", " ": "toggle",
  n: "nextOfTask", p: "previousOfTask", ArrowDown: "laneDown", ArrowUp: "laneUp",
  "+": "closer", "=": "closer", "-": "wider", 0: "whole", Escape: "release",
};

class Stage {
  constructor(film, element) {
    this.film = film;
    this.root = element;
    this.position = film.atFrame(0);
    this.chosen = null; // the row that was picked by hand
    this.playing = false;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.build();
    this.listen();
  }

  // -- building

  build() {
    const { root } = this;
    root.classList.add("stl-player");
    root.setAttribute("role", "group");
    this.chart = new Chart(this.film, root);
    this.title = make("div", { class: "stl-title" });
    this.clock = make("div", { class: "stl-clock" });
    this.story = make("p", { class: "stl-story", role: "status", "aria-live": "polite" });
    this.facts = make("div", { class: "stl-facts" });
    this.tip = make("div", { class: "stl-tip", role: "tooltip", hidden: "" });
    this.notes = make("div", { class: "stl-notes" });
    this.legend = make("div", { class: "stl-legend", "aria-label": "Legend", role: "group" });
    this.outcomeKeys = [];
    root.replaceChildren(
      make("div", { class: "stl-head" }, this.title, this.clock),
      this.story, this.buildControls(),
      make("div", { class: "stl-chart-frame" }, this.chart.element, this.tip),
      this.facts, this.legend, this.buildPanels(), this.notes);
    // Keys pressed in here are ours, not JupyterLab's; it looks at what has the focus first.
    for (const element of root.querySelectorAll("[tabindex], button, select"))
      element.setAttribute("data-lm-suppress-shortcuts", "true");
  }

  buildControls() {
    this.buttons = {};
    const bar = make("div", { class: "stl-controls", role: "toolbar", "aria-label": "Player" });
    const add = (action, label, name, text = "") => {
      const button = make("button", { type: "button", title: label, "aria-label": label },
        icon(name), text);
      button.addEventListener("click", () => this.act(action));
      this.buttons[action] = button;
      bar.append(button);
    };
    add("toStart", "To the beginning (Home)", "start");
    add("back", "One step back (left arrow)", "back");
    add("toggle", "Play (space)", "play");
    add("forward", "One step forward (right arrow)", "forward");
    add("toEnd", "To the end (End)", "end");
    add("nextOfTask", "Next step of the same task (n)", "next", "same task");
    this.pace = make("select", { "aria-label": "Speed", title: "Speed" });
    for (const [value, text] of PACES) this.pace.append(make("option", { value }, text));
    this.pace.value = "1";
    this.counter = make("span", { class: "stl-counter" });
    bar.append(this.pace, this.counter, make("span", { class: "stl-gap" }));
    add("wider", "Show a longer time (-)", "wider");
    add("closer", "Show a shorter time (+)", "closer");
    add("whole", "Show all of it (0)", "closer");
    this.buttons.whole.replaceChildren("all");
    return bar;
  }

  buildPanels() {
    this.running = make("div", { class: "stl-running-body" });
    this.ready = make("ol", { class: "stl-chips" });
    this.timers = make("ul", { class: "stl-rows", tabindex: "0", "aria-label": "Timers" });
    this.waiting = make("ul", { class: "stl-rows", tabindex: "0", "aria-label": "Waiting" });
    this.source = make("div", { class: "stl-code", tabindex: "0", role: "region",
      "aria-label": "Source" });
    this.printed = make("pre", { class: "stl-output", tabindex: "0", role: "region",
      "aria-label": "Printed so far" });
    this.panels = make("div", { class: "stl-panels" },
      panel("now", "Running", "the one step the loop is in", this.running),
      panel("queue", "Ready queue", "first in, first out", this.ready),
      panel("timers", "Timers", "soonest first", this.timers),
      panel("waiting", "Waiting", "suspended, not in the queue", this.waiting),
      panel("source", "Source", "where the code stands", this.source),
      panel("printed", "Printed so far", "", this.printed));
    return this.panels;
  }

  /** The legend explains what occurs in this recording, and nothing else. */
  showLegend() {
    const { film } = this;
    const seen = new Set(film.tasks.map((task) => task.outcome));
    const blocking = film.c.start.some((_, i) =>
      film.ownTime(i) > BLOCKING || film.realTime(i) > BLOCKING);
    const parts = [["running", "running"], ["ready", "ready: queued for its turn"],
      ["waiting", "waiting, for what is written on it"],
      film.overdue.size && ["overdue", "overdue: time is up, loop is held"],
      blocking && ["blocking", "blocking: holds the loop over 0.1 s"],
      ...Object.keys(OUTCOMES).map((outcome) => seen.has(outcome)
        && [outcome, outcome === "pending" ? "still pending" : outcome]),
      ["spawn", "makes a task"], ["wake", "wakes it"]];
    const key = ([name, text]) => make("span", { class: "stl-key" },
      OUTCOMES[name] ? this.outcomeKey(name)
        : make("i", { class: `stl-swatch stl-swatch-${name}`, "aria-hidden": "true" }), text);
    this.outcomeKeys = [];
    this.legend.replaceChildren(...parts.filter(Boolean).map(key));
  }

  outcomeKey(name) {
    const canvas = make("canvas", { class: "stl-outcome", "aria-hidden": "true",
      width: 28, height: 28 });
    this.outcomeKeys.push([name, canvas]);
    return canvas;
  }

  drawOutcomeKeys() {
    for (const [name, canvas] of this.outcomeKeys) {
      const g = canvas.getContext("2d");
      g.setTransform(2, 0, 0, 2, 0, 0);
      g.clearRect(0, 0, 14, 14);
      drawOutcome(g, this.chart.ink, name, 7, 7, 6);
    }
  }

  // -- listening

  listen() {
    this.gone = new AbortController();
    const on = (target, type, hear, options = {}) =>
      target.addEventListener(type, hear, { signal: this.gone.signal, ...options });
    on(this.root, "keydown", (event) => this.key(event));
    const surface = this.chart.element;
    on(surface, "pointerdown", (event) => this.press(event));
    on(surface, "pointermove", (event) => this.move(event));
    on(surface, "pointerup", (event) => this.lift(event));
    on(surface, "pointercancel", (event) => this.lift(event));
    on(surface, "pointerleave", () => this.hover(null));
    on(surface, "wheel", (event) => this.wheel(event), { passive: false });
    this.pointers = new Map();
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.chart.element);
    this.themes = new MutationObserver(() => this.resize());
    const watched = { attributes: true, attributeFilter: ["data-jp-theme-name", "class"] };
    this.themes.observe(document.body, watched);
  }

  dispose() {
    this.pause();
    this.gone.abort();
    this.sizes.disconnect();
    this.themes.disconnect();
  }

  resize() {
    if (!this.chart.fit()) return;
    this.drawOutcomeKeys();
    this.chart.draw();
    this.mark();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const action = KEYS[event.key];
    const onControl = event.target.closest("select, button");
    if (!action || (onControl && (event.key === " " || onControl.tagName === "SELECT"))) return;
    event.preventDefault();
    event.stopPropagation();
    this.act(action);
  }

  act(action) {
    if (this.live) return;
    if (action !== "toggle") this.pause();
    this[action]();
  }

  // -- the controls

  forward() {
    this.goTo(this.film.atFrame(this.position.frame + 1));
  }

  back() {
    const { time, frame } = this.position;
    const inBetween = time > this.film.c.frame_time[frame];
    this.goTo(this.film.atFrame(inBetween ? frame : frame - 1));
  }

  toStart() {
    this.goTo(this.film.atFrame(0));
  }

  toEnd() {
    this.goTo(this.film.atFrame(this.film.frames - 1));
  }

  nextOfTask() {
    this.stepOfTask(+1);
  }

  previousOfTask() {
    this.stepOfTask(-1);
  }

  /** To the next (or previous) start of a step of the chosen task, or of the current one. */
  stepOfTask(way) {
    const task = this.task();
    if (task < 0) return way > 0 ? this.forward() : this.back();
    const steps = this.film.stepsOf(task);
    const done = this.film.doneOf(task, this.position.frame);
    const target = way > 0 ? steps[done] : steps[done - 2];
    if (target === undefined) return;
    this.chosen = this.chart.rowOf.get(task);
    this.goTo(this.film.atFrame(this.film.starts[target]));
  }

  laneDown() {
    this.choose(Math.min(this.row() + 1, this.chart.rows.length - 1));
  }

  laneUp() {
    this.choose(Math.max(this.row() - 1, 0));
  }

  choose(row) {
    this.chosen = row;
    this.chart.reveal(this.position.time, row);
    this.mark();
  }

  release() {
    this.chosen = null;
    this.mark();
  }

  closer() {
    this.zoom(0.5, this.position.time);
  }

  wider() {
    this.zoom(2, this.position.time);
  }

  whole() {
    this.zoom(Infinity, this.position.time);
  }

  zoom(factor, about) {
    if (this.chart.zoom(factor, about)) this.chart.draw();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.position.frame >= this.film.frames - 1) this.goTo(this.film.atFrame(0));
    this.playing = true;
    this.showPlaying();
    this.dwelt = 0;
    let before = performance.now();
    const tick = (now) => {
      if (!this.playing) return;
      this.advance(now - before);
      before = now;
      if (this.playing) this.request = requestAnimationFrame(tick);
    };
    this.request = requestAnimationFrame(tick);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.request);
    this.showPlaying();
  }

  showPlaying() {
    const { toggle } = this.buttons;
    const label = this.playing ? "Pause (space)" : "Play (space)";
    toggle.replaceChildren(icon(this.playing ? "pause" : "play"));
    toggle.setAttribute("aria-label", label);
    toggle.title = label;
    // Told at every step only when one can listen that fast.
    const quick = this.playing && !["0.5", "1"].includes(this.pace.value);
    this.story.setAttribute("aria-live", quick ? "off" : "polite");
  }

  /** One turn of playing, so many milliseconds after the last. */
  advance(milliseconds) {
    const { film, position } = this;
    if (this.pace.value === "clock") {
      this.goTo(film.atTime(position.time + milliseconds * 1e6));
      if (this.position.time >= film.length) this.toFinish();
      return;
    }
    const dwell = 1000 / Number(this.pace.value);
    this.dwelt += milliseconds;
    const steps = Math.floor(this.dwelt / dwell);
    this.dwelt -= steps * dwell;
    const frame = Math.min(position.frame + steps, film.frames - 1);
    if (frame === film.frames - 1) return this.toFinish();
    if (steps || !this.calm.matches) this.goTo(this.between(frame, this.dwelt / dwell));
  }

  /** A position on the way from a frame to the next: the clock glides, the frame stays. */
  between(frame, share) {
    const from = this.film.c.frame_time[frame];
    if (this.calm.matches) return { time: from, frame };
    const to = this.film.c.frame_time[frame + 1] ?? from;
    return { time: Math.min(from + Math.floor(share * (to - from)), Math.max(to - 1, from)), frame };
  }

  toFinish() {
    this.toEnd();
    this.pause();
  }

  // -- pointers

  press(event) {
    if (event.button) return;
    const spot = this.spot(event);
    if (spot.y > this.chart.height || spot.x > this.chart.width) return; // the scroll bar
    this.chart.element.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, spot);
    this.pause();
    if (this.pointers.size === 1) {
      this.chosen = this.chart.rowAt(spot.y);
      this.scrub(spot);
    }
    this.gap = null;
  }

  move(event) {
    const spot = this.spot(event);
    if (!this.pointers.has(event.pointerId)) return this.hover(spot);
    this.pointers.set(event.pointerId, spot);
    if (this.pointers.size === 2) this.pinch();
    else this.scrub(spot);
  }

  lift(event) {
    this.pointers.delete(event.pointerId);
    this.gap = null;
  }

  spot(event) {
    const box = this.chart.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  scrub(spot) {
    if (this.live || (spot.x < this.chart.gutter && this.pointers.size)) return this.mark();
    this.wanted = spot;
    this.soon ??= requestAnimationFrame(() => {
      this.soon = null;
      this.goTo(this.film.atTime(Math.round(this.chart.timeAt(this.wanted.x))), false);
      this.hover(null);
    });
  }

  pinch() {
    const [one, two] = [...this.pointers.values()];
    const gap = Math.max(Math.hypot(one.x - two.x, one.y - two.y), 10);
    if (this.gap) this.zoom(this.gap / gap, this.chart.timeAt((one.x + two.x) / 2));
    this.gap = gap;
  }

  /** Zooms when the chart has the focus, or for a pinch; else the page scrolls as ever. */
  wheel(event) {
    const ours = event.ctrlKey || document.activeElement === this.chart.element;
    if (!ours || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    event.preventDefault();
    const factor = Math.exp(Math.min(Math.max(event.deltaY, -60), 60) / 120);
    this.zoom(factor, this.chart.timeAt(this.spot(event).x));
  }

  hover(spot) {
    const row = spot && spot.x > this.chart.gutter ? this.chart.rowAt(spot.y) : -1;
    const text = row >= 0 ? this.factsOf(row, Math.round(this.chart.timeAt(spot.x))) : "";
    this.tip.hidden = !text;
    if (!text) return;
    this.tip.textContent = text;
    const left = Math.min(Math.max(spot.x + 14, 0), this.chart.width - this.tip.offsetWidth - 4);
    this.tip.style.transform = `translate(${left}px, ${spot.y + 16}px)`;
  }

  // -- showing a position

  goTo(position, follow = true) {
    this.position = position;
    if (follow) {
      const row = this.chosen ?? this.row();
      if (this.chart.reveal(position.time, row)) this.chart.draw();
    }
    this.show();
  }

  show() {
    const { film, position } = this;
    const state = film.stateAt(position, MOST_SHOWN);
    this.root.dataset.frame = position.frame;
    const story = film.narrate(position.frame);
    if (this.story.textContent !== story) this.story.textContent = story;
    this.clock.textContent = `${timeText(position.time)} of ${timeText(film.length)}`
      + (film.clock === "virtual" ? ", virtual time" : "");
    this.counter.textContent = `${position.frame + 1} / ${film.frames}`;
    this.showRunning(state);
    this.showReady(state);
    this.showTimers(state);
    this.showWaiting(state);
    this.showSource(state);
    this.showPrinted(state.printed);
    this.mark();
  }

  showRunning(state) {
    const { running, asleep } = state;
    this.root.dataset.doing = running.length ? "running" : asleep ? "asleep" : "between";
    if (!running.length) {
      this.running.replaceChildren(make("div", { class: "stl-empty" }, this.whyNothingRuns(state)));
      return;
    }
    const [inner, ...outer] = running;
    const rows = [make("div", { class: "stl-card" }, visible(inner.what)),
      make("div", { class: "stl-detail" }, this.sinceText(inner))];
    for (const step of outer)
      rows.push(make("div", { class: "stl-detail stl-outer" }, `inside ${visible(step.what)}`));
    this.running.replaceChildren(...rows);
  }

  whyNothingRuns({ asleep, until, ready }) {
    if (asleep) return until === null ? "Asleep, until something wakes it."
      : `Asleep until ${timeText(until)}.`;
    if (this.live) return "Nothing at the moment.";
    const kind = this.film.c.frame_kind[this.position.frame];
    if (kind === BEGIN) return "Nothing yet.";
    if (kind === FINISH) return "The recording has ended.";
    return ready.length ? "Between two steps." : "Between two steps; the queue is empty.";
  }

  sinceText({ since, at }) {
    const past = this.position.time - since;
    return [at ? `line ${at[1]}` : "", past ? `for ${timeText(past)}` : ""]
      .filter(Boolean).join(", ");
  }

  showReady({ ready, readyCount, asleep, frame }) {
    const chips = ready.map((entry, i) => {
      const since = timeText(this.position.time - entry.since);
      const put = entry.putBy ? `, put there by ${entry.putBy}` : "";
      const kind = entry.kind === "task" || entry.step < 0 ? "" : " stl-plain";
      return make("li", { class: `stl-chip${kind}${i ? "" : " stl-first"}`,
        title: `for ${since}${put}` }, visible(entry.what));
    });
    if (readyCount > ready.length)
      chips.push(make("li", { class: "stl-more" }, `and ${readyCount - ready.length} more`));
    if (!chips.length) {
      const over = this.film.c.frame_kind[frame] === FINISH;
      const then = over ? "" : asleep ? ", so the loop sleeps" : ", so the loop looks at its timers next";
      chips.push(make("li", { class: "stl-empty" }, `Empty${then}.`));
    }
    this.ready.replaceChildren(...chips);
  }

  showTimers({ timers, timersCount }) {
    const rows = timers.map(({ what, due, left, setBy }) => make("li",
      { class: left < 0 ? "stl-late" : "" },
      make("b", {}, visible(what)),
      make("span", {}, left < 0 ? `overdue by ${timeText(-left)}` : `in ${timeText(left)}`),
      make("span", { class: "stl-soft" },
        `${setBy ? `set by ${visible(setBy)}, ` : ""}due at ${timeText(due)}`)));
    this.fill(this.timers, rows, timersCount, "No timer is set.");
  }

  showWaiting({ waiting, waitingCount }) {
    const rows = waiting.map((entry) => make("li", { class: entry.overdue ? "stl-late" : "" },
      make("b", {}, visible(entry.name)),
      make("span", {}, entry.waitingFor ? `for ${visible(entry.waitingFor)}` : "for something unknown"),
      make("span", { class: "stl-soft" },
        [entry.overdue ? "overdue" : "", entry.at ? `line ${entry.at[1]}` : ""]
          .filter(Boolean).join(", "))));
    this.fill(this.waiting, rows, waitingCount, "No task waits.");
  }

  fill(list, rows, count, empty) {
    if (count > rows.length) rows.push(make("li", { class: "stl-more" }, `and ${count - rows.length} more`));
    list.replaceChildren(...(rows.length ? rows : [make("li", { class: "stl-empty" }, empty)]));
  }

  showPrinted(text) {
    const shown = text.length > 20000 ? `…${text.slice(-20000)}` : text;
    const readable = shown.replace(/[^\P{C}\n\t]/gu, visible);
    this.printed.classList.toggle("stl-empty", !readable);
    const words = readable || "Nothing yet.";
    if (this.printed.textContent === words) return;
    this.printed.textContent = words;
    this.printed.scrollTop = this.printed.scrollHeight;
  }

  // -- the source

  /** Where the loop stands in the code: the running step's line, or the last one's. */
  here({ running }) {
    if (running.length) return running[0].at;
    const step = this.film.stepAt(this.position.frame);
    return step >= 0 ? this.film.place(this.film.c.suspended, step) : null;
  }

  showSource(state) {
    const here = this.here(state);
    const stands = state.waiting.filter((entry) => entry.at);
    const name = here?.[0] ?? this.shownSource ?? stands[0]?.at[0] ?? this.lastSource();
    const lines = this.linesOf(name);
    if (!lines) {
      const empty = "No source was recorded for this moment.";
      if (!this.shownSource) this.source.replaceChildren(make("div", { class: "stl-empty" }, empty));
      return;
    }
    for (const line of this.markedLines ?? []) unmark(line);
    const marked = [];
    for (const { at, name: task } of stands)
      if (at[0] === name && lines[at[1] - 1]) marked.push(stand(lines[at[1] - 1], task));
    const current = here && lines[here[1] - 1];
    if (current) {
      current.classList.add("stl-current");
      current.setAttribute("aria-current", "step");
      marked.push(current);
      scrollWithin(this.source, current);
    }
    this.markedLines = marked;
  }

  /** The source in which code was last resumed, else the first there is. */
  lastSource() {
    const { film, position } = this;
    for (let step = film.begun[position.frame] - 1; step >= 0; step--) {
      const at = film.place(film.c.resumed, step);
      if (at) return at[0];
    }
    return Object.keys(film.sources)[0] ?? "";
  }

  /** The lines of a source as elements, put on the page when it is not the one there. */
  linesOf(name) {
    const text = this.film.sources[name];
    if (text === undefined) return null;
    if (this.shownSource === name) return this.shownLines;
    const lines = text.replace(/\n$/, "").split("\n").map((line, i) => make("div",
      { class: "stl-line" }, make("span", { class: "stl-number" }, String(i + 1)),
      make("code", {}, ...coloured(line)), make("span", { class: "stl-stands" })));
    const title = make("div", { class: "stl-file" }, visible(name));
    this.source.replaceChildren(title, ...lines);
    this.shownSource = name;
    this.shownLines = lines;
    this.markedLines = [];
    return lines;
  }

  // -- the chart's marks and facts

  /** The task looked at: in the chosen lane, else the one of the current step; -1 for none. */
  task() {
    if (this.chosen !== null) return this.chart.rows[this.chosen]?.id ?? -1;
    const step = this.currentStep();
    return step >= 0 ? this.film.c.task[step] : -1;
  }

  currentStep() {
    const { film, position } = this;
    const step = film.stepAt(position.frame);
    if (step >= 0) return step;
    return film.begun[position.frame] - 1;
  }

  row() {
    if (this.chosen !== null) return this.chosen;
    const step = this.currentStep();
    return step >= 0 ? this.rowOfStep(step) : -1;
  }

  rowOfStep(step) {
    const { task, kind } = this.film.c;
    if (task[step] >= 0) return this.chart.rowOf.get(task[step]);
    return this.chart.rowOf.get(KINDS[kind[step]] === "kernel" ? "kernel" : LOOP);
  }

  mark() {
    const row = this.row();
    this.chart.mark({ time: this.position.time, row, arrows: this.arrows() });
    this.facts.textContent = row >= 0 ? this.factsOf(row, this.position.time, this.position.frame)
      : "Click a bar, or use the up and down keys, for its facts.";
    const { element } = this.chart;
    element.setAttribute("aria-valuemin", "1");
    element.setAttribute("aria-valuemax", String(this.film.frames));
    element.setAttribute("aria-valuenow", String(this.position.frame + 1));
    element.setAttribute("aria-valuetext", `${timeText(this.position.time)}. ${this.facts.textContent}`);
  }

  /** Who made the task looked at, who woke its last step, and whom that step woke. */
  arrows() {
    const { film } = this;
    const id = this.task();
    let step = this.currentStep();
    const found = [];
    if (id >= 0) {
      const done = film.doneOf(id, this.position.frame);
      step = done ? film.stepsOf(id)[done - 1] : -1;
      const { parent, created } = film.tasks[id];
      if (parent !== null && created !== null)
        found.push(this.arrow(this.chart.rowOf.get(parent), id, created, "spawn"));
    }
    if (step < 0) return found;
    const by = film.c.woken_by[step];
    if (by >= 0 && !film.isBirth(step)) found.push(this.wakeArrow(by, step));
    for (const woken of (film.woke.get(step) ?? []).slice(0, 30))
      found.push(film.isBirth(woken)
        ? this.arrow(this.rowOfStep(step), film.c.task[woken], film.c.ready[woken], "spawn")
        : this.wakeArrow(step, woken));
    return found;
  }

  arrow(from, task, time, kind) {
    return { from, to: this.chart.rowOf.get(task) ?? -1, time, kind };
  }

  wakeArrow(by, woken) {
    const time = this.film.c.ready[woken];
    return { from: this.rowOfStep(by), to: this.rowOfStep(woken), time, kind: "wake" };
  }

  /** A lane's facts at a time, in a line: name, state, from, to, waits for, woken by. */
  factsOf(row, time, frame = null) {
    const { kind, id, label } = this.chart.rows[row];
    if (kind !== "task") return this.loopFacts(label, time, frame);
    const part = this.partAt(id, time, frame);
    const name = visible(this.film.tasks[id].name);
    if (!part) return `${name} · ${this.outside(id, time)}`;
    return [name, part.state, `${timeText(part.start)} to ${timeText(part.end)}`,
      ...this.details(part)].join(" · ");
  }

  /** The stretch at a time; at a frame, the one of the step that this frame starts or ends. */
  partAt(id, time, frame) {
    const parts = this.film.stretches(id);
    if (frame !== null) {
      const step = this.film.stepAt(frame);
      const own = parts.find((p) => p.step === step && p.state === "running");
      if (step >= 0 && own && this.film.c.frame_kind[frame] === START) return own;
    }
    const here = parts.filter((p) => p.start <= time && time <= p.end);
    return here.find((p) => p.state === "overdue" && p.start < time) ?? here.at(-1);
  }

  details(part) {
    const { film } = this;
    const found = [];
    if (part.reason) found.push(`waits for ${visible(part.reason)}`);
    const by = part.step >= 0 && part.state !== "waiting" && part.state !== "overdue"
      ? film.putBy(part.step) : "";
    if (by) found.push(`${film.isBirth(part.step) ? "made" : "woken"} by ${visible(by)}`);
    if (part.state !== "running") return found;
    const at = film.place(film.c.resumed, part.step);
    if (at) found.push(`line ${at[1]}`);
    if (film.ownTime(part.step) > BLOCKING) found.push("holds the loop");
    else if (film.realTime(part.step) > BLOCKING)
      found.push(`holds the loop for ${timeText(film.realTime(part.step))} of real time`);
    return found;
  }

  outside(id, time) {
    const { created, ended, outcome, exception } = this.film.tasks[id];
    if (created !== null && time < created) return `not made yet; made at ${timeText(created)}`;
    const why = exception ? `: ${visible(exception)}` : "";
    return ended === null ? "pending" : `${outcome} at ${timeText(ended)}${why}`;
  }

  loopFacts(label, time, frame) {
    const asleep = this.film.idle.find(([from, to]) => from <= time && time <= to);
    let step = frame === null ? -1 : this.film.stepAt(frame);
    if (asleep && label === LOOP && step < 0)
      return `loop · asleep · ${timeText(asleep[0])} to ${timeText(asleep[1])}`;
    if (step < 0) step = countUpTo(this.film.c.start, time) - 1;
    if (step < 0) return `${label} · nothing ran yet`;
    const { start, end } = this.film.c;
    const state = this.film.ends[step] > (frame ?? -1) && end[step] >= time ? "running" : "ran";
    return `${label} · ${state} ${visible(this.film.what(step))} · `
      + `${timeText(start[step])} to ${timeText(end[step])}`;
  }

  // -- another recording, and live

  /** Show a film; while it is still being shot, its end. */
  screen(film, live) {
    const more = this.film !== film;
    this.film = film;
    this.live = live;
    if (more || this.wasLive !== live) this.chart.show(film, live);
    this.root.classList.toggle("stl-live", live);
    const name = visible(film.title) || "recording";
    this.root.setAttribute("aria-label", `${live ? "Live chart" : "Player"}: ${name}`);
    this.title.textContent = live ? `${name}, live` : name;
    this.notes.replaceChildren(...film.notes.map((note) => make("p", {}, visible(note))));
    for (const control of [...Object.values(this.buttons), this.pace]) control.disabled = live;
    this.story.setAttribute("aria-live", live ? "off" : "polite");
    this.shownSource = null;
    this.position = live ? film.atTime(film.length) : film.atFrame(more && this.wasLive ? film.frames - 1 : 0);
    this.wasLive = live;
    if (live) this.chosen = null;
    this.showLegend();
    this.resize();
    this.show();
  }
}

function stand(line, task) {
  line.classList.add("stl-stood");
  line.lastChild.append(make("span", { class: "stl-stander" }, visible(task)));
  return line;
}

function unmark(line) {
  line.classList.remove("stl-stood", "stl-current");
  line.removeAttribute("aria-current");
  line.lastChild.replaceChildren();
}

/** Scroll a box, and only it, until a child is in sight. */
function scrollWithin(box, child) {
  const top = child.offsetTop - box.offsetTop;
  const bottom = top + child.offsetHeight;
  if (top < box.scrollTop || bottom > box.scrollTop + box.clientHeight)
    box.scrollTop = top - box.clientHeight / 2 + child.offsetHeight;
}

const WORDS = "False None True and as assert async await break class continue def del elif else "
  + "except finally for from global if import in is lambda nonlocal not or pass raise return try "
  + "while with yield match case";
const KEYWORDS = new Set(WORDS.split(" "));
const TOKEN = /(#.*$)|([rbfRBF]{0,2}(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))|(\b\d[\d_.]*\b)|(\b[A-Za-z_]\w*\b)/g;

/** A line of Python as text and coloured spans. */
function coloured(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [token, comment, string, number] = found;
    const kind = comment ? "comment" : string ? "string" : number ? "number"
      : KEYWORDS.has(token) ? "keyword" : "";
    if (!kind) continue;
    parts.push(text.slice(at, found.index), make("span", { class: `stl-py-${kind}` }, token));
    at = found.index + token.length;
  }
  return [...parts, text.slice(at)];
}

async function render({ model, el }) {
  const box = make("div");
  el.append(box);
  let stage = null;
  let latest = 0;
  const read = async () => {
    const turn = ++latest;
    const data = model.get("data");
    const film = await unpack(data.buffer ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : data);
    if (turn !== latest) return; // a newer one is on its way: skip this
    stage ??= new Stage(film, box);
    stage.screen(film, model.get("live"));
  };
  model.on("change:data", read);
  await read();
  return () => {
    model.off("change:data", read);
    stage?.dispose();
  };
}

export default { render };
