"""At this moment the ready queue holds these, these wait, and this one runs."""

import films
import pytest

from helpers.charts.film import Film, Frame
from helpers.charts.moments import Queued, Running, Suspended, Ticking, moment, moment_of
from helpers.timeline import Step, Timeline, Timer


def told(m):
    """A moment in few words: who runs (innermost first), who is ready, who waits."""
    return (
        [r.what for r in m.running] or ("asleep" if m.asleep else "-"),
        [q.what for q in m.ready],
        [w.name for w in m.waiting],
    )


CELL = "this cell"
SLEEP = "end of a sleep"


def test_each_frame_of_a_breakfast_in_virtual_time():
    """Twelve frames share the moments 0, 2 and 3 s, and still tell before from after."""
    film = Film(films.breakfast())
    found = [
        (f.kind, f.time, *told(moment_of(film, film.at_frame(n))))
        for n, f in enumerate(film.frames)
    ]
    assert found == [
        ("begin", 0, "-", [CELL], []),
        ("start", 0, [CELL], [], []),
        ("end", 0, "-", ["tea", "toast"], [CELL]),
        ("start", 0, ["tea"], ["toast"], [CELL]),
        ("end", 0, "-", ["toast"], [CELL, "tea"]),
        ("start", 0, ["toast"], [], [CELL, "tea"]),
        ("end", 0.5, "-", [], [CELL, "tea", "toast"]),
        ("sleep", 0.5, "asleep", [], [CELL, "tea", "toast"]),
        ("wake", 2, "-", [SLEEP], [CELL, "tea", "toast"]),
        ("start", 2, [SLEEP], [], [CELL, "tea", "toast"]),
        ("end", 2, "-", ["tea"], [CELL, "toast"]),
        ("start", 2, ["tea"], [], [CELL, "toast"]),
        ("end", 2, "-", [CELL], ["toast"]),
        ("start", 2, [CELL], [], ["toast"]),
        ("end", 2, "-", [], [CELL, "toast"]),
        ("sleep", 2, "asleep", [], [CELL, "toast"]),
        ("wake", 3, "-", [SLEEP], [CELL, "toast"]),
        ("start", 3, [SLEEP], [], [CELL, "toast"]),
        ("end", 3, "-", ["toast"], [CELL]),
        ("start", 3, ["toast"], [], [CELL]),
        ("end", 3, "-", [CELL], []),
        ("start", 3, [CELL], [], []),
        ("end", 3, "-", [], []),
        ("finish", 3, "-", [], []),
    ]


TIMES = [
    # film, at, running, ready, waiting
    (films.breakfast, 0.25, ["toast"], [], [CELL, "tea"]),
    (films.breakfast, 1.0, "asleep", [], [CELL, "tea", "toast"]),
    (films.breakfast, 2.0, "asleep", [], [CELL, "toast"]),
    (films.held, 0.005, ["nap"], ["block"], []),
    (films.held, 0.3, ["block"], [], ["nap"]),
    (films.held, 0.5115, "-", [SLEEP], ["nap"]),
    (films.held, 0.515, "-", ["nap"], []),
    (films.nested, 0.5, ["maker"], [], []),
    (films.nested, 1.5, ["eager", "maker"], [], []),
    (films.nested, 2.2, ["maker"], [], ["eager"]),
    (films.nested, 3.0, ["maker"], [], ["eager"]),
    (films.nested, 4.5, "-", ["release"], ["maker", "eager"]),
    (films.nested, 5.7, ["release"], ["eager"], ["maker"]),
    (films.strangers, 0.5, "-", ["kernel"], ["old", "listener"]),
    (films.strangers, 2.5, "asleep", [], ["old", "listener"]),
    (films.strangers, 3.7, ["socket"], ["listener"], ["old"]),
    (films.strangers, 5.8, ["listener"], [], ["old"]),
    (films.strangers, 6.2, "asleep", [], ["old", "listener"]),
    (films.strangers, 8.5, "-", ["late"], ["old"]),
    (films.turns, 0.95, ["a"], ["b", "a"], []),
    (films.turns, 1.5, ["b"], ["a"], []),
    (films.turns, 2.95, ["a"], ["b", "a"], []),
    (films.turns, 4.5, ["a"], [], []),
    (films.empty, 0, "-", [], []),
    (films.still_running, 4, ["rude"], [], ["polite"]),
]


@pytest.mark.parametrize(
    ("film", "at", "running", "ready", "waiting"),
    TIMES,
    ids=[f"{film.__name__} at {at} s" for film, at, *_ in TIMES],
)
def test_at_this_time(film, at, running, ready, waiting):
    assert told(moment(film(), at)) == (running, ready, waiting)


@pytest.mark.parametrize(
    ("film", "at", "timers"),
    [
        (films.breakfast, 0.0, [(SLEEP, 2, 2, "tea")]),
        (films.breakfast, 1.0, [(SLEEP, 2, 1, "tea"), (SLEEP, 3, 2, "toast")]),
        (films.breakfast, 2.0, [(SLEEP, 3, 1, "toast")]),
        (films.held, 0.3, [(SLEEP, 0.11, -0.19, "nap")]),
        (films.held, 0.511, []),
        (films.turns, 0.4, []),
        (films.turns, 2.5, [("print", 4.5, 2, "a"), ("timeout", 60, 57.5, "a")]),
        (films.turns, 4.6, [("print", 4.5, -0.1, "a")]),  # made, and never queued
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_timers_stand_in_order_of_what_is_due_first(film, at, timers):
    found = moment(film(), at).timers
    assert found == tuple(
        Ticking(what, due, pytest.approx(left), by) for what, due, left, by in timers
    )


def test_timers_of_one_name_that_run_at_the_moment_they_are_made():
    """Where the clock stands still, each is queued after the step that made it, not before."""
    steps = [Step(None, "callback", "main", 0, 0, 0)]
    steps += [Step(None, "timer", "tick", 0, 0, 0) for _ in range(3)]
    timers = [Timer("tick", 0, 0, 0, step=number) for number in (1, 2, 3)]
    film = Film(Timeline.of([], steps, timers=timers, clock="virtual"))
    queues = [[q.what for q in moment_of(film, film.at_frame(n)).ready] for n in range(4)]
    assert queues == [["main"], [], ["tick"] * 3, ["tick"] * 2]
    assert [len(moment_of(film, film.at_frame(n)).timers) for n in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("at", "overdue"), [(0.05, False), (0.11, False), (0.3, True), (0.511, True)]
)
def test_overdue_is_one_whose_timer_passed_while_a_step_held_the_loop(at, overdue):
    (nap,) = moment(films.held(), at).waiting
    assert (nap.name, nap.overdue) == ("nap", overdue)


def test_a_late_wake_up_alone_is_not_overdue():
    """The loop slept until just after 2 s: it was late, but nothing held it."""
    film = Film(films.breakfast())
    woke = film.frames.index(Frame("wake", 2, 0))
    assert not any(w.overdue for w in moment_of(film, film.at_frame(woke)).waiting)


def test_who_put_what_into_the_queue_and_since_when():
    assert moment(films.breakfast(), frame=2).ready == (
        Queued("tea", 0, CELL, step=1, task=1),
        Queued("toast", 0, CELL, step=2, task=2),
    )
    assert [q.put_by for q in moment(films.breakfast(), frame=8).ready] == ["its timer"]
    assert moment(films.strangers(), 6.7).ready == (Queued("poke", 6.5, "another thread", step=3),)
    assert moment(films.strangers(), 8.5).ready == (Queued("late", 7.6, "", task=2),)


def test_what_a_suspended_task_waits_for_and_where_it_stands():
    _, tea, toast = moment(films.breakfast(), 1.0).waiting
    assert tea == Suspended(1, "tea", "sleep(2)", 0, 2, False, ("cell", 3))
    assert toast == Suspended(2, "toast", "sleep(2.5)", 0.5, 3, False, ("cell", 3))


def test_what_runs_since_when_and_at_which_line():
    assert moment(films.breakfast(), 0.25).running == (Running(2, "toast", 0, 2, ("cell", 1)),)


def test_a_nested_loop_sleeps_inside_a_running_step():
    now = moment(films.nested(), 3.0)
    assert (now.asleep, now.until, [r.what for r in now.running]) == (True, None, ["maker"])


def test_how_long_the_loop_will_sleep():
    now = moment(films.breakfast(), 1.0)
    assert (now.asleep, now.until) == (True, 2)


@pytest.mark.parametrize(
    ("frame", "printed"),
    [(2, ""), (3, ""), (4, "tea\n"), (6, "tea\ntoast\n"), (-1, "tea\ntoast\nhot\n")],
)
def test_what_was_printed_by_then(frame, printed):
    assert moment(films.breakfast(), frame=frame).printed == printed


def test_inside_a_step_on_a_moving_clock_a_print_counts_from_its_own_time():
    assert moment(films.breakfast(), 0.0).printed == "tea\n"
    assert moment(films.breakfast(), 0.1).printed == "tea\ntoast\n"


def test_one_says_a_time_or_a_frame_and_one_that_is_there():
    with pytest.raises(ValueError, match="either a time in seconds, or frame"):
        moment(films.breakfast())
    with pytest.raises(ValueError, match="either a time in seconds, or frame"):
        moment(films.breakfast(), 1.0, frame=3)
    with pytest.raises(IndexError, match="frames 0 to 23, no 24"):
        moment(films.breakfast(), frame=24)
