"""The platform put in place, in a Python of its own that takes itself for one in a browser."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="Pyodide has been Python 3.12 or newer for long"
)

BEGIN = """if True:
    import asyncio, json, sys, threading, time
    sys.path.insert(0, "tests"); import page_by_hand
    page = page_by_hand.Page()
    from helpers import browser, browser_page
    page.move_the_clocks(browser)
    loop = browser_page.settle_in(page.call, page.cancel)

    def run(program):
        task = loop.create_task(program, name="main")
        page.run()
        return task.result()
"""


def in_a_browser(program):
    """What it says at its end, by `say(...)`; run in a Python that was made a browser's."""
    end = "\n    def say(thing): print(json.dumps(thing))\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BEGIN + end + program],
        cwd=ROOT, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_simulate_runs_inside_a_step_without_a_thread():
    found = in_a_browser("""
    from helpers import record, simulate

    async def inner():
        await asyncio.gather(asyncio.sleep(1), asyncio.sleep(3))
        return "done"

    async def main():
        with record() as outer:
            timeline = simulate(inner())
            await asyncio.sleep(0)
        same = asyncio.get_running_loop() is loop and asyncio.current_task().get_name() == "main"
        names = [t.name for t in outer.tasks]
        return timeline.duration, timeline.result, len(timeline.tasks), names, same

    say(run(main()))
    """)
    assert found == [3.0, "done", 3, ["main"], True]


def test_a_simulated_program_without_an_end_is_ended():
    found = in_a_browser("""
    from helpers import simulate
    from helpers.virtual_time import SimulationStopped

    async def spins():
        await asyncio.sleep(1)
        while True:
            page.now += 0.01

    async def sleeps():
        time.sleep(1000)

    async def turns():
        while True:
            page.now += 0.01
            await asyncio.sleep(0)

    async def waits():
        await asyncio.Event().wait()

    async def main():
        said = []
        for program in (spins, sleeps, turns, waits):
            try:
                simulate(program())
            except SimulationStopped as stop:
                said.append([stop.reason, str(stop)])
        return said

    say(run(main()))
    """)
    assert [reason for reason, _ in found] == ["held", "held", "endless", "deadlock"]
    assert "One step held the loop" in found[1][1]


def test_what_cannot_be_says_so_in_a_sentence():
    found = in_a_browser("""
    import concurrent.futures, socket, subprocess, queue
    attempts = {
        "thread": lambda: threading.Thread(target=print).start(),
        "pool": lambda: concurrent.futures.ThreadPoolExecutor().submit(print),
        "process": lambda: subprocess.run(["ls"]),
        "socket": lambda: socket.socket().connect(("127.0.0.1", 1)),
        "future": lambda: concurrent.futures.Future().result(),
        "event": lambda: threading.Event().wait(),
        "queue": lambda: queue.Queue().get(),
    }
    said = {}
    for name, attempt in attempts.items():
        try:
            attempt()
        except browser.NotHere as sentence:
            said[name] = str(sentence)
    say(said)
    """)
    first = {name: sentence.split(":")[0].split(",")[0] for name, sentence in found.items()}
    thread, for_ever = "A browser has one thread", "This would wait forever"
    assert first == {
        "thread": thread, "pool": thread, "process": "A browser can start no other program",
        "socket": "A page in a browser can open no socket and no server",
        "future": for_ever, "event": for_ever, "queue": for_ever,
    }  # fmt: skip
    assert all("open the lesson on a computer" in sentence for sentence in found.values())


def test_who_is_prepared_to_do_without_another_program_does():
    assert (
        in_a_browser("""
    import subprocess
    try:
        subprocess.check_output(["fc-list"])
    except OSError:  # as matplotlib has it
        say("went on")
    """)
        == "went on"
    )


def test_a_beat_is_called_until_it_says_no():
    found = in_a_browser("""
    left, moments = [3, 2, 1, 0], []

    def beat():
        moments.append(round(page.now, 1))
        return left.pop(0)

    thread = threading.Thread(target=print)
    thread.beat = 0.5, beat
    thread.start()
    page.run()
    thread.join(timeout=1)
    say(moments)
    """)
    assert found == [0.5, 1.0, 1.5, 2.0]


def test_asyncio_run_has_a_loop_that_waits_for_real():
    found = in_a_browser("""
    asyncio.run(asyncio.sleep(2))
    try:
        asyncio.run(asyncio.Event().wait())
    except browser.NotHere as sentence:
        say([page.now >= 2, str(sentence).split(":")[0]])
    """)
    assert found == [True, "This would wait forever"]
