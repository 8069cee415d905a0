// The widget: what anywidget asks of a module. It opens the film that Python sent, and again
// when Python sends another.

import { openFilm } from "./film.js";
import { make } from "./dom.js";
import { Stage } from "./stage.js";

/** @typedef {{data: DataView<ArrayBuffer> | Uint8Array<ArrayBuffer>, live: boolean}} Traits */

/** @type {import("@anywidget/types").Render<Traits>} */
async function render({ model, el }) {
  const box = make("div");
  el.append(box);
  /** @type {Stage | null} */
  let stage = null;
  let latest = 0;
  const read = async () => {
    const number = ++latest;
    const { buffer, byteOffset, byteLength } = model.get("data");
    const film = await openFilm(new Uint8Array(buffer, byteOffset, byteLength));
    if (number !== latest) return; // a newer one is on its way: skip this
    stage ??= new Stage(film, box);
    stage.screen(film, model.get("live"));
  };
  model.on("change:data", read);
  await read();
  return () => {
    model.off("change:data", read);
    stage?.dispose();
  };
}

export default { render };
