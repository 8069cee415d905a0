"""All together: Pyodide, the wheels, the lessons, and JupyterLite's pages around them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from browser_edition import contents, pyodide, wheels

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SCRIPT = Path(__file__).with_name("page.js")
APPS = ("lab", "notebooks")
CACHE = contents.ROOT / "build" / "browser_edition"
# Pure packages that the course needs, each with what it needs in turn, beside Pyodide's own.
PURE = {
    "looptime": (),
    "nest-asyncio": (),
    "nest-asyncio2": (),
    "typing-extensions": (),
    "psygnal": (),
    "comm": ("traitlets",),
    "jupyterlab-widgets": (),
    "ipywidgets": ("comm", "traitlets", "ipython", "jupyterlab-widgets"),
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
}
NEEDS = ("numpy", "matplotlib", "looptime", "anywidget", "ipywidgets", "nest-asyncio2")
# JupyterLite's kernel would load these; nothing of ours asks for them.
NOT_NEEDED = ("ssl", "jedi")
KERNELS = ("piplite", "pyodide-kernel", "ipykernel")  # its own wheels, which come with it


def build_browser_edition(target: Path, *, pyodide: Path | None = None) -> None:
    """Make the browser edition in a folder, which must be new or empty.

    `pyodide` is a folder with the files of the release that is pinned; without it they are fetched
    from where the pins say. Raises `WrongFile` where one has another sum, and CalledProcessError
    where JupyterLite cannot be had.
    """
    python = environment()
    with tempfile.TemporaryDirectory() as made:
        lite = Path(made) / "lite"
        _prepare(lite, python, pyodide)
        _run_jupyterlite(python, lite, target)
        lessons = contents.fingerprints(lite / "files")
    _put_our_script(target, lessons)
    _tidy(target)


def environment() -> Path:
    """The Python of an environment with what builds the pages; made when it is first needed.

    Raises CalledProcessError where that cannot be had.
    """
    pins = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = CACHE / f"jupyterlite-{pins}-{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]
        subprocess.run([str(python), *install, str(REQUIREMENTS)], check=True)
        (folder / "complete").touch()
    return python


def _prepare(lite: Path, python: Path, source: Path | None) -> None:
    """JupyterLite's own folder: what its pages are to hold."""
    inside = lite / "static" / "pyodide"
    pyodide.bring(inside, source)
    stored = json.dumps(contents.given_on_a_computer())
    made = [wheels.of_the_course(inside, {"given_on_a_computer.json": stored}, NEEDS)]
    made += [wheels.of_installed(inside, name, depends) for name, depends in PURE.items()]
    made += [wheels.of_nothing(inside, name) for name in NOT_NEEDED]
    made += [_kernels_own(inside, python, name) for name in KERNELS]
    lock = pyodide.lock(made)
    (inside / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")
    contents.write(lite / "files")
    asked = {name.replace("-", "_") if name in KERNELS else name for name in lock["packages"]}
    settings = _settings(sorted(asked))
    (lite / "jupyter-lite.json").write_text(json.dumps(settings), "utf-8")


def _kernels_own(folder: Path, python: Path, name: str) -> wheels.Wheel:
    """A wheel that JupyterLite's kernel brings along."""
    below = python.parents[1] / "share/jupyter/labextensions/@jupyterlite"
    stem = name.replace("-", "_")
    [path] = below.glob(f"pyodide-kernel-extension/static/pypi/{stem}-*.whl")
    copied = Path(shutil.copy(path, folder))
    return wheels.Wheel(copied, name, path.name.split("-")[1], (stem,), ())


def _settings(packages: list[str]) -> dict[str, Any]:
    """What a page is told. (Where Pyodide is, JupyterLite's build adds.)"""
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": packages}}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "See the Loop",
            "exposeAppInBrowser": True,
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        },
    }


def _run_jupyterlite(python: Path, lite: Path, target: Path) -> None:
    build = "import sys; from jupyterlite_core.app import main; sys.exit(main())"
    options = ["--no-unused-shared-packages", "--no-sourcemaps"]
    for app in APPS:
        options += ["--apps", app]
    for option, path in (("lite-dir", lite), ("contents", lite / "files"), ("output-dir", target)):
        options += [f"--{option}", str(path.resolve())]
    widgets = [
        f"--LiteBuildConfig.federated_extensions={path}" for path in _extensions_of_widgets()
    ]
    done = subprocess.run(
        [str(python), "-c", build, "build", *options, *widgets],
        cwd=lite, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()


def _extensions_of_widgets() -> list[Path]:
    """JupyterLab's extensions that show widgets, of this environment."""
    share = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    return [share / "@jupyter-widgets" / "jupyterlab-manager", share / "anywidget"]


def _put_our_script(target: Path, lessons: dict[str, str]) -> None:
    """Have each page run `page.js` before JupyterLite begins."""
    sum_ = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:8]
    shutil.copyfile(SCRIPT, target / SCRIPT.name)
    (target / "lessons.json").write_text(json.dumps(lessons), "utf-8")
    for app in APPS:
        page = target / app / "index.html"
        text = page.read_text("utf-8").replace("<title>JupyterLite", "<title>See the Loop")
        before, jupyterlites, after = text.partition("await import(")
        ours = f"await import('../{SCRIPT.name}?_={sum_}');\n        "
        page.write_text(before + ours + jupyterlites + after, "utf-8")


def _tidy(target: Path) -> None:
    """Take out what nobody asks for."""
    for path in target.rglob("*.map"):
        path.unlink()
