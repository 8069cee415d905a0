"""One JupyterLab and one Chromium for all browser tests of a run.

Where there is no browser these tests are skipped, and say so; with
SEE_THE_LOOP_BROWSER=required that is a failure instead.
"""

import os

import pytest
from lab import Lab, Screen, find_browser, launch


def _missing(reason: str) -> None:
    if os.environ.get("SEE_THE_LOOP_BROWSER") == "required":
        pytest.fail(f"SEE_THE_LOOP_BROWSER=required, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium or Chrome.

    Anew for each file: as long as Playwright is started, its own event loop counts as running
    in this thread, and every `asyncio.run` of a later test in this process would refuse to.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("Playwright is not installed: pip install -r tests/requirements.txt")
    executable = find_browser()
    if executable is None:
        _missing("there is no Chromium or Chrome here: install one (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A running JupyterLab in an empty folder."""
    lab = Lab(tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("settings"))
    yield lab
    lab.stop()


@pytest.fixture
def page(browser):
    """An empty page, wide enough for JupyterLab."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield context.new_page()
    context.close()


@pytest.fixture
def screen(page, lab):
    """A page that opens notebooks; at the end, nothing red was in its console."""
    screen = Screen(page, lab)
    yield screen
    assert screen.errors == []
