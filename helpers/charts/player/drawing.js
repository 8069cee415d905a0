// Strokes and letters on a canvas.

/** @import { Ink } from "./ink.js" */
/** @typedef {CanvasRenderingContext2D} Paper */

/**
 * A canvas made as large as that, in CSS pixels, sharp on this screen.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function sizeTo(canvas, width, height) {
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

/**
 * The empty canvas, ready to be drawn on: in CSS pixels where letters have their usual size.
 * @param {HTMLCanvasElement} canvas
 * @param {Ink} ink
 */
export function blank(canvas, ink) {
  const g = /** @type {Paper} */ (canvas.getContext("2d"));
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.clearRect(0, 0, canvas.width, canvas.height);
  const scale = devicePixelRatio * ink.scale;
  g.setTransform(scale, 0, 0, scale, 0, 0);
  g.font = `12px ${ink.font}`;
  g.textBaseline = "middle";
  return g;
}

/**
 * @param {Paper} g
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
export function line(g, x1, y1, x2, y2) {
  g.beginPath();
  g.moveTo(x1, y1);
  g.lineTo(x2, y2);
  g.stroke();
}

/**
 * A line through points, or what they enclose filled.
 * @param {Paper} g
 * @param {"stroke" | "fill"} how
 * @param {...number[]} points
 */
export function shape(g, how, ...points) {
  g.beginPath();
  points.forEach(([x, y], i) => (i ? g.lineTo(x, y) : g.moveTo(x, y)));
  g[how]();
}

/**
 * Draw, but only inside of a rectangle.
 * @param {Paper} g
 * @param {[left: number, top: number, width: number, height: number]} box
 * @param {() => void} draw
 */
export function inside(g, box, draw) {
  g.save();
  g.beginPath();
  g.rect(...box);
  g.clip();
  draw();
  g.restore();
}

/**
 * Words in the middle of something of that width, cut where they must be. Those with a number at
 * their end are left out instead: "sleep(0…" would tell something else.
 * @param {Paper} g
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} room
 */
export function words(g, text, x, y, room) {
  const shown = fitting(g, text, room - 10);
  if (shown) centred(g, shown, x, y);
}

/**
 * Words that interrupt a line: the card's colour is put behind them.
 * @param {Paper} g
 * @param {Ink} ink
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} room
 */
export function wordsOnLine(g, ink, text, x, y, room) {
  const shown = fitting(g, text, room - 16);
  if (!shown) return;
  const { width } = g.measureText(shown);
  const colour = g.fillStyle;
  g.fillStyle = ink.card;
  g.fillRect(x - width / 2 - 4, y - 7, width + 8, 14);
  g.fillStyle = colour;
  centred(g, shown, x, y);
}

/**
 * @param {Paper} g
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
function centred(g, text, x, y) {
  g.textAlign = "center";
  g.fillText(text, x, y + 0.5);
  g.textAlign = "left";
}

/**
 * @param {Paper} g
 * @param {string} text
 * @param {number} room
 */
function fitting(g, text, room) {
  const shown = clipped(g, text, room);
  return shown === text || !/\d\W*$/.test(text) ? shown : "";
}

/**
 * The text cut to a width, its middle replaced by dots: names often differ at their ends; ""
 * where not even a little fits.
 * @param {Paper} g
 * @param {string} text
 * @param {number} room
 */
export function clipped(g, text, room) {
  let shown = text;
  let length = Math.min(text.length, Math.floor(room / 3));
  while (shown && g.measureText(shown).width > room)
    shown = length > 2 ? shortened(text, length--) : "";
  return shown;
}

/** A name with its parts, and the number the recorder gives. */
const QUALIFIED = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)+(-\d+)?$/u;

/**
 * So many characters of it, as style.py does it.
 * @param {string} text
 * @param {number} length
 */
function shortened(text, length) {
  const letters = [...text];
  if (QUALIFIED.test(text)) return `…${endOfName(letters, length - 1)}`;
  const tail = Math.max(Math.floor(length / 3), 1);
  return `${letters.slice(0, length - tail - 1).join("")}…${letters.slice(-tail).join("")}`;
}

/**
 * As many of a name's last parts as fit; of one part, as many of its words, or its letters.
 * @param {string[]} letters
 * @param {number} length
 */
function endOfName(letters, length) {
  for (const [mark, least] of /** @type {const} */ ([[".", 0], ["_", length / 2]])) {
    const ends = letters.flatMap((c, at) => (c === mark ? [letters.slice(at + 1)] : []));
    const fits = ends.find((end) => least <= end.length && end.length <= length);
    if (fits) return fits.join("");
  }
  return letters.slice(-length).join("");
}
