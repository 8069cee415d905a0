"""Which option a measurement says: exactly, nearly, or none that anybody foresaw."""

import pytest

from helpers.practice.matching import difference, is_longer, matching, number, words, yes_or_no
from helpers.timeline import Step, TaskSpan, Timeline

TIMES = [1, 3, 6]
TIMES_WITH_WORDS = ["6 s, one after another", "3 s: together", "100 ms", "it never ends"]
COUNTS = [1, 3, 10]
WORDED_COUNTS = ["1: they take turns", "3: all of them", "none"]
ORDERS = [["a", "b", "c"], ["c", "b", "a"]]
YES_NO = ["Yes, before the next line", "No, only when main() suspends"]


@pytest.mark.parametrize(
    ("options", "measured", "index"),
    [
        (["World", "Hello"], "Hello\n", 1),
        (["World", "Hello"], "hello", None),
        (TIMES, 1.0, 0),
        (TIMES, 3.0013, 1),
        (TIMES, 3.6, 1),  # a busy machine
        (TIMES, 4.4, 1),  # a very busy one: no wait of 6 s takes less
        (TIMES, 5.7, 2),  # a coarse clock
        (TIMES, 5.3, None),  # between two options: nobody can say
        (TIMES, 0.2, 0),
        (TIMES, -0.6, None),
        (TIMES, 7.0, 2),
        (TIMES, 9.0, None),
        ([0.1, 0.2], 0.1301, 0),
        (TIMES_WITH_WORDS, 6.02, 0),
        (TIMES_WITH_WORDS, 0.13, 2),
        (COUNTS, 3, 1),
        (COUNTS, 4, None),
        (WORDED_COUNTS, 3, 1),
        (ORDERS, ["c", "b", "a"], 1),
        (ORDERS, ("a", "b", "c"), 0),
        (ORDERS, "c\nb\na\n", 1),
        (["a, b, c", "c, b, a"], ["c", "b", "a"], 1),
        (YES_NO, True, 0),
        (YES_NO, False, 1),
        ([True, False], False, 1),
        (["Yes, a", "Yes, b"], True, None),  # two fit: the question is at fault
        (["`TypeError`", "`RuntimeError`"], RuntimeError("no running event loop"), 1),
        (["nothing", "None"], None, 1),
        (["1 s", "no time at all"], 1.0, 0),
        (["1 s", "no time at all"], 1.01, None),  # one time alone gives no measure of nearness
    ],
)
def test_the_measurement_says_which_option(options, measured, index):
    assert matching(options, measured) == index


@pytest.mark.parametrize(
    ("options", "measured", "index"),
    [
        (TIMES, 3.0, 1),
        (TIMES, 0.1 + 0.2 + 2.7, 1),  # a sum of floats
        (TIMES, 3.2, None),
        (TIMES, 2.8, None),
        (TIMES, 7.0, None),
        (TIMES_WITH_WORDS, 6.0, 0),
        (COUNTS, 3, 1),
    ],
)
def test_a_time_that_nothing_stretches_is_exact(options, measured, index):
    assert matching(options, measured, exact=True) == index


def test_options_stand_for_what_they_begin_with():
    assert [number(o) for o in ("20 ms", "2 s", "3 tasks", "-1", 4, True, "two")] == [
        0.02,
        2.0,
        3.0,
        -1.0,
        4.0,
        None,
        None,
    ]
    assert [yes_or_no(o) for o in ("Yes", "no: never", "True", "Nobody", False, 3)] == [
        True,
        False,
        True,
        None,
        False,
        None,
    ]
    assert words(["  a ", "", "`b`"]) == "a, b"


def test_only_a_time_is_longer_than_an_option():
    assert is_longer(1.2, "1 s, as before")
    assert not is_longer(0.9, 1.0)
    assert not is_longer(2, 1), "a count"
    assert not is_longer(2.0, "no time at all")


def chart(*lives):
    """A timeline of tasks a, b, ... that each run for 0.1 s at the start of their life."""
    tasks = [
        TaskSpan(i, "abc"[i], "w", None, b, b, e, "returned") for i, (b, e) in enumerate(lives)
    ]
    steps = [Step(t.id, "task", t.name, t.created, t.created, t.created + 0.1) for t in tasks]
    return Timeline.of(tasks, steps)


def test_the_chart_that_agrees_nearly_all_the_time_is_the_one():
    one_by_one, together = chart((0, 1), (1, 2)), chart((0, 1), (0.1, 1.1))
    late = chart((0, 1.03), (1.04, 2.06))
    assert difference(one_by_one, one_by_one) == 0
    assert 0 < difference(one_by_one, late) < 0.15 < difference(together, late)
    assert matching([together, one_by_one], late) == 1
    assert matching([one_by_one, one_by_one], late) is None
    assert matching([together, "no chart"], chart((0, 1))) is None, "other tasks"
