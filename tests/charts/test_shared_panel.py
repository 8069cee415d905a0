"""What the player says of what tasks share, frame by frame."""

import json

from shared_programs import deadlock, kitchen, signal, turnstile

from helpers import simulate
from helpers.charts.film import Film
from helpers.charts.shared_panel import shared_in
from helpers.timeline import TaskSpan, Timeline


def told(program):
    return [(one["name"], one["told"]) for one in shared_in(Film(simulate(program())))]


def test_a_queue_says_how_full_it_is_and_who_waits_to_put():
    ((name, words),) = told(kitchen)
    assert name == "orders"
    assert words[0] == "0 of 3 in it; 1 waits for something: waiter"
    assert "3 of 3 in it; 1 waits to put: cook" in words
    assert words[-1] == "0 of 3 in it"


def test_a_semaphore_says_who_holds_it():
    ((_, words),) = told(turnstile)
    line = "guest 3, guest 4, guest 5, guest 6, guest 7, 2 more"
    assert f"3 of 3 taken by guest 0, guest 1, guest 2; 7 wait: {line}" in words


def test_two_locks_in_a_deadlock():
    (_, left), (_, right) = told(deadlock)
    assert left[-1] == "held by Ada; 1 waits: Ben"
    assert right[-1] == "held by Ben; 1 waits: Ada"


def test_an_event():
    ((_, words),) = told(signal)
    assert words == ["not set; 1 waits: guest", "set"]


def test_frames_are_in_order_and_all_is_fit_for_json():
    for one in shared_in(Film(simulate(turnstile()))):
        assert one["frames"] == sorted(one["frames"])
        assert len(one["frames"]) == len(one["told"])
        assert json.loads(json.dumps(one)) == one


def test_where_nothing_is_shared_nothing_is_said():
    assert shared_in(Film(Timeline.of([TaskSpan(0, "a")]))) == []
