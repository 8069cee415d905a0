"""The legend: every sign of the charts on one page, and how a chart is read."""

from __future__ import annotations

import asyncio

import nbformat.v4 as new
from nbformat import NotebookNode

from classroom import pictures
from classroom.cells import lesson_of, markup, text
from helpers import compute, simulate
from helpers.charts import legend
from helpers.charts.gantt import gantt
from helpers.charts.svg import SvgCanvas
from helpers.charts.words import SIGNS
from helpers.timeline.options import GanttOptions

MEANS = {
    "running": "the loop runs this task, and nothing else",
    "tick": "it ran, for a moment",
    "ready": "it could run, and is in line for the loop",
    "waiting": "it has let go of the loop until something happens",
    "crowd": "many tasks in one row: how many are in which state",
    "overdue": "its time has passed, and the loop has not looked yet",
    "blocking": "it kept the loop to itself, by work or by a call that waits",
    "creates": "from the step that made it",
    "queues": "from the step that queued it",
    "returned": "it ended, with a result",
    "raised": "it ended, with an exception",
    "cancelled": "it ended, since somebody asked it to",
    "destroyed": "it never ended: nothing referred to it any longer",
    "pending": "it had not ended when the recording did",
    "busy": "the loop runs something",
    "asleep": "nothing is ready: the loop waits, too",
    "callback": "a plain function that the loop called; it belongs to no task",
}
_HOW = """\
Time goes from left to right, and each task has a row. Tell it as a story: who runs, who is in \
line, who waits, and for what? Then ask of any moment: **what is in the ready queue now?**
"""


def page() -> NotebookNode:
    """The legend as a notebook of one page."""
    drawn = [name for name in SIGNS if name in MEANS]
    rows = "".join(f"<tr><td>{_sample(name)}</td><td>{MEANS[name]}</td></tr>" for name in drawn)
    head = '<thead><tr><th scope="col">sign</th><th scope="col">it means</th></tr></thead>'
    cells = [
        text(f"# How to read the charts\n\n{_HOW}"),
        markup(f'<div class="chart small">{_example()}</div>'),
        markup(f'<table class="signs">{head}<tbody>{rows}</tbody></table>'),
        text(_ORDER),
        markup(f'<div class="small">{_in_order()}</div>'),
    ]
    return lesson_of(cells, new.new_notebook())


_ORDER = "A **chart of order** has no clock: a panel for each step, and under it the ready queue."


def _sample(name: str) -> str:
    canvas = SvgCanvas()
    canvas.sheet(270, legend.ROW)
    legend.draw(canvas, (((name, 2.0),),), 0)
    return canvas.text(SIGNS[name].words)


def _example() -> str:
    async def burn() -> None:
        await asyncio.sleep(0.3)
        raise ValueError("burnt")

    async def dinner() -> None:
        soup = asyncio.create_task(asyncio.sleep(0.5), name="soup")
        toast = asyncio.create_task(burn(), name="toast")
        guest = asyncio.create_task(asyncio.sleep(5), name="guest")
        await asyncio.sleep(0.1)
        compute(0.6)
        guest.cancel()
        await asyncio.wait([soup, toast, guest])
        toast.exception()

    timeline = simulate(dinner(), title="a dinner", lines=False)
    chart = gantt(timeline, GanttOptions(width=900, legend=False))
    return pictures.plain(chart.element(moving=False))


def _in_order() -> str:
    async def greet() -> None: ...

    async def family() -> None:
        a = asyncio.create_task(greet(), name="a")
        b = asyncio.create_task(greet(), name="b")
        await a
        await b

    timeline = simulate(family(), title="a family", lines=False)
    [first, *_] = pictures.in_strips(timeline.order(legend=False)._repr_mimebundle_()["text/html"])
    return first
