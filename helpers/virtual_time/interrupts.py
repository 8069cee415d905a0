"""Interrupting a thread: an exception raised in it from outside, and the end of that.

CPython 3.11 keeps one flag for all threads, "an interrupt is on its way", and only a thread
that receives one puts it down. One that is taken back leaves it up for good: each call then
takes a longer way, and under a tracer (a debugger, coverage) no call ever returns. So the last
interrupt is received, never taken back.
"""

from __future__ import annotations

import ctypes
import threading


class _Last(BaseException):
    """Receives nothing but itself."""


def interrupt(thread_id: int, exception: type[BaseException]) -> None:
    """Raise that exception in that thread at its next bytecode, in place of one on its way."""
    asked = ctypes.pythonapi.PyThreadState_SetAsyncExc
    asked(ctypes.c_ulong(thread_id), ctypes.py_object(exception))


def let_none_follow() -> None:
    """Whatever interrupt is on its way to the calling thread, it comes now and is nothing.

    It may still come as itself, in here, if nobody sees to it that it comes elsewhere: then
    call this once more.
    """
    try:
        interrupt(threading.get_ident(), _Last)
        while True:
            pass
    except _Last:
        pass
