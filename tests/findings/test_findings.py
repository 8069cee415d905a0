"""Each program with a fault is told so, with the right tasks and line; no other is blamed."""

from pathlib import Path

import pytest
from cases import ANSWERS_ON_PURPOSE, KINDS, all_cases, answers, called

from helpers.findings import Findings, all_kinds, find

WITH_A_FAULT = [case for case in all_cases() if case.who]
WITHOUT = [case for case in all_cases() if not case.who]
NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
LESSONS = {path.name[:2] for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
pytestmark = pytest.mark.usefixtures("collecting_is_quick")
TRIES = 3  # on the real clock: a machine that stalls for 0.1 s holds the loop, truly


def named(case):
    return case.name


def test_each_kind_of_the_list_is_looked_for():
    assert set(all_kinds()) == set(KINDS)


@pytest.mark.parametrize("case", WITH_A_FAULT, ids=named)
def test_a_fault_is_named_with_its_tasks_and_its_line(case):
    timeline, _ = case.recorded()
    found = timeline.findings()
    assert found.notes == ()
    assert {f.lesson for f in found} <= {*LESSONS, ""}
    tasks = {called(timeline, who).id for who in case.who}
    if case.within:
        found = [one for f in found if f.kind == case.within for one in f.also]
    told = [(set(f.tasks), f.line) for f in found if f.kind == case.kind]
    assert any(who == tasks and line in case.places for who, line in told), found


@pytest.mark.parametrize("case", WITHOUT, ids=named)
def test_a_program_without_a_fault_is_not_blamed(case):
    for _ in range(TRIES if case.real else 1):
        found = case.recorded()[0].findings()
        if not found:
            break
    assert (found, found.notes) == (Findings(), ())


def test_no_right_answer_to_an_exercise_is_blamed_for_what_was_not_asked_of_it():
    blamed: dict[str, set[str]] = {}
    for name, seen in answers().items():
        kinds = {found.kind for timeline in seen for found in find(timeline)}
        blamed.setdefault(name.split()[0], set()).update(kinds)
    assert {name for name, kinds in blamed.items() if kinds} == set(ANSWERS_ON_PURPOSE)
    assert all(kind in blamed[name] for name, kind in ANSWERS_ON_PURPOSE.items())
