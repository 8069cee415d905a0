"""What recording costs in instructions of the processor, counted by Valgrind's callgrind.

    python tests/benchmarks/instructions.py              # this checkout
    python tests/benchmarks/instructions.py ../old .     # two checkouts, side by side

Seconds on a machine that others use differ by a tenth from run to run; instructions by one
in a hundred. They are not time: memory that is not at hand costs none. Each workload runs in
two sizes, so that what Python does only once is not counted in. Takes some minutes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# workload: (what is counted, sizes, how many of them there are more in the larger one)
SIZES = {
    "A": ("a task of twelve steps", ("200", "700"), 500),
    "B": ("a message to and fro", ("400", "2400"), 2000),
    "C": ("a step", ("400", "1400"), 12 * 1000),
}
# A recording that never ends: what comes after the block is not counted.
PROGRAM = """
import asyncio, os, sys
sys.path[:0] = [{house!r}, {here!r}]
from workloads import WORKLOADS
if {way!r} != "bare":
    from helpers import record
    # Valgrind makes a program fifty times slower; what looks in every so many seconds does not.
    if "helpers.recorder.held" in sys.modules:
        sys.modules["helpers.recorder.held"].INTERVAL = 3600
    recording = record(lines={way!r} == "lines on")
    recording.__enter__()
asyncio.run(WORKLOADS[{workload!r}](3))
asyncio.run(WORKLOADS[{workload!r}]({size}))
os._exit(0)
"""


def main() -> None:
    if shutil.which("valgrind") is None:
        sys.exit("This counts with Valgrind, and there is none here.")
    houses = [Path(name).resolve() for name in sys.argv[1:]] or [HERE.parent.parent]
    for workload, (what, _, _) in SIZES.items():
        bare = counted(houses[0], workload, "bare")
        print(f"{workload}, {what}: {bare:,.0f} bare", flush=True)
        for way in ("lines off", "lines on"):
            for house in houses:
                more = counted(house, workload, way) - bare
                print(f"    {way}: {more:+,.0f}, {1 + more / bare:.2f}x  ({house})", flush=True)


def counted(house: Path, workload: str, way: str) -> float:
    """Instructions for one more of what is counted."""
    _, (small, large), more = SIZES[workload]
    return (_run(house, workload, way, large) - _run(house, workload, way, small)) / more


def _run(house: Path, workload: str, way: str, size: str) -> int:
    program = PROGRAM.format(
        house=str(house), here=str(HERE), workload=workload, way=way, size=size
    )
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    done = subprocess.run(
        [*valgrind, sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


if __name__ == "__main__":
    main()
