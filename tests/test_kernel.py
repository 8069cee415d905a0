"""Stop, Run All and nest_asyncio in real kernels; and how little `import helpers` changes.

A `Notebook` here is a kernel in which cells are run as a learner would. Kernels take a second
or two to start, so tests that leave nothing behind share one.
"""

import ast
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from run_all import collect, running_kernel, send

ROOT = Path(__file__).parent.parent
STOP_LIMIT = 30  # seconds; the goal is 0.5, this machine may be busy, and the cell sleeps for 60

# Says "asleep" as soon as the main thread sits in its selector: then Stop has to wake it.
SLEEP = """
import asyncio, sys, threading, time
def tell_when_asleep(main=threading.main_thread().ident):
    while sys._current_frames()[main].f_code.co_name != "select":
        time.sleep(0.01)
    print("asleep", flush=True)
threading.Thread(target=tell_when_asleep).start()
"""
SLEEP_AND_AWAIT = SLEEP + "await asyncio.sleep(60)"

WHO_HAS_THE_FD = "import signal\nfd = signal.set_wakeup_fd(-1)\nsignal.set_wakeup_fd(fd)"


class Notebook:
    """A kernel, and cells to run in it."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def run(self, *cells: str) -> list[str]:
        """Run cells all queued at once; for each "ok", the exception's name or "unanswered"."""
        replies = self._replies([send(self.client, cell) for cell in cells], timeout=30)
        return [r["ename"] if r["status"] == "error" else r["status"] for r in replies]

    def ask(self, cell: str, expression: str):
        """Run a cell, which must go well, and then read the value of an expression."""
        message = self.client.execute(cell, user_expressions={"answer": expression})
        (reply,) = self._replies([message], timeout=30)
        assert reply["status"] == "ok", reply
        answer = reply["user_expressions"]["answer"]
        assert answer["status"] == "ok", answer
        return ast.literal_eval(answer["data"]["text/plain"])

    def press_stop(self, cell: str) -> tuple[str, float]:
        """Run a cell, press Stop once it says "asleep"; how it ended, and seconds until then."""
        message = send(self.client, cell)
        self._wait_for_print(message, "asleep")
        pressed = time.perf_counter()
        self.manager.interrupt_kernel()
        (reply,) = self._replies([message], timeout=50)
        return reply.get("ename", reply["status"]), time.perf_counter() - pressed

    def said_until_stopped(self, message: str) -> list[tuple[str, dict]]:
        """Press Stop once that cell says "asleep"; what it shows from then on."""
        self._wait_for_print(message, "asleep")
        self.manager.interrupt_kernel()
        said = []
        while True:
            part = self.client.get_iopub_msg(timeout=30)
            if part["parent_header"].get("msg_id") != message:
                continue
            said.append((part["msg_type"], part["content"]))
            if part["content"].get("execution_state") == "idle":
                return said

    def _wait_for_print(self, message: str, text: str) -> None:
        while True:
            said = self.client.get_iopub_msg(timeout=30)
            if said["parent_header"].get("msg_id") != message:
                continue
            assert said["msg_type"] != "error", said["content"]
            if text in said["content"].get("text", ""):
                return

    def _replies(self, asked: list[str], timeout: float) -> list[dict]:
        replies = collect(self.manager, self.client, asked, timeout)
        return [replies.get(message, {"status": "unanswered"}) for message in asked]


@contextmanager
def a_notebook():
    with running_kernel(ROOT) as (manager, client):
        yield Notebook(manager, client)


@pytest.fixture
def fresh():
    """A notebook of this test's own, without helpers."""
    with a_notebook() as notebook:
        yield notebook


@pytest.fixture(scope="module")
def notebook():
    """A notebook in which helpers is imported; each test leaves it as it was."""
    with a_notebook() as notebook:
        assert notebook.run("import helpers, asyncio, signal") == ["ok"]
        yield notebook


# -- Stop ----------------------------------------------------------------------------------


def stopped_soon(outcome: tuple[str, float], by="CancelledError") -> bool:
    how, seconds = outcome
    print(f"Stop took {seconds:.3f} s")  # shown by `pytest -rP`
    assert how == by
    return seconds < STOP_LIMIT


def test_stop_ends_a_cell_that_awaits(notebook):
    assert stopped_soon(notebook.press_stop(SLEEP_AND_AWAIT))
    assert notebook.run("'and the notebook goes on'", "await asyncio.sleep(0)") == ["ok", "ok"]


def test_stop_works_in_the_very_cell_that_imports_helpers(fresh):
    assert stopped_soon(fresh.press_stop("import helpers" + SLEEP_AND_AWAIT))


SWALLOW = """
import asyncio
for _ in range(2):
    try:
        print("asleep", flush=True)
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        pass
print("asleep", flush=True)
await asyncio.sleep(60)
"""


@pytest.mark.parametrize("where", ["", "LIKE_WINDOWS"])
def test_stop_can_be_pressed_again_where_code_swallowed_it(where, fresh):
    assert fresh.run(globals().get(where, ""), "import helpers") == ["ok", "ok"]
    for cell in (SWALLOW, "import helpers\n" + SWALLOW):
        message = send(fresh.client, cell)
        for _ in range(3):
            fresh._wait_for_print(message, "asleep")
            fresh.manager.interrupt_kernel()
        (reply,) = fresh._replies([message], timeout=STOP_LIMIT)
        assert reply["ename"] == "CancelledError"
    assert fresh.ask("import signal", "signal.getsignal(2) is signal.default_int_handler")


ADD_AND_REMOVE = """
loop = asyncio.get_running_loop()
for number in (signal.SIGUSR1, signal.SIGINT):
    loop.add_signal_handler(number, print)
    assert loop.remove_signal_handler(number)
"""


def test_stop_works_after_handlers_were_added_and_removed(notebook):
    assert notebook.run(ADD_AND_REMOVE) == ["ok"]
    assert stopped_soon(notebook.press_stop(SLEEP_AND_AWAIT))


def test_stop_works_even_in_the_cell_that_added_and_removed_a_handler(notebook):
    only_usr1 = ADD_AND_REMOVE.replace(", signal.SIGINT", ",")
    assert stopped_soon(notebook.press_stop(only_usr1 + SLEEP_AND_AWAIT))


@pytest.mark.parametrize(
    "undo",
    [
        "signal.set_wakeup_fd(-1)",
        "asyncio.get_running_loop().remove_signal_handler(signal.SIGURG)",
        "import importlib; importlib.reload(helpers.kernel).settle_in()",
        "import importlib; importlib.reload(helpers)",
    ],
)
def test_stop_works_again_in_the_cell_after_it_was_undone(notebook, undo):
    assert notebook.run(undo) == ["ok"]
    assert stopped_soon(notebook.press_stop(SLEEP_AND_AWAIT))


SOMEBODY_ELSE = """
import signal, socket
theirs, fed = socket.socketpair()
theirs.setblocking(False), fed.setblocking(False)
signal.set_wakeup_fd(fed.fileno())
"""


def test_who_already_listens_for_signals_goes_on_hearing_them(fresh):
    assert fresh.run(SOMEBODY_ELSE, "import helpers") == ["ok", "ok"]
    assert stopped_soon(fresh.press_stop(SLEEP_AND_AWAIT))
    assert fresh.ask(WHO_HAS_THE_FD, "(fd == fed.fileno(), theirs.recv(9))") == (True, b"\x02")


def test_a_descriptor_that_was_closed_is_nobodys(fresh):
    close_and_import = (
        "fed.close()\nfrom helpers import kernel\nticking = kernel._ticker is not None"
    )
    assert fresh.run(SOMEBODY_ELSE, close_and_import) == ["ok", "ok"]
    assert fresh.ask(WHO_HAS_THE_FD, "(fd != -1, ticking)") == (True, False)


LIKE_WINDOWS = """
import asyncio
def add_signal_handler(*_):
    raise NotImplementedError
asyncio.get_running_loop().add_signal_handler = add_signal_handler
"""


def test_stop_works_where_a_loop_cannot_mind_signals(fresh):
    assert fresh.run(LIKE_WINDOWS, "import helpers") == ["ok", "ok"]
    assert fresh.ask(WHO_HAS_THE_FD, "fd") == -1
    assert stopped_soon(fresh.press_stop(SLEEP_AND_AWAIT))
    assert stopped_soon(fresh.press_stop(SLEEP_AND_AWAIT))


WAIT_FOR_A_TICK = """
timer = kernel._ticker
while kernel._ticker is timer:
    await asyncio.sleep(0.01)
timer = kernel._ticker
ticking = not timer.cancelled()
"""


def test_the_ticker_ticks_only_while_a_cell_runs(fresh):
    assert fresh.run(LIKE_WINDOWS, "import helpers, helpers.kernel as kernel") == ["ok", "ok"]
    assert fresh.ask(WAIT_FOR_A_TICK, "(ticking, timer.cancelled())") == (True, True)


RECORDED = """
from helpers import record
async def work():
    await asyncio.sleep(60)
with record("stopped") as timeline:
    await asyncio.create_task(work(), name="worker")
"""
HELD = """
import time
with record("held"):
    print("asleep", flush=True)
    time.sleep(60)
"""
HOW_IT_ENDED = "(timeline.stopped, timeline.notes, timeline.task('worker').outcome)"


def test_stop_ends_a_recording_and_the_recording_is_complete(notebook):
    assert stopped_soon(notebook.press_stop(SLEEP + RECORDED))
    stopped, (note,), outcome = notebook.ask("'what was recorded'", HOW_IT_ENDED)
    assert (stopped, outcome) == (True, "cancelled")
    assert re.fullmatch(r"Stopped after [\d.]+ m?s: the chart ends there\.", note)


def test_stop_shows_the_chart_so_far_and_one_line_instead_of_a_traceback(notebook):
    for cell in (SLEEP + RECORDED, HELD):
        message = send(notebook.client, cell)
        said = notebook.said_until_stopped(message)
        assert not [kind for kind, _ in said if kind == "error"]
        text = "".join(content.get("text", "") for _, content in said)
        assert re.search(r"Stopped after [\d.]+ (s|ms)\. This is what had happened:", text)
        assert [1 for kind, content in said if "text/html" in content.get("data", {})] == [1]
    (reply,) = notebook.run("1 / 0")  # others are shown as ever
    assert reply == "ZeroDivisionError"


def test_our_ticks_are_the_kernels_work_in_a_recording(fresh):
    assert fresh.run(LIKE_WINDOWS, "from helpers import kernel, record") == ["ok", "ok"]
    recorded = "with record() as timeline:" + WAIT_FOR_A_TICK.replace("\n", "\n    ")
    kinds = "{step.kind for step in timeline.steps if '_tick' in step.label}"
    assert fresh.ask(recorded, kinds) == {"kernel"}


# -- before each cell ----------------------------------------------------------------------

COUNT = """
from helpers.kernel import before_each_cell
cells = []
def count():
    cells.append("a cell")
before_each_cell(count)
"""


def test_a_function_runs_once_before_each_cell_from_the_next_on(notebook):
    assert notebook.ask(COUNT + "before_each_cell(count)", "len(cells)") == 0
    assert notebook.ask("seen = len(cells)", "seen") == 1
    assert notebook.ask("seen = len(cells); await asyncio.sleep(0)", "seen") == 2


def test_a_reloaded_function_takes_the_place_of_the_old_one(notebook):
    assert notebook.run(COUNT, COUNT) == ["ok", "ok"]  # the second cell defines it again
    assert notebook.ask("seen = len(cells)", "seen") == 1


def test_a_function_that_fails_does_not_stop_the_cell(notebook):
    assert notebook.run(COUNT + "def count():\n    1 / 0\nbefore_each_cell(count)") == ["ok"]
    assert notebook.run("'runs'", COUNT) == ["ok", "ok"]


def test_outside_a_notebook_there_are_no_cells():
    from helpers.kernel import before_each_cell

    before_each_cell(lambda: pytest.fail("there was a cell"))


# -- asyncio.run and nest_asyncio ----------------------------------------------------------

MAIN = """
import asyncio, contextvars
setting = contextvars.ContextVar("setting")
async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.05, n), name=f"t{n}") for n in range(3)]
    return [task.result() for task in tasks], asyncio.current_task() is not None
"""
RUN_IT = "answer = asyncio.run(main())"
QUEUED = [MAIN, RUN_IT, RUN_IT, "await asyncio.sleep(0.01)", "1 + 1", RUN_IT, "'last'"]


@pytest.mark.parametrize("helped", [False, True], ids=["without helpers", "with helpers"])
def test_asyncio_run_refuses_as_always_until_it_is_allowed(fresh, helped):
    first = "import helpers" if helped else "pass"
    refused = "coroutine = main()\nasyncio.run(coroutine)"
    assert fresh.run(first, MAIN, refused, "coroutine.close()") == [
        "ok", "ok", "RuntimeError", "ok",
    ]  # fmt: skip


def test_asyncio_run_works_with_cells_queued_behind_it_once_allowed(fresh):
    allow = "from helpers import allow_asyncio_run\nallow_asyncio_run()"
    assert fresh.run(allow, *QUEUED, allow, *QUEUED) == ["ok"] * 16
    assert fresh.ask("'and the value is right'", "answer") == ([0, 1, 2], True)


def test_an_allowed_asyncio_run_keeps_context_variables_apart(fresh):
    program = (
        "async def main():\n    seen = setting.get()\n    setting.set('theirs')\n    return seen"
    )
    assert fresh.run("import helpers\nhelpers.allow_asyncio_run()", MAIN, program) == ["ok"] * 3
    assert fresh.run("setting.set('mine')") == ["ok"]
    assert fresh.ask(RUN_IT, "(answer, setting.get())") == ("mine", "mine")


def test_stop_ends_an_allowed_asyncio_run(fresh):
    assert fresh.run("import helpers\nhelpers.allow_asyncio_run()", MAIN) == ["ok", "ok"]
    long = SLEEP + "asyncio.run(asyncio.sleep(60))"
    assert stopped_soon(fresh.press_stop(long), by="KeyboardInterrupt")
    assert fresh.run(*QUEUED) == ["ok"] * 7
    assert stopped_soon(fresh.press_stop(SLEEP_AND_AWAIT))


WAYS_TO_APPLY = {
    "helpers, then nest_asyncio": ["import helpers", "import nest_asyncio", "nest_asyncio.apply()"],
    "nest_asyncio, then helpers": ["import nest_asyncio", "import helpers", "nest_asyncio.apply()"],
    "apply itself, then helpers": ["from nest_asyncio import apply", "import helpers", "apply()"],
    "helpers, then apply itself": ["import helpers", "from nest_asyncio import apply", "apply()"],
    "reloaded": ["import helpers", "import nest_asyncio", "import importlib",
                 "importlib.reload(nest_asyncio).apply()"],
    "with a loop": ["import helpers, asyncio, nest_asyncio",
                    "nest_asyncio.apply(asyncio.get_running_loop())"],
    "the successor itself": ["import nest_asyncio2", "import helpers", "nest_asyncio2.apply()"],
    "the successor under the old name": ["import nest_asyncio2, sys",
                                         "sys.modules['nest_asyncio'] = nest_asyncio2",
                                         "import helpers, nest_asyncio", "nest_asyncio.apply()"],
}  # fmt: skip


@pytest.mark.parametrize("cells", WAYS_TO_APPLY.values(), ids=WAYS_TO_APPLY)
def test_nest_asyncio_is_carried_out_by_its_successor(fresh, cells):
    assert set(fresh.run(*cells, *QUEUED)) == {"ok"}
    assert fresh.ask("'who did it?'", "asyncio.run.__module__") == "nest_asyncio2"


def test_nest_asyncio_applied_too_early_is_said(fresh):
    assert fresh.run("import nest_asyncio\nnest_asyncio.apply()") == ["ok"]
    listen = "import warnings\nwith warnings.catch_warnings(record=True) as heard:\n    "
    first_words = "[str(w.message)[:53] for w in heard]"
    warning = ["nest_asyncio was applied before helpers was imported,"]
    assert fresh.ask(listen + "import helpers", first_words) == warning
    assert fresh.ask(listen + "helpers.allow_asyncio_run()", first_words) == warning


def run_script(program: str) -> str:
    """What a plain script prints."""
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_missing_successor_is_named_when_it_is_called_for():
    program = """
import sys
sys.modules["nest_asyncio2"] = None  # as if not installed
import helpers, asyncio, nest_asyncio
async def main():
    for call in helpers.allow_asyncio_run, nest_asyncio.apply:
        try:
            call()
        except ModuleNotFoundError as error:
            print(error.name, "%pip install nest-asyncio2" in str(error))
asyncio.run(main())
"""
    assert run_script(program) == "nest_asyncio2 True\nnest_asyncio2 True"


def test_in_a_script_asyncio_run_needs_no_permission():
    program = """
import asyncio, helpers
before = asyncio.run
helpers.allow_asyncio_run()
print(asyncio.run is before, asyncio.run(asyncio.sleep(0, "ran")))
"""
    assert run_script(program) == "True ran"


# -- asyncio is left alone -----------------------------------------------------------------

# Everything that the modules and classes of asyncio hold, by identity.
INSIDES = """
import asyncio, sys
def insides():
    things = {name: module for name, module in sys.modules.items() if name.startswith("asyncio")}
    things |= {f"{n}.{c}": v for n, m in things.items() for c, v in vars(m).items()
               if isinstance(v, type)}
    return {f"{n}.{a}": v for n, thing in things.items() for a, v in vars(thing).items()}
def changed(before, after):
    return sorted(name for name in before.keys() | after.keys()
                  if before.get(name) is not after.get(name))
before = insides()
"""


def test_importing_helpers_leaves_asyncio_untouched_in_a_script():
    assert run_script(INSIDES + "import helpers\nprint(changed(before, insides()))") == "[]"


def test_importing_helpers_leaves_asyncio_untouched_in_a_notebook(fresh):
    assert fresh.run(INSIDES, "import helpers") == ["ok", "ok"]
    assert fresh.ask("await asyncio.sleep(0)", "changed(before, insides())") == []
    assert fresh.ask("helpers.allow_asyncio_run()", "'asyncio.run' in changed(before, insides())")


def test_importing_helpers_is_light():
    program = "import helpers, sys; print([m for m in {} if m in sys.modules])"
    heavy = ["asyncio", "nest_asyncio", "nest_asyncio2", "IPython", "matplotlib", "numpy"]
    assert run_script(program.format(heavy)) == "[]"


def test_the_finder_stands_on_the_path_once_after_any_number_of_imports():
    program = """
import helpers, importlib, sys
for _ in range(3):
    importlib.reload(helpers.kernel).settle_in()
del sys.modules["helpers"], sys.modules["helpers.kernel"]
import helpers
print(sum("NestAsyncioFinder" in str(finder) for finder in sys.meta_path))
"""
    assert run_script(program) == "1"
