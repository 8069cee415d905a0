// The widget: what anywidget asks of a module. It opens the film that Python sent, and again
// when Python sends another. A live one that begins comes into view.

import { openFilm } from "./film.js";
import { make } from "./dom.js";
import { Stage } from "./stage.js";

/** @typedef {{data: DataView<ArrayBuffer> | Uint8Array<ArrayBuffer>, live: boolean}} Traits */

const SETTLING = 1500; // milliseconds in which JupyterLab may still move what is on the page
const FILMS = 8; // the first of a live one: on a busy machine they take longer than that

/** @type {import("@anywidget/types").Render<Traits>} */
async function render({ model, el }) {
  const box = make("div");
  el.append(box);
  /** @type {Stage | null} */
  let stage = null;
  let latest = 0;
  let lost = false; // the kernel that made it
  const born = performance.now();
  const read = async () => {
    const number = ++latest;
    const { buffer, byteOffset, byteLength } = model.get("data");
    const film = await openFilm(new Uint8Array(buffer, byteOffset, byteLength));
    if (number !== latest) return; // a newer one is on its way: skip this
    const live = model.get("live") && !lost;
    stage ??= new Stage(film, box);
    stage.screen(film, live);
    const settles = number <= FILMS || performance.now() - born < SETTLING;
    if (live && settles && isBeingRun(box)) requestAnimationFrame(() => box.scrollIntoView());
  };
  const lose = () => {
    lost = true;
    if (model.get("live")) read(); // nothing grows any more
  };
  model.on("change:data", read);
  model.on("comm_live_update", lose); // JupyterLab's word for it
  await read();
  return () => {
    model.off("change:data", read);
    model.off("comm_live_update", lose);
    stage?.dispose();
  };
}

/**
 * Whether it belongs to a cell that runs now: Shift+Enter has gone on to the next cell, and
 * scrolled to that. One that was stored half shown stays where it is.
 * @param {HTMLElement} box
 */
function isBeingRun(box) {
  const prompt = box.closest(".jp-Cell")?.querySelector(".jp-InputPrompt");
  return Boolean(prompt?.textContent?.includes("*"));
}

export default { render };
