"""The lessons as a page has them, and what some cells gave on a computer.

A copy of a lesson differs from the lesson in its kernel alone, and where `words.json` has other
words for this edition. Cells that a browser cannot run are named in `cannot.json`, each with
its reason: what they gave on a computer goes along, to be shown in their place.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from helpers.browser_cells import key_of

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ROOT / "notebooks"
KERNEL = {"display_name": "Python", "language": "python", "name": "python"}
CANNOT = Path(__file__).with_name("cannot.json")
GOES_ALONG = ("image/png", "text/plain", "text/html", "image/svg+xml")

Notebook = dict[str, Any]


def lessons() -> dict[str, Notebook]:
    """Each lesson by its name."""
    return {
        path.stem: json.loads(path.read_text("utf-8")) for path in sorted(LESSONS.glob("*.ipynb"))
    }


def cannot() -> dict[str, dict[str, str]]:
    """For each lesson, the first lines of cells that a browser cannot run, with the reason."""
    found: dict[str, dict[str, str]] = json.loads(CANNOT.read_text("utf-8"))
    return found


def source_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def given_on_a_computer() -> dict[str, list[dict[str, Any]]]:
    """The stored output of each of those cells, by `key_of` its source."""
    found = {}
    for name, reasons in cannot().items():
        for cell in lessons()[name]["cells"]:
            source = source_of(cell)
            if cell["cell_type"] == "code" and source.partition("\n")[0] in reasons:
                found[key_of(source)] = [_shown(each) for each in cell["outputs"]]
    return found


def _shown(output: dict[str, Any]) -> dict[str, Any]:
    """An output as it can be shown again."""
    if output["output_type"] == "stream":
        return {"output_type": "stream", "text": "".join(output["text"])}
    if output["output_type"] == "error":
        return {"output_type": "stream", "text": f"{output['ename']}: {output['evalue']}\n"}
    data = {kind: output["data"][kind] for kind in GOES_ALONG if kind in output["data"]}
    joined = {kind: "".join(text) for kind, text in data.items()}
    return {"output_type": "display_data", "data": joined, "metadata": output["metadata"]}


def write(folder: Path) -> None:
    """Put the lessons, their pictures and HELP into a folder."""
    inside = folder / "notebooks"
    inside.mkdir(parents=True)
    for name, lesson in lessons().items():
        lesson["metadata"]["kernelspec"] = KERNEL
        (inside / f"{name}.ipynb").write_text(json.dumps(lesson), "utf-8")
    if (LESSONS / "images").exists():
        shutil.copytree(LESSONS / "images", inside / "images")
    shutil.copyfile(ROOT / "HELP.md", folder / "HELP.md")
