"""A second witness: `sys.monitoring` tells which task ran when, and must agree with the recorder.

It sees each resumption, suspension and end of every coroutine, by CPython's own
account, and asks asyncio which task that was. It shares nothing with the recorder, which
watches handles. It was not there before Python 3.12.
"""

import asyncio
import contextlib
import inspect
import sys
from itertools import groupby

import pytest
import random_programs
from hypothesis import given, settings
from laws import is_subsequence, segments

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12"
)


class Witness:
    """While it watches, `turns` grows: (task, function) for each thing a coroutine does."""

    def __enter__(self):
        self.turns: list[tuple[asyncio.Task, str]] = []
        self.monitoring = sys.monitoring
        events = self.monitoring.events
        self.monitoring.use_tool_id(self.monitoring.PROFILER_ID, "witness")
        self.kinds = [events.PY_START, events.PY_RESUME, events.PY_YIELD, events.PY_RETURN]
        self.kinds += [events.PY_THROW, events.PY_UNWIND]
        for kind in self.kinds:
            self.monitoring.register_callback(self.monitoring.PROFILER_ID, kind, self.see)
        self.monitoring.set_events(self.monitoring.PROFILER_ID, sum(self.kinds))
        return self

    def __exit__(self, *error):
        self.monitoring.set_events(self.monitoring.PROFILER_ID, 0)
        for kind in self.kinds:
            self.monitoring.register_callback(self.monitoring.PROFILER_ID, kind, None)
        self.monitoring.free_tool_id(self.monitoring.PROFILER_ID)

    def see(self, code, *rest):
        if not code.co_flags & inspect.CO_COROUTINE:
            return
        with contextlib.suppress(RuntimeError):  # no loop is running
            if (task := asyncio.current_task()) is not None:
                self.turns.append((task, code.co_qualname))


def turns_of(witness, world, timeline):
    """Who had the thread, one after the other, in the timeline's words; of the tasks that bear a
    name of ours."""
    names = {task.coroutine: task.name for task in timeline.tasks}
    known = {task: name for name, task in world.entered.items()} | {world.itself: "World.main"}
    turns = (known.get(task, function) for task, function in witness.turns)
    ours = (names[name] for name in turns if name in world.parents or name == "World.main")
    return [name for name, _ in groupby(ours)]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(program=random_programs.programs)
def test_the_witness_tells_the_same_story(program):
    """Each turn of each task it saw is in the timeline, in its order, and no other is. (That a
    task goes on when an eager one inside it has had its first step, a coroutine cannot tell.)"""
    with Witness() as witness:
        world, timeline = random_programs.run(program, "real")
    ours = {"World.main", *world.parents}
    people = {task.name for task in timeline.tasks if task.coroutine in ours}
    told = [label for label, _ in groupby(x for x in segments(timeline) if x in people)]
    seen = turns_of(witness, world, timeline)
    assert is_subsequence(seen, told) if "eager" in str(program) else seen == told
