"""Minutes are counted as the rule says, and a promise that is not kept is told."""

import minutes
import nbformat.v4 as new
import pytest


def text(source, **metadata):
    return new.new_markdown_cell(source, metadata=metadata)


def code(source, *shown, hidden=False):
    outputs = [new.new_output("display_data", {"text/plain": words}) for words in shown]
    metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
    return new.new_code_cell(source, outputs=outputs, metadata=metadata)


def lesson(*cells, opening="20 minutes, and 5 for the exercises"):
    closing = [text("## Exercises"), code('check("04-x", x)')]
    return new.new_notebook(cells=[text(f"# Tasks\n\n{opening}."), *cells, *closing])


def words(minutes_to_read):
    return text("word " * 130 * minutes_to_read)


@pytest.mark.parametrize(
    ("cell", "takes"),
    [
        (words(2), 2),
        (text("word " * 999, slideshow={"slide_type": "notes"}), 0),
        (code("x = 1\n" * 15), 1),
        (code("x = 1\n\n" * 15), 1),
        (code("x = 1\n" * 15, hidden=True), 0),
        (code('predict("04-x")'), 1),
        (code("timeline", "<Timeline 'x': 2 tasks>"), 4 / 60 + 0.5),
        (code("timeline.player()", "<Timeline>", "The player of a recording."), 4 / 60 + 0.5),
        (code('compare("04-x")', "Measured: " + "word " * 129), 1),
        (code("%run where.py"), 4 / 60),
    ],
)
def test_minutes_are_counted_by_the_rule(cell, takes):
    alone, more = (sum(c.minutes for c in minutes.counted(n)) for n in (lesson(), lesson(cell)))
    assert more - alone == pytest.approx(takes)


def test_exercises_and_appendices_count_for_nothing():
    alone, more = lesson(), lesson()
    more.cells += [words(9), code("x = 1\n" * 99), text("## Appendix: the long story"), words(9)]
    assert [*minutes.counted(more)] == [*minutes.counted(alone)]


@pytest.mark.parametrize(
    ("complaint", "cells", "opening"),
    [
        ("over 40: take out some", [words(21), text(minutes.BREAK), words(20)], "40 minutes"),
        ("it promises 20 minutes, and takes 24", [words(24)], "20 minutes"),
        ("it promises 30 minutes, and takes 10", [words(10)], "30 minutes"),
        ("marks no 'good place for a break'", [words(30)], "30 minutes"),
        ("marks no 'good place for a break'", [text(minutes.BREAK), words(30)], "30 minutes"),
    ],
)
def test_a_promise_that_is_not_kept_is_told(complaint, cells, opening):
    broken = lesson(*cells, opening=f"{opening}, and 10 for the exercises")
    [said] = minutes.promise_is_kept(broken)
    assert complaint in said


def test_a_lesson_that_keeps_its_promise_is_not_told_anything():
    long = lesson(
        words(18),
        text(f"A {minutes.BREAK}."),
        words(17),
        opening="About 35 minutes, and 10 for the exercises",
    )
    assert minutes.promise_is_kept(long) == []
    assert minutes.promise_is_kept(lesson(words(18))) == []


def test_exercises_have_minutes_of_their_own():
    [said] = minutes.promise_is_kept(lesson(words(18), opening="20 minutes"))
    assert said == "its opening gives 0 minutes for 1 exercises; say 5 to 10"
