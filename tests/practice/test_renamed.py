"""Older names of predictions and exercises lead to those of today, in one step."""

from helpers import check
from helpers.practice.progress import COURSE
from helpers.practice.renamed import RENAMED, today

# Predictions that no lesson asks any more; what was done with them is kept, and counts nowhere.
GIVEN_UP = {"07-callback", "06-chart-2", "06-chart-3", "06-chart-5", "06-steps"}


def test_every_newer_name_is_in_a_lesson_and_no_older_one_is():
    there = {id for lesson in COURSE for id in (*lesson.predictions, *lesson.exercises)}
    assert set(RENAMED.values()) - there == GIVEN_UP
    assert not set(RENAMED) & there


def test_an_exercise_is_found_under_its_older_name():
    assert check("05-two-then-one", None).title == check("06-two-then-one", None).title
    assert check("05-no-such-exercise", None).title == "No such exercise"


def test_one_step_leads_to_the_name_of_today():
    assert [id for id in RENAMED if today(today(id)) != today(id)] == []
    assert today("00-breakfast") == "00-breakfast"
