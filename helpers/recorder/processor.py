"""Who uses the processor: one thread, or others of this process.

A thread that stands still, and uses none, either waits for something outside of Python, or for
the interpreter, which another thread does not let go of. Then that one has used the processor.
"""

from __future__ import annotations

import _thread
import time


def cpu_clock() -> int | None:
    """The system's clock of the processor time that this thread uses, where there is one."""
    try:
        return time.pthread_getcpuclockid(_thread.get_ident())
    except (AttributeError, OSError):
        return None


def processor_time(clock: int | None) -> tuple[float, float]:
    """What that thread, and all of them, have used; zeros where that is not known."""
    try:
        return (0.0, 0.0) if clock is None else (time.clock_gettime(clock), time.process_time())
    except OSError:  # the thread is over
        return 0.0, 0.0


def is_kept_up(wall: float, own: float, all_of_it: float) -> bool:
    """Whether in that time other threads used the processor, and this one hardly."""
    others = all_of_it - own
    return others > 0.3 * wall and others > 2 * own and own < 0.35 * wall
