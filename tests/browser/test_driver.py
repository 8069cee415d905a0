"""Where there is no browser, these tests are skipped with a reason, or fail if they must run;
where there is one, what is wrong with our own scripts is heard, and JupyterLab's own words are not.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from lab import Screen, is_noise

HERE = Path(__file__).parent


def run_without_a_browser(tmp_path, **wishes):
    """What pytest says of one browser test where no browser is found."""
    environment = {**os.environ, "PATH": str(tmp_path), **wishes}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-q", "-rsfE", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, str(HERE / "test_player_film.py"), "-k", "rounded"],
        cwd=HERE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere browsers are found without PATH")
@pytest.mark.parametrize(
    ("wish", "code", "words"),
    [("", 0, "there is no Chromium or Chrome here"), ("required", 1, "=required, but there is no")],
)
def test_no_browser(tmp_path, wish, code, words):
    found, said = run_without_a_browser(tmp_path, SEE_THE_LOOP_BROWSER=wish)
    assert (found, words in said) == (code, True), said


# -- whose message it is -----------------------------------------------------------------------

CORE = "http://127.0.0.1:45497/static/lab/jlab_core.8811dd2733d03721.js?v=8811dd2733d03721"
CARRIER = "http://127.0.0.1:45497/lab/extensions/anywidget/static/528.d9f5934c.js"
BLOB = "blob:http://127.0.0.1:45497/751c7574-f94d-4411-8526-9aafbf38f871"
RED = {
    "a debugger whose kernel has gone": (
        "Could not restore the debugger state: Canceled future for debug_request message before"
        " replies were done",
        CORE,
        True,
    ),
    "the same, thrown, without an address": (
        "Error: Canceled future for create_subshell_request message before replies were done",
        "",
        True,
    ),
    "what only JupyterLab's scripts had a hand in": (
        "TypeError: Cannot read properties of null",
        f"TypeError: Cannot read properties of null\n    at e.dispose ({CORE}:1:2)",
        True,
    ),
    "the same about a widget": ("Error: widget model not found", CORE, False),
    "what our script throws": ("Error: no frame", f"Error: no\n    at draw ({BLOB}:1:39)", False),
    "what our script logs": ("no frame", BLOB, False),
    "what our script throws through JupyterLab": (
        "Error: no frame",
        f"Error: no frame\n    at draw ({BLOB}:1:39)\n    at e.emit ({CORE}:1:2)",
        False,
    ),
    "a script of ours that cannot be read": ("SyntaxError: Unexpected token '}'", CARRIER, False),
    "a thrown text, which has no address": ("no frame", "", False),
}


@pytest.mark.parametrize(("text", "came_from", "noise"), RED.values(), ids=RED)
def test_whose_message_it_is(text, came_from, noise):
    assert is_noise(text, came_from) is noise


WIDGETS = """
import anywidget
from IPython.display import display

for fault in (
    "throw new Error('while it is drawn')",
    "setTimeout(() => { throw new Error('later') })",
    "setTimeout(() => { throw 'a text' })",
    "setTimeout(() => Promise.reject(new Error('in a promise')))",
    "console.error('logged')",
    "( no script at all",
):
    class Faulty(anywidget.AnyWidget):
        _esm = "export default { render() { %s } }" % fault
    display(Faulty())
"""


def test_a_fault_in_a_script_of_ours_is_heard_and_a_kernel_that_goes_is_not(page, lab):
    screen = Screen(page, lab)
    screen.open(lab.write("gone.ipynb", "1 + 1"))
    screen.command("kernelmenu:shutdown")
    screen.open(lab.write("faulty.ipynb", WIDGETS))
    screen.run_all()
    faults = ["while it is drawn", "later", "a text", "in a promise", "Unexpected", "logged"]
    while any(fault not in str(screen.errors) for fault in faults):
        page.wait_for_timeout(100)  # while the browser is listened to; pytest has the last word
    assert [red for red in screen.errors if not any(fault in red for fault in faults)] == []
