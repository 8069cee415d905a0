"""The panels of a recording: who runs, who is ready in which place, who queued whom, when."""

from dataclasses import replace

import films
import pytest
from chart_samples import EVERY, callbacks, cell
from order_programs import eleven_lines, page, rehearsal, shouting

from helpers.charts.film import Film
from helpers.charts.strip import MOST_ROWS, strip_of
from helpers.timeline import Idle, Step, TaskSpan, Timeline

ALL = EVERY | {make.__name__: make() for make in films.FILMS}


def runs(strip):
    """Who runs in each panel, and the queue after it: "sleep" where the loop sleeps."""
    names = [name for name, _ in strip.rows]
    return [
        ("sleep" if column.number is None else names[column.runs], *column.queue)
        for column in strip.columns
    ]


def cells(strip, row):
    """What a row shows, panel by panel."""
    number = [name for name, _ in strip.rows].index(row)
    return [column.cells[number] for column in strip.columns]


def states(strip, row):
    return [found and (found.state, found.place)[: 1 + (found.place > 0)] for found in
            cells(strip, row)]  # fmt: skip


def queued(strip):
    """(who runs, whom it puts in the queue) where somebody is."""
    names = [name for name, _ in strip.rows]
    return [
        (names[column.runs], [names[row] for row in column.queues])
        for column in strip.columns
        if column.queues
    ]


# -- programs that ask for their order ---------------------------------------------------------


def test_what_a_maker_queues_runs_when_it_suspends():
    strip = strip_of(page())
    assert runs(strip)[:5] == [
        ("page", "photos", "text"),
        ("photos", "text"),
        ("text",),
        ("sleep", "end of a sleep"),
        ("loop", "text"),
    ]
    assert queued(strip)[:2] == [("page", ["photos", "text"]), ("loop", ["text"])]
    assert states(strip, "photos")[:3] == [("ready", 1), ("running",), ("waiting",)]
    assert [cell.text for cell in cells(strip, "page")[1:3]] == ["task 'text'"] * 2


def test_who_is_woken_stands_behind_who_was_queued_before():
    strip = strip_of(eleven_lines())
    assert runs(strip)[:6] == [
        ("family", "a", "b"),
        ("a", "b", "a"),
        ("b", "a", "b"),
        ("a", "b", "family"),
        ("b", "family"),
        ("family", "stop the loop: its task is done"),
    ]
    assert states(strip, "family")[3:6] == [("ready", 2), ("ready", 1), ("running",)]
    assert [column.iteration for column in strip.columns] == [1, 2, None, 3, None, 4, 5]
    assert cells(strip, "a")[3].end == "returned"
    assert cells(strip, "a")[4] is None
    assert strip.columns[3].sentence == "'a' returns; 'family' becomes ready, behind 'b'."


def test_a_late_timer_is_queued_when_the_loop_looks_not_when_it_is_due():
    """No time passes from the end of `rehearse` to the look that finds the bell, yet one comes
    after the other: `notes` was in the queue before."""
    strip = strip_of(rehearsal())
    assert runs(strip)[:5] == [
        ("evening", "rehearse"),
        ("rehearse", "notes"),
        ("notes", "bell", "coffee"),
        ("bell", "coffee"),
        ("coffee",),
    ]
    assert states(strip, "bell")[:4] == [("waiting",), ("overdue",), ("ready", 1), ("callback",)]
    assert [column.time for column in strip.columns][:4] == ["0 s", "0 s to 2 s", "", ""]
    assert [column.iteration for column in strip.columns][:5] == [1, 2, 3, None, 4]
    assert strip.columns[2].sentence.startswith(
        "The loop looks at its timers; the callback 'bell' becomes ready, behind 'notes'. "
    )


# -- its rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_each_step_but_the_kernels_has_a_panel_in_order(name):
    timeline = ALL[name]
    strip = strip_of(timeline, most=5_000)
    steps = sum(step.kind != "kernel" for step in timeline.steps)
    numbers = [c.number for c in strip.columns if c.number is not None and not c.goes_on]
    assert numbers == list(range(1, steps + 1))
    assert strip.steps == steps


@pytest.mark.parametrize("name", ALL)
def test_a_row_is_ready_where_its_handle_is_in_the_queue_and_one_row_runs(name):
    strip = strip_of(ALL[name], most=200)
    names = [name for name, _ in strip.rows]
    for column in strip.columns:
        active = [c for c in column.cells if c and c.state in ("running", "callback", "asleep")]
        assert len(active) == 1
        for row, shown in enumerate(column.cells):
            if shown and shown.state == "ready" and names[row] != "loop":
                assert column.queue[shown.place - 1] == names[row]
        assert all(column.cells[row] for row in column.queues)


@pytest.mark.parametrize("name", ["nested", "strangers", "turns", "still_running", "held"])
def test_every_panel_tells_sentences_of_the_player(name):
    told = {column.sentence for column in strip_of(ALL[name]).columns}
    assert all(sentence.endswith(".") for sentence in told)


def test_a_step_in_which_others_run_begins_and_goes_on():
    strip = strip_of(films.nested())
    panels = [(c.number, c.goes_on, c.sentence.partition(":")[0]) for c in strip.columns]
    assert panels[:4] == [
        (1, False, "'maker' is first in the queue"),
        (2, False, "'eager' begins immediately, inside the step of 'maker'. 'eager' suspends"),
        (None, False, "Nothing is ready and no timer is set"),
        (1, True, "'maker' suspends"),
    ]
    assert states(strip, "maker")[:2] == [("running",), ("waiting",)]
    assert cells(strip, "maker")[1].text == "a step inside it"
    assert cells(strip, "eager")[0] is None  # it does not exist yet


def test_what_ran_inside_a_step_is_not_told_as_ready_at_its_end():
    tasks = [cell(), TaskSpan(1, "inner", "i", 0, 0.1, 0.2, 0.3, "returned")]
    steps = [
        Step(0, "task", "this cell", 0, 0, 1),
        Step(1, "task", "inner", 0.1, 0.2, 0.3, inside=0, woken_by=0),
    ]
    strip = strip_of(Timeline.of(tasks, steps))
    assert [column.queue for column in strip.columns] == [("inner",), (), ()]
    assert strip.columns[-1].sentence == "'this cell' leaves the recorded block."


def in_a_kernel():
    """A sleep that the kernel's own steps interrupt, and one of them in the queue."""
    kernel = [Step(None, "kernel", "kernel", t, t, t + 0.001, first=True) for t in (0.3, 0.999)]
    tasks = [cell(), TaskSpan(1, "tea", "tea", 0, 0.001, 0.003, 1.004, "returned")]
    steps = [
        Step(0, "task", "this cell", 0, 0, 0.001, waiting_for="task 'tea'", first=True),
        Step(None, "kernel", "kernel", 0.0008, 0.0015, 0.002, first=True),
        Step(
            1, "task", "tea", 0.001, 0.003, 0.004, woken_by=0, waiting_for="sleep(1)", first=False
        ),
        *kernel,
        Step(None, "timer", "end of a sleep", 1.0, 1.0, 1.001, first=True),
        Step(1, "task", "tea", 1.001, 1.003, 1.004, woken_by=5, first=True),
    ]
    idle = (Idle(0.004, 0.3, 0.3), Idle(0.301, 0.999, 0.999))
    return Timeline.of(tasks, steps, idle=idle)


def test_the_kernels_steps_are_nobodys_panel_and_in_no_queue():
    strip = strip_of(in_a_kernel())
    assert runs(strip) == [("this cell", "tea"), ("tea",), ("sleep",), ("loop", "tea"), ("tea",)]
    assert strip.notes == (
        "3 steps of the notebook itself are left out, also from the ready queue.",
    )
    assert strip.columns[2].sentence == (
        "Nothing is ready: the loop sleeps until 1 s, when a timer is due. The loop wakes up."
    )
    assert [column.iteration for column in strip.columns] == [1, 2, 3, None, 4]


def test_callbacks_have_rows_where_there_is_no_task_but_the_cell():
    strip = strip_of(callbacks())
    assert [name for name, _ in strip.rows] == ["this cell", "soon", "tick", "late", "read", "loop"]
    assert states(strip, "late")[:4] == [("waiting",), ("waiting",), ("waiting",), ("ready", 1)]


def test_iterations_that_are_not_known_have_no_border():
    assert {column.iteration for column in strip_of(films.breakfast()).columns} == {None}


def test_on_the_real_clock_a_moment_is_told_to_the_hundredth():
    strip = strip_of(replace(films.breakfast(), clock="real", length=3_004_000_000))
    assert [c.time for c in strip.columns if c.time] == [
        "0 s", "0 s to 0.5 s", "0.5 s to 2 s", "2 s to 3 s"
    ]  # fmt: skip
    assert strip_of(EVERY["two greetings"]).columns[1].time == ""  # 0.6 ms


# -- of very much, a part -------------------------------------------------------------------------


def test_of_many_steps_a_part_is_shown_and_says_so():
    timeline = shouting(10, 20)
    strip = strip_of(timeline)
    assert (strip.first, strip.last, strip.steps) == (1, 24, 223)
    assert strip.notes == ("Here are steps 1 to 24 of 223; order(first=25) goes on from there.",)
    whole = strip_of(timeline, most=1_000)
    assert whole.notes == ()
    again, columns = 1, []
    while again <= strip.steps:
        part = strip_of(timeline, first=again, most=50)
        columns += part.columns
        again = part.last + 1
    assert [(c.number, c.iteration, c.queue, c.sentence) for c in columns] == [
        (c.number, c.iteration, c.queue, c.sentence) for c in whole.columns
    ]


def test_of_very_many_tasks_those_have_rows_that_run():
    strip = strip_of(shouting(100, 1), most=3)
    assert len(strip.rows) == MOST_ROWS
    assert strip.notes[-1] == "89 more tasks have no row: none of them runs in these steps."
    assert len(strip.columns[0].queue) == 100
    later = strip_of(shouting(100, 1), first=50, most=3)
    assert {"t48", "t49", "t50"} <= {name for name, _ in later.rows}


def test_a_window_has_the_steps_that_lie_in_it():
    strip = strip_of(films.breakfast(), between=(1.0, 2.5))
    assert runs(strip)[:2] == [("sleep", "end of a sleep"), ("loop", "tea")]
    assert strip.notes == ("Here are steps 4 to 6 of 9; order(first=7) goes on from there.",)
    with pytest.raises(ValueError, match="shows nothing"):
        strip_of(films.breakfast(), between=(9, 10))


def test_beyond_the_last_step_is_a_clear_sentence():
    with pytest.raises(ValueError, match="first=10 is beyond the last step: this recording has 9"):
        strip_of(films.breakfast(), first=10)
    assert strip_of(Timeline()).columns == ()


def test_an_eager_task_exists_from_its_first_step_on():
    film = Film(films.nested())
    assert film.created[1] == film.starts[1]


# -- the end of asyncio.run ----------------------------------------------------------------------


def closed():
    """What `asyncio.run` does after its main is done: a stop, and its two closing coroutines,
    the last of which waits for a thread."""
    labels = (
        "stop the loop: its task is done",
        "BaseEventLoop.shutdown_asyncgens",
        "stop the loop: its task is done",
        "BaseEventLoop.shutdown_default_executor",
        "wake-up from outside",
        "stop the loop: its task is done",
    )
    return [
        Step(None, "callback", label, t, t, t + 0.1, woken_by=t if t else None, first=True)
        for t, label in enumerate(labels, 1)
    ]


def test_the_end_of_asyncio_run_is_one_panel():
    tasks = [TaskSpan(0, "main", created=0, ended=0.1, outcome="returned", role="main")]
    main = Step(0, "task", "main", 0, 0, 0.1, first=True)
    strip = strip_of(Timeline.of(tasks, [main, *closed()], idle=[Idle(5.2, 5.9, None)]))
    assert [(column.label, column.iteration) for column in strip.columns] == [
        ("1", 1),
        ("2 to 7", 2),
    ]
    assert strip.columns[1].sentence.endswith("generators and threads: 6 steps of its own.")
    assert (strip.steps, strip.last, strip.columns[1].queue) == (7, 7, ())


def test_under_a_patched_run_that_stops_but_once_the_end_is_one_panel_too():
    stop, *others = closed()
    closing = [step for step in others if step.label.startswith("BaseEventLoop.")]
    steps = [replace(step, woken_by=None) for step in (stop, *closing)]
    strip = strip_of(Timeline.of((), steps))
    assert [column.label for column in strip.columns] == ["1 to 3"]


def test_two_runs_have_two_ends_and_a_loop_that_only_stops_has_none():
    again = [replace(step, woken_by=None) for step in closed()]
    tasks = [TaskSpan(0, "main", created=7, ended=7.1, outcome="returned")]
    later = [replace(s, ready=s.ready + 7, start=s.start + 7, end=s.end + 7) for s in again]
    strip = strip_of(
        Timeline.of(tasks, [*again, Step(0, "task", "main", 7, 7, 7.1, first=True), *later[:1]])
    )
    assert [(column.label, column.iteration) for column in strip.columns] == [
        ("1 to 6", 1), ("7", 7), ("8", 8)
    ]  # fmt: skip
    strip = strip_of(
        Timeline.of(tasks, [*again, Step(0, "task", "main", 7, 7, 7.1, first=True), *later])
    )
    assert [column.label for column in strip.columns] == ["1 to 6", "7", "8 to 13"]
