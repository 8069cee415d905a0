"""Random asyncio programs as plain data, and how they are run.

A program is a tuple of operations, an operation a tuple of a word and what it needs, such as
`("spawn", (("sleep", 1), ("raise",)))`. Hypothesis writes them, shrinks them when one fails,
and prints them so that they can be run again. A `World` runs a program and keeps its own
account: what happened in which order, who made whom, how each task ended. The recorder is
then held against it.

The programs run on a clock that jumps, so that the same program does the same thing each
time. Two things in asyncio have no order of their own and get one here: the set of a task
group's tasks, and `all_tasks`.
"""

import asyncio
import contextlib
import gc
import io
import sys

from hypothesis import strategies as st
from world import World

from helpers.recorder import record, record_virtual
from helpers.virtual_time import VirtualLoop

EAGER = sys.version_info >= (3, 12)


# -- programs, as Hypothesis writes them ----------------------------------------------------

few = st.integers(0, 2)
moments = st.sampled_from((0, 1, 1, 2, 3))

_simple = st.one_of(
    st.tuples(st.just("sleep"), moments),
    st.tuples(st.just("compute"), moments),
    st.tuples(st.sampled_from(("join", "cancel", "watch")), st.integers(0, 9)),
    st.tuples(st.just("cancel later"), st.integers(0, 9), moments),
    st.tuples(st.sampled_from(("put", "get", "set", "clear", "wait", "notify", "await")), few),
    st.tuples(st.sampled_from(("raise", "soon", "soon cancelled", "cancels itself", "thread"))),
    st.tuples(st.sampled_from(("later", "later cancelled", "future", "ticks")), moments),
    st.tuples(st.sampled_from(("enter", "leave", "lost"))),
    st.tuples(st.sampled_from(("left", "closed", "object", "object task")), moments),
    st.tuples(st.sampled_from(("barrier", "reset", "abort", "done", "join queue")), few),
)


def _nested(operations):
    bodies = st.lists(operations, max_size=4).map(tuple)
    several = st.lists(bodies, min_size=1, max_size=3).map(tuple)
    eager = ("eager", "eager by hand") * EAGER
    makers = ("spawn", "spawn", "by callback", "by thread", "shield", *eager)
    return st.one_of(
        st.tuples(st.sampled_from(makers), bodies),
        st.tuples(st.sampled_from(("gather", "gather all", "group", "as completed")), several),
        st.tuples(st.sampled_from(("timeout", "timeout moved", "wait for")), moments, bodies),
        st.tuples(st.sampled_from(("anext", "first")), moments, bodies),
        st.tuples(st.sampled_from(("lock", "semaphore", "condition")), few, bodies),
        st.tuples(st.sampled_from(("try", "swallow", "record")), bodies),
        st.tuples(st.just("finally"), bodies, bodies),
    )


programs = st.lists(st.recursive(_simple, _nested, max_leaves=12), min_size=1, max_size=8).map(
    tuple
)


# -- one run ---------------------------------------------------------------------------------


class CountingLoop(VirtualLoop):
    """Counts its own iterations."""

    iteration = 0

    def _run_once(self):
        self.iteration += 1
        super()._run_once()


def run(program, clock: str | None):
    """Run a program without recording (clock None), or recorded by a "real" or "virtual" clock.

    Returns its world and its timeline (None without recording).
    """
    loop = CountingLoop()
    around = {
        None: contextlib.nullcontext,
        "real": record,
        "virtual": lambda: record_virtual(loop.time),
    }[clock]()
    loop.set_exception_handler(lambda loop, context: None)  # nobody fetches all exceptions
    asyncio.set_event_loop(loop)
    try:
        _let_nothing_be_collected()
        world = World(recording=clock is not None)
        with contextlib.redirect_stdout(io.StringIO()), around as timeline:
            loop.run_until_complete(world.main(program))
        loop.allow(1)
        loop.run_until_complete(loop.shutdown_asyncgens())
        return world, timeline
    finally:
        loop.leave()
        loop.close()
        asyncio.set_event_loop(None)
        gc.enable()
        gc.unfreeze()


def _let_nothing_be_collected():
    """Unless the program asks for it: the collector's own moments depend on what else is there.
    What was there before is none of its business, which makes it quick."""
    gc.disable()
    gc.freeze()
