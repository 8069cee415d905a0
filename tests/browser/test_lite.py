"""Lessons in the browser edition: each cell's text is the stored one, or is known to differ.

Needs Pyodide's files and JupyterLite (`local_pyodide` says how they come). Where they cannot be
had these tests are skipped, and say so. What differs by nature is in
`tools/browser_edition/cannot.json`, with the reason; so nothing in there may have become the
same. One kernel serves all tests, in the order in which they are written.
"""

import functools
import http.server
import json
import re
import threading
from pathlib import Path

import local_pyodide
import pytest
from browser_edition import build_browser_edition, contents
from lite import Desk
from nbval.plugin import get_sanitize_patterns

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[2]
IN_A_CELL = re.compile(r"<ipython-input-[\w-]+>")  # what the browser's kernel calls a cell
OUTPUT = ".jp-OutputArea-output"

SET_UP = """
import asyncio
from helpers import check, compare, predict, progress, record, what_if

with record("a task is lost") as timeline:
    print("Task was destroyed but it is pending!")
    await asyncio.sleep(0)
"""
WHAT_IF = """
async def jobs(delay=1.0):
    async with asyncio.TaskGroup() as group:
        for k in range(3):
            group.create_task(asyncio.sleep(delay), name=f"job {k + 1}")

what_if(jobs, delay=(0.0, 3.0))
"""
STARTER = """
async def breakfast(brew, toast, boil):
    return [await brew(), await toast(), await boil()]
"""
SOLVED = """
async def breakfast(brew, toast, boil):
    return list(await asyncio.gather(brew(), toast(), boil()))
"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """A page that is left does not wait for what it has asked for."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A browser edition."""
    try:
        local_pyodide.have_jupyterlite()
        pyodide = local_pyodide.find()
    except local_pyodide.NotToBeHadError as reason:
        pytest.skip(str(reason))
    made = tmp_path_factory.mktemp("edition")
    build_browser_edition(made, pyodide=pyodide)
    return made


@pytest.fixture(scope="module")
def edition(folder):
    """Its address, at a plain web server."""
    handler = functools.partial(_Quiet, directory=folder)
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="the edition")
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def desk(edition, browser):
    """A visitor at the first lesson, with Python there."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    desk = Desk(context.new_page(), edition)
    desk.open("00_start_here")
    yield desk
    context.close()


def text_of(outputs):
    """The text in a cell's outputs, as a reader sees it, without what changes from run to run."""
    said = []
    for output in outputs:
        if output["output_type"] == "error":
            name = re.sub(r"<class '(?:.*\.)?(\w+)'>", r"\1", output["ename"])
            said.append(f"{name}: {output['evalue']}")
        else:
            said.append("".join(output.get("text") or output["data"].get("text/plain", "")))
    whole = "\n".join(text.rstrip("\n") for text in said if text)
    for pattern, instead in get_sanitize_patterns((ROOT / "tests/nbval.cfg").read_text("utf-8")):
        whole = re.sub(pattern, instead, whole)
    return IN_A_CELL.sub("<cell>", whole)


def ignored(cell):
    """Whether what it gives differs from run to run on a computer, too."""
    return "nbval-ignore-output" in cell["metadata"].get("tags", [])


@pytest.mark.parametrize("name", contents.lessons())
def test_every_cell_gives_what_it_gives_on_a_computer(desk, name):
    desk.put_lesson(name)
    ran_all = desk.run_all()
    known, differ = contents.cannot().get(name, {}), {}
    for cell, outputs in zip(contents.lessons()[name]["cells"], desk.outputs(), strict=True):
        first_line = cell["source"].partition("\n")[0]
        is_compared = cell["cell_type"] == "code" and (first_line in known or not ignored(cell))
        if is_compared and text_of(outputs) != text_of(cell["outputs"]):
            differ[first_line] = (text_of(cell["outputs"]), text_of(outputs))
    assert {line: both for line, both in differ.items() if line not in known} == {}
    assert [line for line in known if line not in differ] == [], "take it out of cannot.json"
    assert ran_all == "true"


def test_what_a_browser_cannot_run_says_why_and_shows_what_it_gave_on_a_computer(desk):
    """Follows the last lesson: some of its cells have failed in this kernel."""
    line, why = next(iter(contents.cannot()["07_whose_loop"].items()))
    desk.put_cells(line)
    assert desk.run_all() == "true"
    [said, printed] = desk.outputs()[0]
    assert said["data"]["text/plain"] == f"{why} On a computer it gave:"
    assert printed["text"] == "page: loaded\n"


def test_the_player_by_keyboard_and_mouse(desk):
    desk.put_cells(SET_UP, "timeline.player()")
    assert desk.run_all() == "true"
    desk.page.locator(".stl-chart").focus()
    desk.page.keyboard.press("ArrowRight")
    desk.page.locator(".stl-player[data-frame='1']").wait_for()
    desk.page.get_by_role("button", name="Previous moment").click()
    desk.page.locator(".stl-player[data-frame='0']").wait_for()


def test_a_slider_by_keyboard_and_mouse(desk):
    desk.put_cells(SET_UP, WHAT_IF)
    assert desk.run_all() == "true"
    delay = desk.page.get_by_role("slider", name="delay")
    delay.focus()
    desk.page.keyboard.press("ArrowRight")
    desk.wait_for_text(".loop-what-if", "1.1 s")
    desk.page.get_by_role("button", name="Back to the start").click()
    desk.wait_for_text(".widget-readout", "1.0")
    desk.wait_for_text(".loop-what-if", "1 s")


def test_a_prediction_by_keyboard_and_mouse(desk):
    desk.put_cells(SET_UP, 'predict("04-on-a-stream")', 'compare("04-on-a-stream")')
    desk.run(0)
    desk.run(1)
    desk.page.locator(".loop-predict input").first.focus()
    desk.page.keyboard.press("Space")
    desk.page.locator(".loop-predict label", has_text="destroyed").click()
    desk.page.get_by_role("button", name="Lock in").click()
    desk.wait_for_text(".loop-predict p", "Locked in: B.")
    desk.run(0)
    desk.run(2)
    desk.wait_for_text(".loop-answer", "You predicted")


def test_an_exercise_is_solved_and_a_reload_keeps_that_and_what_was_written(desk):
    desk.put_cells(SET_UP, STARTER, 'check("00-breakfast", breakfast)', "progress()")
    assert desk.run_all() == "true"
    desk.wait_for_text(OUTPUT, "Not attempted")
    desk.run(1, SOLVED)
    desk.run(2)
    desk.wait_for_text(OUTPUT, "Correct")
    desk.command("docmanager:save")
    desk.look_at("00_start_here")
    assert desk.source(1) == SOLVED
    assert json.loads(desk.file("notebooks/.progress.json"))["solved"] == ["00-breakfast"]


def test_a_newer_lesson_takes_the_place_of_one_that_was_not_changed_or_was_deleted(desk, folder):
    """Follows the test above, which changed lesson 00."""
    desk.look_at("02_coroutines")
    desk.command("docmanager:save")
    lessons = folder / "files" / "notebooks"
    for name in ("00_start_here", "02_coroutines"):
        lesson = json.loads((lessons / f"{name}.ipynb").read_text("utf-8"))
        lesson["cells"][0]["source"] = "# A newer version"
        (lessons / f"{name}.ipynb").write_text(json.dumps(lesson), "utf-8")
    (folder / "lessons.json").write_text(json.dumps(contents.fingerprints(folder / "files")))
    desk.look_at("00_start_here")
    assert desk.source(1) == SOLVED
    desk.look_at("02_coroutines")
    assert desk.source(0) == "# A newer version"
    desk.delete("00_start_here")
    desk.look_at("00_start_here")
    assert desk.source(0) == "# A newer version"
