"""How fast, how small: one command, one table, goals beside what was measured.

    python tests/benchmarks/run.py                  # ours, in about three minutes
    python tests/benchmarks/run.py --with-peers     # and viztracer and AsyncFlow
    python tests/benchmarks/run.py --growth         # how cost grows with tasks and steps
    python tests/benchmarks/run.py --against ../old # recording, beside another checkout's

Every number comes from fresh processes, one way after the other, round after round, and is
the median of its rounds, so that a slow moment of the machine strikes all ways alike. The
peers are installed by this command, into a folder below build/, when they are asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
HOUSE = HERE.parent.parent
PEERS = HOUSE / "build" / f"peers-{sys.version_info.major}.{sys.version_info.minor}"
OURS = ("bare", "lines off", "lines on")
THEIRS = ("viztracer", "AsyncFlow")
A = ("10000", "10")  # tasks and turns of workload A
MILLION = ("10000", "99")  # tasks and turns that make a million steps and a few


def main() -> None:
    options = _options()
    print(f"{date.today()}, Python {platform.python_version()}, {_machine()}\n")
    if options.with_peers:
        _install_peers()
    if options.growth:
        _growth(options.rounds)
        return
    if options.against:
        _show_against(options.against, options.rounds)
        return
    ways = [*OURS, *(_able(THEIRS) if options.with_peers else ())]
    found = {name: _compare("workload", name, ways, options.rounds) for name in "ABC"}
    _show_ratios(found, ways)
    _show_live(options.rounds)
    _show_findings(options.rounds)
    _show_memory(found, ways)
    _show_files(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="runs of each way (default: 5)")
    parser.add_argument("--with-peers", action="store_true", help="install and measure peers, too")
    parser.add_argument("--growth", action="store_true", help="cost by number of tasks and steps")
    parser.add_argument("--against", type=Path, help="another checkout, to compare recording with")
    return parser.parse_args()


# -- measuring ------------------------------------------------------------------------------


def _measure(*details: str, house: Path = HOUSE) -> dict:
    """What one fresh process finds, with the package of that checkout."""
    done = subprocess.run(
        [sys.executable, str(HERE / "measure.py"), *details],
        env={**os.environ, "BENCHMARK_PEERS": str(PEERS), "BENCHMARK_HOUSE": str(house)},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def _medians(rounds: int, *details: str) -> dict:
    return _middle([_measure(*details) for _ in range(rounds)])


def _middle(runs: list[dict]) -> dict:
    return {key: median(run[key] for run in runs) for key in runs[0]}


def _compare(what: str, workload: str, ways: Sequence[str], rounds: int) -> dict[str, dict]:
    """The medians of each way, measured in turns."""
    runs = defaultdict(list)
    for _ in range(rounds):
        for way in ways:
            runs[way].append(_measure(what, workload, way))
    return {way: _middle(found) for way, found in runs.items()}


def _import_seconds(rounds: int) -> float:
    """`import helpers` in a Python that has loaded nothing else, asyncio included."""
    program = "import time; t = time.process_time(); import helpers; print(time.process_time() - t)"
    command = [sys.executable, "-c", program]
    return median(
        float(subprocess.run(command, cwd=HOUSE, check=True, capture_output=True).stdout)
        for _ in range(rounds)
    )


def _install_peers() -> None:
    if not PEERS.exists():
        requirements = str(HERE / "peers.txt")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(PEERS)]
        subprocess.run([*pip, "-r", requirements], check=True)


def _able(ways: tuple[str, ...]) -> list[str]:
    """Those that work on this Python: AsyncFlow needs sys.monitoring."""
    return [way for way in ways if way != "AsyncFlow" or sys.version_info >= (3, 12)]


# -- showing ------------------------------------------------------------------------------------

RATIO_GOALS = {("A", "lines off"): 1.6, ("B", "lines off"): 1.35, ("A", "lines on"): 2.0}


def _show_ratios(found: dict, ways: list[str]) -> None:
    rows = []
    for workload, by_way in found.items():
        for way in ways:
            ratio = by_way[way]["run"] / by_way["bare"]["run"]
            goal = RATIO_GOALS.get((workload, way))
            after = by_way[way].get("after")
            rows.append(
                (
                    workload,
                    way,
                    f"{by_way[way]['run']:.3f} s",
                    f"{ratio:.2f}x",
                    f"{goal}x" if goal else "",
                    f"{after:.2f} s" if after else "",
                )
            )
    _table("workload | way | program | to bare | goal | after the block", rows)


def _show_against(other: Path, rounds: int) -> None:
    """Recording in this checkout and in another, taking turns: the best of each, to the best of
    the bare runs, as others on the machine only ever make it slower."""
    rows = []
    for workload in "ABC":
        best: dict[tuple[str, Path], float] = defaultdict(lambda: float("inf"))
        for _ in range(rounds):
            for way, house in (
                ("bare", HOUSE),
                *((w, h) for w in OURS[1:] for h in (other, HOUSE)),
            ):
                run = _measure("workload", workload, way, house=house)["run"]
                best[way, house] = min(best[way, house], run)
        for way in OURS[1:]:
            before, now = (best[way, house] / best["bare", HOUSE] for house in (other, HOUSE))
            goal = RATIO_GOALS.get((workload, way))
            rows.append(
                (workload, way, f"{before:.2f}x", f"{now:.2f}x", f"{goal}x" if goal else "")
            )
    _table("workload | way | before, to bare | now, to bare | goal", rows)


def _show_live(rounds: int) -> None:
    """What it costs to watch a recording live, beside the same without a view."""
    rows = []
    for workload in ("A", "B"):
        found = _compare("in_kernel", workload, ("recorded", "live"), rounds)
        for way, run in found.items():
            ratio = run["run"] / found["recorded"]["run"]
            goal = "1.1x" if way == "live" else ""
            rows.append((workload, way, f"{run['run']:.3f} s", f"{ratio:.2f}x", goal))
    _table("workload | in a kernel | program | to recorded | goal", rows)


def _show_findings(rounds: int) -> None:
    """What it costs to look for all faults, beside the recording they are looked for in."""
    found = _medians(rounds, "findings")
    times = [f"{found[what]:.3f} s" for what in ("recording", "seconds")]
    row = ("A", *times, f"{found['share']:.3f}", "0.1")
    _table("workload | recording, lines on | findings | share | goal", [row])


def _show_memory(found: dict, ways: list[str]) -> None:
    rows = []
    for workload, by_way in found.items():
        steps = by_way["lines off"]["steps"]
        for way in ways[1:]:
            more = by_way[way]["grown"] - by_way["bare"]["grown"]
            kept = by_way[way].get("kept")
            goal = "48 B" if way == "lines off" else ""
            held = f"{kept / steps:.1f} B" if kept else ""
            rows.append((workload, way, held, goal, f"{more / steps:.0f} B"))
    _table("workload | way | kept, a step | goal | peak above bare, a step", rows)


def _show_files(options: argparse.Namespace) -> None:
    few = min(options.rounds, 3)
    jobs = [
        ("A to PNG", "0.5 s, 100 kB", ("picture", *A)),
        ("a million steps to PNG", "1 s", ("picture", *MILLION)),
        ("A to trace events", "0.5 s, 15 MB", ("events", *A, "a.json")),
        ("A to trace events, compressed", "", ("events", *A, "a.json.gz")),
        ("A to a recording and back", "", ("saved", *A, "a.json")),
        ("a million steps to a recording and back", "", ("saved", *MILLION, "a.json")),
    ]
    if options.with_peers:
        jobs.append(("viztracer: A to its file", "", ("viztracer_events", *A)))
    rows = []
    for name, goal, details in jobs:
        found = _medians(few, *details)
        rows.append((name, f"{found['seconds']:.2f} s", _bytes(found["bytes"]), goal))
    rows.append(("import helpers", f"{_import_seconds(options.rounds):.3f} s", "", "0.1 s"))
    _table("what | time | size | goal", rows)


def _growth(rounds: int) -> None:
    """Tasks from 10 to 100,000, and steps from a thousand to a million."""
    few = min(rounds, 3)
    sizes = [(tasks, 10) for tasks in (10, 100, 1_000, 10_000, 100_000)]
    sizes += [(100, turns) for turns in (10, 100, 1_000, 10_000)]
    rows = []
    for tasks, turns in sizes:
        size = (str(tasks), str(turns))
        plain = _medians(few, "workload", "A", "bare", *size)
        recorded = _medians(few, "workload", "A", "lines off", *size)
        chart, widget = _medians(few, "picture", *size), _medians(few, "player", *size)
        steps = recorded["steps"]
        rows.append(
            (
                f"{tasks:,}",
                f"{steps:,.0f}",
                f"{(recorded['run'] - plain['run']) / steps * 1e9:,.0f} ns",
                f"{recorded['after'] / steps * 1e9:,.0f} ns",
                f"{recorded['kept'] / steps:.1f} B",
                f"{chart['seconds']:.2f} s, {_bytes(chart['bytes'])}",
                _bytes(widget["bytes"]),
            )
        )
    head = "tasks | steps | recording, a step | after, a step | kept, a step | PNG | player"
    _table(head, rows)


def _table(head: str, rows: list[tuple]) -> None:
    """A table in Markdown, in columns of equal width."""
    table = [tuple(head.split(" | ")), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in table]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print("\n".join(lines), end="\n\n", flush=True)


def _bytes(number: float) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.0f} kB"


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"


if __name__ == "__main__":
    main()
