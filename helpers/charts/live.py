"""A chart that grows while the program runs, fed from a thread of its own.

The loop that is watched does nothing for it: a daemon thread asks for a snapshot now and
then, packs the end of it and sends it to the browser. So the picture moves on even while
a task holds the loop, which is when one wants to see it.

Each look must be earned: the thread waits until the program has run `REST` times as long as
the look will take of the processor, by what the last one took and what has happened since.
So however short or long the recording, less than a tenth of the time goes into the view.
What is sent is bounded as well (the last steps only), and nothing waits for an answer: a
browser that is slow, or gone, misses pictures and delays nobody.

Limits: a look takes longer the more there is to put together, so after hundreds of thousands
of steps looks are rare, and what makes ten thousand tasks in half a second is shown when it
is over. Only the last `LAST_STEPS` steps are in sight until the recording ends, and a step
that holds Python's global lock in C code holds this thread too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from helpers.charts.page import STILL, in_notebook
from helpers.timeline import Timeline

if TYPE_CHECKING:
    from helpers.charts.player import Player

EVERY = 0.15  # seconds between two looks, if they are cheap
REST = 15  # times the processor time of a look that the program has run since the last one
FIRST_COST = 5e-7  # seconds of the processor for each step recorded, before a look was measured
LAST_STEPS = 1_000


class LiveChart:
    """The view of one recording while it goes on.

    `snapshot` gives the timeline so far, `size` how many steps it has; both may be called
    from any thread. Outside a notebook all methods do nothing.
    """

    def __init__(self, snapshot: Callable[[], Timeline], size: Callable[[], int], title: str = ""):
        self._snapshot, self._size, self._title = snapshot, size, title
        self._over = threading.Event()
        self._player: Player | None = None
        self._still: Any = None  # IPython's handle on what was displayed
        self._thread: Any = None
        self._cost, self._last = FIRST_COST, 0.0  # of a look for each step; when the last one was

    def start(self) -> None:
        """Show the chart below the cell, and begin to feed it."""
        if not in_notebook():
            return
        from IPython.display import display

        from helpers.charts.player import Player

        beginning = Timeline(title=self._title, complete=False)
        self._player = Player(beginning, live=True)
        words = f"A live chart of {self._title or 'a recording'}."
        html = f'<div class="{STILL}">{escape(words)}</div>'
        still = {"text/plain": words, "text/html": html}
        self._still = display(still, raw=True, display_id=True)
        display({"text/plain": words, **self._player.view()}, raw=True)
        try:
            self._look()  # loads what the later ones need, before the program begins
        except BaseException:  # Stop, for one: what never grows must not stay as if it would
            self._player.close()
            raise
        self._thread = threading.Thread(target=self._feed, name="live chart", daemon=True)
        # Where no thread can be had (in a browser), the page's own beat will do.
        self._thread.beat = EVERY, self._look_if_it_is_earned
        self._last = time.perf_counter()
        self._thread.start()
        del self._thread.beat

    def stop(self, timeline: Timeline) -> None:
        """Stop feeding, and turn the chart into the player of that recording."""
        self._over.set()
        if self._player is None or self._thread is None:
            return
        from helpers.charts.gantt import notebook_output
        from helpers.charts.player import still

        self._thread.join(timeout=1)
        self._player.show(timeline, live=False)
        self._still.update(still(notebook_output(timeline)), raw=True)

    def _feed(self) -> None:
        while not self._over.wait(EVERY) and self._look_if_it_is_earned():
            pass

    def _look_if_it_is_earned(self) -> bool:
        """Whether to go on looking."""
        if self._over.is_set():
            return False
        size = self._size()
        if time.perf_counter() - self._last < REST * self._cost * size:
            return True
        before = time.thread_time()
        try:
            self._look()
        except Exception:  # a view is no reason to disturb the run; the player comes anyway
            return False
        self._cost = (time.thread_time() - before) / max(size, 1)
        self._last = time.perf_counter()
        return True

    def _look(self) -> None:
        from helpers.charts.packing import last_steps

        so_far = replace(self._snapshot(), complete=False)
        seen = last_steps(so_far, LAST_STEPS)
        if self._player and not self._over.is_set():
            self._player.show(seen, live=True)
