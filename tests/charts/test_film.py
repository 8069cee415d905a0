"""The frames of a recording: what the loop does, one after the other, and since when what holds."""

import films
import pytest
from any_recording import recordings
from hypothesis import given

from helpers.charts.film import Film, Position
from helpers.timeline import Idle, Printed, Step, TaskSpan, Timeline, Timer


def test_a_step_under_way_in_an_unfinished_recording_has_not_ended():
    film = Film(films.still_running())
    assert [frame.kind for frame in film.frames] == ["begin", "start", "end", "start"]


def test_each_step_starts_and_ends_once_and_inside_the_one_it_runs_in():
    for make in films.FILMS[:-1]:
        film = Film(make())
        kinds = [(f.kind, f.index) for f in film.frames if f.kind in ("start", "end")]
        assert sorted(kinds) == sorted(
            (kind, i) for i in range(len(film.columns)) for kind in ("start", "end")
        )
        for i, outer in enumerate(film.columns.inside):
            if outer >= 0:
                assert film.starts[outer] < film.starts[i] < film.ends[i] < film.ends[outer]


@given(recordings())
def test_frames_go_forward_and_each_step_starts_and_ends_once(timeline):
    film = Film(timeline)
    assert film.times.tolist() == sorted(film.times.tolist())
    kinds = [(f.kind, f.index) for f in film.frames if f.kind in ("start", "end")]
    steps = range(len(timeline.columns))
    assert sorted(kinds) == sorted((kind, i) for i in steps for kind in ("start", "end"))
    assert (film.starts < film.ends).all()


@given(recordings())
def test_the_queue_is_first_in_first_out_and_a_step_leaves_it_when_it_starts(timeline):
    film = Film(timeline)
    for frame in range(len(film)):
        queue = film.queue(film.at_frame(frame)).tolist()
        assert queue == sorted(queue)
        assert all(frame < film.starts[step] for step in queue)
        for step in set(range(len(timeline.columns))) - set(queue):
            ready = timeline.columns.ready[step], film.queued[step]
            past = ready <= (film.times[frame], frame)
            assert film.starts[step] <= frame or not past or not film.was_queued[step]


def test_at_a_time_all_its_frames_have_happened():
    film = Film(films.breakfast())
    assert [film.at(t).frame for t in (0, 0.25, 1, 2, 3, 99)] == [5, 5, 7, 15, 23, 23]
    assert film.at_frame(-1) == Position(3_000_000_000, 23)
    with pytest.raises(IndexError, match="frames 0 to 23, no -25"):
        film.at_frame(-25)


def two_steps(**timer):
    """A task of two steps, of which the first sets a timer, on a clock that stands at 1 s."""
    steps = [Step(0, "task", "a", 0, 1, 1), Step(0, "task", "a", 1, 1, 1)]
    timers = [Timer("t", 0, 9, made=1, **timer)]
    return Film(Timeline.of([TaskSpan(0, "a", ended=1)], steps, duration=3, timers=timers))


def test_a_timer_is_set_with_the_step_that_made_it_and_for_ever_if_it_never_ran():
    (made,), (frame,), (until,), (until_frame,) = two_steps().timers
    assert (made, frame) == (1_000_000_000, two_steps().ends[0])
    assert until > two_steps().timeline.length
    assert until_frame == len(two_steps())


@pytest.mark.parametrize(
    ("cancelled", "frame"),
    [
        (1, 2),  # in the step that made it, for all we know
        (2, 5),  # in no step of its maker: from that time on
    ],
)
def test_when_a_timer_is_cancelled(cancelled, frame):
    film = two_steps(cancelled=cancelled)
    assert film.timers.until.tolist() == [cancelled * 10**9]
    assert film.timers.until_frame.tolist() == [frame]


def test_text_printed_while_the_clock_stands_counts_from_the_end_of_its_step():
    steps = [Step(None, "callback", "a", 0, 0, 0), Step(None, "callback", "b", 0, 0, 2)]
    printed = [Printed(0, "a", 0), Printed(1, "b", 1), Printed(2, "outside")]
    film = Film(Timeline.of((), steps, output=printed))
    assert film.printed.tolist() == [film.ends[0], film.starts[1], film.ends[1]]


def test_a_handle_queued_by_another_thread_is_there_from_its_time_on():
    steps = [
        Step(None, "callback", "a", 0, 0, 4),
        Step(None, "io", "b", 2, 4, 5, woken_by="thread"),
    ]
    film = Film(Timeline.of((), steps))
    assert film.queue(film.at(1)).tolist() == []
    assert film.queue(film.at(3)).tolist() == [1]
    assert [film.put_by(step) for step in (0, 1)] == ["", "another thread"]


def test_a_late_timer_is_in_the_queue_from_the_look_on_not_before():
    film = Film(films.late())
    assert [(f.kind, f.index) for f in film.frames][:5] == [
        ("begin", None),
        ("start", 0),
        ("end", 0),
        ("look", 1),
        ("start", 1),
    ]
    queues = [film.queue(film.at_frame(frame)).tolist() for frame in range(7)]
    assert queues[2:6] == [[1], [1, 2, 3], [2, 3], [2, 3, 4]]
    assert film.timers.until_frame.tolist() == [3]
    assert film.iterations == [1, 3, 10]


def test_where_the_loop_finds_nothing_or_slept_there_is_no_look():
    assert "look" not in {frame.kind for frame in Film(films.held()).frames}  # not known
    steps = [
        Step(None, "callback", "a", 0, 0, 1, first=True),
        Step(None, "callback", "b", 1, 1, 2, first=True),
        Step(None, "timer", "t", 3, 3, 4, first=True),
    ]
    film = Film(Timeline.of((), steps, idle=[Idle(2, 3, 3)]))
    assert [frame.kind for frame in film.frames][5:8] == ["sleep", "wake", "start"]
    assert film.iterations == [1, 3, 5]
    assert film.found.tolist() == [-1, -1, 6]


def test_the_kernels_iterations_are_not_counted_and_a_sleep_they_interrupt_is_one():
    kernel = [Step(None, "kernel", "kernel", t, t, t + 1, first=True) for t in (1, 4)]
    steps = [
        Step(None, "callback", "a", 0, 0, 1, first=True),
        *kernel,
        Step(None, "timer", "t", 6, 6, 7, first=True),
    ]
    film = Film(Timeline.of((), steps, idle=[Idle(2, 4, 6), Idle(5, 6, 6)]))
    assert [film.frames[frame].kind for frame in film.iterations] == ["start", "sleep"]
    assert film.iterations == [1, 5]


@given(recordings())
def test_what_a_look_found_was_found_before_it_ran_and_each_iteration_has_one_border(timeline):
    film = Film(timeline)
    for step, frame in enumerate(film.found.tolist()):
        assert frame < film.starts[step]
        assert frame < 0 or film.frames[frame].kind in ("look", "wake")
    assert film.iterations == sorted(set(film.iterations))
    starts = set(film.starts[[kind != "kernel" for kind in film.columns.kind]].tolist())
    assert len(film.iterations) <= len(starts)


def test_the_loop_has_looked_when_all_it_found_is_in_the_queue():
    steps = [Step(None, "timer", "t", 1.25, 1.5, 2)]
    film = Film(Timeline.of((), steps, idle=[Idle(0, 1, 1)]))
    assert [(f.kind, f.time) for f in film.frames][:3] == [
        ("begin", 0),
        ("sleep", 0),
        ("wake", 1.25),
    ]
