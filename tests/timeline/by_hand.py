"""Steps and recordings written by hand, for the tests of this room."""

from helpers.timeline import Step, TaskSpan, Timeline


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
