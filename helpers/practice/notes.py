"""What check, hint and solution answer: a note, shown as HTML in a notebook, else as text.

(And predict and compare, where there is nothing to ask or to compare yet.)

The text is complete by itself: for a terminal, for a screen reader, and for the tests
that compare what a notebook stored. The HTML takes its colours of text and background
from the page, so it suits both of JupyterLab's themes; the mark, the word and the border
say the same thing three ways.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from helpers.charts.arriving import come_into_view
from helpers.charts.gantt import gantt, with_room_for
from helpers.charts.order import order
from helpers.practice.markup import marked
from helpers.timeline import Timeline
from helpers.timeline.options import GanttOptions, OrderOptions

# outcome -> (mark, word, colour of the border, from Okabe and Ito's palette)
_LOOKS = {
    "correct": ("✔", "Correct", "#009E73"),
    "not yet": ("➜", "Not yet", "#E69F00"),
    "not attempted": ("○", "Not attempted", "#808080"),
    "too early": ("○", "Too early", "#808080"),
    "hint": ("✎", "", "#56B4E9"),
    "solution": ("✎", "", "#56B4E9"),
}
_MOST_LINES = 20  # of what the program printed
_MOST_PANELS = 12  # of a chart of order: three lines
_CHART_WIDTH = 520  # CSS pixels: two fit beside each other on a wide screen


@dataclass(frozen=True)
class Note:
    """An answer to the learner. `outcome` is "correct", "not yet", "not attempted", "too early",
    "hint" or "solution"; `sentence` the answer itself; the rest is shown where there is any."""

    outcome: str
    title: str
    sentence: str
    after: str = ""
    trace: str = ""
    printed: str = ""
    code: str = ""
    charts: tuple[tuple[str, Timeline], ...] = ()

    @property
    def heading(self) -> str:
        mark, word, _ = _LOOKS[self.outcome]
        return f"{mark} {word}: {self.title}" if word else f"{mark} {self.title}"

    def __repr__(self) -> str:
        parts = [self.heading, self.sentence, self.code.rstrip()]
        if self.printed:
            parts.append("It printed:\n" + _cut(self.printed))
        parts += [self.trace.rstrip(), self.after]
        return "\n".join(part for part in parts if part)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        come_into_view()
        return {"text/plain": repr(self), "text/html": self._html()}

    def _html(self) -> str:
        colour = _LOOKS[self.outcome][2]
        parts = [f"<strong>{html.escape(self.heading)}</strong>", _paragraph(self.sentence)]
        if self.code:
            parts.append(_block(self.code.rstrip()))
        if self.printed:
            parts.append(_paragraph("It printed:") + _block(_cut(self.printed)))
        if self.trace:
            parts.append(_block(self.trace.rstrip()))
        parts.append(_charts(self.charts))
        if self.after:
            parts.append(_paragraph(self.after))
        return (
            f'<div style="border-left: 5px solid {colour}; padding: 0.3em 1em; margin: 0.3em 0">'
            + "".join(parts)
            + "</div>"
        )


def _cut(text: str) -> str:
    lines = [line[:200] for line in text.rstrip("\n").splitlines()]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"... and {len(lines) - _MOST_LINES} more lines"]
    return "\n".join(lines)


def _paragraph(text: str) -> str:
    return f'<p style="margin: 0.4em 0">{marked(html.escape(text))}</p>'


def _block(text: str) -> str:
    return (
        '<pre style="margin: 0.4em 0; padding: 0.4em 0.8em; overflow-x: auto; '
        f'border: 1px solid rgba(128, 128, 128, 0.4)">{html.escape(text)}</pre>'
    )


def _charts(charts: tuple[tuple[str, Timeline], ...]) -> str:
    """The charts side by side where there is room, one below the other where not; on one axis.

    In a program that waits for nothing all is at 0 s: there the axis is the order of the steps.
    """
    in_order = all(timeline.duration <= 0 for _, timeline in charts)
    alike = GanttOptions(width=_CHART_WIDTH, title="", legend=False)
    for _, timeline in charts:
        alike = with_room_for(alike, timeline)
    figures = "".join(
        '<figure style="margin: 0.4em 0; flex: 1 1 26em; min-width: 0">'
        f"<figcaption>{html.escape(caption)}</figcaption>"
        f"{_in_order(timeline) if in_order else _picture(timeline, alike)}</figure>"
        for caption, timeline in charts
    )
    return (
        f'<div style="display: flex; flex-wrap: wrap; gap: 1em">{figures}</div>' if charts else ""
    )


def _picture(timeline: Timeline, options: GanttOptions) -> str:
    return gantt(timeline, options).element()


def _in_order(timeline: Timeline) -> str:
    options = OrderOptions(width=_CHART_WIDTH, title="", legend=False, most=_MOST_PANELS)
    return order(timeline, options).element()
