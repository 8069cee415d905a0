"""The teacher's guide: its plans and minutes add up, and every lesson has its page in it."""

import re

import minutes
import notebook_rules as rules
import pytest
from convert import GUIDE, LESSONS

from helpers.practice.progress import Done

NEARLY = 1.5  # minutes by which what is written in whole ones may miss the count


def guide():
    return GUIDE.read_text(encoding="utf-8")


def promised(path) -> int:
    """The minutes a lesson names itself."""
    return int(re.search(r"(\d+) minutes", rules.Lesson.read(path).notebook.cells[0].source)[1])


def section(heading) -> str:
    return re.search(rf"^## {heading}\n(.+?)(?=^## |\Z)", guide(), re.M | re.S)[1]


def plans():
    """{heading: [(minutes, what), ...]} of the guide's plans."""
    found = {}
    for part in re.split(r"^### ", section("Three plans"), flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| (\d+) \| (.+) \|$", part, re.MULTILINE)
        found[part.splitlines()[0]] = [(int(minutes), what) for minutes, what in rows]
    return found


def test_each_plan_fills_its_time():
    total = {name: sum(minutes for minutes, _ in rows) for name, rows in plans().items()}
    assert total == {
        "A class of 90 minutes": 90,
        "Half a day, four hours": 4 * 60,
        "A full day, seven hours with lunch": 7 * 60,
    }


def test_a_plan_gives_each_lesson_the_minutes_it_names_itself():
    rows = [row for plan in plans().values() for row in plan]
    planned = [(re.match(r"\[.*?\]\((\S+)\)", what), minutes) for minutes, what in rows]
    given = {(link[1], minutes) for link, minutes in planned if link}
    named = {(path.name, promised(path)) for path in LESSONS}
    assert given - named == set(), "a plan has other minutes than the lesson, or an older name"
    last = max(name for name, _ in given)  # lessons after it may still be without a plan
    assert {(name, minutes) for name, minutes in named - given if name < last} == set()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_has_its_page_in_the_guide(path):
    title = rules.Lesson.read(path).notebook.cells[0].source.splitlines()[0]
    name = re.match(r"# (\d\d [^:]+)", title)[1]
    found = re.search(rf"^### {re.escape(name)}\n\n(.+?)(?=^##|\Z)", guide(), re.M | re.S)
    assert found, f"the teacher's guide has no page '### {name}'"
    page = found[1]
    assert page.startswith(f"{promised(path)} minutes. **To get across:**")
    for part in ("**What they get wrong:**", "**Ask:**", "**Stop at**", "**If time is short:**"):
        assert part in page
    source = "\n".join(cell.source for _, cell in rules.Lesson.read(path).cells("code"))
    exposed = re.findall(r"`(\d\d-[\w-]+)`", page)
    assert exposed
    assert [name for name in exposed if f'"{name}"' not in source] == []


def test_each_of_the_sixteen_points_is_in_the_notes_of_every_section_that_the_guide_names():
    rows = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", section("The sixteen points"), re.MULTILINE)
    assert [int(point) for point, _ in rows] == [*range(1, 17)]
    named = {(int(point), link) for point, where in rows for _, link in rules.links_in(where)}
    assert {point for point, _ in named} == {*range(1, 17)}
    assert named - points_in_the_notes() == set()


def points_in_the_notes() -> set[tuple[int, str]]:
    """(point, link to its section) of each "Point 4" or "points 7 and 8" in a teacher's note."""
    found = set()
    for path in LESSONS:
        lesson = rules.Lesson.read(path)
        for number, cell in lesson.cells("markdown"):
            if cell.metadata["slideshow"]["slide_type"] == "notes":
                words = [words for at, _, words in lesson.headings if at < number][-1]
                link = f"{path.name}#{rules.anchor_in_a_notebook(words)}"
                for numbers in re.findall(r"\b[Pp]oints? (\d+(?:(?:, | and )\d+)*)", cell.source):
                    found |= {(int(point), link) for point in re.findall(r"\d+", numbers)}
    return found


def test_the_guides_program_says_what_a_class_solved_and_got_wrong(tmp_path, monkeypatch, capsys):
    (tmp_path / "handed_in").mkdir()
    for name, done in {
        "ada": Done({"04-fetch-all", "04-first-step"}, {"04-total": True, "04-busy": False}),
        "grace": Done(set(), {"04-total": False, "04-busy": False}),
    }.items():
        (tmp_path / "handed_in" / f"{name}.json").write_text(done.to_json())
    monkeypatch.chdir(tmp_path)
    [program] = re.findall(r"^```python\n(.+?)^```$", guide(), re.MULTILINE | re.DOTALL)
    exec(program, {})
    said = capsys.readouterr().out.splitlines()
    assert sorted(said[:2]) == ["ada: 2 exercises solved", "grace: 0 exercises solved"]
    assert said[2] == "[('04-busy', 2), ('04-total', 1)]"


def test_links_of_the_guide_lead_somewhere():
    links = [target for _, target in rules.links_in(rules.without_code(guide()))]
    assert {t: why for t in links if (why := rules.trouble_with(t, GUIDE))} == {}


# -- minutes -----------------------------------------------------------------------------------


def sections(path) -> dict[str, float]:
    """{section: its minutes by the rule}, in order; exercises and appendices take none."""
    notebook, total, section = rules.Lesson.read(path).notebook, {}, ""
    readable = [cell for cell in notebook.cells if not is_note(cell)]
    ends = {cell.id: counted.minutes for cell, counted in by_cell(readable)}
    for cell in readable:
        section = heading(cell) or section
        total[section] = total.get(section, 0) + ends.get(cell.id, 0)
    return total


def by_cell(readable):
    """(cell, what is counted for it) up to the exercises and after them."""
    kept, section = [], ""
    for cell in readable:
        section = heading(cell) or section
        if not section.startswith(("Exercises", "Appendix")):
            kept.append(cell)
    notebook = type("Notebook", (), {"cells": kept})
    return zip(kept, minutes.counted(notebook), strict=True)


def heading(cell) -> str:
    found = re.findall(r"^## +(.+?) *$", cell.source, re.MULTILINE)
    return found[-1] if found and cell.cell_type == "markdown" else ""


def is_note(cell) -> bool:
    return cell.metadata["slideshow"]["slide_type"] == "notes"


each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@each_lesson
def test_the_plan_in_a_lessons_notes_adds_up_to_what_the_lesson_promises(path):
    cells = rules.Lesson.read(path).notebook.cells
    [(total, parts)] = [
        found
        for cell in cells
        if is_note(cell)
        for found in re.findall(r"\*\*Plan \((\d+) min\):\*\* (.+?)\.(?:\s|$)", cell.source)
    ]
    assert int(total) == promised(path)
    assert sum(int(part.split()[-1]) for part in parts.split(", ") if part[-1].isdigit()) == int(
        total
    )


@each_lesson
def test_the_minutes_in_the_notes_of_a_section_are_the_rules(path):
    noted, section = {}, ""
    for cell in rules.Lesson.read(path).notebook.cells:
        section = heading(cell) or section
        for found in re.findall(r"\((\d+) min\)", cell.source) if is_note(cell) else ():
            if "**Plan (" not in cell.source:
                noted[section] = noted.get(section, 0) + int(found)
    noted.pop("Exercises", None)
    told = sections(path)
    assert noted
    assert {s: (n, told[s]) for s, n in noted.items() if abs(n - told[s]) > NEARLY} == {}


@each_lesson
def test_a_lessons_core_is_of_its_sections_and_takes_the_minutes_that_are_said(path):
    title = rules.Lesson.read(path).notebook.cells[0].source.splitlines()[0]
    name = re.match(r"# (\d\d [^:]+)", title)[1]
    page = re.search(rf"^### {re.escape(name)}\n\n(.+?)(?=^##|\Z)", guide(), re.M | re.S)[1]
    [(minutes_said, named)] = re.findall(
        r"\*\*Core, (\d+) min:\*\* (.+?)\.\n- ", page, re.MULTILINE | re.DOTALL
    )
    named = re.findall(r'"(.+?)"', " ".join(named.split()))
    told = sections(path)
    assert len(named) >= 3
    assert abs(int(minutes_said) - sum(told[section] for section in named)) <= NEARLY
    assert int(minutes_said) < promised(path) * 0.7


def test_a_part_of_a_lesson_in_a_plan_takes_its_minutes():
    """Up to a section that is named, or up to the break."""
    rows = [row for plan in plans().values() for row in plan]
    parts = [
        (given, *found.groups())
        for given, what in rows
        if (found := re.match(r'lesson (\d\d) up to (its break|".+?")', what))
    ]
    assert parts
    for given, number, until in parts:
        [path] = [path for path in LESSONS if path.name.startswith(number)]
        assert abs(given - minutes_until(path, until.strip('"'))) <= NEARLY, (number, until)


def minutes_until(path, until) -> float:
    if until == "its break":
        counted = minutes.counted(rules.Lesson.read(path).notebook)
        at = next(n for n, cell in enumerate(counted) if cell.is_break)
        return sum(cell.minutes for cell in counted[:at])
    told = list(sections(path).items())
    at = [section for section, _ in told].index(until)
    return sum(length for _, length in told[:at])


def test_the_shortest_plan_says_what_has_to_be_there_beforehand():
    [plan] = re.findall(r"^### A class of 90 minutes\n(.+?)^\|", guide(), re.M | re.S)
    assert "A day before" in plan
    assert "(../README.md)" in plan
