"""Every prediction can be asked, and answered: by the measurement, and to each who missed."""

import re

import pytest
import wording
from notebook_rules import Lesson

from helpers.practice.matching import words
from helpers.practice.predictions import Question, TooEarly, called, measure, predictions, said_by
from helpers.timeline import Step, TaskSpan, Timeline

EVERY = [pytest.param(question, id=id) for id, question in predictions().items()]


def stored_answers():
    """{id: the letter that the lesson's stored output says was measured}"""
    found = {}
    for lesson in Lesson.every():
        for _, cell in lesson.cells("code"):
            for id in re.findall(r'^compare\("([\w-]+)"\)', cell.source, re.MULTILINE):
                [said] = [out.data["text/plain"] for out in cell.outputs]
                found[id] = re.match(r"Measured: ([A-Z])\.", said)[1]
    return found


STORED = stored_answers()


def test_each_is_asked_in_its_lesson_and_each_that_is_asked_is_there():
    assert set(STORED) == set(predictions())


@pytest.mark.parametrize("question", EVERY)
def test_it_can_be_answered_and_every_other_option_has_a_reply(question):
    assert re.fullmatch(r"\d\d(-[a-z\d]+)+", question.id)
    assert len(question.values) >= 2
    said = [words(option) for option in question.values if not isinstance(option, Timeline)]
    assert len(set(said)) == len(said), "two options say the same"
    assert set(question.replies) == set(question.letters) - {STORED[question.id]}
    assert len(set(question.replies.values())) == len(question.replies)


@pytest.mark.parametrize("question", EVERY)
def test_a_reply_is_about_this_program_and_no_formula(question):
    for reply in question.replies.values():
        assert reply[-1] in ".!?)", reply
        assert not re.match(r"For that|So it is|That is ", reply), reply
        assert not re.search(r"would have to|\bat once\b", reply), reply


@pytest.mark.parametrize("question", EVERY)
def test_it_uses_the_words_of_the_house(question):
    said = [question.ask, question.because, *question.replies.values()]
    assert [offence for text in said for offence in wording.offences(text)] == []


def test_replies_are_not_used_twice():
    replies = [reply for question in predictions().values() for reply in question.replies.values()]
    assert len(set(replies)) == len(replies)


def test_an_older_id_finds_it():
    assert called("04-heard") is called("05-heard") is predictions()["05-heard"]
    assert called("04-no-such") is None
    assert called(4) is None


# -- reading the answer off ------------------------------------------------------------------

SUM = Question(
    id="04-sum",
    ask="How many?",
    options=(1, 2),
    measured=lambda jobs, more: len(jobs) + more,
    because="It is so.",
    replies={"A": "There are two."},
)


def test_it_reads_the_variables_of_the_notebook_that_it_names():
    assert SUM.reads == ("jobs", "more")
    assert measure(SUM, {"jobs": ["a"], "more": 1, "other": 3}, {}) == 2


@pytest.mark.parametrize("names", [{}, {"jobs": ["a"]}, {"more": 1}])
def test_what_has_not_run_yet_is_said_to_be_that(names):
    with pytest.raises(TooEarly, match="Run the cells between the question and this one first"):
        measure(SUM, names, {})


def test_the_run_of_an_older_program_does_not_answer():
    names = {"jobs": ["a"], "more": 1}
    with pytest.raises(TooEarly, match="has not run since you were asked"):
        measure(SUM, names, dict(names))
    assert measure(SUM, {"jobs": ["a"], "more": 1}, names) == 2, "equal, and of another run"


def test_numbers_and_words_may_be_the_same_after_another_run():
    count = Question("04-n", "?", (1, 2), lambda n: n, "So.")
    assert measure(count, {"n": 2}, {"n": 2}) == 2


def test_what_was_run_before_the_question_may_answer_where_it_is_meant_to():
    before = Question("04-b", "?", (1, 2), lambda jobs: len(jobs), "So.", run_before=True)
    names = {"jobs": ["a"]}
    assert measure(before, names, dict(names)) == 1


def test_the_run_of_another_program_is_told_without_a_traceback():
    with pytest.raises(TooEarly, match=r"another program: reading it gave TypeError: ") as early:
        measure(SUM, {"jobs": None, "more": 1}, {})
    assert early.value.__cause__ is None
    assert early.value.__suppress_context__


# -- which option it says --------------------------------------------------------------------


def ran(seconds, clock="real"):
    return Timeline.of([], clock=clock, duration=seconds)


LONG = Question(
    "04-t", "?", (0.2, 1.0, 2.0), lambda timeline: timeline.duration, "So.", {"A": "a", "C": "c"}
)


@pytest.mark.parametrize(
    ("clock", "seconds", "index"),
    [
        ("real", 1.01, 1),
        ("real", 1.6, 1),
        ("real", 2.0, None),  # it may be that the machine stood still for a second
        ("real", 9.0, None),
        ("real", 0.2, 0),  # no machine makes a wait shorter
        ("virtual", 1.0, 1),
        ("virtual", 1.1, None),
        ("virtual", 2.0, 2),
    ],
)
def test_a_time_on_a_machine_that_stood_still_says_no_wrong_option(clock, seconds, index):
    assert said_by(LONG, seconds, {"timeline": ran(seconds, clock)}) == index


def asking(*gaps):
    """A recording of a task whose steps begin so many seconds one after the other."""
    begins = [sum(gaps[:n]) for n in range(len(gaps) + 1)]
    steps = [Step(0, "task", "this cell", begin, begin, begin) for begin in begins]
    return Timeline.of([TaskSpan(0, "this cell")], steps)


@pytest.mark.parametrize(
    ("gaps", "says"),
    [
        ([0.2], "2: one before the sleep, one after it"),
        ([0.7], "2: one before the sleep, one after it"),
        ([0.0101] * 20, "about 20"),
        ([0.0101] * 9 + [0.4], "about 20"),
        ([0.00002] * 10_000, "over a thousand"),
        ([0.00002] * 50 + [0.4], "over a thousand"),
        ([0.00002, 0.4], "over a thousand"),
        ([0.001] * 200, "200"),
    ],
)
def test_steps_are_counted_at_the_pace_of_a_machine_that_does_not_stand_still(gaps, says):
    assert predictions()["04-asking"].measured(asking(*gaps)) == says


def test_who_was_kept_up_for_a_second_is_not_said_to_have_waited_one_by_one():
    saved = predictions()["01-saved"]
    for took, index in (
        ({"threads": 0.2, "asyncio": 0.9}, 2),
        ({"threads": 1.3, "asyncio": 0.2}, None),
    ):
        assert said_by(saved, saved.measured(took), {"took": took}) == index
    assert saved.measured(took) == "threads: 1.3 s, asyncio: 0.2 s"


def test_options_that_take_work_are_made_once():
    made = []
    lazy = Question("04-l", "?", lambda: made.append(1) or ("a", "b"), lambda n: n, "So.")
    assert lazy.values is lazy.values
    assert (made, lazy.letters) == ([1], "AB")
