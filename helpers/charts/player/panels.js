// The panels: who runs, the ready queue, the selector, timers, who waits, the source, and what was
// printed.
//
// Each is a box that is filled anew for each moment; what a moment is, film.js says.

import { make, panel } from "./dom.js";
import { whereHeld } from "./facts.js";
import { BEGIN, BLOCKING, FINISH, KINDS, LOOK } from "./numbers.js";
import { Source } from "./source.js";
import { visible, visibleLines } from "./text.js";
import { durationText } from "./time.js";
import { SIGNS } from "./words.js";

/** @import { Film, Moment, Queued, Running, Suspended, Ticking } from "./film.js" */

const MOST_PRINTED = 20_000; // characters, the last ones

export class Panels {
  constructor() {
    this.running = make("div", { class: "stl-body", role: "group", tabindex: "0" });
    this.ready = make("ol", { class: "stl-chips stl-body", tabindex: "0" });
    this.selector = make("div", { class: "stl-body", role: "group", tabindex: "0" });
    this.timers = make("ul", { class: "stl-rows stl-body", tabindex: "0" });
    this.waiting = make("ul", { class: "stl-rows stl-body", tabindex: "0" });
    this.printed = make("pre", { class: "stl-output stl-body", tabindex: "0", role: "group" });
    this.source = new Source();
    this.element = make("div", { class: "stl-panels" },
      panel("now", "Running", "one at a time", this.running),
      panel("queue", "Ready queue", "first in, first out", this.ready),
      panel("selector", "Selector", "where it sleeps", this.selector),
      panel("timers", "Timers", "soonest first", this.timers),
      panel("waiting", "Waiting", "not in the queue", this.waiting),
      this.source.box,
      panel("printed", "Printed so far", "", this.printed));
  }

  /**
   * @param {Film} film
   * @param {Moment} moment
   * @param {boolean} live
   */
  show(film, moment, live) {
    this.running.replaceChildren(...runningRows(film, moment, live));
    this.ready.replaceChildren(...chips(film, moment, live));
    this.selector.replaceChildren(...selectorRows(film, moment));
    const { timers, timersCount, waiting, waitingCount } = moment;
    fill(this.timers, timers.map(timerRow), timersCount, "No timer is set.");
    fill(this.waiting, waiting.map(waitingRow), waitingCount, "No task waits.");
    this.source.show(film, moment);
    this.print(moment.printed);
  }

  /** @param {string} text */
  print(text) {
    const { printed } = this;
    const shown = text.length > MOST_PRINTED ? `…${text.slice(-MOST_PRINTED)}` : text;
    printed.classList.toggle("stl-empty", !shown);
    const words = visibleLines(shown) || "Nothing yet.";
    if (printed.textContent === words) return;
    printed.textContent = words;
    printed.scrollTop = printed.scrollHeight;
  }
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement[]} rows
 * @param {number} count of all that there are
 * @param {string} empty
 */
function fill(list, rows, count, empty) {
  if (count > rows.length) rows.push(more(count - rows.length));
  list.replaceChildren(...(rows.length ? rows : [make("li", { class: "stl-empty" }, empty)]));
}

/** @param {number} number */
const more = (number) => make("li", { class: "stl-more" }, `and ${number} more`);

// -- running

/**
 * @param {Film} film
 * @param {Moment} moment
 * @param {boolean} live
 */
function runningRows(film, moment, live) {
  const [inner, ...outer] = moment.running;
  if (!inner)
    return [make("div", { class: "stl-empty" }, whyNothingRuns(film, moment, live))];
  return [
    make("div", { class: "stl-card" }, visible(inner.what)),
    make("div", { class: "stl-detail" }, sinceText(film, inner, moment.time)),
    ...outer.map(({ what }) =>
      make("div", { class: "stl-detail stl-outer" }, `inside ${visible(what)}`)),
  ];
}

/**
 * @param {Film} film
 * @param {Moment} moment
 * @param {boolean} live
 */
function whyNothingRuns(film, { asleep, until, ready, frame }, live) {
  if (asleep) return until === null ? "Asleep, until something wakes it."
    : `Asleep until ${durationText(until)}.`;
  if (live) return "Nothing at the moment.";
  const kind = film.c.frame_kind[frame];
  if (kind === BEGIN) return "Nothing yet.";
  if (kind === FINISH) return "The recording has ended.";
  if (kind === LOOK) return "The loop looks at its timers and sockets.";
  return ready.length ? "Between two steps." : "Between two steps; the queue is empty.";
}

/**
 * @param {Film} film
 * @param {Running} running
 * @param {number} now
 */
function sinceText(film, { since, at, step, task }, now) {
  const plain = task < 0 && KINDS[film.c.kind[step]] !== "kernel";
  const long = film.ownTime(step) > BLOCKING || film.realTime(step) > BLOCKING;
  const where = long ? `${SIGNS.blocking.verb}${whereHeld(film, step)}`
    : at ? `from line ${at[1]} on` : "";
  return [plain ? "a callback" : "", where,
    now > since ? `for ${durationText(now - since)}` : ""].filter(Boolean).join(", ");
}

// -- the selector

/**
 * Asleep until when and on what; or its last sleep, and what ended that.
 * @param {Film} film
 * @param {Moment} moment
 */
function selectorRows(film, { asleep, frame }) {
  const last = film.lastSleep(frame);
  if (!last) return [make("div", { class: "stl-empty" }, "The loop has not slept yet.")];
  const [start, end, until, wokenBy] = last;
  if (!asleep) {
    const by = wokenBy ? `, woken by ${wokenBy}` : "";
    return [make("div", { class: "stl-empty" }, "The loop is awake."),
      make("div", { class: "stl-detail" },
        `It slept from ${durationText(start)} to ${durationText(end)}${by}.`)];
  }
  const then = until === null ? "until a socket or another thread wakes it: no timer is set"
    : `until ${durationText(until)}, when a timer is due, or something wakes it before`;
  return [make("div", { class: "stl-card stl-asleep" }, `asleep since ${durationText(start)}`),
    make("div", { class: "stl-detail" }, then)];
}

// -- ready

/**
 * @param {Film} film
 * @param {Moment} moment
 * @param {boolean} live
 */
function chips(film, moment, live) {
  const { ready, readyCount, time } = moment;
  const found = ready.map((entry, i) => chip(entry, i === 0, time));
  if (readyCount > ready.length) found.push(more(readyCount - ready.length));
  // Of a run that goes on, only what has begun is known.
  const empty = live ? "Known when the run is over." : `Empty${afterAnEmptyQueue(film, moment)}.`;
  return found.length ? found : [make("li", { class: "stl-empty" }, empty)];
}

/**
 * @param {Queued} entry
 * @param {boolean} first
 * @param {number} now
 */
function chip({ what, since, putBy, kind, step }, first, now) {
  const plain = kind === "task" || step < 0 ? "" : " stl-plain";
  const put = putBy ? `, put there by ${putBy}` : "";
  return make("li", { class: `stl-chip${plain}${first ? " stl-first" : ""}`,
    title: `for ${durationText(now - since)}${put}` }, visible(what));
}

/**
 * @param {Film} film
 * @param {Moment} moment
 */
function afterAnEmptyQueue(film, { running, asleep, frame }) {
  if (running.length || film.c.frame_kind[frame] === FINISH) return "";
  return asleep ? ", so the loop sleeps" : ", so the loop looks at its timers next";
}

// -- timers and waiting

/** @param {Ticking} timer */
function timerRow({ what, due, left, setBy }) {
  const late = left < 0;
  const by = setBy ? `set by ${visible(setBy)}, ` : "";
  return make("li", { class: late ? "stl-late" : "" }, make("b", {}, visible(what)),
    make("span", {}, late ? `overdue by ${durationText(-left)}` : `in ${durationText(left)}`),
    make("span", { class: "stl-soft" }, `${by}due at ${durationText(due)}`));
}

/** @param {Suspended} task */
function waitingRow({ name, waitingFor, overdue, at }) {
  const details = [overdue ? "overdue" : "", at ? `line ${at[1]}` : ""].filter(Boolean);
  return make("li", { class: overdue ? "stl-late" : "" }, make("b", {}, visible(name)),
    make("span", {}, waitingFor ? `for ${visible(waitingFor)}` : "for something unknown"),
    make("span", { class: "stl-soft" }, details.join(", ")));
}
