"""The check of the JavaScript: what it does where Node or its tools cannot be had; the pins."""

import json
import subprocess

import check_javascript as check
import pytest


def node_says(monkeypatch, version, npm=0):
    """There is a Node of that version, and an npm that ends with that return code."""

    def run(words, **options):
        if words[1] == "--version":
            return subprocess.CompletedProcess(words, 0, f"{version}\n", "")
        return subprocess.CompletedProcess(words, npm, "", "npm error code EAI_AGAIN\nmore\n")

    monkeypatch.setattr(check.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(check.subprocess, "run", run)


@pytest.fixture(params=["", "true"])
def ci(request, monkeypatch):
    """At home, and where CI=true."""
    monkeypatch.setenv("CI", request.param)
    return request.param == "true"


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch, tmp_path):
    """A folder into which nothing has been fetched yet."""
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_bytes((check.FOLDER / name).read_bytes())
    monkeypatch.setattr(check, "FOLDER", tmp_path)
    monkeypatch.setattr(check, "_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(check, "_FETCHED", tmp_path / "node_modules" / "fetched")
    (tmp_path / "node_modules").mkdir()


def test_without_node_one_line_says_that_nothing_was_checked(ci, monkeypatch, capsys):
    monkeypatch.setattr(check.shutil, "which", lambda name: None)
    assert check.main() == 0
    assert capsys.readouterr().out == "The JavaScript was not checked: there is no Node here.\n"


def test_an_old_node_is_a_failure_only_in_ci(ci, monkeypatch, capsys):
    node_says(monkeypatch, "v18.20.4")
    assert check.main() == ci
    said = capsys.readouterr().out
    assert said.endswith("not checked: Node 20.19 or later is needed, not v18.20.4.\n")


def test_tools_that_cannot_be_fetched_are_a_failure_only_in_ci(ci, monkeypatch, capsys):
    node_says(monkeypatch, "v20.19.0", npm=1)
    assert check.main() == ci
    said = capsys.readouterr().out
    assert said.endswith("not checked: npm cannot fetch the tools (npm error code EAI_AGAIN).\n")


def test_tools_are_fetched_once_for_each_lock_file(monkeypatch, tmp_path):
    node_says(monkeypatch, "v22.13.1")
    check.fetch_tools("npm")
    node_says(monkeypatch, "v22.13.1", npm=1)
    check.fetch_tools("npm")  # they are there
    (tmp_path / "package-lock.json").write_text("{}")
    with pytest.raises(check.NotCheckedError):
        check.fetch_tools("npm")


def test_a_fault_in_any_of_the_checks_is_a_failure(monkeypatch, capsys):
    monkeypatch.setattr(check, "find_node", lambda: ("node", "npm"))
    monkeypatch.setattr(check, "fetch_tools", lambda npm: None)
    fine, wrong = [["python", "fine"]], [["python", "fine"], ["python", "wrong"]]
    done = lambda words, **_: subprocess.CompletedProcess(words, words[1] == "wrong")  # noqa: E731
    monkeypatch.setattr(check.subprocess, "run", done)
    for commands, code in ((fine, 0), (wrong, 1)):
        monkeypatch.setattr(check, "checks", lambda node, commands=commands: commands)
        assert check.main() == code
    assert capsys.readouterr().out.count("is not as it should be") == 1


def test_the_made_modules_are_where_the_type_checker_looks(tmp_path):
    check.write_made_modules()
    assert "export const SIGNS" in (tmp_path / "made" / "words.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("said", [("v20.20.2", (20, 20)), ("v8.1.0-nightly", (8, 1)), ("", ())])
def test_a_version_is_read_as_numbers(said):
    text, numbers = said
    assert check.version(text) == numbers


def test_the_tools_are_pinned_and_no_address_is_kept(tmp_path):
    wanted = json.loads((tmp_path / "package.json").read_text())["devDependencies"]
    locked = json.loads((tmp_path / "package-lock.json").read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    packages = [package for name, package in locked.items() if name]
    assert [p for p in packages if "resolved" in p or not p["integrity"].startswith("sha")] == []
