"""A resource answers what it was like at a moment, and after a step."""

from by_hand import door

from helpers.timeline.resources import Resource, Use


def test_what_it_was_like_at_a_moment():
    assert door().at(0) == Use(1, 1, 1, (0,), (1,))
    assert door().at(1.9) == Use(1, 1, 1, (0,), (1,))
    assert door().at(2) == Use(1, 1, 0, (1,), ())
    assert door().at(3) == Use(1, 1, 0, (), ()), "nobody is known to hold it after the end"


def test_steps_tell_apart_what_one_moment_cannot():
    assert door().after(0) == Use(1, 1, 0, (0,), ())
    assert door().after(1) == Use(1, 1, 1, (0,), (1,))
    assert door().after(2) == Use(0, 1, 0, (), ())
    assert door().after(3) == Use(1, 1, 0, (1,), ())


def test_before_anything_happened_to_it():
    assert Resource("Queue", "orders").at(1) == Use(0, None, 0)
    assert door().after(-1) == Use(0, None, 0)


def test_columns_in_seconds():
    assert door().moments == [0, 0, 2, 2, 2]
    assert door().limits == [1] * 5
    assert [(stay.task, stay.start, stay.end) for stay in door().holds] == [(0, 0, 2), (1, 2, 3)]
    assert door().most_waiting == 1
