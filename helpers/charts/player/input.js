// Input: which key does what, and what a pointer on the chart does: scrub, choose, zoom, ask.

/**
 * @import { Button } from "./controls.js"
 * @import { View } from "./view.js"
 *
 * @typedef {Button | "previousOfTask" | "laneDown" | "laneUp" | "release" | "axis"} Action
 * @typedef {{x: number, y: number}} Spot in the view's pixels from the chart's upper left corner
 *
 * What pointers act upon.
 * @typedef {object} Surface
 * @property {HTMLElement} element
 * @property {() => View} view
 * @property {() => void} grab somebody begins to move by hand
 * @property {(row: number) => void} choose
 * @property {(spot: Spot) => void} scrub
 * @property {(factor: number, time: number) => void} zoom
 * @property {(spot: Spot | null) => void} hover
 */

/** @type {Record<string, Action | undefined>} */
const KEYS = {
  ArrowRight: "forward", ArrowLeft: "back", Home: "toStart", End: "toEnd", " ": "toggle",
  n: "nextOfTask", p: "previousOfTask", ArrowDown: "laneDown", ArrowUp: "laneUp",
  "+": "closer", "=": "closer", "-": "wider", 0: "whole", o: "axis", Escape: "release",
};

/**
 * The action of a key, unless it means something to the control that has the focus.
 * @param {KeyboardEvent} event
 */
export function actionOf(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const control = event.target instanceof Element && event.target.closest("select, button");
  if (control && (event.key === " " || control.tagName === "SELECT")) return undefined;
  return KEYS[event.key];
}

/** One pointer moves through time, two zoom, none but a mouse above asks for facts. */
export class Pointers {
  /**
   * @param {Surface} surface
   * @param {AbortSignal} signal when to stop listening
   */
  constructor(surface, signal) {
    this.surface = surface;
    /** @type {Map<number, Spot>} those that are down */
    this.down = new Map();
    /** @type {number | null} pixels between two of them */
    this.gap = null;
    const { element } = surface;
    element.addEventListener("pointerdown", (event) => this.press(event), { signal });
    element.addEventListener("pointermove", (event) => this.move(event), { signal });
    element.addEventListener("pointerup", (event) => this.lift(event), { signal });
    element.addEventListener("pointercancel", (event) => this.lift(event), { signal });
    element.addEventListener("pointerleave", () => surface.hover(null), { signal });
    element.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button) return;
    const spot = this.spot(event);
    const view = this.surface.view();
    if (spot.y > view.height || spot.x > view.width) return; // the scroll bar
    this.surface.element.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, spot);
    this.gap = null;
    this.surface.grab();
    if (this.down.size > 1) return;
    this.surface.choose(view.rowAt(spot.y));
    this.surface.scrub(spot);
  }

  /** @param {PointerEvent} event */
  move(event) {
    const spot = this.spot(event);
    if (!this.down.has(event.pointerId)) {
      this.surface.hover(spot);
      return;
    }
    this.down.set(event.pointerId, spot);
    if (this.down.size === 2) this.pinch();
    else this.surface.scrub(spot);
  }

  /** @param {PointerEvent} event */
  lift(event) {
    this.down.delete(event.pointerId);
    this.gap = null;
  }

  pinch() {
    const [one, two] = [...this.down.values()];
    const gap = Math.max(Math.hypot(one.x - two.x, one.y - two.y), 10);
    const about = this.surface.view().timeAt((one.x + two.x) / 2);
    if (this.gap) this.surface.zoom(this.gap / gap, about);
    this.gap = gap;
  }

  /**
   * Zooms when the chart has the focus, or for a pinch; else the page scrolls as ever.
   * @param {WheelEvent} event
   */
  wheel(event) {
    const ours = event.ctrlKey || document.activeElement === this.surface.element;
    if (!ours || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    event.preventDefault();
    const factor = Math.exp(Math.min(Math.max(event.deltaY, -60), 60) / 120);
    this.surface.zoom(factor, this.surface.view().timeAt(this.spot(event).x));
  }

  /** @param {MouseEvent} event */
  spot(event) {
    const box = this.surface.element.getBoundingClientRect();
    const { scale } = this.surface.view();
    return { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale };
  }
}
