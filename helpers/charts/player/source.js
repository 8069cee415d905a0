// The source: the learner's code, the line where the loop stands, and who waits at which line.

import { make, panel, scrollWithin } from "./dom.js";
import { coloured } from "./python.js";
import { visible } from "./text.js";
import { SIGNS } from "./words.js";

/** @import { Film, Moment, Suspended } from "./film.js" */

const MOST_STANDING = 3; // names beside one line
const NONE = "No source was recorded for this moment.";

export class Source {
  constructor() {
    this.code = make("div", { class: "stl-code stl-body", tabindex: "0", role: "group" });
    this.box = panel("source", "Source", "where the code stands", this.code);
    this.forget();
  }

  /** Another recording may have another source of the same name. */
  forget() {
    /** @type {string | null} the source on the page */
    this.name = null;
    /** @type {HTMLElement[]} */
    this.lines = [];
    /** @type {HTMLElement[]} */
    this.marked = [];
  }

  /**
   * @param {Film} film
   * @param {Moment} moment
   */
  show(film, moment) {
    const here = placeOf(film, moment);
    const stands = moment.waiting.filter(({ at }) => at);
    const name = here?.[0] ?? this.name ?? stands[0]?.at?.[0] ?? nearest(film, moment.frame);
    if (!this.turnTo(name, film.sources[name])) return;
    this.marked.forEach(unmark);
    this.marked = standAll(this.lines, stands.filter(({ at }) => at?.[0] === name));
    const current = here && this.lines[here[1] - 1];
    if (current) this.markCurrent(current, standing(film, moment));
  }

  /**
   * Have that source on the page; false where there is no such.
   * @param {string} name
   * @param {string | undefined} text
   */
  turnTo(name, text) {
    if (text === undefined) {
      if (this.name === null) this.code.replaceChildren(make("div", { class: "stl-empty" }, NONE));
      return false;
    }
    if (this.name === name) return true;
    this.name = name;
    this.lines = text.replace(/\n$/, "").split("\n").map(lineOf);
    this.marked = [];
    this.code.replaceChildren(make("div", { class: "stl-file" }, visible(name)), ...this.lines);
    return true;
  }

  /**
   * @param {HTMLElement} line
   * @param {string} words what it is to the step that runs
   */
  markCurrent(line, words) {
    if (words)
      line.lastElementChild?.append(make("span", { class: "stl-runs" }, words));
    line.classList.add("stl-current");
    line.setAttribute("aria-current", "step");
    this.marked.push(line);
    scrollWithin(this.code, line);
  }
}

/**
 * Where the loop stands in the code: the running step's line, or the last one's.
 * @param {Film} film
 * @param {Moment} moment
 */
function placeOf(film, { running, frame }) {
  if (running.length) return film.held.get(running[0].step)?.at ?? running[0].at;
  const step = film.stepAt(frame);
  return step >= 0 ? film.place(film.c.suspended, step) : null;
}

/**
 * What the line marked is to the step that runs: it was resumed there, and is now somewhere
 * after it; or, of one that holds the loop, it is known to be there.
 * @param {Film} film
 * @param {Moment} moment
 */
function standing(film, { running: [step] }) {
  if (!step) return "";
  return film.held.has(step.step) ? SIGNS.blocking.verb : "runs on from here";
}

/**
 * The source in which code was last resumed, else the one in which it will be first.
 * @param {Film} film
 * @param {number} frame
 */
function nearest(film, frame) {
  const begun = film.begun[frame];
  const sourceOf = (/** @type {number} */ step) => film.place(film.c.resumed, step)?.[0];
  for (let step = begun - 1; step >= 0; step--) {
    const name = sourceOf(step);
    if (name !== undefined) return name;
  }
  for (let step = begun; step < film.steps; step++) {
    const name = sourceOf(step);
    if (name !== undefined) return name;
  }
  return Object.keys(film.sources)[0] ?? "";
}

/**
 * One line of source; where it is broken it goes on further in than it began.
 * @param {string} text
 * @param {number} index
 */
function lineOf(text, index) {
  const code = make("code", {}, ...coloured(text));
  code.style.setProperty("--stl-indent", `${text.search(/\S|$/) + 4}ch`);
  return make("div", { class: "stl-line" },
    make("span", { class: "stl-number" }, String(index + 1)), code,
    make("span", { class: "stl-stands" }));
}

/**
 * Say at each line who stands there, of very many the first few; the lines so marked.
 * @param {HTMLElement[]} lines
 * @param {Suspended[]} stands
 */
function standAll(lines, stands) {
  /** @type {Map<HTMLElement, string[]>} */
  const found = new Map();
  for (const { at, name } of stands) {
    const line = at && lines[at[1] - 1];
    if (line) found.set(line, [...(found.get(line) ?? []), name]);
  }
  for (const [line, names] of found) {
    const shown = names.length > MOST_STANDING + 1
      ? [...names.slice(0, MOST_STANDING), "others"] : names;
    line.classList.add("stl-stood");
    line.lastElementChild?.append(...shown.map((name) =>
      make("span", { class: "stl-stander" }, visible(name))));
  }
  return [...found.keys()];
}

/** @param {HTMLElement} line */
function unmark(line) {
  line.classList.remove("stl-stood", "stl-current");
  line.removeAttribute("aria-current");
  line.lastElementChild?.replaceChildren();
}
