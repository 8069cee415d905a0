"""What the learner has predicted and solved, and the map of the course drawn from it.

The memory is one small JSON file beside the learner's copies, `my_notebooks/.progress.json`,
which git ignores; where there are no copies it is in `notebooks/`, and is read there, too.
Losing it loses ticks on a map and nothing else, so nothing here may ever be in a learner's
way: a file that is missing, broken, read-only or from somewhere else counts as empty, and a
failed write is kept in memory for the session. There is no lock. A write reads the file, adds
what this kernel knows and replaces the file whole; should two kernels write in the same
millisecond, the one that lost says its facts again with its next write.
`SEE_THE_LOOP_PROGRESS` names another file, for tests.

The memory is with the course in which the kernel was started, in `notebooks/` or in
`my_notebooks/`: on a hub, where one installed `helpers` serves everybody, each learner has
a course folder of their own. Started elsewhere, it is beside the package. What the course
asks is in `course.json`, made from the lessons: a learner may edit their copies, or miss one.

What `progress()` stores in a notebook is the map alone. What was done is only in the
live view: a committed lesson, and a test that compares outputs, must not depend on who
ran it.
"""

from __future__ import annotations

import html
import json
import os
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.practice.renamed import today


@dataclass(frozen=True)
class Lesson:
    """A lesson of the course: its file without the ending, and what it asks, by id."""

    name: str
    title: str
    question: str
    predictions: tuple[str, ...]
    exercises: tuple[str, ...]


def _course_in(text: str) -> tuple[Lesson, ...]:
    return tuple(
        Lesson(
            entry["lesson"],
            entry["title"],
            entry["question"],
            tuple(entry["predictions"]),
            tuple(entry["exercises"]),
        )
        for entry in json.loads(text)
    )


# Every lesson, in order; tools/course_map.py writes that file from the notebooks.
COURSE = _course_in(Path(__file__).with_name("course.json").read_text(encoding="utf-8"))

DOWNLOAD_NAME = "see-the-loop-progress.json"


def _find_lessons() -> Path:
    """The folder of the lessons: of the course we are in, or else beside this package."""
    beside = Path(__file__).resolve().parents[2] / "notebooks"
    folders = [beside]
    with suppress(OSError):  # the folder we are in may be gone
        here = Path.cwd()
        folders = [folder / "notebooks" for folder in (here, *here.parents)] + folders
    first = f"{COURSE[0].name}.ipynb"
    return next((folder for folder in folders if os.path.isfile(folder / first)), beside)


_LESSONS = _find_lessons()


@dataclass
class Done:
    """What was done: ids of solved exercises, and of predictions with whether they came true."""

    solved: set[str] = field(default_factory=set)
    predicted: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What was done under an older name was done."""
        self.solved = {today(id) for id in self.solved}
        self.predicted = {today(id): right for id, right in self.predicted.items()}

    def add(self, other: Done) -> None:
        self.solved |= other.solved
        self.predicted |= other.predicted

    def to_json(self) -> str:
        content = {"solved": sorted(self.solved), "predicted": dict(sorted(self.predicted.items()))}
        return json.dumps(content, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Done:
        """Read what `to_json` wrote. Raises ValueError for anything else."""
        content = json.loads(text)
        if not isinstance(content, dict):
            raise ValueError("this is JSON, but not a progress file")
        solved, predicted = content.get("solved", []), content.get("predicted", {})
        if not (isinstance(solved, list) and isinstance(predicted, dict)):
            raise ValueError("this is JSON, but not a progress file")
        ids = {name for name in solved if isinstance(name, str)}
        return cls(ids, {name: right is True for name, right in predicted.items()})


_this_session = Done()


def solved(exercise_id: str) -> None:
    """Remember that this exercise is solved. Never raises."""
    _remember(Done({exercise_id}))


def predicted(prediction_id: str, right: bool) -> None:
    """Remember that this prediction was made, and whether it came true. Never raises."""
    _remember(Done(predicted={prediction_id: bool(right)}))


def _remember(news: Done) -> None:
    _this_session.add(news)
    _write(done())


def done() -> Done:
    """What was done so far: the file and this session together."""
    everything = Done()
    for file in _files():
        with suppress(OSError, ValueError):  # no file, or not ours: nothing was done yet
            everything.add(Done.from_json(file.read_text(encoding="utf-8")))
    everything.add(_this_session)
    return everything


def _file() -> Path:
    return _files()[-1]


def _files() -> list[Path]:
    """Where it is kept: the last one is written, those before it are older homes."""
    if elsewhere := os.environ.get("SEE_THE_LOOP_PROGRESS"):
        return [Path(elsewhere)]
    copies = _LESSONS.with_name("my_notebooks")
    homes = [_LESSONS, copies] if copies.is_dir() else [_LESSONS]
    return [home / ".progress.json" for home in homes]


def _write(everything: Done) -> None:
    """Replace the file in one move, so that no reader ever meets half of one."""
    target = _file()
    if target.exists() and not target.is_file():  # a folder, or a device such as /dev/null
        return
    with suppress(OSError):  # read-only, full, or gone: the session still remembers
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".progress-")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(everything.to_json())
            os.replace(draft, target)
        except OSError:
            os.unlink(draft)


# -- the map ----------------------------------------------------------------------------


def progress(restore: str | Path | None = None) -> CourseMap:
    """The map of the course, with what you have predicted and solved.

    `restore` is a file downloaded from an earlier session: what it holds is added.
    Raises FileNotFoundError or ValueError, with a sentence, when that file is missing
    or is not a progress file.
    """
    if restore is not None:
        _remember(_restored(Path(restore)))
    return CourseMap(done())


def _restored(path: Path) -> Done:
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {str(path)!r} in {Path.cwd()}. If you have just uploaded it, "
            "check its name in the file browser on the left."
        )
    try:
        return Done.from_json(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ValueError(
            f"{path.name!r} is not a progress file of this course. The file you want was "
            f"downloaded from the course map, under the name {DOWNLOAD_NAME!r}."
        ) from None


@dataclass(frozen=True)
class CourseMap:
    """The lessons and what was done in each: as the last line of a cell it shows itself.

    `print` it to read it with what was done; its `repr`, which a notebook stores, is the
    map alone.
    """

    done: Done

    def lines(self) -> list[tuple[str, str, str, str]]:
        """One row a lesson: title, question, what was predicted, what was solved."""
        return [
            (lesson.title, lesson.question, self._predictions(lesson), self._exercises(lesson))
            for lesson in COURSE
        ]

    def _predictions(self, lesson: Lesson) -> str:
        asked = lesson.predictions
        outcomes = [right for id, right in self.done.predicted.items() if id in asked]
        if not outcomes:
            return _out_of(0, len(asked))
        return f"{_out_of(len(outcomes), len(asked))}, {sum(outcomes)} came true"

    def _exercises(self, lesson: Lesson) -> str:
        return _out_of(len(self.done.solved.intersection(lesson.exercises)), len(lesson.exercises))

    def open_in(self, lesson: Lesson) -> tuple[list[str], list[str]]:
        """The ids of its predictions not made yet, and of its exercises not solved yet."""
        predictions = [id for id in lesson.predictions if id not in self.done.predicted]
        return predictions, [id for id in lesson.exercises if id not in self.done.solved]

    def __repr__(self) -> str:
        """The map without what was done: the same for everybody."""
        return "\n".join(f"{title:<18} {question}" for title, question, *_ in self.lines())

    def __str__(self) -> str:
        said = []
        for lesson, (title, _, guesses, solved) in zip(COURSE, self.lines(), strict=True):
            said.append(f"{title:<18} predictions: {guesses:<28} exercises: {solved}")
            still = [id for ids in self.open_in(lesson) for id in ids]
            asked = lesson.predictions + lesson.exercises
            if 0 < len(still) < len(asked):  # begun, and not done
                said.append(f"{'':<18} open: {', '.join(still)}")
        return "\n".join(said)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        stored = {"text/plain": repr(self), "text/html": _table(self.lines(), columns=2)}
        live = _live_map(_STYLE + self.live_html()).get_view_spec()
        return {"application/vnd.jupyter.widget-view+json": live} | stored

    def live_html(self) -> str:
        """The map with what was done, and a way to keep it, as HTML."""
        rows = [
            (
                _link(lesson),
                html.escape(question),
                _with_open(guesses, open_predictions),
                _with_open(solved, open_exercises),
            )
            for lesson, (_, question, guesses, solved) in zip(COURSE, self.lines(), strict=True)
            for open_predictions, open_exercises in [self.open_in(lesson)]
        ]
        return _table_of(rows, columns=4) + _keeping(self.done)


def _out_of(number: int, total: int) -> str:
    if not total:
        return "none"
    tick = "✓ " if number >= total else ""
    return f"{tick}{number} of {total}"


_LEFT = 'style="text-align: left"'  # else JupyterLab puts the stored table's words on the right
_HEADINGS = ("Lesson", "The question it answers", "Predictions", "Exercises")


def _link(lesson: Lesson) -> str:
    """To the lesson; `progress.js` lets JupyterLab open it in this window."""
    return f'<a href="{lesson.name}.ipynb" target="_blank">{html.escape(lesson.title)}</a>'


def _with_open(count: str, still: Sequence[str]) -> str:
    """A cell: how many, and which ones are open."""
    if not still:
        return html.escape(count)
    ids = "<br>".join(map(html.escape, still))
    return f"<details><summary>{html.escape(count)}</summary>open:<br>{ids}</details>"


def _live_map(content: str) -> Any:
    import anywidget
    import traitlets

    class Map(anywidget.AnyWidget):
        _esm = Path(__file__).with_name("progress.js")
        content = traitlets.Unicode().tag(sync=True)  # HTML

    return Map(content=content)


def _table(lines: Sequence[Sequence[str]], columns: int) -> str:
    return _table_of([[html.escape(word) for word in line] for line in lines], columns)


def _table_of(rows: Sequence[Sequence[str]], columns: int) -> str:
    head = "".join(f'<th scope="col" {_LEFT}>{heading}</th>' for heading in _HEADINGS[:columns])
    body = "".join(f"<tr>{_cells(row[:columns])}</tr>" for row in rows)
    return f'<table class="loop-progress"><tr>{head}</tr>{body}</table>'


def _cells(row: Sequence[str]) -> str:
    title, *rest = row
    cells = "".join(f"<td {_LEFT}>{text}</td>" for text in rest)
    return f'<th scope="row" {_LEFT}>{title}</th>{cells}'


def _keeping(done: Done) -> str:
    """Where this is kept. Binder forgets its disk, so there the download is urged."""
    link = (
        f'<a download="{DOWNLOAD_NAME}" href="data:application/json;base64,'
        f'{b64encode(done.to_json().encode()).decode()}">Download it</a>'
    )
    if any(name.startswith("BINDER_") for name in os.environ):
        return (
            "<p><strong>This is a Binder session: it ends after some minutes without use, "
            f"and your progress is lost with it.</strong> {link} to keep it. In a new session, "
            f'upload the file and run <code>progress(restore="{DOWNLOAD_NAME}")</code>.</p>'
        )
    name = html.escape("/".join(_file().parts[-2:]))
    return f"<p>Kept in the file <code>{name}</code>. {link} to take it along.</p>"


_STYLE = """<style>
.loop-progress { border-collapse: collapse; }
.loop-progress, .loop-progress ~ p {
  color: var(--jp-ui-font-color1, #111);
  font: var(--jp-content-font-size1, 14px) / 1.5 var(--jp-content-font-family, sans-serif);
}
.loop-progress th, .loop-progress td {
  padding: 0.3em 1.2em 0.3em 0; border-bottom: 1px solid var(--jp-border-color2, #bbb);
  text-align: left; font-weight: normal;
}
.loop-progress th { white-space: nowrap; }
.loop-progress th[scope="col"] { font-weight: 600; }
.loop-progress td { vertical-align: top; }
.loop-progress summary { cursor: pointer; }
.loop-progress a { color: var(--jp-content-link-color, #0b57d0); text-decoration: underline; }
.loop-progress ~ p { max-width: 46em; white-space: normal; }
.loop-progress ~ p a { color: var(--jp-content-link-color, #0b57d0); text-decoration: underline; }
</style>"""
