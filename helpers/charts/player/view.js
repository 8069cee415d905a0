// The view: which part of the axis is seen, and where in pixels a time and a row are.
//
// Only arithmetic; it knows no canvas. `from` and `to` are nanoseconds, or on the axis of order
// places (order.js). Pixels are those of the page where letters have their usual size; with
// letters `scale` times as large, all is.

const AXIS = { time: 24, order: 38 }; // pixels below the lanes
const NARROWEST = 1000; // nanoseconds: as far as one can zoom in
const COLUMN = 32; // pixels of a step on the axis of order, where it is first seen
const RIGHT = 22; // pixels free at the right, for the mark of an end

export class View {
  /**
   * @param {number} length of the recording
   * @param {number} rows
   * @param {number} [from]
   * @param {number} [step] how wide a step is, on the axis of order; 0 on that of time
   */
  constructor(length, rows, from = 0, step = 0) {
    this.step = step;
    this.axis = step ? AXIS.order : AXIS.time;
    this.narrowest = step ? 2 * step : NARROWEST;
    this.whole = Math.max(length, this.narrowest);
    this.rows = rows;
    this.from = from;
    this.to = Math.max(length, from + this.narrowest);
    this.rowHeight = rows <= 5 ? 26 : rows <= 10 ? 22 : 18;
    this.lanesHeight = rows * this.rowHeight;
    this.height = Math.min(this.lanesHeight, Math.max(12 * this.rowHeight, 240)) + this.axis;
    this.scroll = 0; // pixels of lanes above those that are seen
    this.width = 0; // none yet: nothing can be drawn
    this.scale = 1;
    this.gutter = 0;
  }

  /**
   * @param {number} width what the page gives, in pixels
   * @param {number} [scale]
   */
  fit(width, scale = 1) {
    const first = !this.width;
    this.width = width;
    this.scale = scale;
    this.gutter = Math.round(Math.min(Math.max(width * 0.16, 96), 200));
    const steps = this.plotWidth / COLUMN;
    if (first && this.step && this.whole > 1.4 * steps * this.step) // of many, the first are seen
      this.to = this.from + steps * this.step;
  }

  get plotWidth() {
    return this.right - this.gutter;
  }

  /** Where the time that is seen ends; beyond it is room for the mark of an end. */
  get right() {
    return this.width - RIGHT;
  }

  /** Where the lanes end and the axis begins. */
  get bottom() {
    return this.height - this.axis;
  }

  /** @param {number} time */
  x(time) {
    return this.gutter + ((time - this.from) / (this.to - this.from)) * this.plotWidth;
  }

  /** @param {number} x */
  timeAt(x) {
    const share = (x - this.gutter) / this.plotWidth;
    return this.from + Math.min(Math.max(share, 0), 1) * (this.to - this.from);
  }

  /** @param {number} row */
  y(row) {
    return row * this.rowHeight - this.scroll;
  }

  /** @param {number} row */
  middle(row) {
    return this.y(row) + this.rowHeight / 2;
  }

  /**
   * The row there, -1 for none.
   * @param {number} y
   */
  rowAt(y) {
    if (y > this.bottom) return -1;
    const row = Math.floor((y + this.scroll) / this.rowHeight);
    return row >= 0 && row < this.rows ? row : -1;
  }

  /** The rows that are at least partly seen: the first, and the one after the last. */
  get seen() {
    const first = Math.max(Math.floor(this.scroll / this.rowHeight), 0);
    return [first, Math.min(first + Math.ceil(this.bottom / this.rowHeight) + 1, this.rows)];
  }

  /**
   * Zoom by a factor about a time; false where nothing changes.
   * @param {number} factor
   * @param {number} about
   */
  zoom(factor, about) {
    const span = this.to - this.from;
    const wanted = Math.min(Math.max(span * factor, this.narrowest), this.whole);
    if (wanted === span) return false;
    this.begin(about - ((about - this.from) / span) * wanted, wanted);
    return true;
  }

  /**
   * Bring a time into view; true where the view had to move.
   * @param {number} time
   */
  reveal(time) {
    if (time >= this.from && time <= this.to) return false;
    const span = this.to - this.from;
    this.begin(time - span / 3, span);
    return true;
  }

  /**
   * @param {number} from
   * @param {number} span
   */
  begin(from, span) {
    this.from = Math.min(Math.max(from, 0), this.whole - span);
    this.to = this.from + span;
  }

  /**
   * How far the lanes must be scrolled for a row to be seen whole.
   * @param {number} row
   */
  scrollFor(row) {
    const top = row * this.rowHeight;
    if (top < this.scroll) return top;
    return Math.max(this.scroll, top + this.rowHeight - this.bottom);
  }
}
