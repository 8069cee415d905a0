"""CPython's own tests of asyncio end alike, plain and recorded.

Each way has a process of its own, both at the same time. The quick modules are about tasks, what
they wait for, and how a run ends; the slow test runs all the others, too, with their subprocesses,
TLS and sockets: some two minutes on two processors.

Many of these tests hang on time, and a machine that stands still makes them fail. So a test
counts as changed by recording only if it is so again and again, tried alone: it passes plain,
and not once recorded. One whose plain run does not pass says nothing.
"""

import importlib
import importlib.util
import os
import pkgutil
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("test") is None
    or importlib.util.find_spec("test.test_asyncio") is None,
    reason="this Python comes without its own tests",
)

QUICK = (
    *("locks", "queues", "taskgroups", "timeouts", "runners", "waitfor", "futures", "futures2"),
    *("pep492", "context", "eager_task_factory", "threads", "protocols", "transports"),
    *("proactor_events", "selector_events", "staggered"),
)

TRIES = 4
PATIENT = 100  # seconds, on a machine with much else to do: what has ended by then is compared

RUN = """
import contextlib, io, signal, sys, unittest, warnings
from helpers import record

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored

is_recorded, names = sys.argv[1] == "recorded", sys.argv[3:]
plain_run = unittest.TestCase.run

with contextlib.suppress(ImportError):  # it waits a second for our thread to go, after each test
    from test.support import threading_helper
    threading_helper.threading_cleanup = lambda *before: None

def run(self, result=None):
    with record() if is_recorded else contextlib.nullcontext():
        return plain_run(self, result)

class Told(unittest.TestResult):
    def tell(self, test, end):
        print(test.id().replace(" ", ""), end, file=told, flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.end = "passed"
        self.tell(test, "began")

    def addFailure(self, test, error):
        self.end = "failed"

    def addError(self, test, error):
        self.end = "error"
        if not hasattr(test, "_testMethodName"):  # of a whole class or module
            self.tell(test, "error")

    def addSubTest(self, test, part, error):
        if error is not None:
            self.end = "failed"

    def addSkip(self, test, reason):
        self.end = "skipped"

    def stopTest(self, test):
        super().stopTest(test)
        self.tell(test, self.end)

warnings.simplefilter("ignore")
unittest.TestCase.run = run
with open(sys.argv[2], "w") as told, contextlib.redirect_stderr(io.StringIO()):
    for name in names:
        with contextlib.suppress(unittest.SkipTest):
            unittest.TestLoader().loadTestsFromName(name).run(Told())
"""


def ends(folder, names, limit):
    """How each test of these modules, or tests, ended, plain and recorded; within so many seconds,
    after which one has only begun, and those behind it have not."""
    files = [folder / "plain", folder / "recorded"]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, file.name, str(file), *names],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=os.environ.copy(),
        )
        for file in files
    ]  # fmt: skip
    until = time.monotonic() + limit
    for process in started:
        try:
            assert process.wait(max(0.1, until - time.monotonic())) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return [dict(line.split() for line in file.read_text().splitlines()) for file in files]


def modules():
    package = importlib.import_module("test.test_asyncio")
    found = [name for _, name, _ in pkgutil.iter_modules(package.__path__)]
    return [f"test.test_asyncio.{name}" for name in found if name.startswith("test_")]


def is_quick(module):
    return module.rpartition(".test_")[2] in QUICK


def are_changed(folder, tests):
    """Those that end otherwise for being recorded: each time, tried alone."""
    for _ in range(TRIES):
        if tests:
            plain, recorded = ends(folder, tests, PATIENT)
            passed = [test for test in tests if plain.get(test) == "passed"]
            tests = [test for test in passed if recorded.get(test) != "passed"]
    return tests


def changed(folder, names, limit):
    """Which tests of those modules end otherwise for being recorded, and how many were run."""
    plain, recorded = ends(folder, names, limit)
    both = [test for test in plain if test in recorded and plain[test] == "passed"]
    return are_changed(folder, [test for test in both if recorded[test] != "passed"]), len(both)


@pytest.mark.timeout(900)
def test_the_quick_ones_end_alike(tmp_path):
    differ, number = changed(tmp_path, [name for name in modules() if is_quick(name)], PATIENT)
    assert differ == []
    assert number


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_all_others_do(tmp_path):
    others = [name for name in modules() if not is_quick(name)]
    differ, number = changed(tmp_path, others, limit=400)
    assert differ == []
    assert number


@pytest.mark.timeout(900)
def test_one_that_recording_changes_is_found(tmp_path, monkeypatch):
    """While a recording goes on, another class stands in for that of handles."""
    (tmp_path / "of_handles.py").write_text(
        "import asyncio, unittest\n"
        "class Of(unittest.TestCase):\n"
        "    def test_same(self): self.assertEqual(1, 1)\n"
        "    def test_home(self): self.assertEqual(asyncio.Handle, asyncio.events.Handle)\n"
        "    def test_skipped(self): self.skipTest('')\n"
        "    def test_broken(self): self.fail('')\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    assert changed(tmp_path, ["of_handles"], PATIENT) == (["of_handles.Of.test_home"], 2)
