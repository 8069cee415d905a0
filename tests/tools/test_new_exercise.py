"""An exercise that was only just begun works, and says what its author has to fill in."""

import nbformat
import nbformat.v4 as new
import new_exercise
import pytest
import refresh_notebooks as refresh
from notebook_rules import Lesson

from helpers.practice import exercises as verbs
from helpers.practice.exercises import Exercise


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A package of problems and a folder of lessons, both empty."""
    monkeypatch.setattr(new_exercise, "ROOT", tmp_path)
    monkeypatch.setattr(new_exercise, "PROBLEMS", tmp_path / "problems")
    monkeypatch.setattr(Lesson, "every", classmethod(lambda cls: every(tmp_path)))
    monkeypatch.setattr(verbs, "exercises", lambda: {e.id: e for e in written_in(tmp_path)})
    verbs.exercises.cache_clear = lambda: None
    return tmp_path


def every(folder):
    return [Lesson.read(path) for path in sorted(folder.glob("*.ipynb"))]


def written_in(folder):
    for path in sorted(folder.glob("problems/*/*.py")):
        names = {}
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), names)
        yield from (value for value in names.values() if isinstance(value, Exercise))


def test_what_is_written_is_an_exercise_that_keeps_its_promises(house):
    home = new_exercise.write("08-two-pages")
    assert home == house / "problems/lesson_08/two_pages.py"
    assert (home.parent / "__init__.py").exists()
    [exercise] = written_in(house)
    assert (exercise.id, exercise.solution.__name__) == ("08-two-pages", "two_pages")
    for function in (exercise.solution, *exercise.also):
        assert exercise.judge(function) is None
    for function, sentence in exercise.wrong:
        with pytest.raises(verbs.NotYet) as caught:
            exercise.judge(function)
        assert caught.value.sentence == sentence
    assert "def two_pages(fetch)" in exercise.starter
    assert verbs._code_in(exercise.starter, "two_pages").co_argcount == 1


def test_it_names_what_to_fill_in_and_leaves_no_trace_of_the_skeleton(house):
    text = new_exercise.write("08-two-pages").read_text(encoding="utf-8")
    assert text.count("FILL IN: ") >= 6
    assert "skeleton" not in text.lower()


def test_it_is_put_into_its_lesson(house, capsys):
    sections = map(new.new_markdown_cell, ("# 08 More: how?", "## Exercises", "## Takeaways"))
    nbformat.write(new.new_notebook(cells=[*sections]), house / "08_more.ipynb")
    new_exercise.main(["08-two-pages"])
    [lesson] = every(house)
    assert [cell.source for cell in lesson.notebook.cells][4] == 'check("08-two-pages", two_pages)'
    assert lesson.notebook.cells[-1].source == "## Takeaways"
    assert refresh.as_stored(lesson.notebook) == lesson.path.read_text(encoding="utf-8")
    assert "refresh_notebooks.py 08_more" in capsys.readouterr().out


def test_where_there_is_no_lesson_yet_it_says_so(house, capsys):
    new_exercise.main(["08-two-pages"])
    assert "No lesson has the number 08 yet" in capsys.readouterr().out


def test_nothing_is_overwritten(house):
    home = new_exercise.write("08-two-pages")
    home.write_text("mine")
    with pytest.raises(SystemExit, match=r"two_pages\.py is there already"):
        new_exercise.main(["08-two-pages"])
    assert home.read_text() == "mine"


@pytest.mark.parametrize("id", ["both", "8-both", "08_both", "08-Both", "08-", "08--x", "08-2x"])
def test_what_is_no_id_is_told(house, id):
    with pytest.raises(SystemExit, match="is no id"):
        new_exercise.main([id])
    assert not (house / "problems").exists()


@pytest.mark.parametrize("word", ["import", "print", "fetch", "attempt", "check", "record"])
def test_a_function_hides_nothing_that_it_needs(house, word):
    id = f"08-{word}"
    with pytest.raises(SystemExit, match="which is taken"):
        new_exercise.main([id])
    assert not (house / "problems").exists()


def test_a_lesson_without_a_place_for_it_is_told_before_anything_is_written(house):
    nbformat.write(new.new_notebook(), house / "08_more.ipynb")
    with pytest.raises(SystemExit, match=r"08_more\.ipynb has no section '## Exercises'"):
        new_exercise.main(["08-two-pages"])
    assert not (house / "problems").exists()


def test_without_an_id_it_says_what_it_does():
    with pytest.raises(SystemExit, match="Begin an exercise"):
        new_exercise.main([])
