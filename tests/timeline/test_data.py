"""A timeline answers from plain records: who ran, who was ready, who waited, and how long."""

import pytest

from helpers.timeline import Idle, Step, TaskSpan, Timeline, nanoseconds, seconds


def step(task, start, end, **more):
    """A step of that task (None: plain loop work), ready when it started unless said."""
    kind = "callback" if task is None else "task"
    defaults = {"kind": kind, "label": "work", "ready": start}
    return Step(task=task, start=start, end=end, **{**defaults, **more})


def told(timeline, task=0):
    """A task's stretches, as words and seconds."""
    return [(s.state, s.start, s.end) for s in timeline.stretches(task)]


def shares(timeline, task=0):
    """How long a task was running, ready, waiting, overdue."""
    ask = (timeline.time_running, timeline.time_ready, timeline.time_waiting)
    return tuple(question(task) for question in (*ask, timeline.time_overdue))


def ten_tasks_of_20_ms():
    """Ten tasks created at once, each of which computes for 20 ms and returns."""
    spans, steps = [], []
    for number in range(10):
        start, end = number * 0.02, (number + 1) * 0.02
        name = f"job {number}"
        spans.append(TaskSpan(number, name, started=start, ended=end, outcome="returned"))
        steps.append(step(number, start, end, ready=0.0))
    return Timeline.of(spans, steps)


# -- states ---------------------------------------------------


def test_ten_tasks_of_20_ms_run_20_ms_each_and_are_ready_ever_longer():
    timeline = ten_tasks_of_20_ms()
    assert [timeline.time_running(n) for n in range(10)] == [0.02] * 10
    assert [timeline.time_ready(n) for n in range(10)] == [n * 20 / 1000 for n in range(10)]
    assert [timeline.time_waiting(n) for n in range(10)] == [0.0] * 10
    assert timeline.most_tasks_at_once == 10
    assert timeline.duration == 0.2


LIVES = {
    "created, queued, run, done": (
        TaskSpan(0, "a", created=1, ended=3, outcome="returned"),
        [step(0, 2, 3, ready=1)],
        [("ready", 1, 2), ("running", 2, 3)],
    ),
    "a sleep between two steps": (
        TaskSpan(0, "a", created=0, ended=6, outcome="returned"),
        [step(0, 0, 1), step(0, 5, 6, ready=4)],
        [("running", 0, 1), ("waiting", 1, 4), ("ready", 4, 5), ("running", 5, 6)],
    ),
    "sleep(0) goes from running straight to ready": (
        TaskSpan(0, "a", created=0, ended=4, outcome="returned"),
        [step(0, 0, 1), step(0, 3, 4, ready=1)],
        [("running", 0, 1), ("ready", 1, 3), ("running", 3, 4)],
    ),
    "pending: still waiting at the end": (
        TaskSpan(0, "a", created=0),
        [step(0, 0, 1), step(None, 8, 9)],
        [("running", 0, 1), ("waiting", 1, 9)],
    ),
    "pending: back in the queue at the end": (
        TaskSpan(0, "a", created=0, queued=6),
        [step(0, 0, 1), step(None, 8, 9)],
        [("running", 0, 1), ("waiting", 1, 6), ("ready", 6, 9)],
    ),
    "pending: never had its turn": (
        TaskSpan(0, "a", created=2, queued=2),
        [step(None, 8, 9)],
        [("ready", 2, 9)],
    ),
    "older than the recording": (
        TaskSpan(0, "a", created=None, ended=5, outcome="returned"),
        [step(0, 4, 5, ready=3)],
        [("waiting", 0, 3), ("ready", 3, 4), ("running", 4, 5)],
    ),
    "ended, though no step of it was seen": (
        TaskSpan(0, "a", created=1, ended=3, outcome="cancelled"),
        [],
        [("waiting", 1, 3)],
    ),
    "a step of no length is not lost": (
        TaskSpan(0, "a", created=0, ended=2, outcome="returned"),
        [step(0, 0, 0), step(0, 2, 2)],
        [("running", 0, 0), ("waiting", 0, 2), ("running", 2, 2)],
    ),
    "queued while it still ran, as by its own callback": (
        TaskSpan(0, "a", created=0, ended=4, outcome="returned"),
        [step(0, 0, 2), step(0, 3, 4, ready=1)],
        [("running", 0, 2), ("ready", 2, 3), ("running", 3, 4)],
    ),
}


@pytest.mark.parametrize(("span", "steps", "life"), LIVES.values(), ids=LIVES)
def test_a_life_told_in_stretches(span, steps, life):
    assert told(Timeline.of([span], steps)) == life


@pytest.mark.parametrize(("span", "steps", "life"), LIVES.values(), ids=LIVES)
def test_running_ready_and_waiting_are_a_whole_life(span, steps, life):
    timeline = Timeline.of([span], steps)
    begin, end = timeline.life(0)
    running, ready, waiting, _ = shares(timeline)
    assert running + ready + waiting == end - begin


def test_a_waiting_stretch_says_what_for_and_after_which_step():
    timeline = Timeline.of([TaskSpan(0, "a")], [step(0, 0, 1, waiting_for="a lock")], duration=3)
    waiting = timeline.stretches(0)[-1]
    assert (waiting.state, waiting.waiting_for, waiting.step) == ("waiting", "a lock", 0)


# -- overdue ---------------------------------------------------


def sleeper(due, ready, *others, idle=()):
    """A task that sleeps after its step at 0 until its timer at `due`, queued at `ready`."""
    own = [step(0, 0, 0, due=due, waiting_for=f"sleep({due})"), step(0, ready, ready)]
    span = TaskSpan(0, "sleeper", ended=ready, outcome="returned")
    steps = sorted([*own, *others], key=lambda s: s.start)
    return Timeline.of([span], steps, idle=idle)


def test_a_short_sleep_behind_a_long_block_is_overdue_neither_running_nor_ready():
    timeline = sleeper(0.1, 0.5, step(None, 0, 0.5))
    assert shares(timeline) == (0.0, 0.0, 0.5, 0.4)
    assert ("overdue", 0.1, 0.5) in told(timeline)


OVERDUE = {
    "in time": (sleeper(1, 1, step(None, 0, 0.5)), 0),
    "late, as the clock is coarse: the loop slept": (
        sleeper(1, 1.25, step(None, 0, 0.5), idle=[Idle(0.5, 1.25, until=1)]),
        0,
    ),
    "two blocks in one round, due between them": (
        sleeper(1, 3, step(None, 0, 0.75), step(None, 1.5, 3)),
        2,
    ),
    "due before it began to wait": (sleeper(0, 3, step(None, 0, 3)), 3),
    "a nested loop slept inside another step when it was due": (
        sleeper(1, 1.25, step(None, 0, 2), idle=[Idle(0.5, 1.25, until=1)]),
        0,
    ),
}


@pytest.mark.parametrize(("timeline", "overdue"), OVERDUE.values(), ids=OVERDUE)
def test_overdue_is_what_steps_kept_the_loop_from_noticing(timeline, overdue):
    assert timeline.time_overdue(0) == overdue


# -- steps inside steps ---------------------------------------------------


def test_time_in_a_nested_step_belongs_to_the_inner_task():
    spans = [TaskSpan(0, "outer", ended=4, outcome="returned"), TaskSpan(1, "eager", created=1)]
    timeline = Timeline.of(spans, [step(0, 0, 4), step(1, 1, 3, inside=0)])
    assert told(timeline, 0) == [("running", 0, 1), ("waiting", 1, 3), ("running", 3, 4)]
    assert told(timeline, 1) == [("running", 1, 3), ("waiting", 3, 4)]
    assert timeline.time_running(0) == timeline.time_running(1) == 2
    assert timeline.children(0) == [1]


def test_a_step_filled_by_the_one_inside_it_is_not_lost():
    spans = [TaskSpan(0, "outer", ended=2, outcome="returned"), TaskSpan(1, "eager", ended=2)]
    timeline = Timeline.of(spans, [step(0, 0, 2), step(1, 0, 2, inside=0)])
    assert told(timeline, 0) == [("waiting", 0, 2), ("running", 2, 2)]


def test_while_a_nested_loop_sleeps_the_outer_step_is_not_running():
    spans = [TaskSpan(0, "this cell", role="recording"), TaskSpan(1, "main", created=1)]
    steps = [step(0, 0, 9), step(1, 1, 2, inside=0), step(1, 7, 8, inside=0)]
    timeline = Timeline.of(spans, steps, idle=[Idle(2, 7)])
    assert timeline.time_running(0) == 2  # from 0 to 1 and from 8 to 9
    assert [s.waiting_for for s in timeline.stretches(0) if s.state == "waiting"] == [
        "a step inside it",
        "a loop inside it",
        "a step inside it",
    ]


def test_the_spans_of_all_tasks_are_those_of_each():
    spans = [TaskSpan(n, name) for n, name in enumerate("abc")]
    steps = [step(0, 0, 6), step(1, 1, 5, inside=0), step(2, 6, 8, ready=2), step(None, 8, 9)]
    timeline = Timeline.of(spans, steps, idle=[Idle(5, 5.5)])
    found = list(timeline.all_spans())
    for task in range(3):
        assert [span for owner, span in found if owner == task] == list(timeline.spans(task))
    loop_work = [span for owner, span in found if owner == -1]
    assert loop_work == [("running", 8_000_000_000, 9_000_000_000, 3, None)]


def test_nested_thrice():
    spans = [TaskSpan(n, name) for n, name in enumerate("abc")]
    steps = [step(0, 0, 6), step(1, 1, 5, inside=0), step(2, 2, 4, inside=1)]
    timeline = Timeline.of(spans, steps)
    assert [timeline.time_running(n) for n in range(3)] == [2, 2, 2]


# -- questions ---------------------------------------------------


LONGEST = {
    "no step at all": ([], None),
    "plain": ([step(0, 0, 1, label="a"), step(0, 2, 5, label="b")], "b"),
    "nested time is not counted in": (
        [step(0, 0, 9, label="outer"), step(0, 1, 7, label="inner", inside=0)],
        "inner",
    ),
    "the kernel's own steps are left out": (
        [step(0, 0, 1, label="mine"), step(None, 2, 9, label="kernel", kind="kernel")],
        "mine",
    ),
    "nothing but the kernel": ([step(None, 2, 9, kind="kernel")], None),
}


@pytest.mark.parametrize(("steps", "label"), LONGEST.values(), ids=LONGEST)
def test_the_longest_step(steps, label):
    longest = Timeline.of([TaskSpan(0, "a")], steps).longest_step
    assert (longest and longest.label) == label


def test_a_loop_asleep_inside_a_step_does_not_make_it_the_longest():
    steps = [step(0, 0, 9, label="outer"), step(0, 1, 3, label="inner", inside=0)]
    timeline = Timeline.of([TaskSpan(0, "a")], steps, idle=[Idle(3, 8.5)])
    assert timeline.longest_step.label == "inner"


def lives(*spans, **more):
    return [TaskSpan(n, f"t{n}", created=a, ended=b, **more) for n, (a, b) in enumerate(spans)]


AT_ONCE = {
    "none": ([], 0),
    "one after the other": (lives((0, 1), (1, 2), (2, 3)), 1),
    "overlapping": (lives((0, 2), (1, 3), (2, 4)), 2),
    "pending ones last to the end": (lives((0, None), (1, None), (2, None)), 3),
    "of no length": (lives((1, 1)), 1),
    "older than the recording": (lives((None, 2), (0, 1)), 1),
    "the recording task and main": (
        [TaskSpan(0, "this cell", role="recording"), TaskSpan(1, "main", role="main")],
        0,
    ),
}


@pytest.mark.parametrize(("spans", "most"), AT_ONCE.values(), ids=AT_ONCE)
def test_most_tasks_at_once(spans, most):
    assert Timeline.of(spans, duration=5).most_tasks_at_once == most


def test_at_one_moment_the_steps_tell_one_after_another_from_at_once():
    """In virtual time everything below happens at 0; only the order of steps differs."""
    parent = TaskSpan(0, "main", role="main")
    children = [TaskSpan(n, f"t{n}", 0, created=0, ended=0, outcome="returned") for n in (1, 2)]
    main = [step(0, 0, 0), step(0, 0, 0), step(0, 0, 0)]
    first, second = step(1, 0, 0, woken_by=0), step(2, 0, 0, woken_by=2)
    in_turn = Timeline.of([parent, *children], [main[0], first, main[1], second, main[2]])
    together = Timeline.of([parent, *children], [main[0], first, step(2, 0, 0, woken_by=0)])
    eager = Timeline.of(
        [parent, *children], [main[0], step(1, 0, 0, inside=0), step(2, 0, 0, inside=0)]
    )
    assert in_turn.most_tasks_at_once == 1
    assert together.most_tasks_at_once == 2
    assert eager.most_tasks_at_once == 1


def test_a_task_is_found_by_name_the_first_of_several():
    timeline = Timeline.of([TaskSpan(0, "tea"), TaskSpan(1, "toast"), TaskSpan(2, "tea")])
    assert (timeline.task("tea").id, timeline.task("toast").id) == (0, 1)


@pytest.mark.parametrize(
    ("spans", "words"),
    [([], "no task at all"), ([TaskSpan(0, "tea"), TaskSpan(1, "egg")], "'tea', 'egg'")],
)
def test_a_task_that_is_not_there_is_answered_with_those_that_are(spans, words):
    with pytest.raises(KeyError, match="'toast'") as caught:
        Timeline.of(spans).task("toast")
    assert words in caught.value.args[0]


def test_the_recording_task_is_known():
    spans = [TaskSpan(0, "this cell", role="recording"), TaskSpan(1, "a")]
    assert Timeline.of(spans).recording_task is not None
    assert Timeline.of(spans).recording_task.name == "this cell"
    assert Timeline.of([TaskSpan(0, "a")]).recording_task is None


# -- steps as a sequence ---------------------------------------------------


FULL = Step(
    task=0,
    kind="task",
    label="cook()",
    ready=0.25,
    start=0.5,
    end=1.5,
    inside=None,
    woken_by="thread",
    resumed_at=("cell 1", 3),
    suspended_at=("cell 1", 4),
    waiting_for="sleep(1)",
    due=2.5,
    real_seconds=0.125,
)
BARE = Step(task=None, kind="io", label="", ready=2, start=2, end=2, woken_by=0, real_seconds=0.0)


def test_steps_come_back_as_they_were_given():
    timeline = Timeline.of([TaskSpan(0, "a")], [FULL, BARE])
    assert list(timeline.steps) == [FULL, BARE]
    assert timeline.steps == [FULL, BARE]
    assert timeline.steps[-1] == BARE
    assert timeline.steps[:1] == [FULL]
    assert len(timeline.steps) == 2


def test_a_step_that_is_not_there_is_an_index_error():
    with pytest.raises(IndexError):
        Timeline.of([], [BARE]).steps[1]


WRONG = {
    "ids with a gap": (([TaskSpan(1, "a")],), "ids must be 0, 1, 2"),
    "steps out of order": (([], [step(None, 2, 3), step(None, 1, 2)]), "step 1 starts too early"),
    "real seconds for some": (([], [FULL, step(None, 3, 4)]), "for all steps, or for none"),
    "an unknown kind": (([], [step(None, 0, 1, kind="tsk")]), "one of task, callback"),
}


@pytest.mark.parametrize(("records", "words"), WRONG.values(), ids=WRONG)
def test_records_that_make_no_timeline_are_refused_with_a_reason(records, words):
    with pytest.raises(ValueError, match=words):
        Timeline.of(*records)


# -- the timeline as a value ---------------------------------------------------


def test_equal_records_make_equal_timelines_whatever_the_program_returned():
    assert ten_tasks_of_20_ms() == ten_tasks_of_20_ms()
    assert Timeline.of(result=1) == Timeline.of(result=2)
    assert Timeline.of(title="a") != Timeline.of(title="b")
    assert Timeline.of([], [step(None, 0, 1)]) != Timeline.of([], [step(None, 0, 2)])


def test_questions_already_asked_change_nothing():
    asked, fresh = ten_tasks_of_20_ms(), ten_tasks_of_20_ms()
    shares(asked, 3)
    assert asked == fresh


def test_a_recording_fills_once_the_timeline_it_handed_out():
    handed_out = Timeline(title="tea", complete=False)
    handed_out._become(ten_tasks_of_20_ms())
    assert handed_out == ten_tasks_of_20_ms()
    assert handed_out.time_ready(9) == 0.18


REPRS = {
    "<Timeline: no tasks>": Timeline.of(),
    "<Timeline 'tea': 1 task, 1 returned>": Timeline.of(
        lives((0, 1), outcome="returned"), title="tea"
    ),
    "<Timeline: 2 tasks, 2 pending, 3 s>": Timeline.of(
        lives((0, None), (1, None)), duration=3, clock="virtual"
    ),
    "<Timeline: 1 task, 1 cancelled>": Timeline.of(
        [TaskSpan(0, "this cell", role="recording"), TaskSpan(1, "a", outcome="cancelled")]
    ),
    "<Timeline 'tea': still recording; complete when its block ends>": Timeline.of(
        title="tea", complete=False
    ),
}


@pytest.mark.parametrize(("text", "timeline"), REPRS.items(), ids=REPRS)
def test_the_repr_counts_and_has_seconds_only_where_they_are_exact(text, timeline):
    assert repr(timeline) == text


@pytest.mark.parametrize("time", [0.0, 1e-9, 0.1, 1 / 3, 12.345678901, 1e6 + 1e-9])
def test_seconds_and_nanoseconds_are_the_same_time(time):
    assert nanoseconds(seconds(nanoseconds(time))) == nanoseconds(time)
    assert abs(seconds(nanoseconds(time)) - time) <= 0.5e-9
