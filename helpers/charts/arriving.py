"""What a cell shows comes into view, though Shift+Enter has gone on to the next cell.

JupyterLab scrolls to that next cell before it knows how much the first one will show. So a
chart, a player, sliders and verdicts ask for the page to be moved: `come_into_view`.
A model without any view (of anywidget's) hears it in the browser, and `arriving.js` does the rest;
nothing of it is shown, and nothing stored in a notebook.

Limits: only in JupyterLab's notebooks; elsewhere nobody hears. Whoever scrolls, clicks or types
meanwhile is left alone, and under Run All nothing moves.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path

import anywidget
import traitlets

from helpers.charts.page import in_notebook


def come_into_view() -> None:
    """Ask for what the cell that runs now shows to be moved into view, if this is a notebook."""
    if not in_notebook():
        return
    from IPython import get_ipython

    with suppress(Exception):  # it is only a courtesy
        _mover().count = get_ipython().execution_count


@cache
def _mover() -> _Mover:
    return _Mover()


class _Mover(anywidget.AnyWidget):
    """What is heard in the browser; it has no view."""

    _esm = Path(__file__).with_suffix(".js")
    count = traitlets.Int().tag(sync=True)  # the number of the cell that was run last
