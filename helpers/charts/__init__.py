"""A timeline goes in, a picture comes out. Nothing here imports the recorder or practice.

`lanes` decides where everything goes; `gantt` draws it, `text` prints it. Here is what a
notebook shows of a timeline: the picture with its alt text, or, for those who prefer it,
the chart in characters.
"""

from __future__ import annotations

import base64
import html
import os

_ways = ("picture", "text")
_chosen: str | None = None


def show_as(way: str) -> None:
    """Show all charts from now on as a "picture" (the default) or as "text".

    Text suits a screen reader or a terminal. The environment variable
    SEE_THE_LOOP_CHARTS=text does the same from the start. Raises ValueError for another word.
    """
    global _chosen
    if way not in _ways:
        raise ValueError(f'charts are shown as "picture" or as "text", not as {way!r}')
    _chosen = way


def shown_as() -> str:
    """How charts are shown now: "picture" or "text"."""
    wished = os.environ.get("SEE_THE_LOOP_CHARTS", "").strip().lower()
    return _chosen or (wished if wished in _ways else "picture")


def notebook_output(timeline) -> dict[str, str]:
    """What a notebook stores and shows for a timeline, by MIME type.

    The short `repr`, and an HTML image whose alt text says what is to be seen; or the
    chart in characters alone, if that was chosen. A recording that is still going on
    has no picture yet.
    """
    if not timeline.complete:
        return {"text/plain": repr(timeline)}
    if shown_as() == "text":
        return {"text/plain": timeline.text()}
    return picture_output(timeline.gantt(), repr(timeline))


def picture_output(chart, plain: str) -> dict[str, str]:
    """The same for a chart that is drawn already."""
    from helpers.charts.gantt import png

    data = base64.b64encode(png(chart)).decode()
    width = round(chart.get_figwidth() * 96)
    style = "max-width: 100%; border-radius: 8px; margin-top: 4px"  # a line printed above it
    image = (
        f'<img alt="{html.escape(chart.alt)}" width="{width}" style="{style}" '
        f'src="data:image/png;base64,{data}">'
    )
    return {"text/plain": plain, "text/html": image}
