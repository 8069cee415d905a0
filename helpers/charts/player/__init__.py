"""The player: step through a recording, and see what the loop had before it at each moment.

    timeline.player()

An anywidget: the JavaScript modules and the style sheet beside this file (`assets`, `joining`)
are all it needs, and the whole recording travels with it as one compressed block of columns
(`packing`), so it works in a saved notebook with widget state and no kernel. What each moment
means was worked out before it travels, by `film` and `narration`; the browser only looks it up.
Where widgets do not run (on paper, on GitHub), the first panels of the chart of order are
there instead, with their alt text: the same moments, side by side.

Limits: a recording of more than 100,000 steps is cut, and the player says what it left out.
"""

from __future__ import annotations

import anywidget
import traitlets

from helpers.charts.arriving import come_into_view
from helpers.charts.order import order
from helpers.charts.packing import first_steps, packed
from helpers.charts.page import STILL
from helpers.charts.player import assets
from helpers.timeline import Timeline
from helpers.timeline.options import OrderOptions, PlayerOptions

MOST_STEPS = PlayerOptions.most_steps
_PANELS = 18  # in three lines
_WIDGET = "application/vnd.jupyter.widget-view+json"
_RUN_ME = "The player of a recording. Run this cell to step through it."


def player(timeline: Timeline, *, most_steps: int = MOST_STEPS) -> Player:
    """A widget that steps through the recording, forward and back.

    `most_steps` is how many steps travel to the browser: the first ones, if there are
    more. Raises ValueError when it is not at least 1.
    """
    if most_steps < 1:
        raise ValueError(f"most_steps is {most_steps}; a player needs at least one step to show.")
    return Player(timeline, most_steps=most_steps)


class Player(anywidget.AnyWidget):
    """The widget itself. `data` is a packed recording; `live` is true while it still grows."""

    _esm = assets.script()
    _css = assets.style()
    data = traitlets.Bytes().tag(sync=True)
    live = traitlets.Bool(False).tag(sync=True)

    def __init__(self, timeline: Timeline, *, most_steps: int = MOST_STEPS, live: bool = False):
        super().__init__(data=_packed(timeline, most_steps, live), live=live)
        self._timeline = timeline

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict[str, object], dict[str, object]]:
        """The widget, and for readers that have none the chart of order with its alt text."""
        return {**_panels(self._timeline), **self.view()}, {}

    def _ipython_display_(self) -> None:
        """Two outputs: the chart of order, and the widget, which hides it where it runs.

        JupyterLab shows nothing but an error for a stored widget without its state, however
        good the rest of the bundle: so the static chart must be an output of its own.
        """
        from IPython.display import publish_display_data

        publish_display_data(still(_panels(self._timeline)))
        publish_display_data({"text/plain": _RUN_ME, **self.view()})
        come_into_view()

    def view(self) -> dict[str, object]:
        """What a notebook stores of a widget, by MIME type."""
        return {_WIDGET: {"version_major": 2, "version_minor": 1, "model_id": self.model_id}}

    def show(self, timeline: Timeline, *, live: bool, most_steps: int = MOST_STEPS) -> None:
        """Show another recording in the same place; may be called from any thread."""
        data = _packed(timeline, most_steps, live)
        with self.hold_sync():
            self.data, self.live = data, live
        self._timeline = timeline


def _packed(timeline: Timeline, most_steps: int, live: bool) -> bytes:
    """A recording as it travels; of one that still grows it is too early to say what is wrong."""
    if live or not timeline.complete:
        return packed(timeline if live else first_steps(timeline, most_steps))
    return packed(first_steps(timeline, most_steps), timeline.findings())


def _panels(timeline: Timeline) -> dict[str, str]:
    """The first panels of its chart of order, as many as fit on a page, as an output."""
    if not timeline.complete:
        return {"text/plain": repr(timeline)}
    return order(timeline, OrderOptions(most=_PANELS)).output(plain=repr(timeline))


def still(chart: dict[str, str]) -> dict[str, str]:
    """The output of a static chart, marked so that a player beside it can hide it."""
    output = dict(chart)
    if "text/html" in output:
        output["text/html"] = f'<div class="{STILL}">{output["text/html"]}</div>'
    return output
