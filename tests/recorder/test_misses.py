"""What could not be understood is counted, and said once for each kind."""

from helpers.recorder.misses import Misses


def test_each_kind_is_one_sentence_with_how_often_and_the_first_fault():
    misses = Misses()
    for fault in (ValueError(), KeyError(), KeyError()):
        misses.add("a label", fault)
    misses.add("a line", OSError())
    assert misses.notes() == [
        "not understood, and left out: a label, 3 times (ValueError)",
        "not understood, and left out: a line (OSError)",
    ]


def test_what_was_found_before_goes_on_and_is_not_changed():
    before = Misses()
    before.add("a label", ValueError())
    after = Misses(before.found)
    after.add("a label", ValueError())
    assert before.notes() == ["not understood, and left out: a label (ValueError)"]
    assert after.notes() == ["not understood, and left out: a label, 2 times (ValueError)"]


def test_an_attempt_gives_its_answer_or_another_one():
    misses = Misses()
    assert misses.attempt("a number", -1, int, "7") == 7
    assert misses.attempt("a number", -1, int, "seven") == -1
    assert misses.notes() == ["not understood, and left out: a number (ValueError)"]
