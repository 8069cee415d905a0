"""Every number of the Gantt chart: bars, ends, arrows, blocking marks, folds, the loop's lane."""

from dataclasses import replace

import pytest
from chart_samples import (
    EVERY,
    asleep_for,
    breakfast,
    busy_pair,
    callbacks,
    cell,
    crowd,
    eager,
    greetings,
    libraries,
    nested_loop,
    rude,
)

from helpers.charts.lanes import family_order, lay_out
from helpers.charts.layout import Arrow, Block, End
from helpers.timeline import Step, TaskSpan, Timeline


def lane(timeline, label, **options):
    return next(lane for lane in lay_out(timeline, **options).lanes if lane.label == label)


def bars(timeline, label, **options):
    return [(b.state, b.start, b.end, b.text) for b in lane(timeline, label, **options).bars]


# -- bars ---------------------------------------------------------------------------------


def test_a_bar_for_each_state_side_by_side():
    assert bars(breakfast(), "toast") == [
        ("ready", 0.0, 0.3, ""),
        ("running", 0.3, 0.8, ""),
        ("waiting", 0.8, 1.0, "sleep(0.2)"),
        ("running", 1.0, 2.0, ""),
        ("waiting", 2.0, 3.0, "sleep(1)"),
        ("running", 3.0, 4.0, ""),
    ]


def test_a_waiting_bar_stops_where_it_becomes_overdue():
    assert bars(breakfast(), "tea")[1:3] == [
        ("waiting", 0.3, 1.3, "sleep(1)"),
        ("overdue", 1.3, 2.0, "sleep(1)"),
    ]


def test_a_step_waits_while_another_runs_inside_it():
    assert bars(eager(), "this cell")[:3] == [
        ("running", 0.0, 0.2, ""),
        ("waiting", 0.2, 0.5, "a step inside it"),
        ("running", 0.5, 0.7, ""),
    ]


@pytest.mark.parametrize(
    ("resolution", "thin"), [(10, [True, False]), (100, [True, False]), (10_000, [False, False])]
)
def test_what_is_narrower_than_a_mark_is_thin(resolution, thin):
    timeline = Timeline.of(
        [TaskSpan(0, "a", ended=1.0)],
        [Step(0, "task", "a", 0, 0, 0.001), Step(0, "task", "a", 0.5, 0.5, 1.0)],
    )
    running = [b for b in lane(timeline, "a", resolution=resolution).bars if b.state == "running"]
    assert [bar.thin for bar in running] == thin


def test_a_step_of_no_length_is_a_thin_bar_even_in_a_recording_of_no_length():
    (bar,) = [b for b in lane(asleep_for(0.0), "sleeper").bars if b.state == "running"][:1]
    assert (bar.start, bar.end, bar.thin) == (0.0, 0.0, True)


def test_sums_are_the_timelines_own():
    timeline = breakfast()
    for row in lay_out(timeline).lanes[:-1]:
        sums = dict(row.seconds_in)
        assert sums["running"] == pytest.approx(timeline.time_running(row.task))
        assert sums["ready"] == pytest.approx(timeline.time_ready(row.task))
        assert sums["waiting"] == pytest.approx(timeline.time_waiting(row.task))
        assert sums["overdue"] == pytest.approx(timeline.time_overdue(row.task))


def test_a_task_of_no_length_and_no_step_has_a_lane_and_no_bar():
    """Made when the recording ended, or older than one of no length."""
    for timeline in (
        Timeline.of([TaskSpan(0, "a")]),
        Timeline.of([TaskSpan(0, "a", created=None)]),
    ):
        (row,) = lay_out(timeline).lanes
        assert (row.label, row.bars) == ("a", ())


# -- order, ends, arrows ------------------------------------------------------------------


def test_children_stand_below_their_parent():
    rows = [(row.label, row.depth) for row in lay_out(breakfast()).lanes]
    assert rows == [
        ("this cell", 0),
        ("main", 1),
        ("tea", 2),
        ("radio", 3),
        ("toast", 2),
        ("eggs", 2),
        ("loop", 0),
    ]


def test_the_recording_task_comes_first_even_if_an_older_one_is_there():
    tasks = [
        TaskSpan(0, "from an earlier cell", created=None, ended=1.0),
        TaskSpan(1, "this cell", created=None, role="recording"),
        TaskSpan(2, "child", parent=1, created=1.0),
    ]
    steps = [Step(0, "task", "", 0, 0, 1), Step(1, "task", "", 1, 1, 2)]
    rows = [row.label for row in lay_out(Timeline.of(tasks, steps)).lanes]
    assert rows == ["this cell", "child", "from an earlier cell", "loop"]


def test_how_each_task_ended():
    ends = {row.label: row.end for row in lay_out(breakfast()).lanes}
    assert ends == {
        "this cell": None,  # the recording ended inside it
        "main": End("raised", 4.2, "ExceptionGroup: 1 went wrong"),
        "tea": End("returned", 2.5),
        "toast": End("raised", 4.0, "ValueError: burnt"),
        "eggs": End("cancelled", 4.1),
        "radio": End("pending", 4.4),
        "loop": None,
    }


def test_an_arrow_from_the_parents_lane_to_each_child():
    arrows = lay_out(breakfast()).arrows
    assert arrows == (
        Arrow(0, 1, 0.0),
        Arrow(1, 2, 0.0),
        Arrow(2, 3, 0.3),
        Arrow(1, 4, 0.0),
        Arrow(1, 5, 0.0),
    )


def test_no_arrow_for_a_task_older_than_the_recording():
    tasks = [cell(), TaskSpan(1, "old", parent=0, created=None)]
    assert lay_out(Timeline.of(tasks, [Step(1, "task", "", 0, 0, 1)])).arrows == ()


# -- what held the loop -------------------------------------------------------------------


def test_a_step_longer_than_a_tenth_of_a_second_is_marked():
    assert lane(breakfast(), "tea").blocks == (Block(0.0, 0.3, 0.3), Block(2.0, 2.5, 0.5))
    assert lane(breakfast(), "eggs").blocks == ()  # 0.1 s, and not longer


def test_what_ran_inside_a_step_is_not_its_own_doing():
    (block,) = lane(eager(), "this cell").blocks
    assert (block.start, block.end, block.held) == (0.0, 0.7, 0.4)


def test_real_blocking_is_caught_in_virtual_time():
    assert lane(rude(), "rude").blocks == (Block(0.0, 0.0, 0.7, real=True),)


# -- the loop -----------------------------------------------------------------------------


def test_the_loop_is_busy_or_asleep():
    assert bars(breakfast(), "loop") == [
        ("asleep", 0.9, 1.0, ""),
        ("asleep", 2.5, 3.0, ""),
        ("busy", 0.0, 0.9, ""),
        ("busy", 1.0, 2.5, ""),
        ("busy", 3.0, 4.2, ""),
        ("callback", 1.0, 1.0, ""),
    ]


def test_a_loop_that_sleeps_inside_a_step_is_asleep_and_blocks_nothing():
    assert bars(nested_loop(), "this cell") == [
        ("running", 0.0, 0.1, ""),
        ("waiting", 0.1, 0.2, "a step inside it"),
        ("waiting", 0.2, 0.9, "a loop inside it"),
        ("waiting", 0.9, 1.0, "a step inside it"),
        ("running", 1.0, 1.05, ""),
    ]
    assert lane(nested_loop(), "this cell").blocks == (Block(0.0, 1.05, 0.15),)
    assert bars(nested_loop(), "loop") == [
        ("asleep", 0.2, 0.9, ""),
        ("busy", 0.0, 0.2, ""),
        ("busy", 0.9, 1.05, ""),
    ]


def test_the_kernels_steps_share_one_lane():
    assert bars(eager(), "kernel") == [("busy", 0.72, 0.76, "")]


def test_a_kernel_that_does_next_to_nothing_gets_no_lane():
    steps = [Step(None, "kernel", "", 0, 0, 0.001), Step(0, "task", "a", 0, 0.001, 1.0)]
    timeline = Timeline.of([TaskSpan(0, "a", ended=1.0)], steps)
    assert [row.label for row in lay_out(timeline).lanes] == ["a", "loop"]
    assert [row.label for row in lay_out(timeline, resolution=2000).lanes] == [
        "a",
        "kernel",
        "loop",
    ]


# -- many ---------------------------------------------------------------------------------


def test_thirty_tasks_are_drawn_one_by_one():
    kinds = [row.kind for row in lay_out(crowd(30)).lanes]
    assert kinds == ["task"] * 31 + ["loop"]


def test_of_more_the_first_stay_and_those_in_which_something_happened():
    rows = lay_out(crowd(100, raised=(77,))).lanes
    first = [f"t-{n}" for n in range(1, 24)]
    assert [row.label for row in rows] == ["this cell", *first, "t-77", "76 more tasks", "loop"]


def test_the_fold_says_what_it_holds():
    raised = tuple(range(50, 80))
    (fold,) = [row for row in lay_out(crowd(10_000, raised)).lanes if row.kind == "fold"]
    assert fold.label == "9,976 more tasks"
    assert fold.remarks == ("up to 9,976 at a time", "9,954 returned", "22 raised")
    assert fold.crowd.size == 9_976


def test_a_task_of_more_steps_than_marks_fit_becomes_a_crowd():
    a, b, _ = lay_out(busy_pair(500), resolution=200).lanes
    assert a.bars == ()
    assert a.crowd.running.mean() == pytest.approx(0.5, abs=0.01)
    assert dict(b.seconds_in)["running"] == pytest.approx(0.5, abs=0.01)
    assert lay_out(busy_pair(500), resolution=600).lanes[0].crowd is None


def test_layout_counts_tasks_without_the_one_that_records():
    assert [lay_out(t).tasks for t in (greetings(), crowd(100), callbacks())] == [2, 100, 0]


# -- whatever comes -----------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_bars_lie_in_the_window_and_do_not_overlap(name):
    layout = lay_out(EVERY[name])
    for row in layout.lanes:
        assert all(layout.start <= b.start <= b.end <= layout.end for b in row.bars)
        if row.kind == "task":
            assert all(a.end <= b.start for a, b in zip(row.bars, row.bars[1:], strict=False))


def test_nothing_recorded_is_no_lane():
    assert lay_out(Timeline()).lanes == ()


def test_a_family_is_put_in_order_in_as_many_looks_as_it_has_members():
    """Twelve thousand `asyncio.run` in one recording: as many tasks without a parent."""

    class Counted(tuple):
        looks = 0

        def __getitem__(self, index):
            Counted.looks += 1
            return tuple.__getitem__(self, index)

    class Family:
        tasks = Counted(TaskSpan(id, f"main-{id}") for id in range(12_000))

    assert family_order(Family, range(12_000)) == [(id, 0) for id in range(12_000)]
    assert Counted.looks <= 2 * 12_000


def test_an_axis_may_go_on_beyond_the_end():
    """For two charts on one scale; what is drawn ends where it ended."""
    here, longer = lay_out(breakfast()), lay_out(breakfast(), until=99)
    assert (longer.start, longer.end, longer.duration) == (0, 99, here.duration)
    ends = [[b.end for r in chart.lanes if r.task for b in r.bars] for chart in (here, longer)]
    assert ends[0] == ends[1]
    assert "seen from" not in " ".join(longer.summary)
    assert lay_out(breakfast(), until=0.1).end == here.end


def test_the_tasks_of_a_library_are_folded_into_one_lane_if_that_is_asked():
    plain = lay_out(libraries())
    assert [row.label for row in plain.lanes] == ["t0", "t1", "t2", "t3", "t4", "loop"]
    folded = lay_out(libraries(), fold_libraries=True)
    mine, aiohttp, asyncio, loop = folded.lanes
    labels = (mine.label, aiohttp.label, asyncio.label, loop.label)
    assert labels == ("t0", "3 tasks of aiohttp", "1 task of asyncio", "loop")
    assert aiohttp.remarks == ("up to 3 at a time", "3 returned")
    assert [block.held for block in aiohttp.blocks] == [0.5]
    assert folded.arrows == ()
    assert folded.tasks == plain.tasks == 5


def test_folded_libraries_do_not_count_among_the_most():
    rows = lay_out(libraries(), fold_libraries=True, most=1).lanes
    assert [row.kind for row in rows] == ["task", "fold", "fold", "loop"]


def test_the_moment_of_stop_is_told_where_it_is_in_sight():
    whole = replace(breakfast(), stopped=True)
    assert lay_out(breakfast()).stopped is None
    assert lay_out(whole).stopped == whole.duration
    assert lay_out(whole, between=(0, whole.duration / 2)).stopped is None
