// The keyboard: a click anywhere in the player takes it, Escape gives it back to the notebook.
//
// JupyterLab takes no key for itself where the element that has the focus bears a certain
// attribute. So keys that are the player's, and single letters that would do something to the
// notebook, stay in here; Shift+Enter, Ctrl+S and the like go on to it, as from any cell.

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
    if (target instanceof Element && root.contains(target))
      target.toggleAttribute(OURS, !isForThePage(event));
  }, { signal, capture: true });
}

/** @param {KeyboardEvent} event */
function isForThePage({ key, altKey, ctrlKey, metaKey, shiftKey }) {
  return altKey || ctrlKey || metaKey || (shiftKey && key === "Enter");
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
