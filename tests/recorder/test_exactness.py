"""Random programs do the same recorded as unrecorded, and their timelines obey the laws.

A few hundred programs in the normal tests, the same each time. For a long search:

    SEE_THE_LOOP_EXAMPLES=10000 python -m pytest tests/recorder/test_exactness.py --timeout=0
"""

import os
from bisect import bisect_right
from collections import Counter
from itertools import groupby
from time import perf_counter

import pytest
import random_programs
from hypothesis import HealthCheck, Phase, given, settings
from laws import LAWS, is_subsequence, segments

from helpers.recorder import timing

MANY = int(os.environ.get("SEE_THE_LOOP_EXAMPLES", "0"))
search = settings(
    max_examples=MANY or 200,
    derandomize=not MANY,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@search
@given(program=random_programs.programs)
def test_recording_changes_nothing_and_tells_the_truth(program):
    bare, _ = random_programs.run(program, clock=None)
    for clock in ("real", "virtual"):
        world, timeline = random_programs.run(program, clock)
        assert world.log == bare.log, "the same things happened in the same order"
        assert ends(world) == ends(bare)
        agrees(timeline, world)
        agrees_on_iterations(timeline)
        for each in (timeline, *world.timelines):
            assert each.complete
            assert not [n for n in each.notes if "fault" in n]
            for law in LAWS:
                law(each)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(program=random_programs.programs)
def test_a_clock_that_ticks_each_100_ns_is_fine_enough(program):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timing, "moment", lambda: perf_counter() // 1e-7 * 1e-7)
        world, timeline = random_programs.run(program, "real")
    agrees(timeline, world)
    agrees_on_iterations(timeline)
    for law in LAWS:
        law(timeline)


def agrees_on_iterations(timeline):
    """Two steps are of one iteration by the timeline just when they are by the loop's own count.
    (Those numbers are what the program printed.)"""
    known = timeline.iterations
    pairs = {
        (int(number), bisect_right(known, printed.step))
        for printed in timeline.output
        for number in printed.text.split()
    }
    assert len(pairs) == len({theirs for theirs, _ in pairs}) == len({ours for _, ours in pairs})


def ends(world):
    return {name: world.end(name) for name in world.parents}


def agrees(timeline, world):
    """The timeline tells of the same tasks as the program itself does."""
    told = {task.coroutine: task for task in timeline.tasks if task.coroutine in world.parents}
    assert set(told) == set(world.parents), "every task"
    others = Counter(task.coroutine for task in timeline.tasks) - Counter(list(told))
    assert others == world.others + Counter(["World.main"]), "and each once"
    assert timeline.tasks[0].outcome == "returned"
    for name, task in told.items():
        assert (task.outcome, task.exception) == world.end(name)
        assert task.entered == (name in world.entered or name in world.lost)
        parent = None if task.parent is None else timeline.tasks[task.parent].coroutine
        assert parent == ("World.main" if name == "t0" else world.parents[name])
    happened = [name for name, _ in groupby(who for who, _, _ in world.log if who != "callback")]
    coroutines = {task.name: task.coroutine for task in timeline.tasks}
    assert is_subsequence(happened, [coroutines.get(label) for label in segments(timeline)])
    from_threads = [s for s in timeline.steps if s.label == "World.from_thread"]
    assert all(step.woken_by == "thread" for step in from_threads)
