"""The lessons as a page has them, and what some cells gave on a computer.

A copy of a lesson has another kernel, and no outputs, so that one predicts before one sees; and
where `WORDS` has other words for this edition, those. HELP is this edition's own. Cells that a
browser cannot run are named in `cannot.json`, each with its reason: what they gave on a computer
goes along, to be shown in their place.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from notebook_rules.lesson import LESSONS, Lesson

from helpers.browser_cells import key_of

ROOT = Path(__file__).resolve().parents[2]
STOP = (
    "- A cell doesn't come back: press **Stop** (■) above. That ends a cell that is awaiting, and a"
    " cell with no `await` in it. But in a cell with an `await`, code that holds the loop goes on"
    " to its next `await`; if none comes, choose *Kernel*, *Restart Kernel*. (Why: lesson 07.)"
)
RELOAD = (
    "- A cell doesn't come back: in a browser **Stop** (■) does nothing. Choose *Kernel*, *Restart"
    " Kernel*, or reload the page: what you wrote, predicted and solved stays."
)
KERNEL = {"display_name": "Python", "language": "python", "name": "python"}
CANNOT = Path(__file__).with_name("cannot.json")
HELP = Path(__file__).with_name("help.md")
GOES_ALONG = ("image/png", "text/plain", "text/html", "image/svg+xml")

WORDS = {  # what a lesson says, and what it says in a browser
    "00_start_here": {
        STOP: RELOAD,
    },
}


def lessons() -> dict[str, NotebookNode]:
    """Each lesson by its name."""
    return {lesson.path.stem: lesson.notebook for lesson in Lesson.every()}


def cannot() -> dict[str, dict[str, str]]:
    """For each lesson, the first lines of cells that a browser cannot run, with the reason."""
    found: dict[str, dict[str, str]] = json.loads(CANNOT.read_text("utf-8"))
    return found


def given_on_a_computer() -> dict[str, dict[str, Any]]:
    """For each of those cells, by `key_of` its source: `why` not here, and its stored `outputs`."""
    found, every = {}, lessons()
    for name, reasons in cannot().items():
        for cell in every[name]["cells"]:
            why = reasons.get(cell["source"].partition("\n")[0])
            if cell["cell_type"] == "code" and why:
                outputs = [_shown(each) for each in cell["outputs"]]
                found[key_of(cell["source"])] = {"why": why, "outputs": outputs}
    return found


def _shown(output: dict[str, Any]) -> dict[str, Any]:
    """An output as it can be shown again."""
    if output["output_type"] == "stream":
        return {"output_type": "stream", "text": output["text"]}
    if output["output_type"] == "error":
        return {"output_type": "stream", "text": f"{output['ename']}: {output['evalue']}\n"}
    data = {kind: output["data"][kind] for kind in GOES_ALONG if kind in output["data"]}
    return {"output_type": "display_data", "data": data, "metadata": output["metadata"]}


def fingerprint(lesson: NotebookNode) -> str:
    """Of what is written in a lesson, not of its outputs; `page.js` makes the same."""
    written = "\0".join(cell["source"] for cell in lesson["cells"])
    return hashlib.sha256(written.encode()).hexdigest()


def fingerprints(folder: Path) -> dict[str, str]:
    """Of each lesson that `write` put into that folder, by its path in there."""
    return {
        path.relative_to(folder).as_posix(): fingerprint(json.loads(path.read_text("utf-8")))
        for path in sorted((folder / "notebooks").glob("*.ipynb"))
    }


def write(folder: Path) -> None:
    """Put the lessons, their pictures and HELP into a folder."""
    inside = folder / "notebooks"
    inside.mkdir(parents=True)
    for name, lesson in lessons().items():
        lesson["metadata"]["kernelspec"] = KERNEL
        for cell in lesson["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
            for old, new in WORDS.get(name, {}).items():
                cell["source"] = cell["source"].replace(old, new)
        (inside / f"{name}.ipynb").write_text(json.dumps(lesson), "utf-8")
    if (LESSONS / "images").exists():
        shutil.copytree(LESSONS / "images", inside / "images")
    shutil.copyfile(ROOT / "README.md", folder / "README.md")
    shutil.copyfile(HELP, folder / "HELP.md")
