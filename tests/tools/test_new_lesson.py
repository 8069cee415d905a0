"""A lesson that was only just begun runs, and lacks nothing but what its author has to fill in."""

import shutil

import exercise_cells
import minutes
import nbformat
import nbformat.v4 as new
import new_lesson
import notebook_rules as rules
import pytest
import refresh_notebooks as refresh
import wording

from helpers.practice.exercises import exercises

GUIDE = """# Guide

## A page for each lesson

### 07 Whose loop

30 minutes.

## The points
"""


@pytest.fixture
def course(tmp_path):
    """A course of two lessons and a guide."""
    (tmp_path / "README.md").write_text("# Course\n")
    lessons = tmp_path / "notebooks"
    lessons.mkdir()
    (lessons / "teachers_guide.md").write_text(GUIDE)
    for name in ("00_start_here", "07_whose_loop"):
        nbformat.write(new.new_notebook(), lessons / f"{name}.ipynb")
    return lessons


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The lesson as it stands when it has been run."""
    problems = tmp_path_factory.mktemp("problems")
    new_lesson.write_predictions("08", problems)
    notebook = new_lesson.notebook_called("08_many_tasks", rules.LESSONS)
    knows = f"from helpers.practice import problems\nproblems.__path__.append({str(problems)!r})"
    notebook.cells.insert(0, new.new_code_cell(knows))
    refresh.execute(notebook, rules.LESSONS)
    del notebook.cells[0]
    return refresh.cleaned(notebook)


@pytest.fixture
def begin(course, tmp_path):
    """Begins a lesson of that name, with its predictions in a folder of the test's own."""
    return lambda *names: new_lesson.main([*names], course, tmp_path / "problems")


def with_exercises(course, notebook):
    lesson = rules.Lesson(course / "08_many_tasks.ipynb", notebook)
    for id in ("00-breakfast", "00-tea-and-toast"):
        exercise_cells.add(lesson, exercises()[id])
    for cell in lesson.notebook.cells:
        cell.source = cell.source.replace("00-", "08-")
        cell.execution_count = 1 if cell.cell_type == "code" else None
    return lesson


def test_it_runs_and_lacks_only_what_is_to_be_filled_in(course, begin, run):
    begin("08_many_tasks")
    shutil.copy(course / "08_many_tasks.ipynb", course / "kept.ipynb")
    begun = with_exercises(course, nbformat.from_dict(run))
    links = rules.Lesson.read(course / "08_many_tasks.ipynb").notebook.cells[-1].source
    begun.notebook.cells[-1].source = links
    said = rules.complaints(begun)
    # Stored output is of one Python; a stub's is of the one that runs this.
    known = ("to be filled in", "its output was made with Python")
    assert [one for one in said if not any(words in one for words in known)] == []
    assert len(said) >= 12


def test_it_keeps_its_minutes_and_the_words_of_the_house(course, run):
    begun = with_exercises(course, nbformat.from_dict(run))
    assert minutes.promise_is_kept(begun.notebook) == []
    text = "\n\n".join(cell.source for cell in run.cells if cell.cell_type == "markdown")
    assert wording.offences(text) == []


def test_its_predictions_are_compared_with_what_was_measured(run):
    outputs = [out for cell in run.cells for out in cell.get("outputs", ())]
    said = [out.get("data", {}).get("text/plain", "") for out in outputs]
    assert sum(text.startswith("Measured: ") for text in said) == 3


def test_it_leads_to_the_lessons_before_and_after_it(course):
    nbformat.write(new.new_notebook(), course / "09_failing.ipynb")
    assert new_lesson.links_of("08_many_tasks", course) == (
        "Next: [09 Failing](09_failing.ipynb). Previous: [07 Whose loop](07_whose_loop.ipynb). "
        "Contents: [00 Start here](00_start_here.ipynb)."
    )
    last = new_lesson.notebook_called("10_last", course)
    assert "Builds on lesson 09." in last.cells[0].source
    assert last.cells[-1].source.endswith(
        "Previous: [09 Failing](09_failing.ipynb). Contents: [00 Start here](00_start_here.ipynb)."
    )


def test_its_page_in_the_guide_comes_behind_that_of_the_lesson_before(course, begin):
    begin("08_many_tasks")
    guide = (course / "teachers_guide.md").read_text(encoding="utf-8")
    at = [guide.index(f"\n{words}") for words in ("### 07", "### 08 Many tasks", "## The points")]
    assert at == sorted(at)
    assert (
        guide.replace(new_lesson.PAGE.format(title="08 Many tasks", number="08", minutes=10), "")
        == GUIDE
    )


def test_nothing_is_overwritten(begin, tmp_path):
    with pytest.raises(SystemExit, match=r"07_whose_loop\.ipynb is there already"):
        begin("07_whose_loop")
    mine = tmp_path / "problems/lesson_08/predictions.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    begin("08_many_tasks")
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("name", ["tasks", "8_tasks", "08-tasks", "08_Tasks", "08_", ""])
def test_what_is_no_name_is_told(course, begin, name):
    with pytest.raises(SystemExit, match="is no name"):
        begin(name)
    assert len([*course.glob("*.ipynb")]) == 2


def test_without_a_name_it_says_what_it_does(begin):
    with pytest.raises(SystemExit, match="Begin a lesson"):
        begin()
