// The keyboard: a click anywhere in the player takes it, Escape gives it back to the notebook.
//
// JupyterLab takes no key for itself where the element that has the focus bears a certain
// attribute. So keys that are the player's, and single letters that would do something to the
// notebook, stay in here; Ctrl+S and the like go on to it, as from any cell. Shift+Enter goes on
// to the next cell: to run the player's own once more would only put it back to its beginning.

import { actionOf } from "./input.js";

/** @import { Action } from "./input.js" */

const OURS = "data-lm-suppress-shortcuts";

/**
 * @param {HTMLElement} root the player
 * @param {HTMLElement} chart what has the focus after a click on anything that is no control
 * @param {(action: Action) => void} act
 * @param {AbortSignal} signal when to stop listening
 */
export function listenToKeys(root, chart, act, signal) {
  root.tabIndex = -1; // else a click on plain text gives the keyboard to the notebook's cell
  root.addEventListener("click", () => {
    if (document.activeElement === root) chart.focus({ preventScroll: true });
  }, { signal });
  root.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    act(action);
  }, { signal });
  window.addEventListener("keydown", (event) => { // before JupyterLab, which hears the document
    const { target } = event;
    if (!(target instanceof Element) || !root.contains(target)) return;
    const left = event.shiftKey && event.key === "Enter" && goOn(root);
    if (left) event.preventDefault();
    if (left) event.stopPropagation();
    target.toggleAttribute(OURS, !isForThePage(event));
  }, { signal, capture: true });
}

/** @param {KeyboardEvent} event */
function isForThePage({ key, altKey, ctrlKey, metaKey, shiftKey }) {
  return altKey || ctrlKey || metaKey || (shiftKey && key === "Enter");
}

/**
 * Make the cell below the active one, as it is after a cell has run; JupyterLab follows the focus.
 * @param {HTMLElement} root
 */
function goOn(root) {
  const cell = root.closest(".jp-Cell");
  const all = [...(cell?.parentElement?.querySelectorAll(":scope > .jp-Cell") ?? [])];
  const next = cell ? all[all.indexOf(cell) + 1] : null;
  if (next instanceof HTMLElement) next.focus();
  return Boolean(next);
}

/**
 * Give the keyboard back to the notebook's cell, so that its keys work as before.
 * @param {HTMLElement} root
 */
export function leave(root) {
  const cell = root.closest(".jp-Cell");
  if (cell instanceof HTMLElement) cell.focus({ preventScroll: true });
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}
