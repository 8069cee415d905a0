"""`python -m helpers my_script.py`: the script runs as it would alone, and is then shown."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.__main__ import main
from helpers.timeline import Timeline

HOME = str(Path(__file__).parent.parent)
TEA = """
import asyncio

async def brew(cup):
    await asyncio.sleep(0.01)
    print("brewed", cup)

async def main():
    async with asyncio.TaskGroup() as group:
        for cup in ("green", "black"):
            group.create_task(brew(cup), name=cup)

asyncio.run(main())
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Writes a script of that text, and is where it stands."""
    monkeypatch.chdir(tmp_path)

    def write(text):
        (tmp_path / "my_script.py").write_text(text, encoding="utf-8")
        return "my_script.py"

    return write


def test_the_script_runs_and_its_tasks_are_shown(script, capsys):
    assert main(["--text-width", "70", script(TEA)]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[:2] == ["brewed green", "brewed black"]
    assert lines[2].startswith("my_script.py: 3 tasks")
    assert [line.split()[0] for line in lines[3:6]] == ["main", "green", "black"]
    assert max(map(len, lines)) <= 70
    assert err == ""


def test_the_script_sees_what_it_would_see_alone(script, tmp_path):
    text = """
import json, sys
with open("seen.json", "w") as file:
    json.dump([__name__, __file__, sys.argv[1:], sys.path[0]], file)
"""
    name = script(text)
    seen = []
    for command in ([sys.executable, name], [sys.executable, "-m", "helpers", name]):
        subprocess.run(
            [*command, "a", "--save", "b"], check=True, env={**os.environ, "PYTHONPATH": HOME}
        )
        seen.append(json.loads((tmp_path / "seen.json").read_text(encoding="utf-8")))
    assert seen[0] == seen[1]
    assert seen[0][0] == "__main__"
    assert seen[0][2] == ["a", "--save", "b"]


def test_what_the_script_was_given_is_put_back(script):
    before = sys.argv, sys.path, list(sys.path)
    main([script("import sys; sys.path.append('nowhere')"), "an argument"])
    assert (sys.argv, sys.path, list(sys.path)) == before
    assert sys.argv is before[0]


def test_options_before_the_script_write_files(script, tmp_path):
    options = ["--picture", "tea.png", "--save", "tea.json", "--perfetto", "events.json"]
    assert main([*options, script(TEA)]) == 0
    assert (tmp_path / "tea.png").read_bytes().startswith(b"\x89PNG")
    assert [t.name for t in Timeline.load("tea.json").tasks] == ["main", "green", "black"]
    events = json.loads((tmp_path / "events.json").read_text(encoding="ascii"))
    assert any(event["name"] == "running" for event in events["traceEvents"])


# -- scripts that do not simply return ----------------------------------------------------------


def asyncio_script(last_words):
    return f"import asyncio, sys\nasync def go():\n    {last_words}\nasyncio.run(go())\n"


ENDINGS = {
    "it fails": (
        asyncio_script("raise ValueError('no milk')"),
        1,
        ["ValueError: no milk", "my_script.py was ended by ValueError; recorded until then:"],
    ),
    "it leaves with a status": (
        asyncio_script("sys.exit(3)"),
        3,
        ["my_script.py left by sys.exit, with status 3; recorded until then:"],
    ),
    "it leaves content": (
        asyncio_script("sys.exit()"),
        0,
        ["my_script.py left by sys.exit, with status 0; recorded until then:"],
    ),
    "it leaves with last words": (
        asyncio_script("sys.exit('out of tea')"),
        1,
        ["out of tea", "my_script.py left by sys.exit, with status 1; recorded until then:"],
    ),
    "it is interrupted": (
        asyncio_script("raise KeyboardInterrupt"),
        130,
        ["my_script.py was ended by KeyboardInterrupt; recorded until then:"],
    ),
    "it never uses asyncio": (
        "print('tea')",
        0,
        ["my_script.py ran no event loop in its main thread, so there is nothing to draw."],
    ),
    "it is no Python": (
        "await = 1",
        1,
        ["SyntaxError", "was ended by SyntaxError", "ran no event loop"],
    ),
}


@pytest.mark.parametrize(("text", "status", "sentences"), ENDINGS.values(), ids=ENDINGS)
def test_a_script_that_does_not_simply_end_is_told_so(text, status, sentences, script, capsys):
    assert main([script(text)]) == status
    out, err = capsys.readouterr()
    for sentence in sentences:
        assert sentence in err
    assert ("my_script.py: " in out) == ("asyncio" in text)  # what was recorded is still shown


def test_the_traceback_of_a_script_that_fails_is_its_own(script, capsys):
    main([script(asyncio_script("raise ValueError('no milk')"))])
    shown = capsys.readouterr().err
    files = [line.split('"')[1] for line in shown.splitlines() if line.startswith("  File")]
    assert Path(files[0]).name == "my_script.py"
    assert not [name for name in files if "helpers" in name or "runpy" in name]


# -- a command that cannot be carried out -------------------------------------------------------


WRONG = {
    "no script": ([], "script"),
    "a script that is not there": (["nowhere.py"], "there is no file 'nowhere.py'"),
    "a folder": (["."], "there is no file '.'"),
    "a picture of another kind": (["--picture", "out.jpg", "s.py"], "does not end in .png"),
    "a folder that is not there": (["--save", "no/where.json", "s.py"], "there is no folder 'no'"),
    "a width in words": (["--text-width", "wide", "s.py"], "invalid int value: 'wide'"),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_is_answered_before_anything_runs(
    arguments, words, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("s.py").write_text("raise AssertionError('it ran')", encoding="utf-8")
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 2
    assert words in capsys.readouterr().err


def test_the_exit_status_reaches_the_shell(script):
    name = script(asyncio_script("sys.exit(7)"))
    done = subprocess.run(
        [sys.executable, "-m", "helpers", name],
        env={**os.environ, "PYTHONPATH": HOME, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 7
    assert b"my_script.py: 1 task" in done.stdout  # also where its marks cannot be printed


# -- the program's own numbers -------------------------------------------------------------------

NAMES = """
import asyncio

async def tell():
    print(asyncio.current_task().get_name(), end=" ")

async def main():
    await tell()
    await asyncio.gather(tell(), tell())

asyncio.run(main())
"""
NUMBERED = {  # how it is started, the script, the number of its first task
    "imported": ([], "from helpers import record, simulate, what_if, check\n" + NAMES, 1),
    "recorded": (
        [],
        "from helpers import record\n" + NAMES.replace("asyncio.run", "with record(): asyncio.run"),
        1,
    ),
    "recorded by us": (["-m", "helpers"], NAMES, 1),
    "after a simulation that left a task": (
        [],
        "import asyncio\nfrom helpers import simulate\n"
        "async def leave(): asyncio.Task(asyncio.sleep(9), name='left')\n"
        f"simulate(leave()){NAMES}",
        2,  # the simulated program's own task was the first
    ),
}


@pytest.mark.parametrize(("by", "text", "first"), NUMBERED.values(), ids=NUMBERED)
def test_we_use_up_none_of_the_programs_default_names(by, text, first, script):
    done = subprocess.run(
        [sys.executable, *by, script(text)],
        env={**os.environ, "PYTHONPATH": HOME, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert done.stdout.split()[:3] == [f"Task-{number}" for number in range(first, first + 3)]
