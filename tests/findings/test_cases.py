"""The two lists are whole, and each program is what its description says."""

from collections import Counter

import pytest
from cases import KINDS, all_cases, answers, called

from helpers.practice.exercises import exercises

WITH_A_FAULT = [case for case in all_cases() if case.who]
WITHOUT = [case for case in all_cases() if not case.who]
pytestmark = pytest.mark.usefixtures("collecting_is_quick")


def named(case):
    return case.name


def test_there_are_five_programs_with_each_fault():
    assert Counter(case.kind for case in WITH_A_FAULT) == dict.fromkeys(KINDS, 5)


def test_there_are_sixty_without_one_and_near_misses_of_every_kind():
    assert len(WITHOUT) == 60
    near = Counter(case.kind for case in WITHOUT)
    assert set(near) == {*KINDS, ""}
    assert all(near[kind] >= 3 for kind in KINDS)


def test_each_has_a_name_of_its_own():
    assert len({case.name for case in all_cases()}) == len(all_cases())


def test_a_line_is_marked_in_each_program_with_a_fault_and_in_no_other():
    assert [case.name for case in all_cases() if bool(case.lines) != bool(case.who)] == []


@pytest.mark.parametrize("case", all_cases(), ids=named)
def test_each_program_does_what_its_description_says(case):
    timeline, story = case.recorded()
    assert story == case.does
    assert not_understood(timeline) == []
    assert len({called(timeline, who).id for who in case.who}) == len(case.who)


def test_the_answers_to_all_exercises_come_along_and_are_understood():
    found = answers()
    assert {name.split()[0] for name in found} == set(exercises())
    assert all(found.values())
    assert [note for seen in found.values() for t in seen for note in not_understood(t)] == []


def not_understood(timeline):
    """Its notes, but for what is said of the program: who was pending in the end."""
    return [note for note in timeline.notes if not note.startswith("still pending")]
