// The search page: sections that have every word asked for, the best first, their words marked.

/** @typedef {[address: string, page: string, heading: string, text: string]} Entry */
/** @typedef {{entry: Entry, score: number}} Hit */

const MOST = 40;
const AROUND = 90; // characters shown before and after the first word that was found

/** @param {string} asked */
function wordsIn(asked) {
  return asked.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** @param {string} word */
function pattern(word) {
  return new RegExp(`(?<![\\p{L}\\p{N}])${word}`, "giu");
}

/**
 * How well a section answers: a word in its heading counts most, and often counts more than once.
 * @param {Entry} entry
 * @param {string[]} words
 */
function score([, , heading, text], words) {
  let sum = 0;
  for (const word of words) {
    const inHeading = heading.match(pattern(word))?.length ?? 0;
    const inText = text.match(pattern(word))?.length ?? 0;
    if (!inHeading && !inText) return 0;
    sum += 10 * inHeading + Math.min(inText, 8);
  }
  return sum;
}

/**
 * @param {Entry[]} entries
 * @param {string[]} words
 * @returns {Hit[]}
 */
function find(entries, words) {
  const hits = entries.map((entry) => ({ entry, score: score(entry, words) }));
  return hits.filter((hit) => hit.score > 0).sort((a, b) => b.score - a.score);
}

/**
 * A piece of the text around the first word, with all words marked.
 * @param {string} text
 * @param {string[]} words
 */
function snippet(text, words) {
  const first = Math.max(text.search(pattern(words[0])), 0);
  const begin = first < AROUND ? 0 : text.indexOf(" ", first - AROUND) + 1;
  const end = text.indexOf(" ", first + AROUND);
  const piece = end < 0 ? text.slice(begin) : text.slice(begin, end);
  const shown = document.createElement("p");
  const any = new RegExp(words.map((word) => pattern(word).source).join("|"), "giu");
  let at = 0;
  if (begin) shown.append("… ");
  for (const match of piece.matchAll(any)) {
    const marked = document.createElement("mark");
    marked.textContent = match[0];
    shown.append(piece.slice(at, match.index), marked);
    at = match.index + match[0].length;
  }
  shown.append(piece.slice(at), end >= 0 ? " …" : "");
  return shown;
}

/**
 * @param {Hit} hit
 * @param {string[]} words
 */
function row({ entry: [address, page, heading, text] }, words) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = heading;
  const where = document.createElement("span");
  where.className = "where";
  where.textContent = ` · ${page}`;
  const line = document.createElement("p");
  line.append(link, where);
  item.append(line, snippet(text, words));
  return item;
}

function answer() {
  const asked = new URLSearchParams(location.search).get("q") ?? "";
  const words = wordsIn(asked);
  const field = document.getElementById("q");
  const said = document.getElementById("found");
  if (field instanceof HTMLInputElement) field.value = asked;
  if (!words.length || !said) return;
  const hits = find(/** @type {any} */ (window).seeTheLoopIndex, words);
  const many = hits.length > MOST ? `, the first ${MOST} of them here` : "";
  said.textContent = hits.length
    ? `${hits.length} ${hits.length === 1 ? "section has" : "sections have"} “${asked}”${many}.`
    : `No section has “${asked}”. Try a shorter or another word.`;
  document.getElementById("results")?.replaceChildren(
    ...hits.slice(0, MOST).map((hit) => row(hit, words)));
}

answer();
