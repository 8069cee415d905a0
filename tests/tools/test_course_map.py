"""The README's map and index and the package's course, as they follow from the lessons."""

import json

import course_map
import nbformat
import nbformat.v4 as new
import pytest
from notebook_rules import Lesson

OPENING = "# 04 Tasks: how do they run?\n\n25 minutes, and 10 for the exercises. Builds on 03."


def lesson(folder, *sources, opening=OPENING):
    cells = [new.new_markdown_cell(opening), *map(new.new_code_cell, sources)]
    (folder / "notebooks").mkdir(exist_ok=True)
    path = folder / "notebooks/04_tasks.ipynb"
    nbformat.write(new.new_notebook(cells=cells), path)
    return Lesson.read(path)


# -- of this course ------------------------------------------------------------------------


def test_all_that_is_made_from_the_lessons_is_up_to_date():
    behind = [
        file.name
        for file, text in course_map.written().items()
        if file.read_text(encoding="utf-8") != text
    ]
    assert behind == [], "run: python tools/course_map.py"


def test_the_course_counts_its_lessons_from_00():
    numbers = [lesson.number for lesson in Lesson.every()]
    assert numbers == [f"{place:02}" for place in range(len(numbers))]


@pytest.mark.parametrize("verb", ["predict", "check"])
def test_every_question_has_an_id_of_its_own_and_of_its_lesson(verb):
    asked = [
        (id, lesson.number) for lesson in Lesson.every() for id in course_map.ids_of(lesson, verb)
    ]
    assert [id for id, number in asked if id.partition("-")[0] != number] == []
    assert len(asked) == len(dict(asked)), "two that share an id"


# -- of any ----------------------------------------------------------------------------------

ASKS = """predict('04-a')
predict(
    "04-b")
# predict("04-in-a-comment", 1)
check("04-x", f); check("04-x", f); check(name, f)"""


def test_what_the_package_knows_of_a_lesson(tmp_path):
    [known] = json.loads(course_map.course_of([lesson(tmp_path, ASKS, "not python at all")]))
    assert known == {
        "lesson": "04_tasks",
        "title": "04 Tasks",
        "question": "How do they run?",
        "predictions": ["04-a", "04-b"],
        "exercises": ["04-x"],
    }


def test_the_map_says_question_and_minutes(tmp_path):
    drawn = course_map.map_of([lesson(tmp_path)])
    assert drawn.splitlines()[2:] == [
        "| [04 Tasks](notebooks/04_tasks.ipynb) | How do they run? | 25 |"
    ]


USES = """from asyncio import sleep as nap, Queue
%matplotlib inline
async with asyncio.timeout(1):
    asyncio.tasks._wait
    await asyncio.sleep(0)"""


def test_names_of_asyncio_are_found_in_code(tmp_path):
    found = course_map.asyncio_names(lesson(tmp_path, USES, "not python at all"))
    assert found == {"sleep", "Queue", "timeout", "tasks"}


def test_the_index_names_each_lesson_that_uses_it(tmp_path):
    index = course_map.index_of([lesson(tmp_path, "asyncio.sleep; asyncio.Queue")])
    assert index.splitlines()[2:] == [
        "| `asyncio.Queue` | [04](notebooks/04_tasks.ipynb) |",
        "| `asyncio.sleep` | [04](notebooks/04_tasks.ipynb) |",
    ]


def test_a_part_stands_between_its_marks():
    page = "before\n<!-- the map: begin -->\nold\n<!-- the map: end -->\nafter"
    written = course_map.with_part(page, "the map", "new")
    assert written.split() == page.replace("old", "new").split()
    assert course_map.with_part(written, "the map", "new") == written
    with pytest.raises(ValueError, match="needs the two lines <!-- the map: begin -->"):
        course_map.with_part("no marks", "the map", "new")


def test_all_files_of_another_course_are_written_anew(tmp_path):
    lesson(tmp_path, ASKS)
    marks = [
        f"<!-- {name}: {end} -->"
        for name in ("the map", "where did I see")
        for end in ("begin", "end")
    ]
    (tmp_path / "README.md").write_text("\n".join(marks))
    written = course_map.written(tmp_path)
    assert [file.relative_to(tmp_path).as_posix() for file in written] == [
        "README.md",
        "helpers/practice/course.json",
    ]
    lesson(tmp_path, opening="# Tasks")
    with pytest.raises(ValueError, match=r"04_tasks\.ipynb: its first cell does not begin as"):
        course_map.written(tmp_path)
