// The map of `progress()` in the browser: its links open lessons in this window of JupyterLab.

/** @typedef {{content: string}} Traits markup that Python wrote */

/**
 * The folder of the notebook that is open, as JupyterLab's address says it, with a slash at its
 * end; null elsewhere. There the links are links, and open another window.
 * @param {string} address
 */
function folder(address) {
  const path = /\/lab(?:\/workspaces\/[^/]+)?\/tree\/(.*)$/.exec(address)?.[1];
  return path === undefined ? null : decodeURIComponent(path.replace(/[^/]*$/, ""));
}

/** @type {import("@anywidget/types").Render<Traits>} */
function render({ model, el }) {
  const map = document.createElement("div");
  map.innerHTML = model.get("content");
  const here = folder(location.pathname);
  for (const link of map.querySelectorAll("th a")) {
    if (here === null) break;
    const path = here + link.getAttribute("href");
    link.setAttribute("data-commandlinker-command", "docmanager:open");
    link.setAttribute("data-commandlinker-args", JSON.stringify({ path }));
  }
  el.append(map);
}

export default { render };
