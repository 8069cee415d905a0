// The player: the page around film and chart: panels, controls, keys, pointers.
//
// Names come from anybody's program, so they enter the page as text, never as markup.

import { Chart, LOOP, OUTCOMES, drawOutcome } from "./chart.js";
import { icon, make, panel } from "./dom.js";
import {
  BEGIN, BLOCKING, FINISH, KINDS, SLEEP, START, WAKE, countUpTo, openFilm,
} from "./film.js";
import { visible } from "./text.js";
import { timeText } from "./time.js";

const MOST_SHOWN = 40; // chips in a queue, rows in a list
const PACES = [["0.5", "1 moment in 2 s"], ["1", "1 moment a second"],
  ["2", "2 moments a second"], ["5", "5 moments a second"], ["20", "20 moments a second"],
  ["clock", "as it happened"]];

const MOST_STANDING = 3; // names beside one line of source

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
    add("back", "Previous moment (left arrow)", "back");
    add("toggle", "Play (space)", "play");
    add("forward", "Next moment (right arrow)", "forward");
    add("toEnd", "To the end (End)", "end");
    add("nextOfTask", "Next step of the same task (n)", "next", "task's next step");
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
    const marked = film.tasks.filter((task) => task.role !== "recording" || task.ended !== null);
    const seen = new Set(marked.map((task) => task.outcome));
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
    // JupyterLab hides what it lays out anew for a new theme: so at the next frame.
    this.themes = new MutationObserver(() => requestAnimationFrame(() => this.resize()));
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
      // A page that was hidden, or busy, goes on where it was: no steps are skipped unseen.
      this.advance(Math.min(now - before, 100));
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
      // Not for the loop's row: among many lanes the view would jump there and back.
      const row = this.row();
      const wanted = this.chosen !== null || this.chart.rows[row]?.kind === "task";
      if (this.chart.reveal(position.time, wanted ? row : -1)) this.chart.draw();
    }
    this.show();
  }

  show() {
    const { film, position } = this;
    const state = film.stateAt(position, MOST_SHOWN);
    this.root.dataset.frame = position.frame;
    const story = film.narrate(position.frame) + this.heldText(state);
    if (this.story.textContent !== story) this.story.textContent = story;
    this.clock.textContent = `${timeText(position.time)} of ${timeText(film.length)}`
      + (film.clock === "virtual" ? ", virtual time" : "");
    this.counter.textContent = `moment ${position.frame + 1} of ${film.frames}`;
    this.showRunning(state);
    this.showReady(state);
    this.showTimers(state);
    this.showWaiting(state);
    this.showSource(state);
    this.showPrinted(state.printed);
    this.mark();
  }

  /** Live, nothing else happens while a step holds the loop: so that is what is told. */
  heldText({ running: [step] }) {
    const held = this.live && step ? this.position.time - step.since : 0;
    return held > BLOCKING ? ` It has held the loop for ${timeText(held)}.` : "";
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

  sinceText({ since, at, step, task }) {
    const past = this.position.time - since;
    const kernels = KINDS[this.film.c.kind[step]] === "kernel";
    return [task < 0 && !kernels ? "a callback, no task" : "", at ? `line ${at[1]}` : "",
      past ? `for ${timeText(past)}` : ""].filter(Boolean).join(", ");
  }

  showReady({ ready, readyCount, running, asleep, frame }) {
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
      const over = running.length || this.film.c.frame_kind[frame] === FINISH;
      const then = over ? "" : asleep ? ", so the loop sleeps" : ", so the loop looks at its timers next";
      // Of a run that goes on, only what has begun is known.
      chips.push(make("li", { class: "stl-empty" },
        this.live ? "Known when the run is over." : `Empty${then}.`));
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
    const name = here?.[0] ?? this.shownSource ?? stands[0]?.at[0] ?? this.nearestSource();
    const lines = this.linesOf(name);
    if (!lines) {
      const empty = "No source was recorded for this moment.";
      if (!this.shownSource) this.source.replaceChildren(make("div", { class: "stl-empty" }, empty));
      return;
    }
    for (const line of this.markedLines ?? []) unmark(line);
    const marked = standAll(lines, stands.filter((entry) => entry.at[0] === name));
    const current = here && lines[here[1] - 1];
    if (current) {
      current.classList.add("stl-current");
      current.setAttribute("aria-current", "step");
      marked.push(current);
      scrollWithin(this.source, current);
    }
    this.markedLines = marked;
  }

  /** The source in which code was last resumed, else the one in which it will be first. */
  nearestSource() {
    const { film, position } = this;
    const begun = film.begun[position.frame];
    const placeOf = (step) => film.place(film.c.resumed, step);
    for (let step = begun - 1; step >= 0; step--) if (placeOf(step)) return placeOf(step)[0];
    for (let step = begun; step < film.steps; step++) if (placeOf(step)) return placeOf(step)[0];
    return Object.keys(film.sources)[0] ?? "";
  }

  /** The lines of a source as elements, put on the page when it is not the one there. */
  linesOf(name) {
    const text = this.film.sources[name];
    if (text === undefined) return null;
    if (this.shownSource === name) return this.shownLines;
    const lines = text.replace(/\n$/, "").split("\n").map(lineOf);
    const title = make("div", { class: "stl-file" }, visible(name));
    this.source.replaceChildren(title, ...lines);
    this.shownSource = name;
    this.shownLines = lines;
    this.markedLines = [];
    return lines;
  }

  // -- the chart's marks and facts

  /** Whether this moment is the loop's alone: it falls asleep, or wakes up. */
  loopsOwn() {
    return [SLEEP, WAKE].includes(this.film.c.frame_kind[this.position.frame]);
  }

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
    if (this.loopsOwn()) return this.chart.rowOf.get(LOOP);
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
    if (this.chosen === null && this.loopsOwn()) return found;
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
    return [name, part.state, stretchText(part.start, part.end),
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
      return `loop · asleep · ${stretchText(asleep[0], asleep[1])}`;
    if (step < 0) step = countUpTo(this.film.c.start, time) - 1;
    if (step < 0) return `${label} · nothing ran yet`;
    const { start, end } = this.film.c;
    const state = this.film.ends[step] > (frame ?? -1) && end[step] >= time ? "running" : "ran";
    return `${label} · ${state} ${visible(this.film.what(step))} · `
      + stretchText(start[step], end[step]);
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

/** From when to when; a stretch too short for that is said to be at a time. */
function stretchText(start, end) {
  const [from, to] = [timeText(start), timeText(end)];
  return from === to ? `at ${from}` : `${from} to ${to}`;
}

/** One line of source; where it is broken it goes on further in than it began. */
function lineOf(text, index) {
  const code = make("code", {}, ...coloured(text));
  code.style.setProperty("--stl-indent", `${text.search(/\S|$/) + 4}ch`);
  return make("div", { class: "stl-line" },
    make("span", { class: "stl-number" }, String(index + 1)), code,
    make("span", { class: "stl-stands" }));
}

/** Say at each line who stands there, of very many the first few; the lines so marked. */
function standAll(lines, stands) {
  const found = new Map();
  for (const { at, name } of stands) {
    const line = lines[at[1] - 1];
    if (line) found.set(line, [...(found.get(line) ?? []), name]);
  }
  for (const [line, names] of found) {
    const shown = names.length > MOST_STANDING + 1
      ? [...names.slice(0, MOST_STANDING), "others"] : names;
    line.classList.add("stl-stood");
    line.lastChild.append(...shown.map((name) =>
      make("span", { class: "stl-stander" }, visible(name))));
  }
  return [...found.keys()];
}

function unmark(line) {
  line.classList.remove("stl-stood", "stl-current");
  line.removeAttribute("aria-current");
  line.lastChild.replaceChildren();
}

/** Scroll a box, and only it, until a child is in sight. */
function scrollWithin(box, child) {
  const frame = box.getBoundingClientRect();
  const { top, bottom } = child.getBoundingClientRect();
  if (top < frame.top || bottom > frame.top + box.clientHeight)
    box.scrollTop += (top + bottom) / 2 - frame.top - box.clientHeight / 2;
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
    const film = await openFilm(data.buffer ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : data);
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
