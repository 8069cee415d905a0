// The controls: buttons, the pace of playing, and which moment of how many this is.

import { icon, make } from "./dom.js";

/** @import { IconName } from "./dom.js" */

const PACES = [["0.5", "1 in 2 s"], ["1", "1 a second"], ["2", "2 a second"],
  ["5", "5 a second"], ["20", "20 a second"], ["clock", "as it was"]];
const SLOW = ["0.5", "1"]; // one can listen that fast

/** @typedef {"toStart" | "back" | "toggle" | "forward" | "toEnd" | "nextOfTask" | "wider" |
 *   "closer" | "whole" | "time" | "order"} Button */

/** @type {[Button, string, IconName | "", string?][]} */
const MOVING = [
  ["toStart", "To the beginning (Home)", "start"],
  ["back", "Previous moment (left arrow)", "back"],
  ["toggle", "Play (space)", "play"],
  ["forward", "Next moment (right arrow)", "forward"],
  ["toEnd", "To the end (End)", "end"],
  ["nextOfTask", "Next step of the same task (n)", "next", "same task"],
];
/** @type {[Button, string, IconName | "", string?][]} */
const AXES = [
  ["time", "Axis of time: as long as it took (o)", "", "time"],
  ["order", "Axis of order: one step after the other (o)", "", "order"],
];
/** @type {[Button, string, IconName | "", string?][]} */
const ZOOMING = [
  ["wider", "Show a longer time (-)", "wider"],
  ["closer", "Show a shorter time (+)", "closer"],
  ["whole", "Show all of it (0)", "", "all"],
];

export class Controls {
  /** @param {(button: Button) => void} act what a click does */
  constructor(act) {
    /** @type {Map<Button, HTMLButtonElement>} */
    this.buttons = new Map();
    const add = (/** @type {(typeof MOVING)[0]} */ [action, label, picture, text = ""]) => {
      const button = make("button", { type: "button", title: label, "aria-label": label },
        ...(picture ? [icon(picture)] : []), text);
      button.addEventListener("click", () => act(action));
      this.buttons.set(action, button);
      return button;
    };
    this.pace = make("select", { "aria-label": "Moments, how many a second",
      title: "How fast to play: moments a second, or as fast as it happened" },
      ...PACES.map(([value, text]) => make("option", { value }, text)));
    this.pace.value = "1";
    this.counter = make("span", { class: "stl-counter" });
    this.element = make("div", { class: "stl-controls", role: "toolbar", "aria-label": "Player" },
      ...MOVING.map(add), this.pace, this.counter, make("span", { class: "stl-gap" }),
      make("span", { class: "stl-axes", role: "group", "aria-label": "Axis" }, ...AXES.map(add)),
      ...ZOOMING.map(add));
  }

  /** @param {boolean} ordered whether the axis is that of order */
  showAxis(ordered) {
    this.buttons.get("order")?.setAttribute("aria-pressed", String(ordered));
    this.buttons.get("time")?.setAttribute("aria-pressed", String(!ordered));
  }

  /** Moments a second, or "clock" to follow the recording's own time. */
  get speed() {
    return this.pace.value === "clock" ? "clock" : Number(this.pace.value);
  }

  /** Whether each moment stays long enough to be read out. */
  get isSlow() {
    return SLOW.includes(this.pace.value);
  }

  /** @param {boolean} playing */
  showPlaying(playing) {
    const toggle = this.buttons.get("toggle");
    const label = playing ? "Pause (space)" : "Play (space)";
    toggle?.replaceChildren(icon(playing ? "pause" : "play"));
    toggle?.setAttribute("aria-label", label);
    toggle?.setAttribute("title", label);
  }

  /** @param {string} text */
  count(text) {
    this.counter.textContent = text;
  }

  /** @param {boolean} disabled */
  disable(disabled) {
    for (const control of [...this.buttons.values(), this.pace]) control.disabled = disabled;
  }
}
