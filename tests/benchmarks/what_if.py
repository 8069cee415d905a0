"""How long from a slider's move to the new chart? `python tests/benchmarks/what_if.py`

Measured inside the kernel's part of the way: the program is simulated, recorded and drawn,
and the picture is ready to be sent. The goal is 150 ms for a program of 50 tasks. Sending
and showing add what the browser takes. Printed is the median of many moves, and the worst;
and the processor time of the median, which a busy machine distorts less.
"""

import asyncio
import statistics
import time

from helpers.practice.what_if import what_if
from helpers.virtual_time import compute

GOAL = 0.150  # seconds, for 50 tasks
MOVES = 20


async def job(delay):
    await asyncio.sleep(delay)
    compute(0.02)


async def jobs(delay=1.0, workers=10):
    """So many jobs together, each a little later than the one before."""
    async with asyncio.TaskGroup() as group:
        for k in range(workers):
            group.create_task(job(delay + k / 100), name=f"job {k + 1}")


def moves(workers: int) -> list[tuple[float, float]]:
    """Seconds, and seconds of the processor, that each of some moves took."""
    widget = what_if(jobs, delay=(0.0, 3.0), workers=(1, 100, workers))
    took = []
    for k in range(MOVES):
        begin, processor = time.perf_counter(), time.process_time()
        widget.controls["delay"].value = 0.5 + k / 10
        took.append((time.perf_counter() - begin, time.process_time() - processor))
    return took


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def main() -> None:
    moves(10)  # the first chart loads fonts
    for workers in (10, 50):
        wall, processor = zip(*moves(workers), strict=True)
        print(
            f"{workers} tasks: median {milliseconds(statistics.median(wall))}, "
            f"worst {milliseconds(max(wall))}; "
            f"processor {milliseconds(statistics.median(processor))}"
        )
    print(f"goal for 50 tasks: {milliseconds(GOAL)}")


if __name__ == "__main__":
    main()
