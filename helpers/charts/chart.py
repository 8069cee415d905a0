"""What every chart is, whichever it draws: it can be painted, written as SVG, printed, and told.

A new chart is a small file with a function from a timeline to a `Chart`: it says how it is
drawn on a canvas, how it is written in characters, and what is to be seen in it. All the rest
is here: what a notebook stores, what a page of ours embeds, and the choice between picture and
text, which is asked for in this file alone.
"""

from __future__ import annotations

import base64
import html
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.charts import page
from helpers.charts.canvas import Canvas
from helpers.loading import load_whole

if TYPE_CHECKING:
    from helpers.charts.picture import Picture

_WAYS = ("picture", "text")
_LEAST = 0.8  # of its width: smaller letters are not read, a narrow page scrolls instead
_chosen: str | None = None


def show_as(way: str) -> None:
    """Show all charts from now on as a "picture" (the default) or as "text".

    Text suits a screen reader or a terminal. The environment variable
    SEE_THE_LOOP_CHARTS=text does the same from the start. Raises ValueError for another word.
    """
    global _chosen
    if way not in _WAYS:
        raise ValueError(f'charts are shown as "picture" or as "text", not as {way!r}')
    _chosen = way


def _as_text() -> bool:
    wished = os.environ.get("SEE_THE_LOOP_CHARTS", "").strip().lower()
    return (_chosen or wished) == "text"


@dataclass(frozen=True)
class Chart:
    """A chart before anybody looks at it. `kind` is what it is called ("Gantt chart").

    `draw` puts it on a canvas, `write` gives it in characters, so many to a line at most,
    and `describe` its alt text: they are called when somebody wants to see it, and each may
    be called more than once.
    """

    kind: str
    title: str
    draw: Callable[[Canvas], None]
    write: Callable[[int], str]
    describe: Callable[[], str]

    @cached_property
    def alt(self) -> str:
        """What is to be seen, in sentences, for those who do not."""
        return self.describe()

    def as_text(self, width: int = 80) -> str:
        """The chart in characters, so many to a line at most. Ends without a line break."""
        return self.write(width)

    def picture(self) -> Picture:
        """The chart as a matplotlib figure."""
        load_whole("helpers.charts.picture")
        from helpers.charts.picture import Picture

        return Picture(self)

    def svg(self) -> str:
        """The chart as an `<svg>` element with alt text."""
        from helpers.charts.svg import svg

        return svg(self)

    def output(self, plain: str = "", picture: Picture | None = None) -> dict[str, str]:
        """What a notebook stores and shows, by MIME type: an image with its alt text, or the
        characters alone, if these were chosen.

        `plain` is what stands beside the image, by default the chart's `repr`; `picture` one
        that is painted already, if somebody went on drawing on it.
        """
        if _as_text():
            return {"text/plain": self.as_text()}
        return {"text/plain": plain or repr(self), "text/html": self._image(picture)}

    def element(self, *, moving: bool = False) -> str:
        """The chart as an HTML element for a page of ours, as the reader chose it.

        `moving` asks for SVG instead of an image: a tenth of the work where it is drawn
        again and again, but some readers of stored notebooks drop it.
        """
        if _as_text():
            return f'<pre style="overflow-x: auto">{html.escape(self.as_text())}</pre>'
        return self.svg() + page.STYLE if moving else self._image(None)

    def _image(self, picture: Picture | None) -> str:
        picture = picture or self.picture()
        width = round(picture.get_figwidth() * 96)
        least = round(width * _LEAST)
        style = f"max-width: 100%; min-width: {least}px; border-radius: 8px; margin-top: 4px"
        return (
            f'<img alt="{html.escape(self.alt)}" width="{width}" style="{style}" '
            f'class="{page.CLASS}" '
            f'src="data:image/png;base64,{base64.b64encode(picture.png()).decode()}">{page.STYLE}'
        )

    def __repr__(self) -> str:
        """Without the size, which follows from what happened to be seen."""
        return f"<{self.kind} {self.title!r}>" if self.title else f"<{self.kind}>"
