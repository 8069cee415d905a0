"""Run the lessons and store them clean: `python tools/refresh_notebooks.py [04_tasks ...]`.

A lesson is committed executed, so that a reader on GitHub or on paper sees its charts, and
so that nbval has something to compare a new run with. What differs from run to run without
meaning anything is taken out: time stamps, widget ids and states, the folders of this
machine, how printed text was cut into pieces. What is left is the same on every machine
with the same Python, except for two things: pictures of real runs, whose bars are never of
quite the same length, and cells tagged `nbval-ignore-output`. Where a cell and all the rest
of its output are unchanged, these two are kept as they were stored, so a second refresh
changes nothing at all. `--redraw` renews them: use it after a change to helpers/charts.

Limits: it cleans what is stored, not what a cell says. A cell that prints a clock time or
`id(x)` differs each time, and nbval will complain about it.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import clean_room
import course_map
import exercise_cells
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbval.plugin import get_sanitize_patterns
from notebook_rules import Lesson
from notebook_rules.stored import MADE_WITH

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "notebooks"

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CELL_METADATA = ("jupyter", "slideshow", "tags")  # what an author sets; the rest is a tool's
PICTURES = ("image/png", "image/jpeg")
WIDGETS = "application/vnd.jupyter.widget-"  # views refer to a kernel that is gone
NOT_COMPARED = "nbval-ignore-output"

# Where Python or the course is installed, before the file that a traceback names.
_FOLDERS = re.compile(
    r"(~|\b[A-Za-z]:)?[/\\][^\s'\"(:\x1b]*[/\\](?=(lib[/\\]python3[.\d]*|site-packages|helpers)[/\\])"
)
# The file IPython pretends a cell to be when it warns; tests/nbval.cfg replaces it likewise.
_CELL_FILE = re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py")


def cleaned(notebook: NotebookNode) -> NotebookNode:
    """That notebook without what changes from run to run; the one given is left as it is."""
    clean = _node(notebook)
    clean.metadata = _clean_metadata(notebook.metadata)
    number = 0
    for cell in clean.cells:
        cell.metadata = _only(cell.metadata, CELL_METADATA)
        if cell.cell_type == "code":
            number += 1
            _clean_code_cell(cell, number)
    return clean


def _node(content: object) -> NotebookNode:
    """A copy of it as nbformat keeps it, with whatever is inside."""
    return cast(NotebookNode, nbformat.from_dict(content))


def _clean_metadata(metadata: NotebookNode) -> NotebookNode:
    language = dict(metadata.get("language_info", {"name": "python"}))
    if "version" in language:  # 3.13, not 3.13.0: which Python, not which build of it
        language["version"] = ".".join(language["version"].split(".")[:2])
    return _node({"kernelspec": KERNELSPEC, "language_info": language})


def _clean_code_cell(cell: NotebookNode, number: int) -> None:
    cell.execution_count = number
    cell.outputs = [*filter(_says_something, _joined(map(_clean_output, cell.outputs)))]
    for out in cell.outputs:
        if out.output_type == "execute_result":
            out.execution_count = number


def _clean_output(out: NotebookNode) -> NotebookNode:
    if "data" in out:
        out.data = _only(out.data, [kind for kind in out.data if not kind.startswith(WIDGETS)])
        out.metadata = _node({})
    if "traceback" in out:
        out.traceback = [_FOLDERS.sub("", line) for line in out.traceback]
    if "text" in out:
        out.text = _CELL_FILE.sub("<cell>", out.text)
    return out


def _only(mapping: NotebookNode, keys: Iterable[str]) -> NotebookNode:
    return _node({key: mapping[key] for key in keys if key in mapping})


def _joined(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Printed text in one piece: where the kernel cut it depends on when it looked."""
    joined: list[NotebookNode] = []
    for out in outputs:
        last = joined[-1] if joined else None
        if last and out.output_type == last.output_type == "stream" and out.name == last.name:
            last.text += out.text
        else:
            joined.append(out)
    return joined


def _says_something(out: NotebookNode) -> bool:
    return bool(out.get("data") or out.get("text") or "ename" in out)


def keep_pictures(new: NotebookNode, old: NotebookNode) -> None:
    """Give cells of `new` their stored output where only pictures, or nothing compared, differ."""
    stored = {cell.get("id"): cell for cell in old.cells if cell.cell_type == "code"}
    for cell in new.cells:
        before = stored.get(cell.get("id"))
        if before is not None and before.source == cell.source and _agree(before, cell):
            cell.outputs = before.outputs


def _agree(before: NotebookNode, cell: NotebookNode) -> bool:
    if NOT_COMPARED in cell.metadata.get("tags", ()):
        return bool(before.outputs) == bool(cell.outputs)
    return [*map(_compared, before.outputs)] == [*map(_compared, cell.outputs)]


def _compared(out: NotebookNode) -> dict[str, object]:
    """An output as nbval sees it, but for the kinds of its pictures, which must be the same."""
    seen = {key: out[key] for key in out if key not in ("traceback", "metadata", "execution_count")}
    if "data" in seen:
        seen["data"] = {kind: _without_bytes(kind, text) for kind, text in seen["data"].items()}
    return seen


def _without_bytes(kind: str, text: object) -> object:
    if kind in PICTURES:
        return "a picture"
    for pattern, replacement in get_sanitize_patterns((ROOT / "tests/nbval.cfg").read_text()):
        text = re.sub(pattern, replacement, text) if isinstance(text, str) else text
    return text


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run all its cells in a new kernel that starts in `folder`; 60 s a cell, as nbval allows.

    Raises CellExecutionError where a cell fails without the tag `raises-exception`.
    """
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name=KERNELSPEC["name"],
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
    )
    client.execute()


def refresh(path: Path, *, redraw: bool = False) -> bool:
    """Execute the notebook at `path` and store it clean. Whether that changed the file.

    The cells of its exercises are made first: see `exercise_cells`.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    notebook = nbformat.reads(before, as_version=4)
    old = _node(notebook)
    for id in exercise_cells.fill(Lesson(path, notebook)):
        print(f"{path.name}: the cells of {id} are made again from helpers/practice/problems")
    execute(notebook, path.parent)
    new = cleaned(notebook)
    if not redraw:
        keep_pictures(new, cleaned(old))
    return store(new, path)


def store(notebook: NotebookNode, path: Path) -> bool:
    """Write it with sorted keys and one newline at the end. Whether that changed the file."""
    after = as_stored(notebook)
    changed = not path.exists() or path.read_text(encoding="utf-8") != after
    if changed:
        path.write_text(after, encoding="utf-8", newline="\n")
    return changed


def as_stored(notebook: NotebookNode) -> str:
    """The text of its file."""
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def is_clean(path: Path) -> bool:
    """Whether the stored file is what a refresh would store, without running it."""
    text = path.read_text(encoding="utf-8")
    return as_stored(cleaned(nbformat.reads(text, as_version=4))) == text


def find(names: list[str]) -> list[Path]:
    """The notebooks with these names (with or without folder and ending); all, if none is named."""
    there = {path.stem: path for path in sorted(LESSONS.glob("*.ipynb"))}
    wanted = [Path(name).stem for name in names] or list(there)
    if missing := [name for name in wanted if name not in there]:
        sys.exit(
            f"No lesson is called {missing[0]!r}. There are: {', '.join(there) or 'none yet'}."
        )
    return [there[name] for name in wanted]


def draw_readme_picture(path: Path = LESSONS / "images" / "two_greetings.png") -> str:
    """Run the README's first program and draw its chart; its times are virtual, so exact.

    Returns what the alt text would be in a notebook; the README says it in its own words.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    program, *_ = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(program, names)
    chart = names["timeline"].gantt()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(chart.png())
    return str(chart.alt)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", help="such as 04_tasks; all, if none is named")
    parser.add_argument("--check", action="store_true", help="run nothing: are the files clean?")
    parser.add_argument("--clean", action="store_true", help="run nothing: clean what is stored")
    parser.add_argument("--redraw", action="store_true", help="renew pictures of real runs too")
    parser.add_argument("--picture", action="store_true", help="draw the README's chart, no lesson")
    options = parser.parse_args()
    if options.picture:
        print(draw_readme_picture())
        return 0
    paths = find(options.lessons)
    if options.check:
        return _report([p for p in paths if not is_clean(p)], "not clean; refresh it")
    if options.clean:
        changed = [p for p in paths if store(cleaned(nbformat.read(p, as_version=4)), p)]
        return _report(changed, "cleaned") * 0
    if (here := "{}.{}".format(*sys.version_info)) != MADE_WITH:
        print(
            f"Stored output is made with Python {MADE_WITH}; this is {here}, so do not commit it."
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as room:
        clean_room.enter(Path(room))
        changed = [p for p in paths if _refreshed(p, options.redraw)]
    course_map.write()
    return _report(changed, "changed") * 0


def _refreshed(path: Path, redraw: bool) -> bool:
    """As `refresh`; where a cell fails, that ends it with the cell and what it raised."""
    try:
        return refresh(path, redraw=redraw)
    except CellExecutionError as failed:
        sys.exit(f"{path.name} is left as it was. {failed}")


def _report(paths: list[Path], what: str) -> int:
    for path in paths:
        print(f"{path.relative_to(ROOT)}: {what}")
    if not paths:
        print("Nothing to change.")
    return len(paths) > 0


if __name__ == "__main__":
    sys.exit(main())
