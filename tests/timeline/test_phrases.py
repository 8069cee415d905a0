"""Names, lists and numbers as sentences have them."""

import pytest

from helpers.timeline.phrases import listed, quoted, times


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, ""), (1, "a"), (2, "a and b"), (4, "a, b, c and d"), (6, "a, b, c and 3 more")],
)
def test_several_are_listed_and_of_many_the_first_few(number, said):
    assert listed("abcdef"[:number]) == said


def test_it_may_be_asked_for_more_and_takes_what_comes_one_by_one():
    assert listed(iter("abcdef"), most=4) == "a, b, c, d and 2 more"
    assert listed(map(str, range(2000)), most=1) == "0 and 1,999 more"


def test_names_are_quoted_and_neither_too_long_nor_unprintable():
    assert quoted("a\nb") == r"'a\nb'"
    assert quoted("x" * 40) == f"'{'x' * 40}'"
    assert quoted("x" * 41) == f"'{'x' * 39}…'"


def test_how_often():
    said = [times(number) for number in (0, 1, 2, 5, 1200)]
    assert said == ["never", "once", "twice", "5 times", "1,200 times"]
