"""Where each step was resumed and suspended, in the learner's own code."""

import asyncio

from programs import nap, run

from helpers.recorder import naming
from helpers.recorder.places import names_of


def test_lines_of_the_learners_own_code():
    async def inner():
        await asyncio.sleep(0)

    async def outer():
        await inner()

    timeline = run(outer())
    first, last = timeline.steps[0], timeline.steps[1]
    base = outer.__code__.co_firstlineno
    name = "test_places.py"
    assert first.resumed_at == (name, base)
    assert first.suspended_at == last.resumed_at == (name, inner.__code__.co_firstlineno + 1)
    assert "async def inner" in timeline.sources[name]


def test_without_lines_there_are_no_places():
    timeline = run(nap(), lines=False)
    assert timeline.places == ()
    assert timeline.steps[0].suspended_at is None


def written_in(file, text):
    names = {"asyncio": asyncio}
    exec(compile(text, str(file), "exec"), names)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return names["work"]


def test_two_files_of_one_name_are_two_sources(tmp_path):
    short = "async def work(wait=None):\n    await (wait or asyncio.sleep(0))\n"
    first = written_in(tmp_path / "shop" / "jobs.py", short)
    second = written_in(tmp_path / "bank" / "jobs.py", f"# longer\n\n{short}")

    async def both():
        await asyncio.gather(asyncio.create_task(first()), asyncio.create_task(second()))

    timeline = run(both())
    places = [timeline.steps[timeline.task_steps(task)[0]].suspended_at for task in (1, 2)]
    assert places == [("jobs.py", 2), ("bank/jobs.py", 4)]
    assert timeline.sources["jobs.py"] == short
    assert timeline.sources["bank/jobs.py"] == f"# longer\n\n{short}"


def test_two_cells_of_one_number_are_counted(monkeypatch):
    monkeypatch.setattr(naming, "source_name", lambda file: "In [1]")
    assert names_of(["/tmp/17.py", "/tmp/23.py", "/tmp/17.py", "/tmp/42.py"]) == {
        "/tmp/17.py": "In [1]",
        "/tmp/23.py": "In [1] (2)",
        "/tmp/42.py": "In [1] (3)",
    }
