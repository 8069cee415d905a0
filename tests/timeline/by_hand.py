"""Steps and recordings written by hand, for the tests of this room."""

from array import array

from helpers.timeline import Step, TaskSpan, Timeline
from helpers.timeline.resources import Changes, Resource, Stays


def step(task, start, end, **more):
    """A step of that task (None: plain loop work), ready when it started unless said."""
    kind = "callback" if task is None else "task"
    defaults = {"kind": kind, "label": "work", "ready": start}
    return Step(task=task, start=start, end=end, **{**defaults, **more})


def ten_tasks_of_20_ms():
    """Ten tasks created at once, each of which computes for 20 ms and returns."""
    spans, steps = [], []
    for number in range(10):
        start, end = number * 0.02, (number + 1) * 0.02
        name = f"job {number}"
        spans.append(TaskSpan(number, name, started=start, ended=end, outcome="returned"))
        steps.append(step(number, start, end, ready=0.0))
    return Timeline.of(spans, steps)


def door():
    """A lock: task 0 takes it in step 0, task 1 stands in line from step 1 on and has it then."""
    return Resource(
        "Lock",
        "door",
        changes=Changes(
            array("q", [0, 0, 2 * 10**9, 2 * 10**9, 2 * 10**9]),
            array("i", [0, 1, 2, 2, 3]),
            array("i", [1, 1, 0, 0, 1]),
            array("i", [1] * 5),
            array("i", [0, 1, 1, 0, 0]),
        ),
        holds=Stays(
            array("i", [0, 1]), array("q", [0, 2 * 10**9]), array("q", [2 * 10**9, 3 * 10**9]),
            array("i", [0, 3]), array("i", [2, 4]), array("i", [0, 0]),
        ),
        waits=Stays(
            array("i", [1]), array("q", [0]), array("q", [2 * 10**9]),
            array("i", [1]), array("i", [2]), array("i", [0]),
        ),
    )  # fmt: skip
