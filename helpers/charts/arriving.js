// What a cell shows comes into view. Shift+Enter goes on to the next cell, and JupyterLab scrolls
// to that before it knows how much the first one will show: a chart, a player, sliders or a
// verdict then stood above the screen's edge, with room enough below.
//
// Python says which cell it is, by its number. From then on until the page is at rest the cell is
// kept in view, unless the learner does something: then it is theirs.

/** @typedef {{count: number}} Traits the number of the cell that was run last */

const PAUSE = 50; // milliseconds between two looks
const AT_REST = 6; // looks in a row at which all was in its place
const MOST = 200; // looks after the cell's end, at something that does not come to rest
const EDGE = 8; // pixels between what is shown and the edge of the notebook
const PEEK = 40; // and of the next cell, where there is room

/**
 * The cell of that number, if Shift+Enter or Ctrl+Enter ran it: the active one or the one above.
 * Under Run All both are waiting, and nothing is to move.
 * @param {number} count
 */
function cellOf(count) {
  const found = [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")]
    .flatMap((notebook) => {
      const cells = [...notebook.querySelectorAll(".jp-Cell")];
      const active = cells.findIndex((cell) => cell.classList.contains("jp-mod-active"));
      const near = cells.slice(Math.max(active - 1, 0), active + 1);
      if (near.length > 1 && near.every(isRunning)) return [];
      return near.filter((cell) => isRunning(cell) || promptOf(cell).includes(`[${count}]`));
    });
  return found[0];
}

/** @param {Element} cell */
const promptOf = (cell) => cell.querySelector(".jp-InputPrompt")?.textContent ?? "";

/** @param {Element} cell */
const isRunning = (cell) => promptOf(cell).includes("*");

/**
 * Whether something that it shows is not there yet, such as a widget whose script is on its way.
 * @param {Element} cell
 */
function isComing(cell) {
  return [...cell.querySelectorAll(".jp-OutputArea-output")].some(
    (output) => output instanceof HTMLElement && output.offsetParent && output.clientHeight < 4);
}

/**
 * How far to scroll: so that the cell and what it shows are in view; where that is too much, what
 * it shows; and where that is, its beginning.
 * @param {Element} cell
 * @param {Element} view
 */
function wayTo(cell, view) {
  const output = cell.querySelector(".jp-Cell-outputWrapper") ?? cell;
  const shown = view.getBoundingClientRect();
  const bottom = output.getBoundingClientRect().bottom;
  const room = shown.height - 2 * EDGE;
  const tops = [cell, output].map((part) => part.getBoundingClientRect().top);
  const top = tops.find((place) => bottom - place <= room) ?? tops[1];
  const toTop = top - shown.top - EDGE;
  if (toTop < 0) return toTop;
  const toBottom = bottom - shown.bottom + Math.min(PEEK, Math.max(room - (bottom - top), EDGE));
  return Math.max(Math.min(toTop, toBottom), 0);
}

/** @param {Element} cell */
function keepInView(cell) {
  const view = cell.closest(".jp-WindowedPanel-outer");
  if (!view || !(cell instanceof HTMLElement)) return;
  const mark = cell.dataset;
  mark.seeTheLoop = "arriving"; // for whoever waits until nothing moves
  const acted = new AbortController();
  for (const act of ["wheel", "pointerdown", "keydown", "touchstart"])
    window.addEventListener(act, () => acted.abort(), { capture: true, signal: acted.signal });
  let calm = 0;
  let looks = 0;
  const look = () => {
    if (acted.signal.aborted || !cell.isConnected || calm >= AT_REST || looks >= MOST) {
      acted.abort();
      mark.seeTheLoop = "arrived";
      return;
    }
    const way = Math.round(wayTo(cell, view));
    const before = view.scrollTop;
    view.scrollTop += way;
    const still = view.scrollTop === before && !isRunning(cell) && !isComing(cell);
    calm = still ? calm + 1 : 0;
    if (!isRunning(cell)) looks += 1;
    setTimeout(look, PAUSE);
  };
  look();
}

/** @type {import("@anywidget/types").Initialize<Traits>} */
function initialize({ model }) {
  const come = () => {
    const cell = cellOf(model.get("count"));
    if (cell) keepInView(cell);
  };
  model.on("change:count", come);
  come();
  return () => model.off("change:count", come);
}

export default { initialize };
