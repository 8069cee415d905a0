"""CPython's own tests of asyncio end alike, plain and recorded.

Modules that are about tasks, what they wait for, and how a run ends, in a process for each way,
both at the same time: some ten seconds on two processors. Left out are those that take their
time with subprocesses, TLS and sockets.
"""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("test") is None
    or importlib.util.find_spec("test.test_asyncio") is None,
    reason="this Python comes without its own tests",
)

QUICK = ("locks", "queues", "taskgroups", "timeouts", "runners", "waitfor", "futures2")

RUN = """
import contextlib, io, json, signal, sys, unittest, warnings
from helpers import record

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored

is_recorded, names = sys.argv[1] == "recorded", sys.argv[2:]
plain_run = unittest.TestCase.run

def run(self, result=None):
    with record() if is_recorded else contextlib.nullcontext():
        return plain_run(self, result)

class Told(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        ends[test.id()] = "passed"

    def addFailure(self, test, error):
        ends[test.id()] = "failed"

    def addError(self, test, error):
        ends[test.id()] = "error"

    def addSkip(self, test, reason):
        ends[test.id()] = "skipped"

warnings.simplefilter("ignore")
ends = {}
unittest.TestCase.run = run
loader, out = unittest.TestLoader(), sys.stdout
with contextlib.redirect_stderr(io.StringIO()):
    for name in names:
        with contextlib.suppress(unittest.SkipTest):
            suite = loader.loadTestsFromName(f"test.test_asyncio.test_{name}")
            suite.run(Told())
print(json.dumps(ends), file=out)
"""


def ends(names):
    """How each test ended, plain and recorded."""
    there = [n for n in names if importlib.util.find_spec(f"test.test_asyncio.test_{n}")]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, way, *there],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy(),
        )
        for way in ("plain", "recorded")
    ]  # fmt: skip
    told = []
    for process in started:
        out, err = process.communicate(timeout=100)
        assert process.returncode == 0, err
        told.append(json.loads(out.splitlines()[-1]))
    return told


def test_the_quick_ones_end_alike():
    plain, recorded = ends(QUICK)
    assert recorded == plain
    assert len(plain) > 150
    assert set(plain.values()) <= {"passed", "skipped"}
