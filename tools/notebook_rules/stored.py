"""Rules of the file: what JupyterLab, nbval and a reader of the stored lesson need."""

from __future__ import annotations

import re

from nbformat import NotebookNode

from notebook_rules.lesson import Lesson, tags_of

MADE_WITH = "3.13"

_MACHINE_PATH = re.compile(r"(/home/|/root/|/Users/|/tmp/|\b[A-Z]:\\)[\w.\\/-]+")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def names_its_kernel(lesson: Lesson) -> list[str]:
    """Without it JupyterLab opens with a question instead of a lesson."""
    name = lesson.notebook.metadata.get("kernelspec", {}).get("name")
    return [] if name == "python3" else [f"its metadata name the kernel {name!r}, not 'python3'"]


def is_made_with_one_python(lesson: Lesson) -> list[str]:
    """Tracebacks and messages differ between versions: what is stored is all of one."""
    version = lesson.notebook.metadata.get("language_info", {}).get("version", MADE_WITH)
    if version == MADE_WITH:
        return []
    return [f"its output was made with Python {version}; refresh it with {MADE_WITH}"]


def cells_have_ids(lesson: Lesson) -> list[str]:
    """By them a refresh knows a cell again, and a reader's diff too."""
    missing = [n for n, cell in enumerate(lesson.notebook.cells) if not cell.get("id")]
    return [f"cell {number} has no id" for number in missing]


def is_stored_executed(lesson: Lesson) -> list[str]:
    """nbval compares no cell that has no execution count: it would pass whatever it puts out."""
    cells = [
        str(number)
        for number, cell in lesson.cells("code")
        if cell.execution_count is None and "nbval-skip" not in tags_of(cell)
    ]
    here = f"cell {cells[0]} is" if len(cells) == 1 else f"cells {', '.join(cells)} are"
    return [f"{here} stored without having been run; refresh the lesson"] if cells else []


def errors_are_meant(lesson: Lesson) -> list[str]:
    return [
        f"cell {number} raises {out.ename}; tag it raises-exception if that is meant"
        for number, cell in lesson.cells("code")
        for out in cell.outputs
        if out.output_type == "error" and "raises-exception" not in tags_of(cell)
    ]


def output_is_the_same_everywhere(lesson: Lesson) -> list[str]:
    complaints: list[str] = []
    for number, out in lesson.outputs():
        text = _text_of(out)
        for pattern, what in ((_MACHINE_PATH, "a path of one machine"), (_ADDRESS, "an address")):
            if found := pattern.search(text):
                complaints.append(f"cell {number} puts out {what}: {found.group()}")
    return complaints


def _text_of(out: NotebookNode) -> str:
    data = out.get("data", {})
    parts = [out.get("text", ""), *out.get("traceback", ()), data.get("text/plain", "")]
    return "\n".join(parts)
