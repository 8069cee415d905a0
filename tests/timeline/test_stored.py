"""Values out of a document are what they should be, or refused."""

import pytest

from helpers.timeline import stored


def test_what_a_value_may_be():
    assert stored.whole(0, 3)(2)
    assert not stored.whole(0, 3)(3)
    assert not stored.whole(0, 3)(True)
    assert stored.or_none(stored.text)(None)
    assert not stored.time(-1)
    assert not stored.moment(float("nan"))
    assert not stored.one_of(("a", "b"))(["a"])


def test_what_is_wrong_is_said():
    with pytest.raises(stored.Refusal, match="has no title"):
        stored.single({}, "title", stored.text)
    with pytest.raises(stored.Refusal, match="says title is 3"):
        stored.single({"title": 3}, "title", stored.text)
    with pytest.raises(stored.Refusal, match="out of bounds in holds"):
        stored.numbers({"task": [0, 9]}, "task", 0, 9, "holds")


def test_a_table_that_came_later_may_be_missing():
    assert stored.rows({}, "held", {"step": stored.truth}, tuple) == ()
    with pytest.raises(stored.Refusal):
        stored.rows({}, "tasks", {"id": stored.truth}, tuple)
