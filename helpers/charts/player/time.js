// A duration in words: the port of duration_text in words.py, which rounds alike.

/** @type {[unit: string, size: number][]} */
const LONG = [["d", 8_640_000], ["h", 360_000], ["min", 6_000]]; // in hundredths of a second
/** @type {[unit: string, size: number][]} */
const SHORT = [["s", 1e9], ["ms", 1e6], ["µs", 1e3], ["ns", 1]]; // in nanoseconds
const FIRST_MINUTES = 12_000; // hundredths: below two minutes, seconds read better
const FIRST_SECONDS = 99_500_000; // nanoseconds, from which on it is "0.1 s"

/**
 * A length of time, or a moment, as people write it.
 * @param {number} ns whole nanoseconds
 */
export function durationText(ns) {
  const size = Math.abs(ns);
  const text = size >= FIRST_SECONDS ? longText(size) : shortText(size);
  return ns < 0 ? `-${text}` : text;
}

/**
 * Days, hours, minutes and seconds, those that are not none.
 * @param {number} ns
 */
function longText(ns) {
  let left = rounded(ns, 1e7);
  const parts = [];
  if (left >= FIRST_MINUTES)
    for (const [unit, size] of LONG) {
      if (left >= size) parts.push(`${Math.floor(left / size)} ${unit}`);
      left %= size;
    }
  if (left || !parts.length) parts.push(`${decimal(left, 2)} s`);
  return parts.join(" ");
}

/**
 * In the largest unit of which there is one, to three digits.
 * @param {number} ns
 */
function shortText(ns) {
  if (!ns) return "0 s";
  const [unit, size] = SHORT.find((entry) => ns * 2_000 >= entry[1] * 1_999) ?? ["ns", 1];
  const digits = [2, 1].find((places) => rounded(ns * 10 ** places, size) < 1_000) ?? 0;
  return `${decimal(rounded(ns * 10 ** digits, size), digits)} ${unit}`;
}

/**
 * How many of that size, half ones up.
 * @param {number} number
 * @param {number} size
 */
const rounded = (number, size) => Math.floor((number + Math.floor(size / 2)) / size);

/**
 * A whole number of that decimal place, without the zeros nobody needs.
 * @param {number} number
 * @param {number} digits
 */
function decimal(number, digits) {
  const part = number % 10 ** digits;
  const places = part ? String(part).padStart(digits, "0").replace(/0+$/, "") : "";
  return `${Math.floor(number / 10 ** digits)}${places ? `.${places}` : ""}`;
}
