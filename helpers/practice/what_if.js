// The numbers of `what_if` in the browser, and two things its sliders lack there.

/**
 * `content` is markup that Python wrote; `sliders` is how many there are.
 * @typedef {{content: string, sliders: number}} Traits
 */

/**
 * A slider's handle has no name for screen readers, and JupyterLab takes some of its keys
 * for the notebook. The sliders are drawn in their own time: look again until all are there.
 * @param {HTMLElement} el
 * @param {number} sliders
 * @param {() => boolean} gone
 */
function finish(el, sliders, gone) {
  if (gone()) return;
  const handles = el.closest(".widget-vbox")?.querySelectorAll(".noUi-handle") ?? [];
  if (handles.length < sliders) {
    requestAnimationFrame(() => finish(el, sliders, gone));
    return;
  }
  for (const handle of handles) {
    const label = handle.closest(".widget-hslider")?.querySelector("label");
    handle.setAttribute("aria-label", label?.textContent ?? "");
    handle.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

/**
 * Without a kernel the sliders do nothing: else they would say something else than the chart.
 * @param {HTMLElement} el
 */
function putToRest(el) {
  for (const part of el.closest(".widget-vbox")?.children ?? []) {
    if (part.contains(el)) return;
    part.toggleAttribute("inert", true);
  }
}

/** @type {import("@anywidget/types").Render<Traits>} */
function render({ model, el }) {
  let removed = false;
  const panel = document.createElement("div");
  panel.className = "loop-what-if";
  panel.setAttribute("role", "status"); // changes are read out when the learner pauses
  const draw = () => {
    panel.innerHTML = model.get("content");
  };
  const lose = () => {
    const said = "The kernel was restarted. Run this cell again to bring the sliders to life.";
    panel.replaceChildren(Object.assign(document.createElement("p"), { textContent: said }));
    putToRest(el);
  };
  model.on("change:content", draw);
  model.on("comm_live_update", lose); // JupyterLab's word for it
  draw();
  el.append(panel);
  finish(el, model.get("sliders"), () => removed);
  return () => {
    removed = true;
    model.off("change:content", draw);
    model.off("comm_live_update", lose);
  };
}

export default { render };
