// The chart: lanes on a canvas, in the style of the static one (style.py, gantt.py).
//
// It turns times and tasks into pixels, and pixels back into times and rows. What stands
// still is drawn once for each view; the playhead and the arrows lie on a canvas above it, so
// that moving through a long recording costs nothing but these.
//
// Names come from anybody's program: control characters are shown as escapes.

import { make } from "./dom.js";
import { BLOCKING, KINDS, countUpTo } from "./film.js";
import { visible } from "./text.js";
import { timeText } from "./time.js";

const AXIS = 24; // pixels below the lanes
const TICK = 2.5; // the narrowest mark, as in style.py
const NARROWEST = 1000; // nanoseconds: as far as one can zoom in
export const LOOP = "loop";
const KERNEL = "kernel";

/** Rows from top to bottom: tasks with children below their parents, then the loop's. */
export function rowsOf(film) {
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
export class Chart {
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

export const OUTCOMES = {
  returned: [[-0.45, 0], [-0.1, 0.35], [0.45, -0.3]],
  raised: [[-0.38, -0.38], [0.38, 0.38], null, [-0.38, 0.38], [0.38, -0.38]],
  cancelled: [[-0.55, 0.55], [0.55, -0.55]],
  pending: [[-0.5, 0], [-0.35, 0], null, [-0.08, 0], [0.08, 0], null, [0.35, 0], [0.5, 0]],
};

/** The mark of an outcome, as in the static chart: a disc or a ring, and a sign in it. */
export function drawOutcome(g, ink, outcome, x, y, radius) {
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
