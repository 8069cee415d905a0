"""Progress: a small file that may be lost or broken, and a map that does not depend on it."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.practice import progress
from helpers.practice.progress import Done, done, predicted, solved


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A progress file of the test's own, in a session that knows nothing yet."""
    monkeypatch.setattr(progress, "_this_session", Done())
    for name in [name for name in os.environ if name.startswith("BINDER_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "progress.json"
    monkeypatch.setenv("SEE_THE_LOOP_PROGRESS", str(path))
    return path


@pytest.fixture
def course(monkeypatch):
    """A course of two lessons: one with three predictions and two exercises, one with none."""
    asks = {"predictions": ["04-a", "04-b", "04-c"], "exercises": ["04-x", "04-y"]}
    lessons = [
        {"lesson": "04_tasks", "title": "04 Tasks", "question": "How do they run?", **asks},
        {"lesson": "05_more", "title": "05 More", "question": "What else?"},
    ]
    nothing = {"predictions": [], "exercises": []}
    known = progress._course_in(json.dumps([nothing | lesson for lesson in lessons]))
    monkeypatch.setattr(progress, "COURSE", known)


def a_new_session(monkeypatch):
    monkeypatch.setattr(progress, "_this_session", Done())


def test_what_was_done_outlives_the_session(file, monkeypatch):
    solved("04-first")
    predicted("04-order", False)
    predicted("04-order", True)
    a_new_session(monkeypatch)
    assert done() == Done({"04-first"}, {"04-order": True})
    assert json.loads(file.read_text()) == {"solved": ["04-first"], "predicted": {"04-order": True}}


def test_no_drafts_are_left_behind(file):
    solved("04-first")
    solved("04-second")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "3", "null", '{"solved": 3}', '{"predicted": ["04-a"]}', "\0\0", "\ud800"],
)
def test_a_broken_file_counts_as_empty_and_is_mended_by_the_next_write(file, content, monkeypatch):
    file.write_bytes(content.encode("utf-8", "surrogatepass"))
    assert done() == Done()
    solved("04-first")
    a_new_session(monkeypatch)
    assert done() == Done({"04-first"})


def test_odd_entries_in_the_file_are_passed_over(file):
    file.write_text('{"solved": ["04-a", 7, null], "predicted": {"04-b": "yes"}, "more": 1}')
    assert done() == Done({"04-a"}, {"04-b": False})


def test_where_nothing_can_be_written_the_session_still_remembers(file, monkeypatch):
    monkeypatch.setenv("SEE_THE_LOOP_PROGRESS", str(file.parent / "no such folder" / "p.json"))
    solved("04-first")
    assert done() == Done({"04-first"})


def test_a_folder_or_a_device_in_its_place_is_left_alone(file, monkeypatch):
    file.mkdir()
    solved("04-first")
    assert file.is_dir()
    monkeypatch.setenv("SEE_THE_LOOP_PROGRESS", os.devnull)
    solved("04-second")
    assert not os.path.isfile(os.devnull)
    assert done().solved == {"04-first", "04-second"}


def test_a_failed_replacement_leaves_the_old_file_and_no_draft(file, monkeypatch):
    solved("04-first")

    def fails(*_):
        raise PermissionError("held open by another program")

    monkeypatch.setattr(os, "replace", fails)
    solved("04-second")
    assert json.loads(file.read_text())["solved"] == ["04-first"]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


WRITER = """
import sys
from helpers.practice.progress import solved
for k in range(40):
    solved(f"{sys.argv[1]}-{k}")
print("done", flush=True)
input()
solved(f"{sys.argv[1]}-last")
"""


def a_kernel(name):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_kernels_writing_at_once_never_break_the_file_and_catch_up_with_the_next_write(file):
    kernels = [a_kernel("04"), a_kernel("05")]
    for kernel in kernels:
        assert kernel.stdout.readline() == "done\n"
        json.loads(file.read_text())  # whole, while the other may still be writing
    for kernel in kernels:
        kernel.communicate("go on\n")
        assert kernel.returncode == 0
    assert done().solved == {
        f"{lesson}-{k}" for lesson in ("04", "05") for k in [*range(40), "last"]
    }


ONE_EXERCISE = """
from helpers.practice.progress import progress, solved
solved("00-breakfast")
print(progress().lines()[0][3])
"""


@pytest.mark.parametrize("folder", ["notebooks", "my_notebooks", "."])
@pytest.mark.parametrize("copy", ["{}", "", '{"cells": [{"cell_ty'])
def test_one_installed_package_serves_the_course_folder_of_each_learner(tmp_path, folder, copy):
    """As on a hub: the package is elsewhere, with no lessons beside it, and a copy is edited."""
    package = Path(progress.__file__).parents[1]
    shutil.copytree(package, tmp_path / "site/helpers")
    ada = tmp_path / "ada"
    for name in ("notebooks", "my_notebooks"):
        (ada / name).mkdir(parents=True)
    (ada / "notebooks" / f"{progress.COURSE[0].name}.ipynb").write_text(copy)
    elsewhere = {"PYTHONPATH": str(tmp_path / "site"), "SEE_THE_LOOP_PROGRESS": ""}
    said = subprocess.run(
        [sys.executable, "-c", ONE_EXERCISE],
        cwd=ada / folder,
        env=os.environ | elsewhere,
        capture_output=True,
        text=True,
    )
    assert (said.stdout, said.stderr) == ("1 of 2\n", "")
    kept = ada / "my_notebooks/.progress.json"
    assert json.loads(kept.read_text())["solved"] == ["00-breakfast"]


def test_it_is_kept_with_the_copies_and_read_where_it_was_before_there_were_any(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(progress, "_this_session", Done())
    monkeypatch.delenv("SEE_THE_LOOP_PROGRESS", raising=False)
    monkeypatch.setattr(progress, "_LESSONS", tmp_path / "notebooks")
    (tmp_path / "notebooks").mkdir()
    solved("00-breakfast")
    assert (tmp_path / "notebooks/.progress.json").is_file()
    (tmp_path / "my_notebooks").mkdir()
    a_new_session(monkeypatch)
    solved("04-trace")
    kept = tmp_path / "my_notebooks/.progress.json"
    assert json.loads(kept.read_text())["solved"] == ["00-breakfast", "04-trace"]
    assert "my_notebooks/.progress.json" in progress.progress().live_html()


def test_where_there_is_no_course_or_no_folder_the_lessons_are_those_beside_the_package(
    tmp_path, monkeypatch
):
    beside = Path(progress.__file__).parents[2] / "notebooks"
    monkeypatch.chdir(tmp_path)
    assert progress._find_lessons() == beside

    def gone():
        raise FileNotFoundError("somebody removed the folder we are in")

    monkeypatch.setattr(os, "getcwd", gone)
    assert progress._find_lessons() == beside


# -- the map ------------------------------------------------------------------------------


def test_the_stored_map_is_the_same_whatever_was_done(file, course):
    def stored():
        bundle = progress.progress()._repr_mimebundle_()
        return bundle["text/plain"], bundle["text/html"]

    before = stored()
    solved("04-x")
    predicted("04-a", True)
    assert stored() == before
    assert before[0].splitlines()[0] == "04 Tasks           How do they run?"
    assert "How do they run?" in before[1]


def test_the_live_map_counts_what_the_lessons_ask(file, course):
    solved("04-x")
    solved("04-of-an-older-edition")
    predicted("04-a", True)
    predicted("04-b", False)
    row = progress.progress().lines()[0]
    assert row[2:] == ("2 of 3, 1 came true", "1 of 2")
    solved("04-y")
    assert progress.progress().lines()[0][3] == "✓ 2 of 2"
    assert "2 of 3, 1 came true" in progress.progress().live_html()
    assert "2 of 3, 1 came true" in str(progress.progress())


def test_the_live_map_links_to_the_lessons_and_says_what_is_open(file, course):
    predicted("04-b", False)
    solved("04-x")
    live = progress.progress().live_html()
    assert '<a href="04_tasks.ipynb" target="_blank">04 Tasks</a>' in live
    assert "<summary>1 of 3, 0 came true</summary>open:<br>04-a<br>04-c</details>" in live
    assert "open: 04-a, 04-c, 04-y" in str(progress.progress())
    assert "04-a" not in str(progress.progress()._repr_mimebundle_()["text/html"])
    for id in ("04-a", "04-c"):
        predicted(id, True)
    solved("04-y")
    assert "open:" not in progress.progress().live_html() + str(progress.progress())


def test_a_lesson_that_asks_nothing_shows_none(file, course):
    assert progress.progress().lines()[1][2:] == ("none", "none")


def test_on_binder_it_says_that_it_may_be_lost(file, monkeypatch):
    assert "Binder" not in progress.progress().live_html()
    monkeypatch.setenv("BINDER_SERVICE_HOST", "10.3.0.1")
    assert "your progress is lost with it" in progress.progress().live_html()


def test_a_download_can_be_restored_in_a_new_session(file, tmp_path, monkeypatch):
    solved("04-first")
    data = re.search(r'base64,([^"]+)"', progress.progress().live_html())[1]
    download = tmp_path / progress.DOWNLOAD_NAME
    download.write_bytes(base64.b64decode(data))
    file.unlink()
    a_new_session(monkeypatch)
    solved("05-second")
    assert progress.progress(restore=download).done.solved == {"04-first", "05-second"}
    a_new_session(monkeypatch)
    assert done().solved == {"04-first", "05-second"}


def test_a_file_that_cannot_be_restored_gets_a_sentence(file, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no file 'nowhere\.json'"):
        progress.progress(restore="nowhere.json")
    other = tmp_path / "other.json"
    other.write_text('["a list"]')
    with pytest.raises(ValueError, match=r"'other\.json' is not a progress file"):
        progress.progress(restore=other)


# -- older names -----------------------------------------------------------------------------


def test_what_was_done_under_an_older_name_stays_done(file):
    file.write_text(
        '{"solved": ["06-run-inside", "00-breakfast"], "predicted": {"04-heard": true}}'
    )
    assert done() == Done({"07-run-inside", "00-breakfast"}, {"05-heard": True})
    predicted("05-limit", False)  # asked by a learner's copy of the older lesson
    assert done().predicted == {"05-heard": True, "06-limit": False}
    assert "05-limit" not in file.read_text()
