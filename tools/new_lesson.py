"""Begin a lesson: `python tools/new_lesson.py 08_many_tasks`.

It writes `notebooks/08_many_tasks.ipynb` with the parts that every lesson has, in their
order: it runs as it is, and where it says FILL IN, its author must. What it asks before a
run is written to `helpers/practice/problems/lesson_08/predictions.py`, and its page in the
teacher's guide is begun. Then `tools/new_exercise.py 08-...` adds the exercises, and
`tools/notebook_rules` names what is still missing, here and in the lesson before.

Limits: it overwrites nothing, and does not renumber the lessons that come after.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat.v4 as new
import refresh_notebooks
from nbformat import NotebookNode
from notebook_rules.lesson import LESSONS
from notebook_rules.links import CONTENTS

GUIDE = "teachers_guide.md"
SKELETONS = Path(__file__).with_name("skeletons")
PROBLEMS = Path(__file__).resolve().parent.parent / "helpers/practice/problems"
MINUTES = 10  # what the skeleton promises, and takes
PAGE = """\
### {title}

{minutes} minutes. **To get across:** FILL IN: one sentence.

- **What they get wrong:** FILL IN: which prediction shows it (`{number}-first`).
- **Ask:** FILL IN: a question.
- **Stop at** FILL IN: which chart.
- **If time is short:** FILL IN: what to leave out.

"""


def notebook_called(name: str, folder: Path = LESSONS) -> NotebookNode:
    """The skeleton of a lesson with that name, not yet run.

    Raises ValueError where no lesson can be called so.
    """
    if not re.fullmatch(r"\d\d_[a-z][a-z\d_]*", name):
        raise ValueError(
            f"{name!r} is no name: a lesson is called by its number and its subject, "
            "such as 08_many_tasks"
        )
    words = {
        "NN TITLE": title_of(name),
        "NN": name[:2],
        "PREVIOUS": _previous(name, folder)[:2] or "FILL IN",
        "LINKS": links_of(name, folder),
    }
    cells = []
    for kind, slide, source in _parts((SKELETONS / "lesson.md").read_text(encoding="utf-8")):
        for word, meant in words.items():
            source = re.sub(rf"\b{word}\b", meant, source)
        cells.append(_cell(kind, slide, source))
    metadata = {"kernelspec": refresh_notebooks.KERNELSPEC}
    return NotebookNode(new.new_notebook(cells=cells, metadata=metadata))


def title_of(name: str) -> str:
    """ "08 Many tasks" for 08_many_tasks."""
    number, _, subject = name.partition("_")
    return f"{number} {subject.replace('_', ' ').capitalize()}"


def links_of(name: str, folder: Path) -> str:
    """The last line: to the lesson before, to the contents and to the lesson after."""
    there = sorted(path.stem for path in folder.glob("[0-9][0-9]_*.ipynb") if path.stem != name)
    after = next((stem for stem in there if stem > name), "")
    links = {"Next": after, "Previous": _previous(name, folder), "Contents": CONTENTS[:-6]}
    return " ".join(
        f"{word}: [{title_of(stem)}]({stem}.ipynb)." for word, stem in links.items() if stem
    )


def _previous(name: str, folder: Path) -> str:
    before = [path.stem for path in folder.glob("[0-9][0-9]_*.ipynb") if path.stem < name]
    return max(before, default="")


def _parts(skeleton: str) -> Iterator[tuple[str, str, str]]:
    """(kind, slide type, source) of each part, which begins with a line such as `%% text slide`."""
    for part in re.split(r"^%% ", skeleton, flags=re.MULTILINE)[1:]:
        words, _, source = part.partition("\n")
        kind, _, slide = words.partition(" ")
        yield kind, slide or "-", source.strip()


def _cell(kind: str, slide: str, source: str) -> NotebookNode:
    place = "notes" if kind == "notes" else slide
    metadata = {"slideshow": {"slide_type": place}}
    make: Any = new.new_code_cell if kind == "code" else new.new_markdown_cell
    return NotebookNode(make(source, metadata=metadata))


def write_predictions(number: str, problems: Path = PROBLEMS) -> Path:
    """Write what lesson `number` asks, unless that is there already; gives the file."""
    home = problems / f"lesson_{number}" / "predictions.py"
    home.parent.mkdir(parents=True, exist_ok=True)
    front = home.with_name("__init__.py")
    for path, text in (
        (front, f'"""Lesson {number}, FILL IN: what its exercises practise."""\n'),
        (home, (SKELETONS / "predictions.py").read_text(encoding="utf-8").replace("NN", number)),
    ):
        if not path.exists():
            path.write_text(text, encoding="utf-8", newline="\n")
    return home


def page_in_guide(guide: str, name: str) -> str:
    """That guide with a page for the lesson, behind the page of the lesson before."""
    page = PAGE.format(title=title_of(name), number=name[:2], minutes=MINUTES)
    headings = [match.start() for match in re.finditer(r"^##+ .*$", guide, re.MULTILINE)]
    pages = [at for at in headings if re.match(r"### \d\d ", guide[at:])]
    before = [at for at in pages if guide[at + 4 : at + 6] <= name[:2]]
    end = min((at for at in headings if before and at > before[-1]), default=len(guide))
    return guide[:end] + page + guide[end:]


def main(words: list[str], folder: Path = LESSONS, problems: Path = PROBLEMS) -> None:
    if len(words) != 1:
        sys.exit(__doc__)
    name = Path(words[0]).stem
    path, guide = folder / f"{name}.ipynb", folder / GUIDE
    if path.exists():
        sys.exit(f"{path.name} is there already")
    try:
        refresh_notebooks.store(notebook_called(name, folder), path)
    except ValueError as trouble:
        sys.exit(str(trouble))
    text = page_in_guide(guide.read_text(encoding="utf-8"), name)
    guide.write_text(text, encoding="utf-8", newline="\n")
    home = write_predictions(name[:2], problems)
    print(f"Written: {path.name}, what it asks in problems/{home.parent.name}/{home.name},")
    print(f"and a page in {GUIDE}. Fill in what says FILL IN. Then")
    print(f"    python tools/new_exercise.py {name[:2]}-two-words    # twice at least")
    print(f"    python tools/refresh_notebooks.py {name}")
    print(f"    python tools/notebook_rules {name}    # what is missing")


if __name__ == "__main__":
    main(sys.argv[1:])
