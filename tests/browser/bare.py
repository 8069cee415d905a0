"""The player in an empty page: its scripts and a recording, without JupyterLab and a kernel."""

import base64

from helpers.charts.packing import packed
from helpers.charts.player import Player, assets

SHOW = """async ([source, css, packed, live]) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const traits = { data: new DataView(bytes.buffer), live };
  const model = { get: (name) => traits[name], on() {}, off() {} };
  await widget.render({ model, el: document.body });
}"""

LOAD = """async (sources) => {
  window.player = {};
  for (const source of sources) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    Object.assign(window.player, await import(url));
  }
}"""


def load(page, *names):
    """Make what these modules of the player export known to the page, as `window.player`."""
    page.evaluate(LOAD, [assets.script(name) for name in names])


def text(timeline, live=False):
    """A packed recording as text, as it can be given to a page."""
    return base64.b64encode(packed(timeline, None if live else timeline.findings())).decode()


def show(page, *timelines, live=False):
    """Empty the page, and put players of these recordings on it."""
    page.evaluate("document.body.replaceChildren()")
    for timeline in timelines:
        page.evaluate(SHOW, [Player._esm, str(Player._css), text(timeline, live), live])
