"""Every lesson under Run All; and proof that the driver sees what goes wrong there."""

import os
from pathlib import Path

import nbformat.v4 as new
import pytest
from nbformat import read, write
from run_all import problems, run_all

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))

# What a learner finds when searching for the RuntimeError of asyncio.run, with cells behind it.
POPULAR_REMEDY = ["import nest_asyncio\nnest_asyncio.apply()", "import asyncio"]
PROGRAM = ["asyncio.run(asyncio.sleep(0.2, 'done'))", "1 + 1", "await asyncio.sleep(0)", "2 + 2"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_runs_with_all_cells_queued(notebook):
    assert problems(run_all(notebook, timeout=60)) == []


# What differs on Windows for a lesson that uses sockets or loops of its own: a loop that watches
# no sockets and minds no signals, and a selector that refuses to sleep without a socket.
LIKE_WINDOWS = """
import asyncio, selectors

def refuses(*_):
    raise NotImplementedError

class LikeProactor(asyncio.SelectorEventLoop):
    add_reader = remove_reader = add_writer = remove_writer = refuses
    add_signal_handler = remove_signal_handler = refuses

class LikeSelect(selectors.DefaultSelector):
    def select(self, timeout=None):
        if not self.get_map():
            raise OSError(10022, "An invalid argument was supplied")
        return super().select(timeout)

asyncio.new_event_loop = asyncio.events.new_event_loop = LikeProactor
selectors.DefaultSelector = LikeSelect
asyncio.get_running_loop().add_signal_handler = refuses
"""
WITH_SOCKETS = [path for path in NOTEBOOKS if "import socket" in path.read_text("utf-8")]


@pytest.mark.parametrize("lesson", WITH_SOCKETS, ids=lambda path: path.stem)
def test_a_lesson_needs_no_loop_that_windows_does_not_have(lesson, tmp_path):
    on_windows = read(lesson, as_version=4)
    on_windows.cells.insert(0, new.new_code_cell(LIKE_WINDOWS))
    write(on_windows, tmp_path / lesson.name)
    assert problems(run_all(tmp_path / lesson.name, timeout=60)) == []


def notebook(folder: Path, *cells) -> Path:
    """A notebook with those code cells; a pair is a cell and its tag."""
    made = []
    for cell in cells:
        source, *tags = [cell] if isinstance(cell, str) else cell
        made.append(new.new_code_cell(source, metadata={"tags": tags}))
    path = folder / "lesson.ipynb"
    write(new.new_notebook(cells=[new.new_markdown_cell("# A lesson"), *made]), path)
    return path


def test_each_cell_is_judged_by_what_it_should_do(tmp_path):
    (tmp_path / "beside.txt").write_text("found in the notebook's own folder")
    lesson = notebook(
        tmp_path,
        "import os\nopen('pid.txt', 'w').write(str(os.getpid()))",
        "assert open('beside.txt').read().startswith('found')",
        ("1 / 0", "raises-exception"),
        "undefined_name\n'the rest'",
        ("'nothing raised'", "raises-exception"),
        "'reached, although a cell above failed'",
    )
    results = run_all(lesson, timeout=30)
    assert [r.status for r in results] == ["ok", "ok", "error", "error", "ok", "ok"]
    assert problems(results) == [
        "cell 4 (undefined_name) raised NameError: name 'undefined_name' is not defined",
        "cell 5 ('nothing raised') was to raise, it is tagged raises-exception, and did not",
    ]
    if os.name == "posix":  # elsewhere this call would end a process instead of asking for it
        with pytest.raises(ProcessLookupError):  # the kernel is gone
            os.kill(int((tmp_path / "pid.txt").read_text()), 0)


@pytest.mark.timeout(60)
def test_a_kernel_that_dies_is_noticed_before_the_time_is_up(tmp_path):
    lesson = notebook(tmp_path, "1 + 1", "import os\nos._exit(1)", "2 + 2")
    results = run_all(lesson, timeout=600)  # far longer than this test may take
    assert [r.status for r in results][1:] == ["unanswered"] * 2
    assert problems(results)[-1] == "cell 3 (2 + 2) was never answered: the kernel died"


def test_a_cell_that_does_not_end_is_named(tmp_path):
    lesson = notebook(tmp_path, "await __import__('asyncio').sleep(600)", "2 + 2")
    assert problems(run_all(lesson, timeout=3)) == [
        "cell 1 (await __import__('asyncio').sleep(600)) was never answered: no cell ended for 3 s",
        "cell 2 (2 + 2) was never answered: no cell ended for 3 s",
    ]


def test_cells_lost_by_plain_nest_asyncio_are_seen(tmp_path):
    results = run_all(notebook(tmp_path, *POPULAR_REMEDY, *PROGRAM), timeout=10)
    assert [r.status for r in results[:2]] == ["ok", "ok"]
    assert "unanswered" in [r.status for r in results[2:]]


def test_no_cell_is_lost_when_helpers_came_first(tmp_path):
    lesson = notebook(tmp_path, "import helpers", *POPULAR_REMEDY, *PROGRAM)
    assert problems(run_all(lesson, timeout=30)) == []
