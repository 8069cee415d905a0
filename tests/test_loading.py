"""A module that is being loaded when the interrupt comes is whole afterwards."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from helpers.loading import load_whole

HOUSE = Path(__file__).parent.parent

# Sends the interrupt itself, and is not done before that has arrived.
SLOW = """
import os, signal, sys, time
main = sys.modules["__main__"]
main.begun += 1
os.kill(os.getpid(), signal.SIGINT)
while not main.interrupted:
    time.sleep(0.001)
whole = True
"""
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
from helpers.loading import load_whole
begun = interrupted = 0
try:
    load_whole("slow")
except KeyboardInterrupt:
    interrupted += 1
print(begun, interrupted, load_whole("slow").whole)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal as POSIX has it")
def test_who_is_interrupted_stops_waiting_and_the_module_is_loaded_all_the_same(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(HOUSE)])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout.strip(), done.stderr) == ("1 1 True", "")


def test_what_the_import_raises_is_raised(tmp_path, monkeypatch):
    (tmp_path / "broken_module.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ZeroDivisionError):
        load_whole("broken_module")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load_whole("no_such_module")


def test_a_module_that_is_there_is_simply_returned():
    assert load_whole("sys") is sys


def test_where_no_thread_can_be_had_an_error_of_the_imports_own_came_of_nothing_else(
    tmp_path, monkeypatch
):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    (tmp_path / "broken_there.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(ZeroDivisionError) as caught:
        load_whole("broken_there")
    assert caught.value.__context__ is None
