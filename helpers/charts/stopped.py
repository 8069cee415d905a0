"""Stop on a recorded cell: the chart so far and one line, instead of a page of red.

The last line of such a cell, which would have shown the chart, is not reached. So when Stop ends
a recording, IPython is asked to show that instead of the traceback, this once. To all else the
cell has failed as ever: Run All ends there.

Limits: only in a notebook, and a handler of somebody else's is left alone.
"""

from __future__ import annotations

from functools import partial
from types import TracebackType
from typing import Any

from helpers.charts.page import in_notebook
from helpers.charts.words import duration_text
from helpers.timeline import Timeline


def show_instead(stop: BaseException, timeline: Timeline, seen: bool) -> None:
    """Have that timeline shown instead of the traceback of `stop`, if that ends the cell. `seen`
    says that its chart is on the page already."""
    if not in_notebook():
        return
    from IPython import get_ipython

    shell: Any = get_ipython()
    words = f"Stopped after {duration_text(timeline.duration)}"
    if not shell.custom_exceptions:
        chart = "The chart above ends there." if seen else "This is what had happened:"
        tell = partial(_tell, stop, f"{words}. {chart}", timeline, seen)
        shell.set_custom_exc((type(stop),), tell)


def _tell(
    stop: BaseException,
    words: str,
    timeline: Timeline,
    seen: bool,
    shell: Any,
    kind: type[BaseException],
    exception: BaseException,
    traceback: TracebackType | None,
    tb_offset: int | None = None,
) -> None:
    """What IPython calls for that exception: the chart if it is ours, else the traceback."""
    from IPython.display import display

    shell.set_custom_exc((), None)
    if exception is not stop:  # the program caught that one, and this is another
        shell.showtraceback((kind, exception, traceback), tb_offset=tb_offset)
        return
    print(words)
    if not seen:
        display(timeline)
