"""One measurement in a fresh process: `measure.py WHAT ...` prints what it found as JSON.

`run.py` starts this again and again, one way after the other. Seconds are seconds of the
processor (`time.process_time`): on a machine that others use as well, those of the clock on
the wall say more about the others.
"""

import asyncio
import contextlib
import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

from workloads import WORKLOADS, many_tasks

HOUSE = Path(os.environ.get("BENCHMARK_HOUSE", Path(__file__).parent.parent.parent))


# -- recording a workload, each way -----------------------------------------------------------


def bare(program: Callable) -> dict:
    return {"run": _seconds(program)}


def ours(program: Callable, **options) -> dict:
    from helpers import record

    begin = process_time()
    with record(**options) as timeline:
        run = _seconds(program)
    after = process_time() - begin - run
    return {"run": run, "after": after, "kept": _size(timeline), "steps": len(timeline.steps)}


def viztracer(program: Callable) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        tracer = _tracer(folder)
        tracer.start()
        run = _seconds(program)
        tracer.stop()
        return {"run": run, "peak": _peak()}


def _tracer(folder: str):
    """viztracer as its documentation has it for asyncio, keeping all it sees.

    By default it keeps the last million events and forgets the rest, which we do not.
    """
    from viztracer import VizTracer

    file = os.path.join(folder, "trace.json")
    return VizTracer(log_async=True, verbose=0, output_file=file, tracer_entries=8_000_000)


def asyncflow(program: Callable) -> dict:
    import workloads
    from wigglystuff.async_flow import AsyncFlowLogger

    async def watched() -> None:
        async with AsyncFlowLogger([workloads.__file__]) as logger:
            await program()
        kept.append(logger)

    kept = []
    run = _seconds(watched)
    return {"run": run, "events": len(kept[0].events)}


WAYS = {
    "bare": bare,
    "lines off": lambda program: ours(program, lines=False),
    "lines on": lambda program: ours(program, lines=True),
    "viztracer": viztracer,
    "AsyncFlow": asyncflow,
}


def workload(name: str, way: str, *sizes: str) -> dict:
    """Run workload `name` recorded that way, after a small run to warm up."""
    program = WORKLOADS[name]
    WAYS[way](lambda: program(100))
    gc.collect()
    before = _peak()
    found = WAYS[way](lambda: program(*map(int, sizes)))
    found["grown"] = found.pop("peak", _peak()) - before
    return found


LIVE = """
import gc, json
from time import process_time
from helpers import record
from workloads import WORKLOADS
program = WORKLOADS[{name!r}]
with record("to warm up", live={live}):
    await program(100)
gc.collect()
with record("as it runs", live={live}):
    begin = process_time()
    await program()
    seconds = process_time() - begin
"""


def in_kernel(name: str, way: str) -> dict:
    """Workload `name` in a cell of a real kernel, recorded live or not. Processor time is that
    of the whole kernel: with the thread that feeds the chart, and the one that sends it."""
    from run_all import running_kernel

    code = LIVE.format(name=name, live=way == "live")
    with running_kernel(Path(__file__).parent) as (_, client):
        reply = client.execute_interactive(
            code, user_expressions={"seconds": "seconds"}, output_hook=lambda _: None, timeout=120
        )["content"]
    return {"run": float(reply["user_expressions"]["seconds"]["data"]["text/plain"])}


def findings(*sizes: str) -> dict:
    """What is found in workload A, to the recording of it with lines, in the same process; what
    both need is loaded already."""
    from helpers import record

    program = WORKLOADS["A"]
    with record() as small:
        asyncio.run(program(100))
    small.findings()
    begin = process_time()
    with record() as timeline:
        asyncio.run(program(*map(int, sizes)))
    recording = process_time() - begin
    begin = process_time()
    timeline.findings()
    seconds = process_time() - begin
    return {"seconds": seconds, "recording": recording, "share": seconds / recording}


# -- pictures and files -------------------------------------------------------------------------


def picture(tasks: str, turns: str) -> dict:
    """A timeline of that many tasks and turns, as a PNG; matplotlib is loaded already."""
    timeline = _recorded(10, 1)
    timeline.gantt().png()
    timeline = _recorded(int(tasks), int(turns))
    begin = process_time()
    image = timeline.gantt().png()
    seconds = process_time() - begin
    return {"seconds": seconds, "bytes": len(image), "steps": len(timeline.steps)}


def events(tasks: str, turns: str, name: str) -> dict:
    """The same as trace events in a file of that name."""
    return _written(lambda timeline, path: timeline.save_trace_events(path), tasks, turns, name)


def saved(tasks: str, turns: str, name: str) -> dict:
    """The same as a recording on disk, written and read."""
    from helpers import Timeline

    def there_and_back(timeline, path) -> None:
        timeline.save(path)
        assert Timeline.load(path) == timeline

    return _written(there_and_back, tasks, turns, name)


def player(tasks: str, turns: str) -> dict:
    """What the player sends to the browser."""
    timeline = _recorded(int(tasks), int(turns))
    begin = process_time()
    widget = timeline.player()
    seconds = process_time() - begin
    sent = sum(
        len(value) for value in widget.get_state().values() if isinstance(value, bytes | str)
    )
    return {"seconds": seconds, "bytes": sent}


def viztracer_events(tasks: str, turns: str) -> dict:
    """The same program as the file that viztracer makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        tracer = _tracer(folder)
        tracer.start()
        asyncio.run(many_tasks(int(tasks), int(turns)))
        tracer.stop()
        begin = process_time()
        tracer.save()
        size = os.path.getsize(tracer.output_file)
        return {"seconds": process_time() - begin, "bytes": size}


# -- means ----------------------------------------------------------------------------------------


def _recorded(tasks: int, turns: int):
    from helpers import record

    with record("many tasks", lines=False) as timeline:
        asyncio.run(many_tasks(tasks, turns))
    return timeline


def _written(write: Callable, tasks: str, turns: str, name: str) -> dict:
    timeline = _recorded(int(tasks), int(turns))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        begin = process_time()
        write(timeline, path)
        return {"seconds": process_time() - begin, "bytes": os.path.getsize(path)}


def _seconds(program: Callable) -> float:
    begin = process_time()
    asyncio.run(program())
    return process_time() - begin


def _size(timeline) -> int:
    """Bytes of a timeline's columns."""
    columns = vars(timeline.columns).values()
    return sum(sys.getsizeof(column) for column in columns)


def _peak() -> int:
    """The most memory this process ever had, in bytes; 0 where the system does not tell."""
    with contextlib.suppress(ImportError):
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return 0


if __name__ == "__main__":
    sys.path[:0] = [str(HOUSE), str(HOUSE / "tests")]
    sys.path.append(os.environ["BENCHMARK_PEERS"])  # last, so that our own packages win
    measurements = {
        f.__name__: f
        for f in (workload, in_kernel, findings, picture, events, saved, player, viztracer_events)
    }
    what, *details = sys.argv[1:]
    print(json.dumps(measurements[what](*details)))
