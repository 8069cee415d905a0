// Makes pages of the slides, then hands over to reveal.js.
//
// Nothing may be cut off, and nothing be so small that the last row cannot read it. So a slide
// that is a little too long is made smaller, and one that is much too long continues on a page
// below it: the arrow down, or space. It is divided between blocks (a text, a cell's code, an
// output), never within one. A prediction stands beside its program, and what comes after it is
// on another page in any case: the room answers first. Teacher's notes are on every page of their
// slide; a prediction's page has its own, which tell the answer to the speaker alone.

const WIDTH = 1280, HEIGHT = 720;
const SMALLER = [1, 0.95, 0.9, 0.85, 0.8]; // below that it continues on another page
const SMALLEST = [...SMALLER, 0.75, 0.7, 0.65, 0.6]; // for one block alone

window.addEventListener("load", () => {
  document.body.classList.add("measuring");
  for (const slide of document.querySelectorAll(".slides > section > section")) {
    slide.classList.add("measured"); // it alone is laid out, so that measuring is quick
    flatten(slide);
    divide(slide);
    document.querySelectorAll(".measured").forEach((page) => page.classList.remove("measured"));
  }
  document.querySelectorAll(".slides > section > section").forEach(nameItsChart);
  document.body.classList.remove("measuring");
  Reveal.initialize({
    width: WIDTH, height: HEIGHT, margin: 0, center: false, hash: true,
    slideNumber: "c/t", transition: "none", pdfMaxPagesPerSlide: 1, plugins: [RevealNotes],
  });
});

// A cell's code and each of its outputs become blocks of the slide; folded notes unfold.
function flatten(slide) {
  for (const cell of slide.querySelectorAll(".jp-CodeCell")) {
    const blocks = [...cell.querySelectorAll(".code, .jp-OutputArea-output")];
    cell.replaceWith(...blocks.filter((block) => !block.closest(".round")));
  }
  for (const round of slide.querySelectorAll(".round")) {
    round.closest(".jp-OutputArea-output")?.replaceWith(round);
    dropCopies(slide, round);
    slim(slide, round);
  }
  for (const details of slide.querySelectorAll("aside.notes details")) {
    details.querySelector("summary").remove();
    details.replaceWith(...details.childNodes);
  }
}

// The program beside a prediction is a copy; where it stands just before it, once is enough.
function dropCopies(slide, round) {
  const named = new Set([...round.querySelectorAll("[data-cell]")].map((code) => code.dataset.cell));
  for (const code of slide.querySelectorAll(":scope > .code")) {
    if (named.has(code.dataset.cell)) code.remove();
  }
}

// A program too long for a page with its question: its first parts stand on a page before it.
function slim(slide, round) {
  const alone = slide.cloneNode(false);
  slide.after(alone);
  const place = document.createComment("");
  round.replaceWith(place);
  alone.append(round);
  const parts = round.querySelector(".program").children;
  const before = [];
  while (parts.length > 1 && !fit(alone, SMALLER)) {
    before.push(parts[0]);
    parts[0].remove();
  }
  place.replaceWith(...before, round);
  alone.remove();
}

function divide(slide) {
  const notes = [...slide.children].filter((block) => block.matches(".notes"));
  notes.forEach((note) => note.remove());
  const pages = [];
  for (let page = slide; page; page = rest(page)) pages.push(page);
  for (const page of pages) {
    const round = page.querySelector(":scope > .round");
    fit(page, SMALLEST);
    if (round) page.append(round.querySelector("aside.notes"));
    else page.append(...notes.map((note) => note.cloneNode(true)));
  }
  const empty = pages.filter((page) => ![...page.children].some((b) => !b.matches(".notes")));
  empty.forEach((page) => page.remove());
}

// Move what does not fit, or would give an answer away, to a new page below; gives that page.
function rest(page) {
  const blocks = [...page.children];
  const round = blocks.findIndex((block) => block.matches(".round"));
  const moved = round < 0 ? [] : blocks.slice(round + 1);
  moved.forEach((block) => block.remove());
  const moveLast = () => {
    moved.unshift(page.lastElementChild);
    page.lastElementChild.remove();
  };
  while (page.children.length > 1 && !fit(page, SMALLER)) moveLast();
  if (page.children.length > 1 && leavesItsCode(moved[0], page.lastElementChild)) moveLast();
  if (!moved.length) return null;
  const next = page.cloneNode(false);
  next.append(...moved);
  page.after(next);
  return next;
}

// A few printed words mean little without the code above them, and a line or two of code little
// without the chart below it; else a chart is read by itself. What says where to look, and a
// heading, belong to what comes after.
function leavesItsCode(block, last) {
  if (!block) return false;
  if (block.querySelector("img") && last.matches(".jp-MarkdownCell")) return true;
  if (!block.matches(".jp-OutputArea-output") || !last.matches(".code")) return false;
  return !block.querySelector("img") || last.innerText.trim().split("\n").length <= 2;
}

// The words for a chart are shown where neither code nor text stands before it on its page.
function nameItsChart(page) {
  for (const caption of page.querySelectorAll(".chart-of")) {
    const block = [...page.children].find((child) => child.contains(caption));
    const before = [...page.children].slice(0, [...page.children].indexOf(block));
    caption.hidden = !caption.closest(".still") && before.some((b) => b.matches(".code"));
  }
}

// Try sizes until the page fits; at each, a program beside its question before one above it.
// True if one does.
function fit(page, sizes) {
  const round = page.querySelector(":scope > .round");
  const ways = round?.querySelector(".program > *") ? ["beside", "above"] : ["above"];
  return sizes.some((size) => {
    page.style.zoom = size;
    return ways.some((way) => {
      if (round) round.dataset.way = way;
      return page.getBoundingClientRect().height <= HEIGHT && !(way === "beside" && wraps(round));
    });
  });
}

// Whether a line of code is broken, since it finds too little room.
function wraps(round) {
  return [...round.querySelectorAll(".program pre")].some((pre) => {
    const lines = pre.textContent.replace(/\n+$/, "").split("\n").length;
    const high = parseFloat(getComputedStyle(pre).lineHeight) * Number(round.parentElement.style.zoom);
    return pre.getBoundingClientRect().height > (lines + 0.6) * high;
  });
}
