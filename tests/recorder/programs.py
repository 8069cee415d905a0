"""Short programs that several tests of the recorder use, and ways to run them, recorded or not."""

import asyncio
import contextlib
import io
import socket
import sys
import warnings

from helpers import record


def run(program, **options):
    """Record a program around `asyncio.run`."""
    with record(**options) as timeline:
        asyncio.run(program)
    return timeline


def own_story(timeline):
    return [s.label for s in timeline.steps if s.task is not None]


async def spawn(coroutine, name):
    return asyncio.create_task(coroutine, name=name)


async def nap():
    await asyncio.sleep(0)


def run_recorded(program, **options):
    """What it returned, what it printed, its timeline, and the warnings that were heard."""
    out = io.StringIO()
    with warnings.catch_warnings(record=True) as heard, contextlib.redirect_stdout(out):
        warnings.simplefilter("always")
        with record(**options) as timeline:
            result = asyncio.run(program())
        assert sys.stdout is out
    return result, out.getvalue(), timeline, [w for w in heard if "See the Loop" in str(w.message)]


def run_plain(program):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        return asyncio.run(program()), out.getvalue()


async def on_socket():
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        asyncio.get_running_loop().call_soon(there.send, b"x")
        await asyncio.get_running_loop().sock_recv(here, 1)
