"""The questions of tests/questions.yaml are answered where they say so.

A section is what stands from its heading to the next one of the same or a higher level: text,
code and stored output, without the teacher's notes and what is folded, since what a learner needs
is never said there alone.

Limit: the words of an answer are looked for, not its sense.
"""

import re
from functools import cache
from pathlib import Path

import notebook_rules as rules
import pytest
import yaml

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
QUESTIONS = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))


@cache
def sections(lesson):
    """What each section of a lesson says, by its heading, ready to be searched."""
    cells = [(0, "", [])]
    for cell in rules.Lesson.read(NOTEBOOKS / f"{lesson}.ipynb").notebook.cells:
        if cell.metadata.get("slideshow", {}).get("slide_type") != "notes":
            cells += list(pieces(cell))
    said = {}
    for position, (level, heading, _) in enumerate(cells):
        if heading:
            inside = [cells[position][2]]
            for below, title, text in cells[position + 1 :]:
                if title and below <= level:
                    break
                inside.append([title, *text])
            said[plain(heading)] = plain(" ".join(word for text in inside for word in text))
    return said


def pieces(cell):
    """(level, heading, texts) of a cell, cut at its headings; 0 and "" before the first."""
    if cell.cell_type == "code":
        shown = [
            out.get("text", "")
            or out.get("data", {}).get("text/plain", "")
            or f"{out.get('ename', '')}: {out.get('evalue', '')}"
            for out in cell.outputs
        ]
        folded = cell.metadata.get("jupyter", {}).get("source_hidden")
        yield 0, "", shown if folded else [cell.source, *shown]
        return
    parts = re.split(r"^(#{1,6}) +(.+?) *$", cell.source, flags=re.MULTILINE)
    yield 0, "", [parts[0]]
    for marks, heading, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        yield len(marks), heading, [text]


def plain(text):
    """Words in small letters, single blanks, without Markdown's marks."""
    return re.sub(r"\s+", " ", re.sub(r"[`*]", "", text)).strip().lower()


def test_there_are_enough_questions_and_each_is_asked_once():
    asked = [entry["ask"] for entry in QUESTIONS]
    assert len(asked) >= 80
    assert sorted(set(asked)) == sorted(asked)
    assert all(entry["answer"] and entry["lesson"] for entry in QUESTIONS)


def test_every_lesson_is_asked_about():
    lessons = {path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    assert {entry["lesson"] for entry in QUESTIONS} == lessons


@pytest.mark.parametrize("entry", QUESTIONS, ids=[entry["ask"] for entry in QUESTIONS])
def test_a_question_is_answered_where_it_says(entry):
    there = sections(entry["lesson"])
    heading = plain(entry["section"])
    assert heading in there, f"{entry['lesson']} has no section {entry['section']!r}"
    assert entry["words"]
    missing = [word for word in entry["words"] if plain(word) not in there[heading]]
    assert missing == [], f"{entry['section']!r} does not say {missing}"


# -- the reading itself --------------------------------------------------------------------


def test_a_section_ends_at_the_next_of_its_level():
    there = sections("04_tasks")
    assert "compute(work)" in there["when does a task begin?"]  # of a section below it
    assert "half_wrapped" not in there["when does a task begin?"]
    assert "compute(work)" not in there["change one thing"]


def test_notes_for_teachers_answer_nothing():
    everything = " ".join(sections("04_tasks").values())
    assert "for teachers" not in everything
