"""Trace events: every stretch on its track, every arrow with two ends, all well formed."""

import gzip
import json
from collections import defaultdict

import pytest

from helpers.charts.trace_events import (
    FIRST_TASK,
    LOOP,
    SELECTOR,
    save_trace_events,
    trace_events,
)
from helpers.timeline import Idle, Printed, Step, TaskSpan, Timeline


def tea():
    """A parent that starts an eager child and a sleeping one, and a timer that wakes it."""
    tasks = [
        TaskSpan(0, "main", role="main", started=0.0, ended=5.0, outcome="returned"),
        TaskSpan(1, 'say "hi"\n', "hi", 0, 0.5, 0.5, 1.0, "returned"),
        TaskSpan(2, "tea", "brew", 0, 1.0, 2.0, 4.5, "raised", "ValueError('hot')"),
    ]
    steps = [
        Step(0, "task", "main", 0.0, 0.0, 1.5, waiting_for="'tea'", resumed_at=("cell 1", 3)),
        Step(1, "task", "hi", 0.5, 0.5, 1.0, inside=0),
        Step(2, "task", "tea", 1.0, 1.5, 2.0, woken_by=0, waiting_for="sleep(1)", due=2.25),
        Step(None, "callback", "spin", 2.0, 2.0, 3.0, woken_by=2),
        Step(None, "timer", "end of a sleep", 3.0, 3.0, 3.25, woken_by=None),
        Step(2, "task", "tea", 3.25, 4.0, 4.5, woken_by=4),
        Step(0, "task", "main", 4.5, 4.75, 5.0, woken_by=5),
        Step(None, "io", "wake-up", 5.0, 5.5, 6.0, woken_by="thread"),
    ]
    output = (Printed(0.75, "hello\n", 1), Printed(2.5, "spinning", 3), Printed(6, "end", None))
    return Timeline.of(
        tasks, steps, duration=7.0, title="tea", idle=(Idle(5.0, 5.5),), output=output
    )


def at_one_moment():
    """In virtual time: everything at 1.0, one thing after another."""
    tasks = [TaskSpan(n, f"t{n}", created=1.0, ended=1.0, outcome="returned") for n in range(3)]
    steps = [
        Step(0, "task", "t0", 1.0, 1.0, 1.0),
        Step(None, "callback", "c", 1.0, 1.0, 1.0, woken_by=0),
        Step(1, "task", "t1", 1.0, 1.0, 1.0, woken_by=1),
        Step(2, "task", "t2", 1.0, 1.0, 1.0, woken_by=1),
    ]
    return Timeline.of(tasks, steps, clock="virtual")


EXAMPLES = {"tea": tea(), "at one moment": at_one_moment(), "empty": Timeline()}
every_example = pytest.mark.parametrize("timeline", EXAMPLES.values(), ids=EXAMPLES)


def tracks(timeline, phase="X"):
    """The events of one phase, by track, in order."""
    found = defaultdict(list)
    for event in trace_events(timeline):
        if event["ph"] == phase:
            found[event["tid"]].append(event)
    return found


def told(events):
    """Slices as words and whole microseconds."""
    return [(e["name"], round(e["ts"]), round(e["ts"] + e["dur"])) for e in events]


# -- what is where ----------------------------------------------------------------------------


def test_every_stretch_is_a_slice_on_its_tasks_track():
    assert told(tracks(tea())[FIRST_TASK + 2]) == [
        ("ready", 1_000_000, 1_500_000),
        ("brew", 1_500_000, 2_000_000),
        ("waiting: sleep(1)", 2_000_000, 3_250_000),
        ("overdue: sleep(1)", 2_250_000, 3_250_000),
        ("ready", 3_250_000, 4_000_000),
        ("brew", 4_000_000, 4_500_000),
    ]


def test_a_step_inside_another_is_not_the_outer_ones_running():
    assert told(tracks(tea())[FIRST_TASK])[:3] == [
        ("main, line 3", 0, 500_000),
        ("waiting: a step inside it", 500_000, 1_000_000),
        ("main, line 3", 1_000_000, 1_500_000),
    ]


def test_the_loops_own_work_and_its_sleep_have_tracks_of_their_own():
    slices = tracks(tea())
    assert told(slices[LOOP]) == [
        ("spin", 2_000_000, 3_000_000),
        ("end of a sleep", 3_000_000, 3_250_000),
        ("wake-up", 5_500_000, 6_000_000),
    ]
    assert told(slices[SELECTOR]) == [("asleep", 5_000_000, 5_500_000)]


@every_example
def test_the_slices_are_the_stretches_no_more_and_no_less(timeline):
    slices = tracks(timeline)
    for task in timeline.tasks:
        stretches = [
            (state, start // 1000, end // 1000) for state, start, end, *_ in timeline.spans(task.id)
        ]
        states = [
            (event.get("cat") or name.partition(":")[0], *span)
            for event in slices[FIRST_TASK + task.id]
            for name, *span in told([event])
        ]
        assert states == stretches


def test_times_are_exact_to_the_nanosecond(tmp_path):
    step = Step(0, "task", "a", 0.0, 0.000001001, 12345.678901234)
    save_trace_events(Timeline.of([TaskSpan(0, "a")], [step]), tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text(encoding="ascii")
    assert '"ts":1001e-3,"dur":12345678900233e-3,"name":"a","cat":"running"}' in text


def test_tracks_are_named_and_in_order():
    named = [e for e in trace_events(tea()) if e["ph"] == "M"]
    names = {e["tid"]: e["args"]["name"] for e in named if e["name"] == "thread_name"}
    assert [names[track] for track in sorted(names)][2:] == ["main", 'say "hi"\n', "tea"]
    assert [e["args"] for e in named if e["name"] == "process_name"] == [{"name": "tea"}]


def test_what_was_printed_is_an_instant_on_the_track_that_printed_it():
    printed = [
        (track, event["ts"], event["name"], event["args"]["text"])
        for track, events in tracks(tea(), "i").items()
        for event in events
        if "text" in event["args"]
    ]
    assert sorted(printed) == [
        (LOOP, 2_500_000, "spinning", "spinning"),
        (LOOP, 6_000_000, "end", "end"),
        (FIRST_TASK + 1, 750_000, "hello", "hello\n"),
    ]


def test_a_task_that_raised_says_so_where_it_ended():
    (event,) = tracks(tea(), "i")[FIRST_TASK + 2]
    assert (event["name"], event["ts"]) == ("raised", 4_500_000)
    assert event["args"]["exception"] == "ValueError('hot')"


def test_a_step_says_which_line_it_was_resumed_at_and_who_woke_it_from_outside():
    slices = tracks(tea())
    assert slices[FIRST_TASK][0]["args"] == {"resumed at": "cell 1:3"}
    assert slices[LOOP][-1]["args"] == {"woken by": "another thread"}


def test_a_step_that_held_the_loop_says_where():
    step = Step(0, "task", "a", 0, 0, 1, held_at=("job.py", 46, "sign"))
    (event,) = tracks(Timeline.of([TaskSpan(0, "a")], [step]))[FIRST_TASK]
    assert event["args"] == {"held the loop at": "job.py:46 sign"}


@every_example
def test_nothing_is_null_and_arrows_have_a_category(timeline):
    for event in trace_events(timeline):
        assert None not in [*event.values(), *event.get("args", {}).values()]
        assert event.get("cat") == "wakes" or event["ph"] not in "sf"


def test_only_a_task_that_never_began_says_whether_it_did():
    ends = [TaskSpan(0, "a", ended=1, outcome="cancelled", entered=False)]
    ends.append(TaskSpan(1, "b", ended=1, outcome="cancelled"))
    instants = tracks(Timeline.of(ends, []), "i")
    assert instants[FIRST_TASK][0]["args"] == {"entered": False}
    assert instants[FIRST_TASK + 1][0]["args"] == {}


# -- arrows -------------------------------------------------------------------------------------


def arrows(timeline):
    """(from track, at, to track, at) for each pair of ends, in milliseconds."""
    ends = {"s": {}, "f": {}}
    for event in trace_events(timeline):
        if event["ph"] in ends:
            assert event["id"] not in ends[event["ph"]], "an end that is there twice"
            ends[event["ph"]][event["id"]] = (event["tid"], event["ts"] / 1000)
    assert ends["s"].keys() == ends["f"].keys()
    return [(*ends["s"][number], *ends["f"][number]) for number in sorted(ends["s"])]


def test_arrows_lead_from_who_woke_to_who_was_woken():
    main, tea_track = FIRST_TASK, FIRST_TASK + 2
    assert [(a, round(t), b, round(u)) for a, t, b, u in arrows(tea())] == [
        (main, 1000, tea_track, 1000),  # created
        (tea_track, 2000, LOOP, 2000),
        (LOOP, 3250, tea_track, 3250),  # its sleep is over
        (tea_track, 4500, main, 4500),
    ]


def test_a_task_that_queues_itself_gets_no_arrow():
    steps = [Step(0, "task", "a", 0, 0, 1), Step(0, "task", "a", 1, 2, 3, woken_by=0)]
    assert arrows(Timeline.of([TaskSpan(0, "a")], steps)) == []


@every_example
def test_both_ends_of_an_arrow_lie_in_a_slice(timeline):
    slices = tracks(timeline)
    for start, left, end, arrived in arrows(timeline):
        for track, moment in ((start, left * 1000), (end, arrived * 1000)):
            assert any(
                e["ts"] <= moment < e["ts"] + e["dur"] or moment == e["ts"] for e in slices[track]
            )


# -- well formed --------------------------------------------------------------------------------


@every_example
def test_every_event_has_what_the_format_asks_for(timeline):
    for event in trace_events(timeline):
        assert {"ph", "ts", "pid", "tid", "name"} <= event.keys()
        assert event["ts"] >= 0
        assert event.get("dur", 0) >= 0
        assert isinstance(event["name"], str)


@every_example
def test_slices_of_one_track_follow_or_contain_each_other(timeline):
    for events in tracks(timeline).values():
        open_until = []
        for event in sorted(events, key=lambda e: (e["ts"], -e["dur"])):
            start, end = round(event["ts"] * 1000), round((event["ts"] + event["dur"]) * 1000)
            while open_until and open_until[-1] <= start:
                open_until.pop()
            assert not open_until or end <= open_until[-1]
            open_until.append(end)


@pytest.mark.parametrize("name", ["run.json", "run.json.gz"])
@every_example
def test_the_file_holds_those_events(timeline, name, tmp_path):
    timeline.save_trace_events(tmp_path / name)
    opened = gzip.open if name.endswith(".gz") else open
    with opened(tmp_path / name, "rb") as file:
        assert json.load(file)["traceEvents"] == list(trace_events(timeline))


def test_letters_of_all_kinds_are_written_as_they_are(tmp_path):
    save_trace_events(Timeline.of([TaskSpan(0, "thé 茶 \ud83d \x1b")]), tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert '"args":{"name":"thé 茶 ? \\u001b"}' in text


def test_the_same_recording_makes_the_same_compressed_bytes(tmp_path):
    for name in ("one.gz", "two.gz"):
        save_trace_events(tea(), tmp_path / name)
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
