"""After each test: nothing is patched, and no thread of a simulation goes on."""

import asyncio
import sys
import threading
import weakref
from asyncio import base_events, events

import pytest

from helpers.recorder import hooks

older = weakref.WeakSet()  # threads that were there when the test began


def whats_there():
    classes = (events.Handle, events.TimerHandle, base_events.BaseEventLoop, asyncio.Task)
    modules = (asyncio, events, base_events)
    contents = [dict(vars(one)) for one in (*classes, *modules)]
    for content in contents:
        content.pop("_event_loop_policy", None)  # asyncio.run makes it, once
    return contents, sys.stdout, dict(hooks.journals)


@pytest.fixture(autouse=True)
def _nothing_stays_patched():
    older.update(threading.enumerate())
    before = whats_there()
    yield
    assert whats_there() == before


@pytest.fixture
def all_threads_end():
    """A function: whether the threads of this test's simulations end, waiting for them."""

    def ended():
        threads = [t for t in threading.enumerate() if t.name == "simulation" and t not in older]
        for thread in threads:
            thread.join(30)
        return not any(thread.is_alive() for thread in threads)

    return ended
