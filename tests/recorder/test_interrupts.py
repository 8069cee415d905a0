"""SIGINT at random moments: the program is not broken, and nothing stays behind.

An interrupt may leave our own exit half done. That is allowed; what is not: that the next
recording, or the next cell, does not finish it. Twenty in the normal tests; for more:

    SEE_THE_LOOP_INTERRUPTS=1000 python -m pytest tests/recorder/test_interrupts.py --timeout=0
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from run_all import collect, running_kernel, send

from helpers import record
from helpers.recorder.journal import Journal
from helpers.recorder.task_book import TaskBook

INTERRUPTS = int(os.environ.get("SEE_THE_LOOP_INTERRUPTS", "20"))

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals as POSIX has them")

# What a script does: short recordings in a row, of plain code, of asyncio.run and nested ones,
# each followed by a look whether all is well. Signals come from its own timer, at any moment.
SCRIPT = """
import asyncio, random, signal, sys
from helpers import record
from nothing_left import patched_places

async def work():
    async def nap(n):
        for _ in range(n):
            await asyncio.sleep(0)
    with record():
        async with asyncio.TaskGroup() as group:
            for n in range(5):
                group.create_task(nap(n))

def once(turn):
    with record(lines=turn % 2 == 0):
        if turn % 3 == 0:
            loop = asyncio.new_event_loop()  # without asyncio.run an interrupt hits anywhere
            try:
                loop.run_until_complete(work())
            finally:
                loop.close()
        elif turn % 3 == 1:
            asyncio.run(work())

def warm_up():
    for turn in range(6):
        once(turn)

signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
random.seed(int(sys.argv[2]))
warm_up()
before = patched_places()
interrupted = half_done = 0
while interrupted < int(sys.argv[1]):
    # A shell's background ignores it; and an interrupt that hits asyncio.run on its way out leaves
    # its handler behind, after which the next ones come up inside the loop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        # Where one comes up inside the loop, asyncio itself may hang, recorded or not (between two
        # lines of TaskGroup.create_task, say): as for a user, the next one ends that.
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.00005, 0.004), 2)
        try:
            for turn in range(1000):
                once(turn)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except (KeyboardInterrupt, asyncio.CancelledError):
        interrupted += 1
    except RuntimeError as error:  # it hit run_forever on its way out: that loop "runs" for ever
        assert "running event loop" in str(error), error
        asyncio._set_running_loop(None)
        interrupted += 1
    half_done += patched_places() != before
    with record() as timeline:
        asyncio.run(work())
    assert len(timeline.tasks) == 6, timeline.tasks
    assert {t.outcome for t in timeline.tasks} == {"returned"}
    assert patched_places() == before, (patched_places(), before)
print(interrupted, half_done)
"""


def test_interrupts_in_a_script():
    """The alarm of a timer is delivered as SIGINT would be, and raises KeyboardInterrupt."""
    here = os.path.dirname(__file__)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([here, *sys.path])}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(INTERRUPTS), "7"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60 + INTERRUPTS,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    interrupted, half_done = map(int, done.stdout.split())
    print(f"{interrupted} interrupts, {half_done} left something for the next recording to finish")
    assert interrupted == INTERRUPTS


WAYS = [(Journal, "takes"), (TaskBook, "new_task"), (Journal, "identify")]


@pytest.mark.parametrize(("owner", "way"), WAYS, ids=[way for _, way in WAYS])
def test_an_interrupt_on_our_way_to_a_step_does_not_cost_the_step(monkeypatch, owner, way):
    """It comes out of the loop; when the loop runs again, the program goes on."""
    plain, told = getattr(owner, way), []

    def interrupted(self, *args):
        monkeypatch.setattr(owner, way, plain)
        raise KeyboardInterrupt

    async def main():
        asyncio.get_running_loop().call_soon(told.append, "called")
        await asyncio.create_task(asyncio.sleep(0))
        told.append("at its end")

    loop = asyncio.new_event_loop()
    with record() as timeline:
        task = loop.create_task(main(), name="main")
        monkeypatch.setattr(owner, way, interrupted)
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(task)
        loop.run_until_complete(task)
    loop.close()
    assert told == ["called", "at its end"]
    assert timeline.task("main").outcome == "returned"
    assert timeline.notes == ()


CELL = """
for turn in range(30):
    with record(lines=turn % 2 == 0) as timeline:
        async with asyncio.TaskGroup() as group:
            for n in range(5):
                group.create_task(asyncio.sleep(0.0005 * n))
"""
PLAIN_CELL = """
for turn in range(2000):
    with record() as timeline:
        sum(range(100))
"""
CELLS = (PLAIN_CELL, CELL)
# In a function: an interrupted cell may go on, and its loop has a `timeline`, too. Children are
# counted by parent: what such a cell left behind may make tasks of its own meanwhile.
LAST = """
async def last():
    with record() as timeline:
        async with asyncio.TaskGroup() as group:
            for n in range(5):
                group.create_task(asyncio.sleep(0.0005 * n))
    return timeline
timeline = await last()
made = [t for t in timeline.tasks if t.parent == timeline.recording_task.id]
assert len(made) == 5, (timeline, timeline.tasks, timeline.notes)
"""
BEGIN = "import asyncio\nfrom helpers import record\nfrom nothing_left import patched_places"
LOOK = "assert {name: repr(thing) for name, thing in patched_places().items()} == before"


def cell(manager, client, code):
    asked = [send(client, code)]
    replies = collect(manager, client, asked, 60)
    assert manager.is_alive()
    return replies[asked[0]]


@pytest.mark.slow
def test_interrupts_in_a_kernel(tmp_path):
    """The kernel lives on, the next cell finds everything put back, the one after records."""
    chance, here, begun = random.Random(7), os.path.dirname(__file__), tmp_path / "begun"
    with running_kernel(here) as (manager, client):
        assert cell(manager, client, BEGIN)["status"] == "ok"
        names = "before = {name: repr(thing) for name, thing in patched_places().items()}"
        assert cell(manager, client, names)["status"] == "ok"
        pid, ended = manager.provisioner.pid, []
        for turn in range(INTERRUPTS):
            # Only once the cell runs: one that comes earlier may make ipykernel lose the cell.
            asked = send(client, f"open({str(begun)!r}, 'w').close()\n" + CELLS[turn % 2])
            while not begun.exists() and manager.is_alive():
                time.sleep(0.001)
            begun.unlink()
            time.sleep(chance.uniform(0.002, 0.06))
            os.kill(pid, signal.SIGINT)
            # An interrupt in ipykernel's own code may cost the reply: what counts is the next cell.
            reply = collect(manager, client, [asked], 10).get(asked, {"ename": "unanswered"})
            ended.append(reply.get("ename", "ok"))
            reply = cell(manager, client, LOOK)
            if reply.get("ename") == "KeyboardInterrupt":  # it came late, and hit this one
                reply = cell(manager, client, LOOK)
            assert reply["status"] == "ok", (turn, reply)
        done = cell(manager, client, LAST)
        assert done["status"] == "ok", done
    print({name: ended.count(name) for name in ended})
    assert set(ended) <= {"ok", "KeyboardInterrupt", "CancelledError", "unanswered"}
    assert set(ended) != {"ok"}, "some came in time"
