// Facts: what a row is doing at a time, in a line: name, state, from, to, waits for, woken by.
//
// On the axis of order (order.js) what is called a time here is a place; words have the clock's.

import { countUpTo } from "./counting.js";
import { BLOCKING, START } from "./numbers.js";
import { visible } from "./text.js";
import { durationText } from "./time.js";
import { SIGNS } from "./words.js";

/**
 * @import { Film } from "./film.js"
 * @import { Stretch } from "./life.js"
 * @import { Row } from "./unpacking.js"
 */

/**
 * @param {Film} film
 * @param {Row} row
 * @param {number} time
 * @param {number | null} [frame] where several share that time
 */
export function factsOf(film, row, time, frame = null) {
  if (row.kind === "task") return taskFacts(film, row.id, time, frame).join(" · ");
  if (row.kind === "callback") return callbackFacts(film, row, time, frame).join(" · ");
  return loopFacts(film, row, time, frame).join(" · ");
}

/**
 * @param {Film} film
 * @param {number} id
 * @param {number} time
 * @param {number | null} frame
 */
function taskFacts(film, id, time, frame) {
  const name = visible(film.tasks[id].name);
  const part = partAt(film, film.stretches(id), time, frame);
  if (!part) return [name, outside(film, id, time)];
  return [name, part.state, stretchText(film, part.start, part.end), ...details(film, part)];
}

/**
 * @param {Film} film
 * @param {Row} row
 * @param {number} time
 * @param {number | null} frame
 */
function callbackFacts(film, row, time, frame) {
  const name = visible(row.label);
  const part = partAt(film, row.parts, time, frame);
  if (!part) return [name, time < (row.parts[0]?.start ?? 0) ? "not asked for yet" : "is over"];
  const facts = [name, part.state, stretchText(film, part.start, part.end)];
  return part.reason ? [...facts, part.reason] : [...facts, ...details(film, part)];
}

/**
 * The part at a time; at a frame, the one of the step that this frame starts.
 * @param {Film} film
 * @param {Stretch[]} parts
 * @param {number} time
 * @param {number | null} frame
 */
function partAt(film, parts, time, frame) {
  if (frame !== null && film.c.frame_kind[frame] === START) {
    const step = film.stepAt(frame);
    const own = parts.find((part) => part.step === step && part.state === "running");
    if (own) return own;
  }
  const here = parts.filter((part) => part.start <= time && time <= part.end);
  return here.find((part) => part.state === "overdue" && part.start < time) ?? here.at(-1);
}

/**
 * @param {Film} film
 * @param {Stretch} part
 */
function details(film, { step, state, reason }) {
  const found = [];
  if (reason) found.push(`${SIGNS.waiting.verb} ${visible(reason)}`);
  const late = film.overdue.get(step);
  if (state === "waiting" && late) found.push(`overdue from ${clock(film, late[0])}`);
  if (state === "waiting" || state === "overdue") return found;
  const by = step >= 0 ? film.putBy(step) : "";
  if (by) found.push(`${film.isBirth(step) ? "made" : "woken"} by ${visible(by)}`);
  return state === "running" ? [...found, ...runningDetails(film, step)] : found;
}

/**
 * @param {Film} film
 * @param {number} step
 */
function runningDetails(film, step) {
  const found = [];
  const at = film.place(film.c.resumed, step);
  if (at) found.push(`from line ${at[1]} on`);
  const real = film.realTime(step);
  const { verb } = SIGNS.blocking;
  if (film.ownTime(step) > BLOCKING) found.push(`${verb}${whereHeld(film, step)}`);
  else if (real > BLOCKING)
    found.push(`${verb} for ${durationText(real)} of real time${whereHeld(film, step)}`);
  return found;
}

/**
 * At which line a step holds the loop, and in which call, as far as that was seen.
 * @param {Film} film
 * @param {number} step
 */
export function whereHeld(film, step) {
  const held = film.held.get(step);
  if (held?.call === "(around)") return ` somewhere around line ${held.at[1]}`;
  if (held?.call === "(another thread)")
    return ` at line ${held.at[1]}, while another thread kept the interpreter`;
  if (held) return ` at line ${held.at[1]}${held.call ? `, in ${visible(held.call)}` : ""}`;
  const at = film.place(film.c.resumed, step);
  return at ? ` after line ${at[1]}` : "";
}

/**
 * Of a task that is not there yet, or no longer.
 * @param {Film} film
 * @param {number} id
 * @param {number} time
 */
function outside(film, id, time) {
  const { created, ended, outcome, exception } = film.tasks[id];
  if (created !== null && time < created) return `not made yet; made at ${clock(film, created)}`;
  const why = exception ? `: ${visible(exception)}` : "";
  return ended === null ? SIGNS.pending.words : `${outcome} at ${clock(film, ended)}${why}`;
}

/**
 * @param {Film} film
 * @param {Row} row
 * @param {number} time
 * @param {number | null} frame
 */
function loopFacts(film, { kind, label }, time, frame) {
  const asleep = film.idle.find(([from, to]) => from <= time && time <= to);
  let step = frame === null ? -1 : film.stepAt(frame);
  if (asleep && kind === "loop" && step < 0)
    return [label, "asleep", stretchText(film, asleep[0], asleep[1])];
  if (step < 0) step = countUpTo(film.c.start, time) - 1;
  if (step < 0) return [label, "nothing ran yet"];
  const { start, end } = film.c;
  const state = film.ends[step] > (frame ?? -1) && end[step] >= time ? "running" : "ran";
  return [label, `${state} ${visible(film.what(step))}`, stretchText(film, start[step], end[step])];
}

/**
 * From when to when; a stretch too short for that is said to be at a time.
 * @param {Film} film
 * @param {number} start
 * @param {number} end
 */
function stretchText(film, start, end) {
  const [from, to] = [clock(film, start), clock(film, end)];
  return from === to ? `at ${from}` : `${from} to ${to}`;
}

/** @type {(film: Film, place: number) => string} what the clock says there */
const clock = (film, place) => durationText(film.momentOf(place));
