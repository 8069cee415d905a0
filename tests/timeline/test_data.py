"""A timeline answers questions, refuses records that make none, and is a value."""

import pytest
from any_recording import recordings
from by_hand import step, ten_tasks_of_20_ms
from hypothesis import given

from helpers.timeline import Idle, TaskSpan, Timeline

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


def test_waits_are_summed_by_name_the_longest_first():
    steps = [
        step(0, 0, 1, waiting_for="Queue.get"),
        step(0, 2, 3, waiting_for="Queue.put"),
        step(0, 4.5, 5, waiting_for="Queue.get"),
    ]
    timeline = Timeline.of([TaskSpan(0, "a"), TaskSpan(1, "b", created=4)], steps, duration=7)
    assert timeline.waits(0) == {"Queue.get": 3.0, "Queue.put": 1.5}
    assert timeline.waits(1) == {"": 3.0}


def test_a_wait_without_length_is_none():
    assert Timeline.of([TaskSpan(0, "a", ended=1)], [step(0, 0, 1)]).waits(0) == {}


@pytest.mark.parametrize("number", [1, 99, -1, "a"])
def test_whoever_asks_of_a_task_that_is_none_reads_which_there_are(number):
    timeline = Timeline.of([TaskSpan(0, "a")], [step(0, 0, 1)])
    with pytest.raises(IndexError, match=rf"no task .* has the id {number!r}; the ids are 0 to 0"):
        timeline.waits(number)
    with pytest.raises(IndexError, match="the ids are none"):
        Timeline().time_ready(number)


@given(recordings())
def test_waits_add_up_to_the_time_a_task_waited(timeline):
    for task in timeline.tasks:
        waits = timeline.waits(task.id)
        assert sum(waits.values()) == pytest.approx(timeline.time_waiting(task.id))
        assert list(waits.values()) == sorted(waits.values(), reverse=True)


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


WRONG = {
    "ids with a gap": (([TaskSpan(1, "a")],), "ids must be 0, 1, 2"),
    "steps out of order": (([], [step(None, 2, 3), step(None, 1, 2)]), "step 1 starts too early"),
    "real seconds for some": (
        ([], [step(None, 0, 1, real_seconds=1), step(None, 3, 4)]),
        "for all steps, or for none",
    ),
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
    asked.time_ready(3)
    assert asked.longest_step is not None
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
