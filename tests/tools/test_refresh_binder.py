"""Binder's list of packages: in step with requirements.txt, and plain."""

import json
import re
import subprocess
import sys

import pytest
import refresh_binder as binder

ROOT = binder.ROOT


def test_the_list_has_the_pins_of_requirements_txt():
    pinned = binder.pins(binder.LIST)
    assert {name: pinned.get(name) for name in binder.direct()} == binder.direct()


def test_the_list_is_plain_pins_so_that_binder_keeps_its_layer():
    lines = [line for line in binder.LIST.read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)] == []


def test_nothing_on_binder_is_only_for_tests():
    tests = binder.pins(ROOT / "tests/requirements.txt")
    assert binder.pins(binder.LIST).keys() & (tests.keys() | binder.LEFT_OUT) == set()


def test_its_python_is_one_the_course_is_tested_with():
    assert re.fullmatch(r"python-3\.1[1-4]\n", binder.RUNTIME.read_text())
    assert f'"{binder.binder_python()}"' in (ROOT / ".github/workflows/tests.yml").read_text()


# -- the tool --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        ("matplotlib==3.11.2  # charts", {"matplotlib": "3.11.2"}),
        ("Some_Package.x==1.0; sys_platform == 'linux'", {"some-package-x": "1.0"}),
        ("# nothing==1", {}),
        ("-e .", {}),
    ],
)
def test_pins_are_read_as_pip_would(tmp_path, line, pin):
    (tmp_path / "list.txt").write_text(line + "\n")
    assert binder.pins(tmp_path / "list.txt") == pin


def test_what_pip_would_choose_is_written_down(tmp_path, monkeypatch):
    chosen = {"install": [{"metadata": {"name": n, "version": "1"}} for n in ("B_b", "a")]}
    done = subprocess.CompletedProcess([], 0, stdout=json.dumps(chosen))
    monkeypatch.setattr(binder.subprocess, "run", lambda *_, **__: done)
    monkeypatch.setattr(binder, "LIST", tmp_path / "requirements.txt")
    monkeypatch.setattr(binder, "binder_python", lambda: "{}.{}".format(*sys.version_info))
    binder.main()
    lines = (tmp_path / "requirements.txt").read_text().splitlines()
    assert lines[0].startswith("# What Binder installs")
    assert lines[-2:] == ["a==1", "b-b==1"]


def test_another_python_is_turned_away(monkeypatch):
    monkeypatch.setattr(binder, "binder_python", lambda: "2.7")
    with pytest.raises(SystemExit, match=r"Binder's Python is 2\.7"):
        binder.main()
