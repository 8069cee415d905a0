"""What a cell shows is on the screen when it has been run with Shift+Enter, as it is run in class:
a player, a chart of order, sliders, a verdict that is longer than the one before. At 1280x800.
"""

import pytest
from lab import Screen

SET_UP = """
import asyncio, os, tempfile
os.environ["SEE_THE_LOOP_PROGRESS"] = os.path.join(tempfile.mkdtemp(), "progress.json")
from helpers import check, compute, simulate, what_if

async def dinner(guests=3):
    async with asyncio.TaskGroup() as group:
        for guest in range(guests):
            group.create_task(asyncio.sleep(guest + 1), name=f"guest {guest}")
timeline = simulate(dinner())
"""
STARTER = """
async def breakfast(brew, toast, boil):
    return [await brew(), await toast(), await boil()]
"""
SOLVED = """async def breakfast(brew, toast, boil):
    return list(await asyncio.gather(brew(), toast(), boil()))"""
CHECK = 'check("00-breakfast", breakfast)'
TALL = "if True:" + "\n    pass" * 30
CELLS = (SET_UP, TALL, "timeline.player()", TALL, "timeline.order()", TALL)
CELLS += ("what_if(dinner, guests=(1, 8))", TALL, STARTER, CHECK, "# a hint", TALL, TALL)
CELLS += ("timeline", TALL)
OUTSIDE = """(i) => {
  const { node, widgets } = window.jupyterapp.shell.currentWidget.content;
  const view = node.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect();
  const shown = widgets[i].node.querySelector(".jp-Cell-outputWrapper").getBoundingClientRect();
  const cut = Math.max(shown.bottom - view.bottom, 0);
  return [shown.top < view.top, shown.height < view.height && cut > 0]; }"""


@pytest.fixture(scope="module")
def notebook(browser, lab):
    """The notebook in a page of 1280x800, its first cell run."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    screen = Screen(context.new_page(), lab)
    screen.open(lab.write("in_view.ipynb", *CELLS))
    run(screen, 0)
    yield screen
    context.close()
    assert screen.errors == []


def run(screen, index):
    """Click into that cell, and press Shift+Enter."""
    forget(screen, index)
    editor = screen.page.locator(".jp-Cell").nth(index).locator(".cm-content")
    editor.click()
    screen.page.keyboard.press("Shift+Enter")
    ran = "i => window.jupyterapp.shell.currentWidget.content.widgets[i].model.executionState"
    screen.page.wait_for_function(f"i => ({ran})(i) === 'idle'", arg=index)


def forget(screen, index):
    """Take the mark of an earlier run from that cell."""
    screen.page.locator(".jp-Cell").nth(index).evaluate("(cell) => delete cell.dataset.seeTheLoop")


def wait_for_mark(screen, index, *marks):
    cell = screen.page.locator(".jp-Cell").nth(index).element_handle()
    seen = "([cell, marks]) => marks.includes(cell.dataset.seeTheLoop)"
    screen.page.wait_for_function(seen, arg=[cell, marks])


def arrived(screen, index):
    """Where what that cell shows is too high or too low, when all has come to rest."""
    wait_for_mark(screen, index, "arrived")
    return screen.page.evaluate(OUTSIDE, index)


@pytest.mark.parametrize("index", [2, 4, 6, 13], ids=["player", "order", "sliders", "chart"])
def test_it_is_in_view_though_the_next_cell_is_selected(notebook, index):
    run(notebook, index)
    assert arrived(notebook, index) == [False, False]
    notebook.picture(f"in-view-{index}")


def test_a_right_answer_is_seen_to_be_right(notebook):
    """The verdict before it was short, so the page knew of no reason to move."""
    page = notebook.page
    run(notebook, 8)
    run(notebook, 9)
    assert arrived(notebook, 9) == [False, False]
    page.locator(".jp-Cell").nth(8).locator(".cm-content").click()
    forget(notebook, 9)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SOLVED)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output", has_text="Correct").wait_for()
    assert arrived(notebook, 9) == [False, False]
    notebook.picture("in-view-correct")


def test_whoever_scrolls_meanwhile_is_left_alone(notebook):
    page = notebook.page
    run(notebook, 2)
    wait_for_mark(notebook, 2, "arriving", "arrived")
    page.mouse.move(700, 400)
    page.mouse.wheel(0, 5000)
    arrived(notebook, 2)
    page.wait_for_function(f"() => ({OUTSIDE})(2)[0]")


def test_shift_enter_in_the_player_goes_on_and_leaves_it_where_it_stands(notebook):
    page = notebook.page
    run(notebook, 2)
    arrived(notebook, 2)
    page.locator(".stl-title").first.click()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".stl-player[data-frame='1']")
    page.keyboard.press("Shift+Enter")
    active = "window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    page.wait_for_function(f"{active} === 3")
    assert page.locator(".stl-player").first.get_attribute("data-frame") == "1"
