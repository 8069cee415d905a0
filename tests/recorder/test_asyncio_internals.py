"""A Python whose asyncio calls one of its private things otherwise: what is recorded there.

Each private name in turn is given another name, everywhere in asyncio's own source, in a
process of its own. Then the recorder must load, the program must do what it does, and the
timeline must say in a note what it could not see.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent.parent

SCRIPT = """
import importlib.machinery, json, re, sys, warnings

name, files, python_tasks = sys.argv[1], sys.argv[2].split(), sys.argv[3] == "python"

class Renaming(importlib.machinery.SourceFileLoader):
    def get_code(self, module):
        text = self.get_source(module)
        if name != "nothing" and (not files or module.rpartition(".")[2] in files):
            text = re.sub(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])", name + "_or_other", text)
        return compile(text, self.path, "exec")

class Finder(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, module, path=None, target=None):
        spec = super().find_spec(module, path, target) if module.startswith("asyncio") else None
        if spec is not None:
            spec.loader = Renaming(module, spec.origin)
        return spec

assert "asyncio" not in sys.modules
sys.meta_path.insert(0, Finder)
if python_tasks:
    sys.modules["_asyncio"] = None

import asyncio
from helpers.recorder import record

async def nap(seconds):
    await asyncio.sleep(seconds)
    return seconds

async def fail():
    raise ValueError("no good")

async def program():
    loop, told = asyncio.get_running_loop(), []
    loop.call_soon(told.append, "soon")
    event, waiting = asyncio.Event(), asyncio.create_task(asyncio.wait_for(nap(0.001), 5))
    event.set()
    await event.wait()
    told += await asyncio.gather(nap(0), nap(0.002), fail(), return_exceptions=True)
    never = asyncio.create_task(nap(60))
    never.cancel()
    done, _ = await asyncio.wait([waiting, never])
    async with asyncio.timeout(5):
        async with asyncio.TaskGroup() as group:
            group.create_task(nap(0))
    told.append(await asyncio.to_thread(len, "abc"))
    return [str(thing) for thing in told] + [len(done)]

async def around():
    with record() as inside:
        result = await program()
    return result, inside

with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    plain = asyncio.run(program())
    with record() as timeline:
        recorded = asyncio.run(program())
    again, inside = asyncio.run(around())
print(json.dumps({
    "same": plain == recorded == again,
    "heard": [str(warning.message) for warning in heard],
    "notes": timeline.notes,
    "notes inside": inside.notes,
    "steps": len(timeline.steps),
    "waits": sorted({step.waiting_for for step in timeline.steps if step.waiting_for}),
    "ends": sorted(task.outcome for task in timeline.tasks),
    "entered": all(task.entered for task in timeline.tasks),
    "iterations": bool(timeline.iterations),
    "labels": sorted({step.label for step in timeline.steps if step.task is None}),
}))
"""


def record_where(name, files="", tasks="C"):
    """What is recorded where asyncio has another name for that, in those of its files (or all),
    with tasks written in "C" or "python"."""
    command = [sys.executable, "-c", SCRIPT, name, files, tasks]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


USUAL = {tasks: record_where("nothing", tasks=tasks) for tasks in ("C", "python")}

STEPS = "the steps of the loop"
# name, files, tasks, what a note says (None: nothing is lost), which facts are other than usual
NAMES = [
    ("_run", "events base_events", "C", STEPS, None),
    ("_callback", "events base_events", "C", STEPS, None),
    ("_loop", "events", "C", STEPS, None),
    ("_args", "events", "C", None, ()),
    ("_context", "events", "C", None, ()),
    ("_repr", "events", "C", None, ()),
    ("_cancelled", "events base_events selector_events", "C", None, ()),
    ("_fut_waiter", "", "python", "what tasks wait for", ("waits",)),
    ("_must_cancel", "", "python", "whether a task was cancelled before it began", ("entered",)),
    ("_exception", "", "python", "which tasks raised an exception", ("ends",)),
    ("__step", "", "python", "the steps of tasks", None),
    ("__wakeup", "", "python", "the steps of tasks", None),
    ("_ready", "", "C", "keeps its handles to itself", None),
    ("_scheduled", "", "C", "timers that are older", ()),
    ("_selector", "", "C", "when the loop slept", ("iterations",)),
    ("_thread_id", "", "C", "what other threads", ()),
    ("_debug", "", "C", None, ()),
    ("_task_factory", "", "C", None, ()),
    ("_add_callback", "", "C", "sockets", ()),
    ("_set_task_name", "", "C", None, ()),
    ("_check_running", "", "C", None, ()),
    ("_run_once", "", "C", None, ()),
    ("_PyFuture", "", "C", None, ()),
    ("_set_result_unless_cancelled", "", "C", "plain words", ("labels",)),
    ("_run_until_complete_cb", "", "C", "plain words", ("labels",)),
    ("_on_timeout", "", "C", "plain words", ()),
    ("_on_task_done", "", "C", "plain words", ("labels",)),
    ("_wait", "", "C", None, ("labels",)),
    ("_wait_for_data", "", "C", None, ()),
    ("_wait_for_one", "", "C", None, ()),
    ("_callbacks", "", "python", None, ()),
    ("extract_stack", "", "C", None, ()),
]


@pytest.mark.parametrize(("name", "files", "tasks", "note", "other"), NAMES, ids=lambda x: str(x))
def test_a_python_without_it_records_less_and_says_so(name, files, tasks, note, other):
    found, usual = record_where(name, files, tasks), USUAL[tasks]
    assert found["same"], "the program does what it does"
    assert found["heard"] == []
    for notes in (found["notes"], found["notes inside"]):
        said = [words for words in notes if not words.startswith("still pending")]
        assert [note in words for words in said] == ([True] if note else [])
    if other is not None:
        facts = {"waits", "ends", "entered", "iterations", "labels"}
        assert {fact for fact in facts if found[fact] != usual[fact]} == set(other)


@pytest.mark.parametrize("tasks", ["C", "python"])
def test_the_usual_python_has_them_all(tasks):
    assert USUAL[tasks]["notes"] == []
    by_wait_for = sys.version_info < (3, 12)  # it made a task of its own
    assert USUAL[tasks]["ends"].count("returned") == 5 + by_wait_for
