"""The house: what the README promises, what is pinned, where links lead, what imports what."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import notebook_rules as rules
import public_name
import pytest
import refresh_notebooks as refresh
import yaml

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "HELP.md", "CONTRIBUTING.md", "CHANGELOG.md"]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


def commands(language):
    """The one-line blocks of the README in that language."""
    return re.findall(rf"^```{language}\n(.+)\n```$", page("README.md"), re.MULTILINE)


# -- the two commands --------------------------------------------------------------------


def test_readme_has_two_commands_for_each_system():
    assert commands("bash")[:2] == ["python3 start.py", "python3 start.py test"]
    assert commands("powershell") == ["py start.py", "py start.py test"]


def test_ci_takes_the_test_command_from_the_readme():
    script = page(".ci/run")
    [pattern] = re.findall(r"grep .*'(.*)' README\.md", script)
    assert re.findall(pattern, page("README.md"), re.MULTILINE) == [commands("bash")[1]]


def test_the_public_tests_run_ci_and_the_readmes_words():
    workflow = yaml.safe_load(page(".github/workflows/tests.yml"))
    runs = {
        step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step
    }
    assert runs == {"bash .ci/run", commands("powershell")[1]}
    tried = [
        entry["python"] for entry in workflow["jobs"]["linux"]["strategy"]["matrix"]["include"]
    ]
    assert tried == ["3.11", "3.12", "3.13", "3.14"]
    assert sorted(workflow["jobs"]) == ["linux", "macos", "windows"]


def test_the_site_is_published_by_the_command_that_contributing_has():
    workflow = yaml.safe_load(page(".github/workflows/site.yml"))
    [build] = [
        step["run"]
        for step in workflow["jobs"]["build"]["steps"]
        if "tools/site" in step.get("run", "")
    ]
    [command] = re.findall(r"^\S*python (tools/site \S+)", page("CONTRIBUTING.md"), re.MULTILINE)
    assert build == f"python {command}"
    assert workflow["jobs"]["publish"]["needs"] == "build"


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", ".github/workflows/tests.yml"),
        ("vendor.github-workflows", ".github/workflows/site.yml"),
        ("vendor.citation-file-format", "CITATION.cff"),
    ],
)
def test_a_file_that_others_read_is_well_formed(schema, file):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, ROOT / file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="bash there may be another system's")
def test_ci_is_a_script_that_bash_can_read():
    done = subprocess.run(["bash", "-n", ROOT / ".ci/run"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# -- what is pinned ------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["requirements.txt", "tests/requirements.txt"])
def test_every_package_is_pinned_with_a_reason(file):
    lines = [line for line in page(file).splitlines() if line and not line.startswith("#")]
    packages = [line for line in lines if line != "-e ."]
    form = re.compile(r"[\w-]+==[\d.]+(; sys_platform [=!]= '\w+')? +# \S.*")
    others = [line for line in packages if not form.fullmatch(line)]
    assert others == [], "each line is `name==version  # the reason`, with `; sys_platform` at most"


def test_a_learner_gets_helpers_last_and_nothing_that_is_only_for_tests():
    lines = page("requirements.txt").split("\n")
    assert lines[-2:] == ["-e .", ""]
    assert not re.search(r"^(pytest|hypothesis|playwright|ruff)", page("requirements.txt"), re.M)


def test_an_installed_helpers_has_all_its_files():
    [patterns] = SETTINGS["tool"]["setuptools"]["package-data"].values()
    others = [p for p in (ROOT / "helpers").rglob("*.*") if p.suffix not in {".py", ".pyc"}]
    assert [p.name for p in others if f"*{p.suffix}" not in patterns] == []


# -- pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_links_of_a_page_lead_somewhere(name):
    targets = [target for _, target in rules.links_in(rules.without_code(page(name)))]
    troubles = {target: rules.trouble_with(target, ROOT / name) for target in targets}
    assert {target: trouble for target, trouble in troubles.items() if trouble} == {}


def test_every_link_to_the_course_itself_has_its_one_public_name():
    for file in public_name.PAGES:
        assert public_name.names_in(page(file)) == {public_name.current()}, file
    repository = os.environ.get("GITHUB_REPOSITORY")  # set where GitHub runs the tests
    assert public_name.trouble(public_name.current(), repository) == ""


def test_the_link_for_a_class_opens_a_lesson_in_the_folder_that_it_fetches():
    [link] = re.findall(r"^ *(https://HUB/\S+)$", page("HELP.md"), re.MULTILINE)
    asked = {key: value for key, [value] in parse_qs(urlsplit(link).query).items()}
    assert asked["repo"] == f"https://github.com/{public_name.current()}"
    lab, tree, folder, *inside = asked["urlpath"].split("/")
    assert (lab, tree, folder) == ("lab", "tree", asked["targetpath"])
    assert ROOT.joinpath(*inside) in {*(ROOT / "notebooks").glob("*.ipynb")}


def test_readme_shows_a_real_chart_with_words_for_those_who_cannot_see_it(tmp_path):
    [(alt, picture)] = re.findall(r"^!\[(.+)\]\((.+)\)$", page("README.md"), re.MULTILINE)
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")
    measured = refresh.draw_readme_picture(tmp_path / "again.png")  # runs the program beside it
    for fact in ("greet Ada", "greet Grace", "0.34", "0.46"):
        assert fact in alt
        assert fact in measured


def test_the_version_is_the_same_everywhere():
    version = SETTINGS["project"]["version"]
    assert f"\nversion: {version}\n" in page("CITATION.cff")
    assert re.search(r"^## ([\d.]+)", page("CHANGELOG.md"), re.MULTILINE).group(1) == version


def test_nothing_is_still_to_be_filled_in():
    """Of what tools/new_lesson.py and new_exercise.py write for an author."""
    pages = [*PAGES, "notebooks/teachers_guide.md", "helpers/practice/course.json"]
    pages += [p.relative_to(ROOT) for p in ROOT.glob("helpers/practice/problems/**/*.py")]
    left = [(name, said) for name in pages for said in re.findall("FILL IN: .*", page(name))]
    assert left == [], "each is a place where an author's words are missing"


def test_nothing_speaks_of_one_machine():
    """Lessons have a rule of their own; here, whatever else git keeps."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("this copy of the course is not a git repository")
    of_a_home = re.compile(r"(?<![\w.~-])/(home|root|Users)/(?!ada\b)\w+")
    found = []
    for name in listed.stdout.splitlines():
        if (ROOT / name).suffix not in {".png", ".ipynb", ".json"} and (ROOT / name).exists():
            found += [(name, match.group()) for match in of_a_home.finditer(page(name))]
    assert found == []
