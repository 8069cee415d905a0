"""The laws a timeline obeys, whatever the program did. Each is a function that asserts.

They are read off the columns, in whole nanoseconds, so nothing is lost to rounding.
"""

from itertools import pairwise

from helpers.timeline import nanoseconds


def steps_are_in_order(timeline):
    c = timeline.columns
    for index in range(len(c)):
        assert 0 <= c.ready[index] <= c.start[index] <= c.end[index] <= timeline.length, index
    assert list(c.start) == sorted(c.start)


def innermost_steps_never_overlap(timeline):
    """And nested ones lie inside the step they belong to."""
    c, last = timeline.columns, {}
    for index, outer in enumerate(c.inside):
        assert outer < index
        if outer >= 0:
            assert c.start[outer] <= c.start[index] <= c.end[index] <= c.end[outer], index
        assert c.start[index] >= last.get(outer, 0), f"{index} overlaps its neighbour"
        last[outer] = c.end[index]


def the_waker_was_running(timeline):
    """Who put a step in the queue is an earlier step, under way at that moment."""
    c = timeline.columns
    for index, waker in enumerate(c.woken_by):
        if waker >= 0:
            assert waker < index
            assert c.start[waker] <= c.ready[index] <= c.end[waker], index


def a_life_is_running_ready_and_waiting(timeline):
    """Without gap or overlap; overdue is part of waiting; steps of one task follow each other."""
    for task in timeline.tasks:
        begin, end = (nanoseconds(moment) for moment in timeline.life(task.id))
        now, waiting = begin, None
        for state, start, stop, _, _ in timeline.spans(task.id):
            if state == "overdue":
                assert waiting[0] <= start <= stop <= waiting[1]
                continue
            assert start == now <= stop, (task, state)
            now, waiting = stop, (start, stop)
        assert now == end, task


def each_turn_is_run_then_wait_then_ready(timeline):
    """A task is never ready twice without a step between, nor waits after having been ready."""
    allowed = {
        "running": {"running", "ready", "waiting"},
        "waiting": {"running", "ready"},
        "ready": {"running"},
    }
    for task in timeline.tasks:
        states = [_turn(timeline, *span) for span in timeline.spans(task.id)]
        states = [state for state in states if state != "overdue"]
        for before, after in pairwise(states):
            assert after in allowed[before], (task.name, states)


def _turn(timeline, state, start, end, step, reason):
    """That span's state; what waits for a step inside its own has not given its turn away."""
    within = state == "waiting" and step is not None and end <= timeline.columns.end[step]
    return "running" if within and end > start else state


def parents_come_before_their_children(timeline):
    for task in timeline.tasks:
        if task.parent is not None:
            parent = timeline.tasks[task.parent]
            assert parent.id < task.id
            assert (parent.created or 0) <= task.created
        if task.created is not None and task.started is not None:
            assert task.created <= task.started
        if task.ended is not None:
            assert task.outcome in ("returned", "raised", "cancelled", "destroyed")
            assert task.ended <= timeline.duration
        else:
            assert task.outcome == "pending"


def steps_and_sleep_fill_the_time(timeline):
    """Outermost steps and idle spans never overlap; in virtual time they are all there is."""
    c = timeline.columns
    spans = [(c.start[i], c.end[i]) for i, outer in enumerate(c.inside) if outer < 0]
    spans += [(nanoseconds(i.start), nanoseconds(i.end)) for i in timeline.idle]
    now = 0
    for start, end in sorted(spans):
        assert now <= start <= end
        now = end
    if timeline.clock == "virtual":
        assert sum(end - start for start, end in spans) == timeline.length


def timers_are_cancelled_or_queued(timeline):
    """And one that was queued was run, by a step of its own."""
    steps = [timer.step for timer in timeline.timers if timer.step is not None]
    assert len(set(steps)) == len(steps)
    for timer in timeline.timers:
        assert timer.queued is None or timer.cancelled is None
        assert timer.made_by is None or timer.made_by < len(timeline.columns)
        assert (timer.queued is None) == (timer.step is None)
        if timer.step is not None:
            step = timeline.steps[timer.step]
            assert (step.kind, step.label, step.ready) == ("timer", timer.label, timer.queued)
            assert timer.queued >= timer.made


LAWS = (
    steps_are_in_order,
    innermost_steps_never_overlap,
    the_waker_was_running,
    a_life_is_running_ready_and_waiting,
    each_turn_is_run_then_wait_then_ready,
    parents_come_before_their_children,
    steps_and_sleep_fill_the_time,
    timers_are_cancelled_or_queued,
)


def segments(timeline) -> list[str]:
    """Who had the thread, stretch by stretch: after a nested step its outer one goes on."""
    c, under_way, found = timeline.columns, [], []
    labels = [timeline.strings[number] for number in c.label]
    for index, outer in enumerate(c.inside):
        while under_way and under_way[-1] != outer:
            under_way.pop()
            if under_way:
                found.append(labels[under_way[-1]])
        under_way.append(index)
        found.append(labels[index])
    found += [labels[index] for index in reversed(under_way[:-1])]
    return found


def is_subsequence(part, whole) -> bool:
    rest = iter(whole)
    return all(thing in rest for thing in part)
