// Playing: from moment to moment by itself, at a pace, or as fast as it happened.
//
// Between two moments the clock glides; where motion is not wanted it jumps with them.

/**
 * @import { Film, Position } from "./film.js"
 *
 * What is played: a film that stands somewhere, and can be told to go elsewhere.
 * @typedef {object} Played
 * @property {Film} film
 * @property {Position} position
 * @property {(position: Position) => void} goTo
 */

const LONGEST = 100; // milliseconds told of between two looks

export class Playing {
  /**
   * @param {Played} played
   * @param {() => number | "clock"} speed moments a second, or the recording's own
   * @param {(playing: boolean) => void} tell
   */
  constructor(played, speed, tell) {
    this.played = played;
    this.speed = speed;
    this.tell = tell;
    this.on = false;
    this.dwelt = 0; // milliseconds at this moment
    this.request = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
  }

  toggle() {
    if (this.on) this.pause();
    else this.play();
  }

  play() {
    const { film, position } = this.played;
    if (position.frame >= film.frames - 1) this.played.goTo(film.atFrame(0));
    this.dwelt = 0;
    this.turn(true);
    let before = Infinity; // a tick is stamped with the time of its frame, which began earlier
    const tick = (/** @type {number} */ now) => {
      if (!this.on) return;
      // A page that was hidden, or busy, goes on where it was: no steps are skipped unseen.
      this.advance(Math.min(Math.max(now - before, 0), LONGEST));
      before = now;
      if (this.on) this.request = requestAnimationFrame(tick);
    };
    this.request = requestAnimationFrame(tick);
  }

  pause() {
    if (!this.on) return;
    cancelAnimationFrame(this.request);
    this.turn(false);
  }

  /** @param {boolean} on */
  turn(on) {
    this.on = on;
    this.tell(on);
  }

  /** @param {number} milliseconds since the last time */
  advance(milliseconds) {
    const speed = this.speed();
    const done = speed === "clock" ? this.followClock(milliseconds)
      : this.dwell(milliseconds, 1000 / speed);
    if (!done) return;
    this.played.goTo(this.played.film.atFrame(this.played.film.frames - 1));
    this.pause();
  }

  /**
   * True at the end.
   * @param {number} milliseconds
   */
  followClock(milliseconds) {
    const { film, position } = this.played;
    const time = position.time + Math.round(milliseconds * 1e6);
    if (time < film.length) this.played.goTo(film.atTime(time));
    return time >= film.length;
  }

  /**
   * True at the end.
   * @param {number} milliseconds
   * @param {number} stay so many at each moment
   */
  dwell(milliseconds, stay) {
    const { film, position } = this.played;
    this.dwelt += milliseconds;
    const steps = Math.floor(this.dwelt / stay);
    this.dwelt -= steps * stay;
    const frame = Math.min(position.frame + steps, film.frames - 1);
    if (frame === film.frames - 1) return true;
    if (steps || !this.calm.matches) this.played.goTo(this.between(frame, this.dwelt / stay));
    return false;
  }

  /**
   * A position on the way from a frame to the next: the clock glides, the frame stays.
   * @param {number} frame
   * @param {number} share
   */
  between(frame, share) {
    const { frame_time: times } = this.played.film.c;
    const from = times[frame];
    if (this.calm.matches) return { time: from, frame };
    const to = times[frame + 1] ?? from;
    const time = from + Math.floor(share * (to - from));
    return { time: Math.min(time, Math.max(to - 1, from)), frame };
  }
}
