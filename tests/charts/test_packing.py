"""What travels to the browser, how much of it, and what is left out of a long recording."""

import json
import zlib
from array import array
from itertools import accumulate

import films
import pytest
from chart_samples import EVERY

from helpers.charts.film import Film
from helpers.charts.narration import Narration
from helpers.charts.packing import first_steps, last_steps, packed
from helpers.timeline import Step, TaskSpan, Timeline, Timer


def unpacked(data):
    """Head and columns, read as the browser reads them."""
    raw = zlib.decompress(data)
    size = int.from_bytes(raw[:4], "little")
    head, at, columns = json.loads(raw[4 : 4 + size]), 4 + size, {}
    for name, kind, length, way in head["columns"]:
        at += -at % 8
        sent = array(way or kind)
        sent.frombytes(raw[at : at + length * sent.itemsize])
        at += length * sent.itemsize
        columns[name] = list(map(int, accumulate(sent) if way else sent))
    assert at + -at % 8 == len(raw)
    return head, columns


def relay(tasks, steps):
    """So many tasks that take turns, one step of a millisecond each."""
    return Timeline.of(
        [TaskSpan(i, f"t{i}", created=i / 1000, ended=None) for i in range(tasks)],
        [
            Step(
                i % tasks,
                "task",
                f"t{i % tasks}",
                i / 1000,
                i / 1000,
                (i + 1) / 1000,
                woken_by=i - 1,
            )
            for i in range(steps)
        ],
    )


# -- there --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_a_recording_arrives_as_it_was_sent(name):
    timeline = EVERY[name]
    head, columns = unpacked(packed(timeline))
    assert [head["strings"][n] for n in columns["task_name"]] == [
        task.name.encode("utf-8", "replace").decode() for task in timeline.tasks
    ]
    assert head["sources"] == timeline.sources
    for column in ("task", "kind", "ready", "start", "end", "inside", "waiting_for"):
        assert columns[column] == list(getattr(timeline.columns, column))
    assert columns["until"] == timeline.states.until.tolist()
    assert dict(zip(columns["due_step"], columns["due"], strict=True)) == timeline.columns.due
    assert set(columns["overdue_step"]) == set(timeline.states.overdue)


@pytest.mark.parametrize("make", films.FILMS, ids=lambda make: make.__name__)
def test_the_holes_of_all_sentences_are_filled_to_the_last(make):
    film = Film(make())
    told = Narration(film)
    head, columns = unpacked(packed(make()))
    assert [head["forms"][n] for n in columns["told"]] == [told.forms[n] for n in told.told]
    holes = sum(head["forms"][n].count("{}") for n in columns["told"])
    assert [head["strings"][n] for n in columns["told_names"]] == [
        told.strings.values()[n] for n in told.names
    ]
    assert holes == len(told.names)


def test_strange_text_survives_the_journey():
    name = "<b>\x1b[31m ✓ \u2028 \ud800"
    head, _ = unpacked(packed(Timeline.of([TaskSpan(0, name)], duration=1)))
    assert head["strings"][0] == name.replace("\ud800", "?")


@pytest.mark.parametrize("far", [2**31, 2**53, 2**62 - 1])
def test_times_that_are_very_far_apart_arrive(far):
    """Also where their differences fit no whole number, or no sum of the browser's is exact."""
    timeline = Timeline.of(
        [TaskSpan(n, "") for n in range(4)], [Step(n, "task", "", 0, 0, 0) for n in range(4)]
    )
    timeline.columns.due.update({0: -far, 1: far, 2: 5, 3: 7})
    _, columns = unpacked(packed(timeline))
    assert columns["due"] == [-float(far), float(far), 5, 7]


def test_a_timer_that_is_set_for_ever_is_so_until_after_the_end():
    timeline = Timeline.of((), (), duration=1, timers=[Timer("t", None, 5)])
    _, columns = unpacked(packed(timeline))
    assert columns["timer_until"] == [1_000_000_001]


def test_what_is_alike_from_step_to_step_weighs_little():
    """A hundred tasks that take turns: a step was 19 bytes when numbers travelled as they are."""
    steps, again = (len(packed(relay(100, steps))) for steps in (1_000, 3_000))
    assert (again - steps) / 2_000 < 1.5


# -- of a long recording ------------------------------------------------------------------------


def test_a_long_recording_is_cut_and_says_so():
    shown = first_steps(relay(3, 10), 4)
    assert len(shown.steps) == 4
    assert (shown.duration, [t.outcome for t in shown.tasks]) == (0.004, ["pending"] * 3)
    assert shown.notes == (
        "The player shows the first 4 of 10 steps, the first 0.004 s of 0.01 s; "
        "the rest was left out.",
    )


def test_a_short_one_is_not_cut():
    timeline = relay(3, 10)
    assert first_steps(timeline, 10) is timeline
    assert last_steps(timeline, 10) is timeline


def test_a_task_that_ended_after_the_cut_is_still_pending():
    shown = first_steps(films.breakfast(), 3)
    assert [(t.name, t.outcome, t.ended) for t in shown.tasks] == [
        ("this cell", "pending", None),
        ("tea", "pending", None),
        ("toast", "pending", None),
    ]


def test_of_a_live_recording_the_end_travels():
    shown = last_steps(relay(3, 10), 4)
    assert [(s.start, s.task, s.woken_by) for s in shown.steps] == [
        (0.006, 0, None),  # who woke it was cut off
        (0.007, 1, 0),
        (0.008, 2, 1),
        (0.009, 0, 2),
    ]


def test_of_very_many_tasks_the_last_are_seen_live():
    shown = last_steps(relay(100, 200), 150)
    assert [t.id for t in shown.tasks] == list(range(40))
    assert shown.tasks[-1].name == "t99"
    assert {s.task for s in shown.steps} == {None, *range(40)}
