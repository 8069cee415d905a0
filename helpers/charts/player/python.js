// Python's source in colours: enough for a line of a lesson, no parser.

import { make } from "./dom.js";

const WORDS = "False None True and as assert async await break class continue def del elif else "
  + "except finally for from global if import in is lambda nonlocal not or pass raise return try "
  + "while with yield match case";
const KEYWORDS = new Set(WORDS.split(" "));
const STRING = /[rbfRBF]{0,2}(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/;
const TOKEN = new RegExp(
  `(?<comment>#.*$)|(?<string>${STRING.source})|(?<number>\\b\\d[\\d_.]*\\b)|\\b[A-Za-z_]\\w*\\b`,
  "g");

/**
 * A line of Python as text and coloured spans.
 * @param {string} text
 */
export function coloured(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [token] = found;
    const kind = kindOf(token, found.groups ?? {});
    if (!kind) continue;
    parts.push(text.slice(at, found.index), make("span", { class: `stl-py-${kind}` }, token));
    at = found.index + token.length;
  }
  return [...parts, text.slice(at)];
}

/**
 * @param {string} token
 * @param {Record<string, string | undefined>} groups
 */
function kindOf(token, groups) {
  if (KEYWORDS.has(token)) return "keyword";
  return Object.keys(groups).find((name) => groups[name] !== undefined) ?? "";
}
