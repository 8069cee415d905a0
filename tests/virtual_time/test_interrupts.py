"""An interrupt comes to an end with the simulation it was meant for."""

import subprocess
import sys
import threading

import pytest

from helpers.virtual_time.interrupts import interrupt, let_none_follow

PROGRAM = """
import asyncio, sys
from helpers.virtual_time import SimulationStopped, simulate

async def sleeps():
    await asyncio.sleep(1)

async def spins():
    while True:
        pass

async def spins_at_the_end():
    try:
        await sleeps()
    finally:
        while True:
            pass

def traced():
    return "returned"

def trace(frame, event, argument):
    return trace

try:
    simulate(PROGRAM(), patience=0.2)
except SimulationStopped:
    pass
sys.settrace(trace)
word = traced()
sys.settrace(None)
print(word)
"""


@pytest.mark.parametrize("program", ["sleeps", "spins", "spins_at_the_end"])
def test_a_debugger_works_after_a_simulation(program):
    """On 3.11 an interrupt that was taken back made the next traced call never return."""
    python = [sys.executable, "-c", PROGRAM.replace("PROGRAM", program)]
    ended = subprocess.run(python, capture_output=True, text=True, timeout=100)
    assert ended.stdout == "returned\n", ended.stderr


def test_the_last_interrupt_is_received_and_none_comes_later():
    quiet = 0
    for _ in range(100):
        try:
            interrupt(threading.get_ident(), KeyError)
            let_none_follow()
        except KeyError:  # it came as itself, on the way in
            let_none_follow()
        quiet += sum(1 for _ in range(100))  # where it would come if it were late
    assert quiet == 100 * 100
