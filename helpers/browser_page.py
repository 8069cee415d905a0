"""The page: what `browser` has is put in place, once, in the modules that everybody asks.

A thread cannot be started. Two kinds of ours can do without: one whose `look_in` says when it
must end runs to its end as soon as it is started; one that has a `beat` is called every so many
seconds, between two steps. Any other raises `NotHere`, and so does what needs a socket, another
program, or somebody else to end a wait.

Limits: who took hold of a function before, as `from time import sleep` does, keeps the plain one.
"""

from __future__ import annotations

import asyncio
import functools
import math
import socket
import subprocess
import sys
import threading
import time
from asyncio import events
from collections.abc import Callable
from concurrent import futures
from typing import Any, ClassVar

from helpers import browser
from helpers.browser import FOREVER, PROCESS, SOCKET, THREAD, ModuleNotHereError, NotHere, refuse

_plain_result = futures.Future.result


def settle_in(call: Callable[..., Any], cancel: Callable[[Any], None]) -> browser.PagesLoop:
    """Make this a browser's platform; returns the loop on which cells are to run.

    `call` and `cancel` are the page's timers, as `PagesLoop` takes them.
    """
    for owner, name, ours in _stand_ins(call):
        setattr(owner, name, ours)
    sys.meta_path.append(Lacking)
    return browser.PagesLoop(call, cancel)


def _stand_ins(call: Callable[..., Any]) -> list[tuple[Any, str, Any]]:
    return [
        (threading, "get_ident", browser.get_ident),
        (sys, "_current_frames", browser.current_frames),
        (time, "perf_counter", browser.moment),
        (time, "sleep", browser.sleep),
        (time, "thread_time", getattr(time, "thread_time", time.process_time)),
        (threading.Thread, "start", functools.partialmethod(_start, call)),
        (threading.Thread, "join", lambda thread, timeout=None: None),
        (threading.Thread, "is_alive", lambda thread: False),
        (threading.Condition, "wait", _wait),
        (futures.Future, "result", _result),
        (subprocess.Popen, "__init__", refuse(PROCESS)),
        *((socket.socket, name, refuse(SOCKET)) for name in ("connect", "bind", "listen")),
        (asyncio, "SelectorEventLoop", browser.Loop),
        (asyncio, "new_event_loop", browser.Loop),
        (events, "new_event_loop", browser.Loop),
    ]


def _start(thread: Any, call: Callable[..., Any]) -> None:
    """`Thread.start`. A thread of ours has said how it can do without being one."""
    if hasattr(thread, "look_in"):
        with browser.aside(), browser.Watch(thread.look_in, thread.is_own):
            thread._ident = browser.get_ident()
            thread.run()
    elif hasattr(thread, "beat"):
        _repeat(call, *thread.beat)
    else:
        raise NotHere(THREAD)


def _repeat(call: Callable[..., Any], seconds: float, function: Callable[[], bool]) -> None:
    """Have the page call it every so many seconds, until it says False."""

    def beat(*_: object) -> None:
        if function():
            call(seconds, beat)

    call(seconds, beat)


def _wait(condition: Any, timeout: float | None = None) -> bool:
    """`Condition.wait`, and `Event.wait` with it: nobody will ever notify it."""
    if timeout is None:
        raise NotHere(FOREVER)
    browser.sleep(timeout)
    return False


def _result(future: Any, timeout: float | None = None) -> Any:
    """`concurrent.futures.Future.result`: nobody can bring it while we stand here."""
    if not future.done():
        if timeout is None:
            raise NotHere(FOREVER)
        browser.sleep(timeout)
    return _plain_result(future, timeout and 0)


class Lacking:
    """The last on `sys.meta_path`: says why a package is not there."""

    WHY: ClassVar = {"aiohttp": SOCKET, "_multiprocessing": PROCESS}

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> None:
        """No package comes from here."""
        if name in cls.WHY:
            raise ModuleNotHereError(cls.WHY[name])


def timers() -> tuple[Callable[..., Any], Callable[[Any], None]]:
    """The browser's own: to have a function called, and to take that back."""
    import js  # type: ignore[import-not-found]
    from pyodide.ffi import create_proxy  # type: ignore[import-not-found]

    try:
        from pyodide_js._api import scheduleCallback as soon  # type: ignore[import-not-found]
    except ImportError:
        soon = js.setTimeout  # rests for 4 ms
    for_javascript = functools.cache(create_proxy)

    def call(seconds: float, function: Callable[..., Any]) -> Any:
        if seconds > 0:
            return js.setTimeout(for_javascript(function), math.ceil(seconds * 1000))
        return soon(for_javascript(function), 0)

    def cancel(number: Any) -> None:
        if number is not None:  # a call of `soon` is not taken back: it finds nothing to do
            js.clearTimeout(number)

    return call, cancel
