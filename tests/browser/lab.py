"""A real JupyterLab and a real browser, as the tests drive them.

`Lab` is one server with settings of its own; `Screen` is one notebook open in one page.
Nothing here sleeps: each method waits for the condition it needs. What the browser's
console said in red is kept in `Screen.errors`, without what JupyterLab says of itself.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import nbformat

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
TOKEN = "see-the-loop"
LONG = int(os.environ.get("SEE_THE_LOOP_WAIT", "60")) * 1000  # for a machine that is busy
STARTS = 300  # seconds, for a server on a machine that is busy; it only guards against hanging

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Said in red, whatever the notebook, and not known by the script it comes from.
NOISE = (
    "Failed to load resource",  # a settings file or a source map that is not there
    "favicon",
    "before replies were done",  # JupyterLab had asked a kernel that is gone by now
)
JUPYTERLABS_OWN = "/static/lab/"  # its scripts; ours come from a blob, by way of an extension
OURS = re.compile(r"stl-|see-the-loop|widget")
_KERNEL = "window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel"


def find_browser() -> str | None:
    """The path of a Chromium or Chrome on this machine, None if there is none."""
    found = [shutil.which(name) for name in _NAMES]
    found += [path for path in _ELSEWHERE if Path(path).exists()]
    return next(filter(None, found), None)


def launch(playwright, executable: str):
    """A headless browser that keeps to itself."""
    return playwright.chromium.launch(executable_path=executable, args=list(_QUIET))


class ServerGone(RuntimeError):
    """JupyterLab ended before it answered."""


class Lab:
    """One JupyterLab server in a folder, with settings of its own. A context manager."""

    def __init__(self, folder: Path, settings: Path):
        self.folder = folder
        self._environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parents[2]))
        for name in ("CONFIG", "DATA", "RUNTIME"):
            self._environment[f"JUPYTER_{name}_DIR"] = str(settings / name.lower())
        self._environment["IPYTHONDIR"] = str(settings / "ipython")
        _keep_quiet(settings / "config")
        for is_last in (False, False, True):  # a port may be taken before the server gets to it
            try:
                self._start(settings / "lab.log")
                return
            except ServerGone:
                if is_last:
                    raise

    def _start(self, path: Path) -> None:
        self.port = _free_port()
        with path.open("w") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, env=self._environment, stdout=log, stderr=log
            )
        self._wait(path)

    def _command(self) -> list[str]:
        root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"),
            *(f"--port={self.port}", f"--ServerApp.token={TOKEN}", "--ServerApp.port_retries=0"),
            *("--expose-app-in-browser", *root),
            f"--ServerApp.root_dir={self.folder}",
        ]

    def _wait(self, log: Path) -> None:
        url, until = f"{self.url('/api')}", time.monotonic() + STARTS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise ServerGone(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except OSError:
                time.sleep(0.1)  # between two knocks at the door, not instead of one
        self.stop()
        raise RuntimeError(f"JupyterLab did not answer in {STARTS} s:\n{log.read_text()[-3000:]}")

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}?token={TOKEN}"

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def jupyter(self, *arguments) -> None:
        """Run a `jupyter` command with the server's settings."""
        command = [sys.executable, "-m", "jupyter", *map(str, arguments)]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr

    def write(self, name: str, *cells: str) -> str:
        """A notebook of these code cells in the server's folder; gives its name."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(book, self.folder / name)
        return name


def _keep_quiet(config: Path) -> None:
    """No pop-up that asks whether one wants news."""
    folder = config / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True)
    wishes = '{"fetchNews": "false", "checkForUpdates": false}'
    (folder / "notification.jupyterlab-settings").write_text(wishes, encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


class Screen:
    """One notebook, open in one page of the browser."""

    def __init__(self, page, lab: Lab):
        self.page, self.lab = page, lab
        self.errors: list[str] = []
        page.set_default_timeout(LONG)
        page.on("pageerror", lambda error: self._note(str(error), error.stack))
        page.on("console", lambda m: m.type == "error" and self._note(m.text, m.location["url"]))

    def _note(self, text: str, came_from: str | None) -> None:
        if not is_noise(text, came_from or ""):
            self.errors.append(text)

    def open(self, name: str, *, kernel: bool = True) -> Screen:
        """Open a notebook; wait until its kernel is idle (or, without one, until it shows)."""
        self.page.goto(self.lab.url(f"/lab/tree/{name}") + "&reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        if kernel:
            self.wait_idle()
        return self

    def wait_idle(self) -> None:
        self.page.wait_for_function(f"{_KERNEL}?.status === 'idle'")

    def command(self, name: str, arguments: dict | None = None) -> None:
        """Run one of JupyterLab's commands, and wait until it is done."""
        self.page.evaluate(
            "([name, given]) => window.jupyterapp.commands.execute(name, given)",
            [name, arguments or {}],
        )

    def start_run_all(self) -> None:
        self.page.evaluate(
            """() => { window.ranAll = null;
            window.jupyterapp.commands.execute("notebook:run-all-cells")
            .then((done) => { window.ranAll = String(done); }); }"""
        )

    def ran_all(self) -> str:
        """Wait until Run All has answered: "true", or "false" where a cell failed."""
        self.page.wait_for_function("window.ranAll !== null")
        return self.page.evaluate("window.ranAll")

    def run_all(self) -> str:
        self.start_run_all()
        return self.ran_all()

    def execution_counts(self) -> list[int | None]:
        """The number in front of each code cell that has source, from JupyterLab's own model."""
        return self.page.evaluate(
            """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
            .filter((cell) => cell.type === "code" && cell.sharedModel.getSource().trim())
            .map((cell) => cell.executionCount)"""
        )

    def failures(self) -> list[str]:
        """What cells raised that were not tagged to raise."""
        return self.page.evaluate(
            """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
            .filter((cell) => cell.type === "code")
            .filter((cell) => !(cell.getMetadata("tags") ?? []).includes("raises-exception"))
            .flatMap((cell) => cell.outputs.toJSON())
            .filter((output) => output.output_type === "error")
            .map((output) => `${output.ename}: ${output.evalue}`)"""
        )

    def theme(self, name: str) -> None:
        """ "JupyterLab Light" or "JupyterLab Dark"."""
        self.command("apputils:change-theme", {"theme": name})
        dark = str("Dark" not in name).lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light='{dark}']", state="attached")

    def picture(self, name: str, part: str | None = None) -> Path:
        """A screenshot in artifacts/, of the page or of the first element that fits."""
        ARTIFACTS.mkdir(exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        target = self.page.locator(part).first if part else self.page
        target.screenshot(path=path)
        return path


def is_noise(text: str, came_from: str) -> bool:
    """Whether a message in red is JupyterLab's own: it says so, or only its scripts had a hand
    in it and it speaks of nothing of ours. A message without any address may well be ours.

    `came_from` is a script's address, or the lines of a traceback.
    """
    if any(noise in text for noise in NOISE):
        return True
    scripts = re.findall(r"\w+://\S+", f"{text} {came_from}")
    theirs = bool(scripts) and all(JUPYTERLABS_OWN in script for script in scripts)
    return theirs and not OURS.search(text)


def texts(page, selector: str) -> Sequence[str]:
    """The text of all elements that fit, as the reader sees it."""
    return page.locator(selector).all_inner_texts()
