"""`python -m helpers my_script.py`: the script runs as it would alone, and is then shown."""

import json
import os
import re
import subprocess
import sys
import zipapp
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


def test_the_tasks_of_libraries_are_folded_if_that_is_asked(script, capsys):
    lookup = "import asyncio\nasync def main():\n    loop = asyncio.get_running_loop()\n"
    lookup += "    await asyncio.gather(loop.getaddrinfo('127.0.0.1', 1))\nasyncio.run(main())\n"
    assert main([script(lookup)]) == 0
    assert main(["--fold-libraries", "my_script.py"]) == 0
    plain, folded = capsys.readouterr().out.split("my_script.py: ")[1:]
    assert "1 task of asyncio" not in plain
    assert "1 task of asyncio: up to 1 at a time, 1 returned" in folded


def test_the_script_runs_and_its_tasks_are_shown(script, capsys):
    assert main(["--text-width", "70", script(TEA)]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[:2] == ["brewed green", "brewed black"]
    assert lines[2].startswith("my_script.py: 3 tasks")
    lanes = [line.split()[0] for line in lines if "sleep(" in line and "─" in line]
    assert lanes == ["green", "black"]
    assert any("'main' suspends" in line for line in lines)
    assert max(map(len, lines)) <= 70
    assert err == ""


def test_that_nothing_was_found_is_told_in_one_line(script, capsys):
    alone = "import asyncio\nasync def main():\n    pass\nasyncio.run(main())\n"  # it delays nobody
    assert main([script(alone)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("Nothing found")


def test_what_is_wrong_with_the_script_is_told(script, capsys):
    text = "import asyncio, time\nasync def main():\n    time.sleep(0.6)\nasyncio.run(main())\n"
    main(["--text-width", "90", script(text)])
    told = capsys.readouterr().out.partition("What was found, the worst first:\n")[2]
    assert re.match(r"1\. Loop held: 'main' held the loop for [\d.]+ s", told)
    assert "time.sleep(...) in line 3 of my_script.py." in told


def test_the_script_sees_what_it_would_see_alone(script, tmp_path):
    text = """
import json, sys
with open("seen.json", "w") as file:
    here = sys.modules["__main__"]
    json.dump([__name__, __file__, sys.argv, sys.path[0], here.__dict__ is globals()], file)
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
    assert seen[0][2] == ["my_script.py", "a", "--save", "b"]


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
    assert any(event["name"].startswith("brew, line") for event in events["traceEvents"])


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
    "a folder": (["."], "'.' is a folder without a __main__.py"),
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


# -- what a script, or a shell, does to its surroundings ----------------------------------------


def run(*words, python=(), encoding="utf-8", **surroundings):
    """What `python -m helpers` does with those words, as a process of its own."""
    return subprocess.run(
        [sys.executable, *python, "-m", "helpers", *words],
        env={**os.environ, "PYTHONPATH": HOME, "PYTHONIOENCODING": encoding, **surroundings},
        capture_output=True,
        encoding=encoding,
        timeout=60,
        check=False,
    )


def test_the_exit_status_reaches_the_shell(script):
    done = run(script(asyncio_script("sys.exit(7)")))
    assert done.returncode == 7


QUIET_TEA = TEA.replace('print("brewed", cup)', "pass")
SURROUNDINGS = {  # what the script does, where the chart comes then
    "closes its output": (TEA + "import sys; sys.stdout.close()", "stderr"),
    "has no output": (QUIET_TEA + "import sys; sys.stdout.close(); sys.stdout = None", "stderr"),
    "redirects its output": ("import sys; sys.stdout = open('log.txt', 'w')\n" + TEA, "stdout"),
    "changes the folder": (TEA + "import os; os.mkdir('far'); os.chdir('far')", "stdout"),
    "ends a thread by sys.exit": (
        TEA + "import sys, threading; threading.Thread(target=sys.exit, args=(3,)).start()",
        "stdout",
    ),
    "has a path of its own": (TEA + "import sys; sys.path[:] = []; sys.argv.clear()", "stdout"),
}


@pytest.mark.parametrize(("text", "where"), SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_whatever_a_script_does_it_is_kept_and_drawn(text, where, script, tmp_path):
    done = run("--save", "tea.json", script(text))
    assert done.returncode == 0
    assert "my_script.py: 3 tasks" in getattr(done, where)
    assert "Traceback" not in done.stderr
    assert len(Timeline.load(tmp_path / "tea.json").tasks) == 3


def test_a_script_without_any_output_is_kept(script, tmp_path):
    text = QUIET_TEA + "import sys; sys.stdout = sys.stderr = sys.__stderr__ = None"
    assert run("--save", "tea.json", script(text)).returncode == 0
    assert len(Timeline.load(tmp_path / "tea.json").tasks) == 3


def test_a_reader_who_has_seen_enough(script, tmp_path):
    """As `| head -1` does: it goes away after a line, and the chart is printed for nobody."""
    text = TEA.replace('"brewed", cup)', '"brewed", cup, flush=True)') + "input()"
    command = [sys.executable, "-m", "helpers", "--save", "tea.json", script(text)]
    env, pipe = {**os.environ, "PYTHONPATH": HOME}, subprocess.PIPE
    with subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout.readline().split() == [b"brewed", b"green"]
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b"go on\n")
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert len(Timeline.load(tmp_path / "tea.json").tasks) == 3


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is always full")
def test_a_full_disk_is_a_sentence_each(script):
    done = run("--perfetto", "/dev/full", "--picture", "tea.png", script(TEA))
    assert (done.returncode, done.stderr) == (
        1,
        "/dev/full could not be written: No space left on device\n",
    )
    assert Path("tea.png").read_bytes().startswith(b"\x89PNG")
    assert "my_script.py: 3 tasks" in done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be forked here")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_child_that_the_script_forks_draws_nothing(when, script):
    fork = "import os, sys\nif os.fork() == 0:\n    sys.exit(3)\nos.wait()\n"
    done = run("--save", "tea.json", script(fork + TEA if when == "before" else TEA + fork))
    assert (done.returncode, done.stdout.count("my_script.py: 3 tasks")) == (0, 1)
    assert done.stderr == ""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_marks_that_an_encoding_lacks_become_letters(encoding, script):
    """As on Windows when the output goes to a file: the legend still tells them apart."""
    done = run(script(TEA), encoding=encoding)
    legend = done.stdout.partition("\n\n")[2]
    assert "- waiting" in legend
    assert "v returned" in legend
    assert "?" not in done.stdout


INTERRUPTED_SCRIPT = """
import asyncio, signal

signal.signal(signal.SIGINT, signal.default_int_handler)

async def main():
    asyncio.get_running_loop().call_later(0.01, signal.raise_signal, signal.SIGINT)
    await asyncio.sleep(60)

{run}
"""


@pytest.mark.parametrize(
    "how", ["asyncio.run(main())", "asyncio.new_event_loop().run_until_complete(main())"]
)
def test_ctrl_c_shows_no_frame_of_ours(how, script):
    done = run(script(INTERRUPTED_SCRIPT.format(run=how)))
    assert done.returncode == 130
    assert "my_script.py was ended by KeyboardInterrupt; recorded until then:" in done.stderr
    files = [line.split('"')[1] for line in done.stderr.splitlines() if "  File" in line]
    assert files
    assert [name for name in files if name.startswith(HOME)] == []
    assert "my_script.py: 1 task" in done.stdout


PATH_OF_A_SCRIPT = "import sys; print(sys.path[0], file=sys.stderr)\n"


@pytest.mark.parametrize("flag", ["-P", "-O", "-OO"])
def test_under_pythons_own_flags(flag, script):
    name = script(PATH_OF_A_SCRIPT + TEA)
    alone = subprocess.run(
        [sys.executable, flag, name],
        env={**os.environ, "PYTHONPATH": HOME},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    done = run(name, python=[flag])
    assert done.stderr == alone.stderr  # under -P, no folder of the script
    assert "my_script.py: 3 tasks" in done.stdout


def test_a_module_helpers_beside_the_script_is_said_to_be_hidden(script, tmp_path):
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "helpers.py").write_text("tea = 'green'", encoding="utf-8")
    os.rename(script(TEA), tmp_path / "beside" / "tea.py")
    done = run("beside/tea.py")
    assert done.stderr.startswith(f"{tmp_path / 'beside' / 'helpers.py'} is hidden by the course's")
    assert "tea.py: 3 tasks" in done.stdout


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


def test_a_script_on_a_loop_that_shows_nothing_is_told_which(script, capsys):
    pytest.importorskip("uvloop")
    sleeps = "import asyncio, uvloop\nasync def main():\n    await asyncio.sleep(0)\n"
    assert main([script(sleeps + "uvloop.run(main())")]) == 0
    assert "uvloop.Loop keeps its handles to itself" in capsys.readouterr().err
    assert main([script(sleeps + "asyncio.run(main())")]) == 0
    assert "uvloop" not in capsys.readouterr().err


BUNDLED = """
import os, sys
import zipapp
import tea
print(sys.argv, __name__, __package__, __spec__.name)
print(*map(os.path.abspath, (sys.path[0], __file__)))
"""


@pytest.mark.parametrize("kind", ["app.pyz", "folder"])
def test_a_zip_archive_or_a_folder_runs_as_python_runs_it(kind, script, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "__main__.py").write_text(BUNDLED)
    (folder / "tea.py").write_text(TEA)
    zipapp.create_archive(folder, tmp_path / "app.pyz", interpreter="/usr/bin/env python3")
    alone = subprocess.run([sys.executable, kind, "hot"], capture_output=True, text=True)
    ours = run(kind, "hot")
    assert alone.returncode == ours.returncode == 0, ours.stderr
    assert ours.stdout.startswith(alone.stdout)
    assert f"{kind}: 3 tasks" in ours.stdout
