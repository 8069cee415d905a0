"""The end of the process in the middle of a recording, forks, and other systems."""

import os
import subprocess
import sys

import pytest

# -- the end of the process ----------------------------------------------------------------------


def run_script(script, status=0):
    """Run it in a fresh Python; its output, when its exit status is right and stderr is empty."""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (status, "")
    return done.stdout


BEGIN = """
import asyncio, atexit, os, sys, threading, time
from helpers import record
from helpers.recorder import hooks
async def main(n=3):
    for _ in range(n):
        await asyncio.create_task(asyncio.sleep(0))
"""
ENDS = {
    "sys.exit in the block": ("with record():\n asyncio.run(main())\n print('x')\n sys.exit(3)", 3),
    "sys.exit in a task": (
        "async def leave():\n await main()\n print('x')\n sys.exit(3)\n"
        "with record():\n asyncio.run(leave())",
        3,
    ),
    "os._exit": ("with record():\n asyncio.run(main())\n print('x', flush=True)\n os._exit(4)", 4),
    "never left": ("r = record()\nr.__enter__()\nasyncio.run(main())\nprint('x')", 0),
    "printing at exit": (
        "r = record()\nr.__enter__()\natexit.register(print, 'x')\nasyncio.run(main())",
        0,
    ),
    "in a daemon thread": (
        "def work():\n with record():\n  asyncio.run(main(10**9))\n"
        "threading.Thread(target=work, daemon=True).start()\ntime.sleep(0.2)\nprint('x')",
        0,
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_interpreter_ends_in_the_middle(name):
    script, status = ENDS[name]
    assert run_script(BEGIN + script, status) == "x\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_child_process_goes_on_as_if_nothing_had_been_recorded():
    script = """
import warnings; warnings.simplefilter("ignore", DeprecationWarning)
plain = asyncio.Handle._run, asyncio.events.Handle, sys.stdout
def here():
    return (asyncio.Handle._run, asyncio.events.Handle, sys.stdout) == plain
begun = threading.Event()
async def begins():
    begun.set()
    await main(10**9)
def other():
    with record():
        asyncio.run(begins())
threading.Thread(target=other, daemon=True).start()
begun.wait()
async def forks():
    await main()
    if (child := os.fork()) == 0:
        ok = here() and not hooks.journals
        with record() as timeline:
            asyncio.run(main())
        print("child", ok and here() and len(timeline.tasks) == 4, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    await main()
with record() as timeline:
    asyncio.run(forks())
print("parent", len(timeline.tasks), timeline.tasks[0].outcome, flush=True)
os._exit(0)
"""
    assert run_script(BEGIN + script) == "child True\nparent 7 returned\n"


# -- other systems -------------------------------------------------------------------------------


def test_a_system_where_users_have_no_folder_for_packages():
    script = """
import site
site.getusersitepackages = lambda: None
import asyncio
from helpers import record
async def main():
    await asyncio.sleep(0)
with record() as timeline:
    asyncio.run(main())
print(timeline.notes, timeline.task("main").outcome)
"""
    assert run_script(script) == "() returned\n"
