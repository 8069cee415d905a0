"""What a learner does who is stuck: Stop, by mouse, and back to a kernel that is gone."""

import pytest
from lab import texts

pytestmark = pytest.mark.slow

HEART = """
import asyncio
from helpers import record

async def beat():
    while True:
        await asyncio.sleep(0.2)

with record("a heart", live=True) as timeline:
    await beat()
"""
STOP = "[data-command='notebook:interrupt-kernel']"
GROWS = "parseFloat(document.querySelector('.stl-clock')?.textContent ?? '0') > 0"


def live_page(screen, name):
    """A page in which the heart beats, and its live chart grows."""
    page = screen.page
    screen.open(screen.lab.write(name, HEART))
    page.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".stl-player.stl-live")
    page.wait_for_function(GROWS)
    return page


def test_stop_ends_a_live_run_with_its_chart_and_one_line_instead_of_red(screen):
    page = live_page(screen, "stop.ipynb")
    page.locator(STOP).first.click()
    page.locator(".jp-RenderedText", has_text="The chart above ends there.").wait_for()
    assert "the chart ends there" in page.locator(".stl-notes").inner_text()
    assert "Traceback" not in "".join(texts(page, ".jp-OutputArea-output"))
    screen.picture("stopped", ".stl-player")


RESTART = """() => window.jupyterapp.shell.currentWidget.context.sessionContext
    .session.kernel.restart()"""


def test_after_a_restart_a_live_chart_does_not_wait_for_more(screen):
    page = live_page(screen, "restarted.ipynb")
    page.evaluate(RESTART)
    page.wait_for_selector(".stl-player:not(.stl-live)")
    page.get_by_role("button", name="To the beginning").click()
    page.wait_for_selector(".stl-player[data-frame='0']")


LESSON = """
import os, tempfile
os.environ["SEE_THE_LOOP_PROGRESS"] = os.path.join(tempfile.mkdtemp(), "progress.json")
import asyncio
from helpers import compare, predict, record, simulate, what_if
async def job(delay=1.0):
    await asyncio.sleep(delay)
simulate(job())
"""
ANSWERED = """
with record("a task is lost") as timeline:
    print("Task was destroyed but it is pending!")
compare("04-on-a-stream")
"""
WIDGETS = ".jupyter-widgets.jp-OutputArea-output"
DEAD = f"""(count) => {{
  const all = [...document.querySelectorAll("{WIDGETS}")];
  return all.length === count && all.every((gone) => getComputedStyle(gone).fontSize === "0px"
    && getComputedStyle(gone, "::after").content.includes("Run this cell again")); }}"""


def test_after_a_restart_and_a_reload_each_widget_says_to_run_its_cell_again(screen):
    cells = (LESSON, 'predict("04-on-a-stream")', ANSWERED, "what_if(job, delay=(0.0, 3.0))")
    screen.open(screen.lab.write("returned.ipynb", *cells))
    assert screen.run_all() == "true"
    screen.page.wait_for_selector(".loop-what-if")
    screen.command("docmanager:save")
    screen.page.evaluate("window.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    screen.open("returned.ipynb")
    screen.page.wait_for_function(DEAD, arg=3)
    screen.picture("returned")
    assert all("model not found" in error for error in screen.errors)
    screen.errors.clear()
