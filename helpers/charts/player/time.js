// Times in words.

/** A time for people, as moment_text in narration.py: "0 s", "40 µs", "2.5 ms", "1.25 s". */
export function timeText(ns) {
  const size = Math.abs(ns);
  if (size >= 1e9) return `${scaled(ns, 1e9, 100)} s`;
  if (size >= 1e6) return `${scaled(ns, 1e6, 10)} ms`;
  return ns ? `${scaled(ns, 1e3, 1)} µs` : "0 s";
}

function scaled(ns, unit, steps) {
  const count = Math.floor((Math.abs(ns) * steps + Math.floor(unit / 2)) / unit);
  const whole = Math.floor(count / steps);
  const part = count % steps;
  const width = String(steps).length - 1;
  const digits = steps > 1 ? String(part).padStart(width, "0").replace(/0+$/, "") : "";
  return `${ns < 0 ? "-" : ""}${whole}${digits ? `.${digits}` : ""}`;
}
