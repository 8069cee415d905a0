"""Every prediction can be asked, and answered: by the measurement, and to each who missed."""

import re

import pytest
import wording
from notebook_rules import Lesson

from helpers.practice.matching import words
from helpers.practice.predictions import Question, TooEarly, called, measure, predictions
from helpers.timeline import Timeline

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


def test_options_that_take_work_are_made_once():
    made = []
    lazy = Question("04-l", "?", lambda: made.append(1) or ("a", "b"), lambda n: n, "So.")
    assert lazy.values is lazy.values
    assert (made, lazy.letters) == ([1], "AB")
