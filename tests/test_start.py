"""start.py: an environment of its own, copies that are the learner's, JupyterLab on lesson 00."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import start

ROOT = Path(__file__).parent.parent
EVERY_LESSON = sorted((ROOT / "notebooks").glob("*.ipynb"))
OLDER_PYTHONS = [  # pyenv's, where it is there
    python
    for python in sorted((Path.home() / ".pyenv/versions").glob("[23].*/bin/python"))
    if tuple(map(int, python.parent.parent.name.split(".")[:2])) < (3, 11)
]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lessons and a picture, in a folder of its own."""
    for name, where in (("LESSONS", "notebooks"), ("COPIES", "my_notebooks")):
        monkeypatch.setattr(start, name, str(tmp_path / where))
    monkeypatch.setattr(start, "HANDED_OUT", str(tmp_path / "my_notebooks/.handed_out.json"))
    monkeypatch.setattr(start, "ROOT", str(tmp_path))
    (tmp_path / "notebooks/images").mkdir(parents=True)
    (tmp_path / "notebooks/images/bars.png").write_bytes(b"picture")
    (tmp_path / "notebooks/teachers_guide.md").write_text("what learners get wrong")
    (tmp_path / "notebooks/classroom").mkdir()
    (tmp_path / "notebooks/classroom/slides.css").write_text("/* for slides */")
    for name in ("00_start_here", "04_tasks"):
        write(tmp_path / f"notebooks/{name}.ipynb", "print('hello')")
    return tmp_path


def write(path, code, output=""):
    """A notebook of one cell, with that code and that output."""
    cell = {"cell_type": "code", "source": [code], "outputs": [output], "execution_count": 7}
    path.write_text(json.dumps({"cells": [cell], "nbformat": 4}))


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


# -- which Python ------------------------------------------------------------------------


@pytest.mark.parametrize("python", OLDER_PYTHONS, ids=lambda p: p.parent.parent.name)
def test_an_older_python_is_told_in_one_sentence(python):
    done = subprocess.run([python, ROOT / "start.py"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("This course needs Python 3.11 or newer, and this is Python ")
    assert done.stderr.count("\n") == 1


def test_the_sentence_names_the_version_at_hand(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r"3\.11 or newer, and this is Python 3\.10: install"):
        start.main([])


def test_a_python_without_venv_is_told_which_package_debian_keeps_it_in(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)  # importing it now fails, as there
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.\d+-venv"):
        start.make_environment()


# -- what is installed -------------------------------------------------------------------


@pytest.fixture
def calls(course, monkeypatch):
    """The commands that would have been run, in a course whose environment works."""
    made = []
    monkeypatch.setattr(start, "ENVIRONMENT", str(course / ".venv"))
    monkeypatch.setattr(start, "environment_works", lambda: True)
    monkeypatch.setattr(start, "missing_packages", lambda lists: [])
    monkeypatch.setattr(start, "let_our_helpers_win", lambda: None)
    monkeypatch.setattr(start.subprocess, "call", lambda command, **_: made.append(command) or 0)
    (course / ".venv").mkdir()
    (course / "tests").mkdir()
    (course / "requirements.txt").write_text("jupyterlab==4\n")
    (course / "tests/requirements.txt").write_text("pytest==9\n")
    return made


def lists_installed(calls):
    return [command[i + 1] for command in calls for i, word in enumerate(command) if word == "-r"]


def test_what_is_installed_is_not_installed_again(course, calls):
    start.set_up(start.FOR_LEARNERS)
    start.set_up(start.FOR_LEARNERS)
    assert lists_installed(calls) == [start.FOR_LEARNERS]
    start.set_up(start.FOR_LEARNERS, start.FOR_TESTS)  # the tests add theirs alone
    assert lists_installed(calls) == [start.FOR_LEARNERS, start.FOR_TESTS]
    (course / "requirements.txt").write_text("jupyterlab==5\n")  # an update of the course
    start.set_up(start.FOR_LEARNERS)
    assert lists_installed(calls)[2:] == [start.FOR_LEARNERS]


def test_a_failed_install_is_tried_again_next_time(calls, monkeypatch):
    monkeypatch.setattr(start.subprocess, "call", lambda command, **_: 1)
    with pytest.raises(SystemExit, match="there is no network"):
        start.set_up(start.FOR_LEARNERS)
    monkeypatch.setattr(start.subprocess, "call", lambda command, **_: calls.append(command) or 0)
    start.set_up(start.FOR_LEARNERS)
    assert lists_installed(calls) == [start.FOR_LEARNERS]


def test_what_pip_did_not_install_gets_no_receipt(calls, monkeypatch):
    monkeypatch.setattr(start, "missing_packages", lambda lists: ["jupyterlab==4"])
    with pytest.raises(SystemExit, match=r"but jupyterlab==4 cannot be found in \.venv"):
        start.set_up(start.FOR_LEARNERS)
    assert not os.path.exists(start.receipt(start.FOR_LEARNERS))


def test_a_package_for_some_systems_only_is_left_to_pip(monkeypatch):
    listed = """
        tea-pot==1.0   # makes tea
        samovar==2.1; sys_platform != 'win32'  # and more of it
    """
    monkeypatch.setattr(start, "wanted", lambda name: listed)
    monkeypatch.setattr(start, "ask_environment", lambda program: "kettle==3")
    assert start.missing_packages([start.FOR_LEARNERS]) == ["tea-pot==1.0"]
    monkeypatch.setattr(start, "ask_environment", lambda program: "tea_pot==1_0")
    assert start.missing_packages([start.FOR_LEARNERS]) == []


def test_an_environment_that_is_missing_or_broken_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(start, "ENVIRONMENT", str(tmp_path / "none"))
    assert not start.environment_works()
    monkeypatch.setattr(start, "environment_python", lambda: sys.executable)
    assert start.environment_works()


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A real .venv with pip, and a package to install that comes from no network."""
    folder = tmp_path_factory.mktemp("an environment, ä")
    subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True, timeout=100)
    info = {"METADATA": "Metadata-Version: 2.1\nName: tea-pot\nVersion: 1.0\n", "RECORD": ""}
    info["WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    wheels = tmp_path_factory.mktemp("wheels")  # pip takes a space in such a path for its end
    with zipfile.ZipFile(wheels / "tea_pot-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tea_pot.py", "")
        for name, text in info.items():
            wheel.writestr(f"tea_pot-1.0.dist-info/{name}", text)
    return folder, wheels


@pytest.fixture
def tea_pot(course, environment, monkeypatch):
    """A course that needs that package, which is not installed yet."""
    folder, wheels = environment
    monkeypatch.setattr(start, "ENVIRONMENT", str(folder / ".venv"))
    (course / "requirements.txt").write_text("Tea.Pot==1.0  # holds two cups\n")
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(wheels)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    packages = Path(start.folder_of_packages())
    (packages / "tea_pot.py").unlink(missing_ok=True)
    shutil.rmtree(packages / "tea_pot-1.0.dist-info", ignore_errors=True)
    Path(start.receipt(start.FOR_LEARNERS)).unlink(missing_ok=True)
    return course


ASTRAY = {
    "PIP_USER": "1",
    "PIP_TARGET": "{}",
    "PIP_PREFIX": "{}",
    "PIP_ROOT": "{}",
    "PIP_DRY_RUN": "1",
    "PYTHONPATH": "{}",
    "PYTHONHOME": "{}",
    "user = true": None,
}


@pytest.mark.parametrize("setting", ASTRAY)
def test_settings_that_lead_pip_astray_do_not_lead_us(setting, tea_pot, monkeypatch):
    elsewhere = tea_pot / "elsewhere"
    elsewhere.mkdir()
    if ASTRAY[setting] is None:
        (tea_pot / "pip.conf").write_text(f"[global]\n{setting}\n")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(tea_pot / "pip.conf"))
    else:
        monkeypatch.setenv(setting, ASTRAY[setting].format(elsewhere))
    start.set_up(start.FOR_LEARNERS)
    assert (Path(start.folder_of_packages()) / "tea_pot.py").exists()
    assert Path(start.receipt(start.FOR_LEARNERS)).exists()
    assert files(elsewhere) == []


def test_where_pip_is_led_astray_all_the_same_it_is_told(tea_pot, monkeypatch):
    (tea_pot / "pip.conf").write_text(f"[install]\nprefix = {tea_pot / 'elsewhere'}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tea_pot / "pip.conf"))
    with pytest.raises(SystemExit, match=r"but Tea\.Pot==1\.0 cannot be found in \.venv"):
        start.set_up(start.FOR_LEARNERS)
    assert not os.path.exists(start.receipt(start.FOR_LEARNERS))


def test_an_environment_that_is_there_is_found_to_work(environment, monkeypatch):
    monkeypatch.setattr(start, "ENVIRONMENT", str(environment[0] / ".venv"))
    assert start.environment_works()
    assert Path(start.folder_of_packages()).is_dir()


THEIRS = "raise SystemExit('a helpers.py of the learner, not the course')"
WHOSE = "import helpers; print(hasattr(helpers, 'record'))"


@pytest.fixture
def beside(environment, tmp_path, monkeypatch):
    """A folder with a helpers.py of the learner's own, and what a Python of .venv says there."""
    monkeypatch.setattr(start, "ENVIRONMENT", str(environment[0] / ".venv"))
    monkeypatch.setattr(start, "ROOT", str(ROOT))
    start.let_our_helpers_win()
    start.let_our_helpers_win()
    (tmp_path / "helpers.py").write_text(THEIRS)
    (tmp_path / "whose.py").write_text(WHOSE)
    (tmp_path / "ipykernel_launcher.py").write_text(WHOSE)  # stands in for the kernel

    def says(*words, **more):
        done = subprocess.run(
            [start.environment_python(), *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": "", **more},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout + done.stderr

    return says


def test_our_helpers_win_in_a_notebook(beside, tmp_path):
    assert beside("-m", "ipykernel_launcher") == "True\n"
    assert beside("-m", "ipykernel_launcher", PYTHONPATH=str(tmp_path)) == "True\n"


def test_our_helpers_win_in_python_m_helpers(beside):
    said = beside("-W", "error", "-m", "helpers", "--help")
    assert said.startswith("usage: python -m helpers")


@pytest.mark.parametrize("words", [["whose.py"], ["whose.py", "helpers"], ["-c", WHOSE]])
def test_a_script_of_theirs_keeps_its_own_helpers(beside, words):
    assert "a helpers.py of the learner" in beside(*words)


# -- JupyterLab --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "screen", "more", "added"),
    [
        (False, True, [], []),
        (True, True, [], ["--allow-root"]),
        (False, False, [], ["--no-browser"]),
        (True, False, ["--port=9999"], ["--allow-root", "--no-browser", "--port=9999"]),
    ],
)
def test_jupyterlab_opens_on_lesson_00(root, screen, more, added, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(start, "ENVIRONMENT", str(tmp_path))
    monkeypatch.setattr(start, "become", started.append)
    monkeypatch.setattr(start, "is_root", lambda: root)
    monkeypatch.setattr(start, "has_screen", lambda: screen)
    start.open_jupyterlab(more)
    [command] = started
    assert command[1:3] == ["-m", "jupyterlab"]
    assert "--LabApp.default_url=/lab/tree/my_notebooks/00_start_here.ipynb" in command
    usual = [word for word in command[3:] if word.startswith(("--ServerApp.", "--LabApp."))]
    assert [word for word in command[3:] if word not in usual] == added
    [settings] = tmp_path.rglob("overrides.json")
    assert settings.parent == tmp_path / "share/jupyter/lab/settings"
    [answers] = json.loads(settings.read_text()).values()
    assert answers == {"fetchNews": "false"}


def test_a_home_where_nobody_may_write_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(start, "ENVIRONMENT", str(tmp_path / ".venv"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", "chosen by the user")
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    assert start.surroundings()["JUPYTER_DATA_DIR"] == "chosen by the user"
    assert "IPYTHONDIR" not in start.surroundings()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    assert start.surroundings()["JUPYTER_DATA_DIR"] == "chosen by the user"
    assert start.surroundings()["IPYTHONDIR"].startswith(str(tmp_path / ".venv"))


def test_words_that_are_no_command_get_the_instructions():
    with pytest.raises(SystemExit, match=r"python3 start\.py fresh 04_tasks"):
        start.main(["begin"])


# -- the learner's copies ----------------------------------------------------------------


def test_copies_are_handed_out_with_their_pictures(course):
    start.hand_out_copies()
    assert files(course / "my_notebooks") == sorted(
        [
            ".handed_out.json",
            "00_start_here.ipynb",
            "04_tasks.ipynb",
            os.path.join("images", "bars.png"),
        ]
    )


def outputs_and_counts(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    return [(cell["outputs"], cell["execution_count"]) for cell in code]


def test_no_answer_stands_in_a_copy_before_it_is_run(course):
    write(course / "notebooks/04_tasks.ipynb", 'compare("04-x")', output="Measured: 3")
    start.hand_out_copies()
    assert outputs_and_counts(course / "my_notebooks/04_tasks.ipynb") == [([], None)]
    start.fresh_copy("04_tasks")
    assert outputs_and_counts(course / "my_notebooks/04_tasks.ipynb") == [([], None)]
    assert outputs_and_counts(course / "notebooks/04_tasks.ipynb") == [(["Measured: 3"], 7)]


@pytest.mark.parametrize("lesson", EVERY_LESSON, ids=lambda path: path.stem)
def test_all_but_the_outputs_of_a_lesson_is_in_its_copy_byte_for_byte(lesson, tmp_path):
    copy = tmp_path / lesson.name
    start.copy_to_work_on(str(lesson), str(copy))
    assert set(map(repr, outputs_and_counts(copy))) == {"([], None)"}
    notebook, written = json.loads(lesson.read_bytes()), json.loads(copy.read_bytes())
    for cell, cell_of_copy in zip(notebook["cells"], written["cells"], strict=True):
        if cell["cell_type"] == "code":
            cell_of_copy |= {part: cell[part] for part in ("outputs", "execution_count")}
    filled_again = json.dumps(written, indent=1, ensure_ascii=False) + "\n"
    assert filled_again.encode() == lesson.read_bytes()
    assert start.digest(str(copy)) == start.digest(str(lesson))


@pytest.mark.parametrize("lesson", EVERY_LESSON, ids=lambda path: path.stem)
def test_a_lessons_links_lead_to_the_same_places_from_its_copy(lesson):
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    text = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text)
    assert links
    inside = {os.path.normpath(link) for link in links if not link.startswith("../")}
    assert inside <= set(start.files_of_the_lessons())  # all of these are copied
    assert [link for link in links if link.startswith("../notebooks")] == []


def test_copies_and_nothing_more_for_a_place_that_has_an_environment(course, calls, monkeypatch):
    monkeypatch.setattr(start, "become", calls.append)
    start.main(["copies"])
    assert (course / "my_notebooks/04_tasks.ipynb").exists()
    assert calls == []  # nothing is installed, nothing is started


def read_only(*_, **__):
    raise OSError(30, "Read-only file system", "/course/my_notebooks")


@pytest.mark.parametrize("words", [["copies"], ["fresh", "04_tasks"], []])
def test_a_folder_where_nobody_may_write_is_a_sentence(course, calls, words, monkeypatch):
    monkeypatch.setattr(start, "copy_to_work_on", read_only)
    with pytest.raises(SystemExit, match=r"/course/my_notebooks: Read-only file system\. The cou"):
        start.main(words)


def test_where_nothing_is_to_be_written_nobody_need_be_able_to(course, monkeypatch):
    start.hand_out_copies()
    monkeypatch.setattr("builtins.open", reading_only(open))
    start.hand_out_copies()
    (course / "my_notebooks/04_tasks.ipynb").unlink()
    with pytest.raises(OSError, match="Read-only"):
        start.hand_out_copies()


def reading_only(plain):
    def open(path, mode="r", **how):
        return plain(path, mode, **how) if "r" in mode else read_only()

    return open


def test_stopped_by_ctrl_c_is_a_sentence(course, calls, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(start.subprocess, "call", interrupted)
    with pytest.raises(SystemExit, match="Stopped"):
        start.main([])


def test_an_update_reaches_a_copy_that_was_only_run(course):
    start.hand_out_copies()
    write(course / "my_notebooks/04_tasks.ipynb", "print('hello')", output="hello")
    write(course / "notebooks/04_tasks.ipynb", "print('better')")
    start.hand_out_copies()
    assert "better" in (course / "my_notebooks/04_tasks.ipynb").read_text()


def test_output_alone_is_no_update(course):
    start.hand_out_copies()
    write(course / "my_notebooks/04_tasks.ipynb", "print('hello')", output="my own run")
    write(course / "notebooks/04_tasks.ipynb", "print('hello')", output="refreshed")
    start.hand_out_copies()
    assert "my own run" in (course / "my_notebooks/04_tasks.ipynb").read_text()


def test_a_copy_with_the_learners_words_is_never_touched(course, capsys):
    start.hand_out_copies()
    write(course / "my_notebooks/04_tasks.ipynb", "print('mine')")
    start.hand_out_copies()
    assert capsys.readouterr().out == ""  # no newer version, nothing to say
    write(course / "notebooks/04_tasks.ipynb", "print('better')")
    start.hand_out_copies()
    assert "mine" in (course / "my_notebooks/04_tasks.ipynb").read_text()
    said = capsys.readouterr().out
    assert "04_tasks has a newer version; your copy, which you changed, stays as it is." in said
    assert "python3 start.py fresh 04_tasks" in said


@pytest.mark.parametrize("record", ["", "not JSON", "[1, 2]"])
def test_without_the_record_every_copy_counts_as_edited(course, record):
    start.hand_out_copies()
    (course / "my_notebooks/.handed_out.json").write_text(record)
    write(course / "notebooks/04_tasks.ipynb", "print('better')")
    start.hand_out_copies()
    assert "hello" in (course / "my_notebooks/04_tasks.ipynb").read_text()


@pytest.mark.parametrize("broken", ["", "not JSON", '{"cells": [{}]}', '["a list"]'])
def test_a_copy_that_is_no_notebook_any_more_is_kept_too(course, broken):
    start.hand_out_copies()
    (course / "my_notebooks/04_tasks.ipynb").write_text(broken)
    write(course / "notebooks/04_tasks.ipynb", "print('better')")
    start.hand_out_copies()
    assert (course / "my_notebooks/04_tasks.ipynb").read_text() == broken


def test_fresh_gives_a_new_copy_and_keeps_the_old_ones(course):
    start.hand_out_copies()
    for number in (1, 2):
        write(course / "my_notebooks/04_tasks.ipynb", f"print('try {number}')")
        said = start.fresh_copy("04_tasks")
        kept = f"my_notebooks/04_tasks_mine_{number}.ipynb"
        assert said == f"my_notebooks/04_tasks.ipynb is fresh; what you had is kept as {kept}."
        assert f"try {number}" in (course / kept).read_text()
        assert "hello" in (course / "my_notebooks/04_tasks.ipynb").read_text()
    write(course / "notebooks/04_tasks.ipynb", "print('better')")
    start.hand_out_copies()  # a fresh copy follows updates again
    assert "better" in (course / "my_notebooks/04_tasks.ipynb").read_text()


def test_fresh_before_the_first_start_works_too(course):
    assert start.fresh_copy("04_tasks.ipynb") == "my_notebooks/04_tasks.ipynb is fresh."


def test_fresh_for_a_lesson_that_is_not_there_names_those_that_are(course):
    with pytest.raises(SystemExit, match=r"called 99_none\. There are: 00_start_here, 04_tasks\."):
        start.fresh_copy("99_none")
