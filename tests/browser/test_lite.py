"""Lessons in the browser edition: each cell's text is the stored one, or is known to differ.

Needs Pyodide's files (`local_pyodide` says how they come). Where they cannot be had these tests are
skipped, and say so. What differs by nature is in `tools/browser_edition/cannot.json`, with the
reason; so nothing in there may have become the same.
"""

import functools
import http.server
import re
import subprocess
import threading
from pathlib import Path

import local_pyodide
import pytest
from browser_edition import build_browser_edition, contents
from nbval.plugin import get_sanitize_patterns

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[2]
IN_A_CELL = re.compile(r"<ipython-input-[\w-]+>")  # what the browser's kernel calls a cell
PATIENCE = 600_000  # milliseconds for a page on a busy machine; a lesson takes half a minute
CELLS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .map((cell) => cell.type === "code" ? cell.outputs.toJSON() : [])"""
KERNEL = "window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel"
RUN_ALL = """() => { window.ranAll = null;
    window.jupyterapp.commands.execute("notebook:run-all-cells")
    .then((done) => { window.ranAll = String(done); }); }"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The address of a browser edition, handed out by a plain web server."""
    folder = tmp_path_factory.mktemp("edition")
    try:
        build_browser_edition(folder, pyodide=local_pyodide.find())
    except local_pyodide.NotToBeHadError as reason:
        pytest.skip(str(reason))
    except subprocess.CalledProcessError:
        pytest.skip("JupyterLite cannot be had here, so there is no browser edition to try")
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="the edition")
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def visitor(browser):
    """One visitor for all lessons, whose browser keeps what it has fetched."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield context
    context.close()


def outputs_of(page):
    """What each cell gave, after Run All."""
    page.wait_for_function(f"{KERNEL}?.status === 'idle'")
    page.evaluate(RUN_ALL)
    page.wait_for_function("window.ranAll !== null")
    return page.evaluate(CELLS)


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


@pytest.mark.parametrize("name", contents.lessons())
def test_every_cell_gives_what_it_gives_on_a_computer(edition, visitor, name):
    page = visitor.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{edition}/lab/index.html?path=notebooks/{name}.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    found = outputs_of(page)
    ran_all = page.evaluate("window.ranAll")
    page.close()
    differ = {}
    for cell, outputs in zip(contents.lessons()[name]["cells"], found, strict=True):
        if cell["cell_type"] == "code" and text_of(outputs) != text_of(cell["outputs"]):
            first_line = cell["source"].partition("\n")[0]
            differ[first_line] = (text_of(cell["outputs"]), text_of(outputs))
    known = contents.cannot().get(name, {})
    assert {line: both for line, both in differ.items() if line not in known} == {}
    assert [line for line in known if line not in differ] == [], "take it out of cannot.json"
    assert ran_all == "true"
