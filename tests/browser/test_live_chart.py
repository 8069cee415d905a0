"""A live chart in a real JupyterLab: it grows while the program runs, and while nothing can."""

import pytest
from lab import texts

RUDE = """
import asyncio, pathlib, threading, time
from helpers import record

async def polite():
    for _ in range(3):
        await asyncio.sleep(0.2)

async def rude():
    await asyncio.sleep(0.1)
    held.wait(600)    # holds the loop, like time.sleep, until the test has seen it

async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(polite(), name="polite")
        group.create_task(rude(), name="rude")

def let_go():
    while not pathlib.Path({let_go!r}).exists():
        time.sleep(0.05)
    held.set()

held = threading.Event()
threading.Thread(target=let_go, daemon=True).start()
with record("a rude task", live=True) as timeline:
    await main()
"""
LIVE = ".stl-player.stl-live"
TALL = "if True:" + "\n    pass" * 30
IN_VIEW = """() => {
  const { top } = document.querySelector(".stl-player").getBoundingClientRect();
  return top >= 0 && top < innerHeight / 3;
}"""


@pytest.fixture
def running(screen):
    """The notebook while its second cell runs, the rude task holding the loop."""
    let_go = screen.lab.folder / "let_go"
    let_go.unlink(missing_ok=True)
    screen.open(screen.lab.write("live.ipynb", TALL, RUDE.format(let_go=str(let_go)), TALL))
    screen.start_run_all()
    screen.page.wait_for_selector(f"{LIVE}[data-doing='running']")
    screen.page.wait_for_function("document.querySelector('.stl-card')?.textContent === 'rude'")
    return screen


def test_the_bar_of_a_task_that_holds_the_loop_keeps_growing(running):
    page = running.page
    page.wait_for_function(IN_VIEW)  # though its cell began out of sight, below a tall one
    clock = ".stl-clock"
    facts = page.locator(".stl-facts")
    seen = set()
    while len(seen) < 4:
        before = page.locator(clock).inner_text()
        page.wait_for_function(
            "(before) => document.querySelector('.stl-clock').textContent !== before", arg=before
        )
        seen.add(facts.inner_text())
        assert running.page.evaluate("window.ranAll") is None  # the cell is still running
    assert all(line.startswith("rude · running") for line in seen)
    page.wait_for_function(
        "document.querySelector('.stl-facts').textContent.includes('holds the loop')"
    )
    page.wait_for_selector(".stl-waiting .stl-late")
    assert texts(page, ".stl-waiting .stl-late b") == ["polite"]
    running.picture("live-mid-block", ".stl-player")
    (running.lab.folder / "let_go").touch()
    assert running.ran_all() == "true"
    page.wait_for_selector(".stl-player:not(.stl-live)")
    page.get_by_role("button", name="To the beginning").click()
    page.wait_for_selector(".stl-player[data-frame='0']")
    assert page.locator(".see-the-loop-still").is_hidden()
