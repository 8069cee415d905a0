// The stage: a film, where in it we stand, and the parts of the page that show that moment.
//
// It passes on what its parts report (a key, a click, the next tick of playing) and has them
// show what is now. What each part looks like is that part's own affair.

import { Chart } from "./chart.js";
import { Controls } from "./controls.js";
import { make } from "./dom.js";
import { factsOf } from "./facts.js";
import { Found } from "./found.js";
import { Pointers } from "./input.js";
import { leave, listenToKeys } from "./keyboard.js";
import { Legend } from "./legend.js";
import { MOVES, stepOfTask } from "./moving.js";
import { BLOCKING } from "./numbers.js";
import { inOrder, standsStill } from "./order.js";
import { Panels } from "./panels.js";
import { Playing } from "./playing.js";
import { Rows } from "./rows.js";
import { Shared } from "./shared.js";
import { Spotlight } from "./spotlight.js";
import { visible } from "./text.js";
import { durationText } from "./time.js";
import { Tip } from "./tip.js";

/**
 * @import { Film, Moment, Position } from "./film.js"
 * @import { Action, Spot } from "./input.js"
 * @import { Finding } from "./unpacking.js"
 */

const MOST_SHOWN = 40; // chips in a queue, rows in a list
const ASK = "Click a bar, or use the up and down keys, for its facts.";
const KEYS = ["Click in here to use the keyboard",
  "Keyboard: ← → step, ↑ ↓ choose a row, space plays, Esc leaves"];

export class Stage {
  /**
   * @param {Film} film
   * @param {HTMLElement} root
   */
  constructor(film, root) {
    this.film = film;
    this.seen = film; // as on the chart's axis
    this.root = root;
    this.live = false;
    this.position = film.atFrame(0);
    /** @type {number | null} the row that was picked by hand */
    this.chosen = null;
    this.rows = new Rows(film);
    root.classList.add("stl-player");
    root.setAttribute("role", "group");
    this.chart = new Chart(root, film, this.rows);
    this.controls = new Controls((action) => this.act(action));
    this.found = new Found((finding) => this.goToFinding(finding));
    this.panels = new Panels();
    this.shared = new Shared();
    this.legend = new Legend();
    this.tip = new Tip();
    this.title = make("div", { class: "stl-title" });
    this.clock = make("div", { class: "stl-clock" });
    this.keys = make("div", { class: "stl-keys" },
      ...KEYS.map((text) => make("span", {}, text)));
    this.letter = make("div", { class: "stl-letter", "aria-hidden": "true" });
    this.story = make("p", { class: "stl-story", role: "status", "aria-live": "polite" });
    this.facts = make("div", { class: "stl-facts" });
    this.notes = make("div", { class: "stl-notes" });
    this.playing = new Playing(this, () => this.controls.speed, (on) => this.showPlaying(on));
    /** @type {Spot | null} where the pointer is, of whom the page has not been told yet */
    this.wanted = null;
    this.build();
    this.gone = this.listen();
  }

  build() {
    this.root.replaceChildren(
      make("div", { class: "stl-head" }, this.title, this.keys, this.clock),
      this.story, this.controls.element,
      make("div", { class: "stl-chart-frame" }, this.chart.element, this.tip.element),
      this.facts, this.panels.element, this.shared.element, this.found.element,
      this.legend.element, this.notes, this.letter);
  }

  /** Hear keys, pointers, and changes of size and theme, until told to stop. */
  listen() {
    const gone = new AbortController();
    const { signal } = gone;
    listenToKeys(this.root, this.chart.element, (action) => this.act(action), signal);
    new Pointers({
      element: this.chart.element,
      view: () => this.chart.view,
      grab: () => this.playing.pause(),
      choose: (row) => { this.chosen = row; },
      scrub: (spot) => this.scrub(spot),
      zoom: (factor, time) => this.chart.zoom(factor, time),
      hover: (spot) => this.hover(spot),
    }, signal);
    const sizes = new ResizeObserver(() => this.resize());
    sizes.observe(this.chart.element);
    sizes.observe(this.letter); // whose size is that of the letters, which one can enlarge
    // JupyterLab hides what it lays out anew for a new theme: so at the next frame.
    const themes = new MutationObserver(() => requestAnimationFrame(() => this.resize()));
    const watched = { attributes: true, attributeFilter: ["data-jp-theme-name", "class"] };
    themes.observe(document.body, watched);
    signal.addEventListener("abort", () => [sizes, themes].forEach((o) => o.disconnect()));
    return gone;
  }

  dispose() {
    this.playing.pause();
    this.gone.abort();
  }

  resize() {
    if (!this.chart.fit()) return;
    this.legend.draw(this.chart.ink);
    this.chart.draw();
    this.mark();
  }

  // -- what is asked for

  /** @param {Action} action */
  act(action) {
    if (action === "release") this.release();
    if (this.live) return;
    if (action !== "toggle") this.playing.pause();
    const { chart, position } = this;
    switch (action) {
      case "toggle": return this.playing.toggle();
      case "nextOfTask": return this.moveInTask(1);
      case "previousOfTask": return this.moveInTask(-1);
      case "laneDown": return this.moveLane(1);
      case "laneUp": return this.moveLane(-1);
      case "release": return undefined;
      case "closer": return chart.zoom(0.5, this.place);
      case "wider": return chart.zoom(2, this.place);
      case "whole": return chart.zoom(Infinity, this.place);
      case "time": return this.turnAxis(false);
      case "order": return this.turnAxis(true);
      case "axis": return this.turnAxis(!this.seen.ordered);
      default: return this.goTo(MOVES[action](this.film, position));
    }
  }

  /**
   * To the axis of order, or that of time.
   * @param {boolean} ordered
   */
  turnAxis(ordered) {
    if (ordered === this.seen.ordered) return;
    this.look(ordered);
    this.resize();
    this.chart.reveal(this.place, -1);
  }

  /** @param {boolean} ordered */
  look(ordered) {
    this.seen = ordered ? inOrder(this.film) : this.film;
    this.rows = new Rows(this.seen);
    this.chart.show(this.seen, this.rows, this.live);
    this.controls.showAxis(ordered);
    this.legend.show(this.seen);
  }

  /**
   * To another start of a step of the task looked at, or where there is none, of any.
   * @param {1 | -1} way
   */
  moveInTask(way) {
    const { film, position } = this;
    const { task } = this.spotlight;
    if (task < 0) return this.goTo(MOVES[way > 0 ? "forward" : "back"](film, position));
    const target = stepOfTask(film, position, task, way);
    if (!target) return undefined;
    this.chosen = this.rows.of(task);
    return this.goTo(target);
  }

  /** No row is chosen any more, and the keyboard is the notebook's. */
  release() {
    this.choose(null);
    leave(this.root);
  }

  /** @param {1 | -1} way */
  moveLane(way) {
    const last = this.rows.list.length - 1;
    this.choose(Math.min(Math.max(this.spotlight.row + way, 0), last));
  }

  /** @param {number | null} row */
  choose(row) {
    this.chosen = row;
    if (row !== null) this.chart.reveal(this.place, row);
    this.mark();
  }

  /** @param {Spot} spot */
  scrub(spot) {
    if (this.live || spot.x < this.chart.view.gutter) {
      this.mark();
      return;
    }
    const asked = this.wanted !== null;
    this.wanted = spot;
    if (asked) return;
    requestAnimationFrame(() => {
      const { x } = this.wanted ?? spot;
      this.wanted = null;
      this.position = this.seen.positionAt(this.chart.view.timeAt(x));
      this.show();
      this.hover(null);
    });
  }

  /** @param {Spot | null} spot */
  hover(spot) {
    const { view } = this.chart;
    const row = spot && spot.x > view.gutter ? view.rowAt(spot.y) : -1;
    if (!spot || row < 0) return this.tip.show("", { x: 0, y: 0 }, view);
    const place = Math.round(view.timeAt(spot.x));
    return this.tip.show(factsOf(this.seen, this.rows.list[row], place), spot, view);
  }

  /**
   * To the moment that a finding speaks of, and the row of whom it is about.
   * @param {Finding} finding
   */
  goToFinding({ when, task }) {
    this.playing.pause();
    if (task >= 0) this.chosen = this.rows.of(task);
    this.goTo(this.film.atTime(when));
  }

  // -- showing where we are

  /** @param {Position} position */
  goTo(position) {
    this.position = position;
    const { row } = this.spotlight;
    // Not for the loop's row: among many lanes the view would jump there and back.
    const wanted = this.chosen !== null || this.rows.isSomebodys(row);
    this.chart.reveal(this.place, wanted ? row : -1);
    this.show();
  }

  /** Where on the chart's axis we are. */
  get place() {
    return this.seen.placeOf(this.position);
  }

  /** Which row, task and step is looked at. */
  get spotlight() {
    return new Spotlight(this.seen, this.rows, this.position, this.chosen);
  }

  show() {
    const { film, position } = this;
    const moment = film.stateAt(position, MOST_SHOWN);
    this.root.dataset.frame = String(position.frame);
    this.root.dataset.doing = moment.running.length ? "running"
      : moment.asleep ? "asleep" : "between";
    const story = film.narrate(position.frame) + this.heldText(moment);
    if (this.story.textContent !== story) this.story.textContent = story;
    const [now, all] = [position.time, film.length].map(durationText);
    this.clock.textContent = `${now} of ${all}${film.clock === "virtual" ? ", virtual time" : ""}`;
    this.controls.count(`moment ${position.frame + 1} of ${film.frames}`);
    this.panels.show(film, moment, this.live);
    this.shared.show(film.recording.shared, position.frame);
    this.mark();
  }

  /**
   * Live, nothing else happens while a step holds the loop: so that is what is told.
   * @param {Moment} moment
   */
  heldText({ running: [step], time }) {
    const held = this.live && step ? time - step.since : 0;
    return held > BLOCKING ? ` It has held the loop for ${durationText(held)}.` : "";
  }

  /** The playhead, the row looked at and its facts, for eyes and for a screen reader. */
  mark() {
    const { film, position, spotlight } = this;
    const { row } = spotlight;
    const { time, frame } = position;
    this.chart.mark({ time: this.place, row, arrows: spotlight.arrows() });
    const facts = row >= 0 ? factsOf(this.seen, this.rows.list[row], this.place, frame) : ASK;
    this.facts.textContent = facts;
    this.chart.tell(frame + 1, film.frames, `${durationText(time)}. ${facts}`);
  }

  /** @param {boolean} playing */
  showPlaying(playing) {
    this.controls.showPlaying(playing);
    this.story.setAttribute("aria-live", playing && !this.controls.isSlow ? "off" : "polite");
  }

  // -- another recording, and live

  /**
   * Show a film; while it is still being shot, its end.
   * @param {Film} film
   * @param {boolean} live
   */
  screen(film, live) {
    const ended = this.live && !live;
    const name = visible(film.title) || "recording";
    this.film = film;
    this.live = live;
    this.look(!live && standsStill(film));
    this.root.classList.toggle("stl-live", live);
    this.root.setAttribute("aria-label", `${live ? "Live chart" : "Player"}: ${name}`);
    this.title.textContent = live && !/\blive$/.test(name) ? `${name}, live` : name;
    this.found.show(live ? [] : film.recording.found, film.recording.foundRest);
    this.notes.replaceChildren(...film.notes.map((note) => make("p", {}, visible(note))));
    this.controls.disable(live);
    this.story.setAttribute("aria-live", live ? "off" : "polite");
    this.panels.source.forget();
    this.position = live ? film.atTime(film.length) : film.atFrame(ended ? film.frames - 1 : 0);
    if (live) this.chosen = null;
    this.resize();
    this.show();
  }
}
