// Times in words.

/** A length of time, or a moment, for people: duration_text of words.py, which rounds alike. */
export function timeText(ns) {
  const size = Math.abs(ns);
  const text = size >= 99_500_000 ? longText(size) : shortText(size);
  return ns < 0 ? `-${text}` : text;
}

const LONG = [["d", 8_640_000], ["h", 360_000], ["min", 6_000]]; // in hundredths of a second
const SHORT = [["s", 1e9], ["ms", 1e6], ["µs", 1e3], ["ns", 1]];

function longText(ns) {
  let left = rounded(ns, 1e7);
  const parts = [];
  if (left >= 12_000)
    for (const [unit, size] of LONG) {
      if (left >= size) parts.push(`${Math.floor(left / size)} ${unit}`);
      left %= size;
    }
  if (left || !parts.length) parts.push(`${decimal(left, 2)} s`);
  return parts.join(" ");
}

function shortText(ns) {
  if (!ns) return "0 s";
  const [unit, size] = SHORT.find((entry) => ns * 2_000 >= entry[1] * 1_999);
  const digits = [2, 1, 0].find((places) => !places || rounded(ns * 10 ** places, size) < 1_000);
  return `${decimal(rounded(ns * 10 ** digits, size), digits)} ${unit}`;
}

const rounded = (number, size) => Math.floor((number + Math.floor(size / 2)) / size);

function decimal(number, digits) {
  const part = number % 10 ** digits;
  const places = part ? String(part).padStart(digits, "0").replace(/0+$/, "") : "";
  return `${Math.floor(number / 10 ** digits)}${places ? `.${places}` : ""}`;
}
