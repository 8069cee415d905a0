// Makes pages of the slides, then hands over to reveal.js.
//
// Nothing may be cut off, and nothing be so small that the last row cannot read it. So a slide
// that is a little too long is made smaller, and one that is much too long continues on a page
// below it: the arrow down, or space. It is divided between blocks (a text, a cell's code, an
// output), never within one. What comes after a prediction is on another page in any case: the
// room answers first. Teacher's notes are on every page of their slide.

const WIDTH = 1280, HEIGHT = 720;
const SMALLER = [1, 0.95, 0.9, 0.85, 0.8]; // below that it continues on another page
const SMALLEST = [...SMALLER, 0.75, 0.7, 0.65, 0.6]; // for one block alone

window.addEventListener("load", () => {
  document.body.classList.add("measuring");
  for (const slide of document.querySelectorAll(".slides > section > section")) {
    flatten(slide);
    setOptionsSideBySide(slide);
    divide(slide);
  }
  document.querySelectorAll(".slides > section > section").forEach(joinItsProgram);
  document.body.classList.remove("measuring");
  Reveal.initialize({
    width: WIDTH, height: HEIGHT, margin: 0, center: false, hash: true,
    slideNumber: "c/t", transition: "none", plugins: [RevealNotes],
  });
});

// A cell's code and each of its outputs become blocks of the slide; folded notes unfold.
function flatten(slide) {
  for (const cell of slide.querySelectorAll(".jp-CodeCell")) {
    cell.replaceWith(...cell.querySelectorAll(".code, .jp-OutputArea-output"));
  }
  for (const details of slide.querySelectorAll("aside.notes details")) {
    details.querySelector("summary").remove();
    details.replaceWith(...details.childNodes);
  }
}

// Options of several lines: A, B and C beside each other, as far as there is room.
function setOptionsSideBySide(slide) {
  for (const lines of slide.querySelectorAll(".jp-OutputArea-output > p + pre")) {
    const option = document.createElement("div");
    option.className = "option";
    lines.before(option);
    option.append(option.previousElementSibling, lines);
  }
}

function divide(slide) {
  const notes = [...slide.querySelectorAll("aside.notes")];
  notes.forEach((note) => note.remove());
  const pages = [];
  for (let page = slide; page; page = rest(page)) pages.push(page);
  for (const page of pages) {
    shrink(page, SMALLEST);
    page.append(...notes.map((note) => note.cloneNode(true)));
  }
}

// Move what does not fit, or would give an answer away, to a new page below; gives that page.
function rest(page) {
  const blocks = [...page.children];
  const after = blocks.findIndex(
    (block, i) => i > 0 && isPrediction(blocks[i - 1]) && !isPrediction(block),
  );
  const moved = after < 0 ? [] : blocks.slice(after);
  moved.forEach((block) => block.remove());
  const moveLast = () => {
    moved.unshift(page.lastElementChild);
    page.lastElementChild.remove();
  };
  while (page.children.length > 1 && !shrink(page, SMALLER)) moveLast();
  if (page.children.length > 1 && leavesItsCode(moved[0], page.lastElementChild)) moveLast();
  if (!moved.length) return null;
  const next = page.cloneNode(false);
  next.append(...moved);
  page.after(next);
  return next;
}

// A few printed words mean little without the code above them, and a line or two of code little
// without the chart below it; else a chart is read by itself.
function leavesItsCode(block, last) {
  if (!block?.matches(".jp-OutputArea-output") || !last.matches(".code")) return false;
  return !block.querySelector("img") || last.innerText.trim().split("\n").length <= 2;
}

// A prediction alone on its page: set it below the program it asks about, if both fit on one.
function joinItsProgram(page) {
  const before = page.previousElementSibling;
  const last = before && [...before.children].findLast((block) => !block.matches(".notes"));
  const blocks = [...page.children];
  if (!last?.matches(".code")) return;
  if (!blocks.every((block) => isPrediction(block) || block.matches(".notes"))) return;
  before.append(...blocks);
  if (shrink(before, SMALLER)) {
    page.remove();
  } else {
    page.append(...blocks);
    shrink(before, SMALLEST);
  }
}

function isPrediction(block) {
  return block.textContent.trimStart().startsWith("Predict:");
}

// Try sizes until the page fits. True if one does.
function shrink(page, sizes) {
  return sizes.some((size) => {
    page.style.zoom = size;
    return page.getBoundingClientRect().height <= HEIGHT;
  });
}
