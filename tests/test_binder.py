"""binder/: read by Binder as meant, and enough for every lesson."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import refresh_binder as binder
from run_all import problems, run_all

ROOT = binder.ROOT
README = ROOT / "README.md"
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EVERY_MODULE = """
import importlib, pkgutil, helpers
for module in pkgutil.walk_packages(helpers.__path__, "helpers."):
    if not module.name.endswith("__main__"):  # that one is a program
        importlib.import_module(module.name)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="repo2docker does not run on Windows")
def test_binder_builds_what_is_meant():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert f"conda environment for python={binder.binder_python()}\n" in done.stderr
    moments = [  # of the Dockerfile: the list of packages before the course, so its layer lasts
        'pip install --no-cache-dir -r "binder/requirements.txt"',
        "COPY --chown=0:0 src/ ${REPO_DIR}/",
        "RUN ./binder/postBuild",
    ]
    places = [done.stdout.find(moment) for moment in moments]
    assert -1 not in places, done.stdout
    assert places == sorted(places)


def test_post_build_can_be_run():
    listed = subprocess.run(
        ["git", "ls-files", "--stage", "binder/postBuild"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("this copy of the course is not a git repository, which keeps that bit")
    assert listed.stdout.startswith("100755")
    assert os.name == "nt" or os.access(ROOT / "binder/postBuild", os.X_OK)


def test_the_badge_opens_a_lesson_that_post_build_has_copied_without_outputs(tmp_path):
    shutil.copy(ROOT / "start.py", tmp_path)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    lines = (ROOT / "binder/postBuild").read_text().splitlines()
    [[_, *words]] = [line.split() for line in lines if line.startswith("python start.py")]
    subprocess.run([sys.executable, *words], cwd=tmp_path, check=True, timeout=60)
    [opened] = re.findall(r"mybinder\.org/v2/\S+urlpath=lab/tree/(\S+)\)", README.read_text())
    cells = json.loads((tmp_path / opened).read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell.get("outputs")] == []


# -- an environment made from binder/ alone ------------------------------------------------


def find_binders_python() -> str | None:
    """A Python of Binder's version on this machine, on the path or among pyenv's."""
    name = f"python{binder.binder_python()}"
    ours = sorted((Path.home() / ".pyenv/versions").glob(f"{binder.binder_python()}.*/bin/python"))
    works = [p for p in (shutil.which(name), *map(str, ours)) if p and _is_binders(p)]
    return works[0] if works else None


def _is_binders(python: str) -> bool:
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    said = subprocess.run([python, "-c", ask], capture_output=True, text=True).stdout
    return said.strip() == binder.binder_python()


@pytest.fixture(scope="module")
def binder_kernel(tmp_path_factory):
    """An environment with what binder/ says and nothing else, as the kernel "binder".

    Gives the path of its Python.
    """
    if not os.environ.get("SEE_THE_LOOP_BINDER"):
        pytest.skip("makes an environment, a minute or more: set SEE_THE_LOOP_BINDER=1 to run it")
    base = find_binders_python()
    if base is None:
        pytest.skip(f"there is no Python {binder.binder_python()} on this machine")
    folder = tmp_path_factory.mktemp("binder")
    subprocess.run([base, "-m", "venv", folder / "env"], check=True)
    python = folder / "env/bin/python"
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-q", "--no-deps", "-r", binder.LIST], check=True)
    subprocess.run([*pip, "install", "-q", "--no-deps", "-e", ROOT], check=True)
    subprocess.run([*pip, "check"], check=True)  # the list has all that its packages need
    spec = folder / "jupyter/kernels/binder/kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "binder", "language": "python"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        yield python


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_module_of_helpers_is_importable_on_binder(binder_kernel):
    subprocess.run([binder_kernel, "-W", "error", "-c", EVERY_MODULE], check=True, timeout=120)


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_runs_on_binder(binder_kernel, lesson):
    assert problems(run_all(lesson, kernel_name="binder", timeout=60)) == []
