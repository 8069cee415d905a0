"""Programs that are wrong in every way: each ends in a sentence, and harms nobody.

Each is the cell of a learner who answers "00-breakfast". It must get its verdict within
five seconds, with the loop it was asked in alive and everything shared as it was.
"""

import asyncio
import builtins
import sys
import threading
import time
from asyncio import base_events, events
from functools import partial

import pytest
from run_all import collect, running_kernel

from helpers import check
from helpers.practice import attempts, progress
from helpers.recorder import hooks

HEAD = "import asyncio, sys, time\nasync def breakfast(brew, toast, boil):\n"
BEST = "    return list(await asyncio.gather(brew(), toast(), boil()))\n"

# what the learner wrote in the function -> words of the sentence it gets
BODIES = {
    "forgotten await": ("brew()\nreturn await toast()", "brew() was called, but never awaited"),
    "forgotten return": ("await asyncio.gather(brew(), toast(), boil())", "Is there a `return`?"),
    "coroutine objects": ("return [brew(), toast(), boil()]", "`await brew(...)`"),
    "endless loop": ("while True: pass", "held the loop for seconds of real time"),
    "endless turns": ("while True: await asyncio.sleep(0)", "stood still at 0 s"),
    "endless sleeps": ("while True: await asyncio.sleep(1)", "no way out"),
    "swallowed cancellation": (
        "async def stay():\n"
        "    while True:\n"
        "        try: await asyncio.sleep(1)\n"
        "        except asyncio.CancelledError: pass\n"
        "task = asyncio.create_task(stay(), name='stay')\n"
        "return [await brew(), task]",
        "'stay' had not, and would not be cancelled",
    ),
    "swallowed everything": (
        "while True:\n    try: await asyncio.sleep(0)\n    except BaseException: pass",
        "stood still at 0 s",
    ),
    "swallowed interrupts": (
        "while not release.is_set():\n"
        "    try:\n"
        "        while not release.is_set(): pass\n"
        "    except BaseException: pass",
        "held the loop for seconds of real time",
    ),
    "spins in finally": (
        "try: await asyncio.Future()\nfinally:\n    while True: pass",
        "waits forever",
    ),
    "leaked tasks": (
        "tasks = [asyncio.create_task(job(), name='lost') for job in (brew, toast, boil)]\n"
        "await asyncio.sleep(0)",
        "'lost' was still going when the program ended",
    ),
    "sys.exit": ("sys.exit(1)", "called sys.exit()"),
    "exit": ("await brew()\nraise SystemExit", "called sys.exit()"),
    "keyboard interrupt": ("raise KeyboardInterrupt", "raised KeyboardInterrupt"),
    "misspelt name": ("return await asyncio.gahter(brew())", "has no attribute 'gahter'"),
    "misspelt variable": ("return await brow()", "NameError: name 'brow' is not defined"),
    "overwritten asyncio": ("asyncio.sleep = None\nawait brew()", "replaced asyncio.sleep"),
    "overwritten builtins": (
        "import builtins\nbuiltins.print = builtins.sum = 3",
        "replaced builtins.print, builtins.sum",
    ),
    "input": ("name = input('name? ')", "calls input()"),
    "endless prints": ("while True: print('again')", "printed more than 100,000 characters"),
    "huge print": ("print('x' * 10_000_000)", "printed more than 100,000 characters"),
    "recursion": ("async def f(): await f()\nawait f()", "raised RecursionError"),
    "low recursion limit": (
        "sys.setrecursionlimit(90)\nawait brew()",
        "Nothing called 'toast' was started",
    ),
    "deadlock": (
        "task = asyncio.create_task(brew())\nlock = asyncio.Lock()\n"
        "async with lock:\n    await lock.acquire()",
        "waits forever",
    ),
    "awaits itself": ("await asyncio.current_task()", "Task cannot await on itself"),
    "sleeps for ever": ("await asyncio.sleep(float('inf'))", "waits forever"),
    "blocks for a minute": ("time.sleep(60)", "left behind in a thread of its own"),
    "thread for a minute": ("await asyncio.to_thread(release.wait, 60)", "waits for a thread"),
    "a million tasks": (
        "return [asyncio.create_task(brew()) for _ in range(1_000_000)]",
        "more than 10,000 tasks",
    ),
    "asyncio.run": ("return asyncio.run(brew())", "called asyncio.run()"),
    "stops the loop": (
        "asyncio.get_running_loop().stop()\nawait brew()",
        "stopped the event loop itself",
    ),
    "closes the loop": ("asyncio.get_running_loop().close()", "Cannot close a running event loop"),
    "cancels itself": (
        "asyncio.current_task().cancel()\nawait brew()",
        "itself ended as cancelled",
    ),
    "no output left": ("sys.stdout = sys.stderr = None\nprint('x')", "Nothing called 'brew'"),
    "own task factory": (
        "loop = asyncio.get_running_loop()\n"
        "loop.set_task_factory(lambda *args, **options: None)\n"
        "await asyncio.gather(brew())",
        "raised",
    ),
    "mute exception": (
        "class Mute(Exception):\n    def __str__(self): return 1 / 0\nraise Mute",
        "cannot say what it is",
    ),
    "contrary result": (
        "class No:\n    def __eq__(self, other): 1 / 0\n    __repr__ = __eq__\n"
        "await asyncio.gather(brew(), toast(), boil())\nreturn No()",
        "<No object> came back",
    ),
    "contrary results": (
        "class No:\n    def __eq__(self, other): 1 / 0\n    __repr__ = __eq__\n"
        "await asyncio.gather(brew(), toast(), boil())\nreturn [No()]",
        "could not be carried out",
    ),
    "lost its way": (
        "async with asyncio.TaskGroup() as group:\n"
        "    group.create_task(brew())\n"
        "    raise ValueError('no')",
        "raised ExceptionGroup",
    ),
}

# what was handed in instead -> words of the sentence it gets
CELLS = {
    "plain function": ("def breakfast(brew, toast, boil): return brew()", "begin with `async def`"),
    "generator": (
        "async def breakfast(brew, toast, boil): yield await brew()",
        "contains a `yield`",
    ),
    "no parameters": (
        "async def breakfast(): return 1",
        "should stay `async def breakfast(brew, toast, boil)`",
    ),
    "a string": ("breakfast = 'tea'", "got 'tea'"),
    "a coroutine object": ("async def b(): pass\nbreakfast = b()", "without calling it"),
    "a contrary thing": (
        "class No:\n    def __repr__(self): 1 / 0\nbreakfast = No()",
        "got <No object>",
    ),
}


def indented(body):
    return "".join(f"    {line}\n" for line in body.splitlines())


CASES = [
    *(
        pytest.param(HEAD + indented(body), words, id=name)
        for name, (body, words) in BODIES.items()
    ),
    *(pytest.param(cell, words, id=name) for name, (cell, words) in CELLS.items()),
]


def shared():
    """What all programs share, and a learner's must leave as it was."""
    classes = (events.Handle, events.TimerHandle, base_events.BaseEventLoop, asyncio.Task)
    contents = [dict(vars(thing)) for thing in (*classes, asyncio, builtins, time)]
    return contents, sys.stdout, sys.stderr, sys.getrecursionlimit(), dict(hooks.journals)


@pytest.fixture(autouse=True)
def _no_progress(monkeypatch):
    monkeypatch.setattr(progress, "solved", lambda exercise_id: None)


def asked_in_a_cell(cell):
    """The verdict on that cell, the seconds it took, and what the notebook's own loop did."""
    namespace = {"release": threading.Event()}
    exec(compile(cell, "<cell>", "exec"), namespace)

    async def notebook():
        ticks = asyncio.create_task(asyncio.sleep(0, "alive"))
        return check("00-breakfast", namespace["breakfast"]), await ticks

    began = time.perf_counter()
    try:
        note, alive = asyncio.run(notebook())
        return note, time.perf_counter() - began, alive
    finally:
        namespace["release"].set()


def slowed_down():
    """How many times as long as alone work takes on this machine just now."""
    began, work_began = time.perf_counter(), time.thread_time()
    while time.thread_time() < work_began + 0.5:
        pass
    return (time.perf_counter() - began) / 0.5


# Stopped by what they have made or printed, on a slow machine after more than the usual
# patience; all others by the clock, if they do not end by themselves.
COUNTED = {"endless prints", "huge print", "a million tasks"}


# These stand in a call that Python cannot interrupt: each leaves its thread behind.
LEFT_BEHIND = {"blocks for a minute"}


def simulations():
    return {thread for thread in threading.enumerate() if thread.name == "simulation"}


@pytest.fixture
def threads_left():
    """How many threads are left of what the test asked, when all have ended that can."""
    before = simulations()

    def left(that_never_end):
        new = simulations() - before
        for thread in new if not that_never_end else ():
            thread.join(60)
        assert all(thread.daemon for thread in new)
        return sum(thread.is_alive() for thread in new)

    return left


@pytest.mark.parametrize(("cell", "words"), CASES)
def test_it_ends_in_a_sentence_and_harms_nobody(cell, words, request, monkeypatch, threads_left):
    name = request.node.callspec.id
    if name in COUNTED:
        monkeypatch.setattr(attempts, "PATIENCE", 60)
    before = shared()
    note, seconds, alive = asked_in_a_cell(cell)
    assert note.outcome == "not yet"
    assert words in note.sentence
    assert "helpers" not in note.trace
    assert words in repr(note)
    assert shared() == before
    assert alive == "alive"
    assert threads_left(name in LEFT_BEHIND) <= (name in LEFT_BEHIND)
    assert asked_in_a_cell(HEAD + BEST)[0].outcome == "correct"
    if seconds >= 5:  # a busy machine holds up everything, so ask again and count that in
        assert any(asked_in_a_cell(cell)[1] < 5 * slowed_down() for _ in range(2))


# -- in a real kernel ------------------------------------------------------------------------

IN_A_KERNEL = (
    "endless loop",
    "endless turns",
    "swallowed cancellation",
    "sys.exit",
    "input",
    "endless prints",
    "blocks for a minute",
)
# What a cell says about the kernel: its loop turns, asyncio and the loop are asyncio's own.
ALIVE = """
import asyncio as a, time as t
from asyncio import base_events, events
await a.wait_for(a.sleep(0.01), 5)
things = a.sleep, events.Handle, base_events.BaseEventLoop.create_task
print(*(thing.__module__ for thing in things))
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    with running_kernel(folder) as (manager, client):
        yield partial(printed_by, manager, client, str(folder / "progress.json"))


def printed_by(manager, client, progress_file, code):
    """What a cell prints and shows, in plain text."""
    environment = f"import os; os.environ['SEE_THE_LOOP_PROGRESS'] = {progress_file!r}\n"
    message = client.execute(environment + code, allow_stdin=True, stop_on_error=False)
    reply = collect(manager, client, [message], timeout=60)[message]
    assert reply["status"] == "ok", reply
    return "".join(shown(client, message))


def shown(client, message):
    while True:
        news = client.get_iopub_msg(timeout=10)
        kind, content = news["msg_type"], news["content"]
        if news["parent_header"].get("msg_id") != message:
            continue
        if kind == "stream":
            yield content["text"]
        elif kind == "execute_result":
            yield content["data"]["text/plain"]
        elif kind == "status" and content["execution_state"] == "idle":
            return


@pytest.mark.parametrize("name", IN_A_KERNEL)
def test_a_kernel_survives_it_too(kernel, name):
    body, words = BODIES[name]
    patience = 60 if name in COUNTED else attempts.PATIENCE
    kernel(f"from helpers.practice import attempts\nattempts.PATIENCE = {patience}")
    cell = "from helpers import check\n" + HEAD + indented(body)
    assert words in kernel(cell + "check('00-breakfast', breakfast)")
    assert kernel(ALIVE) == "asyncio.tasks asyncio.events asyncio.base_events\n"
    best = kernel(HEAD + BEST + "check('00-breakfast', breakfast)")
    assert best.startswith("✔ Correct: Breakfast in three seconds")


def test_what_a_simulated_program_prints_stands_under_its_cell(kernel):
    cell = "from helpers import simulate\nasync def main():\n    print('from within')\n"
    assert kernel(cell + "timeline = simulate(main())").endswith("from within\n")
