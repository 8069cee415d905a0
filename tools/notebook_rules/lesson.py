"""A lesson as the rules read it: cells, headings, sections, links and code of a notebook.

Limits: Markdown is read by a few patterns, enough for the plain Markdown of the lessons.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

LESSONS = Path(__file__).resolve().parents[2] / "notebooks"

_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)[^)]*\)")
_TITLE = re.compile(r"# (?P<title>(?P<number>\d\d) [^:\n]+): (?P<question>\w[^\n]*\?)(\n|$)")

Cell = tuple[int, NotebookNode]  # its number in the notebook, and the cell


@dataclass(frozen=True)
class Section:
    """What is under one heading: its words, and the cells from there to the next."""

    title: str
    cells: list[Cell]

    @property
    def number(self) -> int:
        """The cell in which it begins."""
        return self.cells[0][0]

    def code(self) -> list[Cell]:
        return [(number, cell) for number, cell in self.cells if cell.cell_type == "code"]


@dataclass(frozen=True)
class Lesson:
    """A notebook and where it is: `path` is its file, which need not exist for the rules
    that read cells alone."""

    path: Path
    notebook: NotebookNode

    @classmethod
    def read(cls, path: Path) -> Lesson:
        return cls(path, nbformat.read(path, as_version=4))

    @classmethod
    def every(cls, folder: Path = LESSONS) -> list[Lesson]:
        """All lessons of that folder, in order."""
        return [cls.read(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]

    @property
    def number(self) -> str:
        """Such as "04"."""
        return self.path.stem[:2]

    @property
    def title(self) -> str:
        """Such as "04 Tasks". Raises ValueError where the first cell has no title."""
        return self._titled()["title"]

    @property
    def question(self) -> str:
        """The question it answers, as a sentence. Raises ValueError as `title` does."""
        words = self._titled()["question"]
        return words[0].upper() + words[1:]

    def _titled(self) -> re.Match[str]:
        if self.notebook.cells and (found := _TITLE.match(self.notebook.cells[0].source)):
            return found
        raise ValueError("its first cell does not begin as `# 04 Tasks: how do they run?`")

    def cells(self, kind: str) -> list[Cell]:
        """(number in the notebook, cell) of that kind, "code" or "markdown"."""
        numbered = enumerate(self.notebook.cells)
        return [(number, cell) for number, cell in numbered if cell.cell_type == kind]

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """The text cells without their blocks of code."""
        return [(number, without_code(cell.source)) for number, cell in self.cells("markdown")]

    @cached_property
    def headings(self) -> list[tuple[int, int, str]]:
        """(cell, level, words) of every heading, in order."""
        return [
            (number, len(marks), words)
            for number, text in self.prose
            for marks, words in headings_in(text)
        ]

    def sections(self, level: int = 2) -> list[Section]:
        """What is under each heading of that level, up to the next of it or above."""
        cells = list(enumerate(self.notebook.cells))
        here = [(at, words) for at, there, words in self.headings if there == level]
        ends = [at for at, there, _ in self.headings if there <= level] + [len(cells)]
        return [
            Section(words, cells[at : min(end for end in ends if end > at)]) for at, words in here
        ]

    def links(self) -> Iterator[tuple[int, str, str]]:
        """(cell, words, target) of every link and picture in the text."""
        for number, text in self.prose:
            for words, target in links_in(text):
                yield number, words, target

    def outputs(self) -> Iterator[Cell]:
        """(cell, output) of all that is stored."""
        for number, cell in self.cells("code"):
            for out in cell.outputs:
                yield number, out


# -- Markdown ----------------------------------------------------------------------------


def without_code(text: str) -> str:
    """Markdown without its blocks of code."""
    return _FENCE.sub("", text)


def without_headings(text: str) -> str:
    """Markdown without its headings."""
    return _HEADING.sub("", text)


def headings_in(text: str) -> list[tuple[str, str]]:
    """(marks, words) of every heading in that Markdown, such as ("##", "Exercises")."""
    return _HEADING.findall(text)


def links_in(text: str) -> list[tuple[str, str]]:
    """(words, target) of every link and picture in that Markdown."""
    return _LINK.findall(text) + _IMAGE.findall(text)


def pictures_in(text: str) -> list[tuple[str, str]]:
    """(alt text, target) of every picture in that Markdown."""
    return _IMAGE.findall(text)


def words_in(text: str) -> list[str]:
    """The words one reads: the words of a link, not where it leads."""
    return re.findall(r"\w[\w'.()-]*", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))


# -- cells -------------------------------------------------------------------------------


def tags_of(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def slide_of(cell: NotebookNode) -> str | None:
    """Its place in the slides, such as "slide" or "notes"; None if nobody gave it one."""
    kind = cell.metadata.get("slideshow", {}).get("slide_type")
    return None if kind is None else str(kind)


def parsed(source: str) -> ast.Module:
    """The cell as Python, without the lines that are IPython's; empty if it is not Python.

    A lesson may show a syntax error on purpose; nbval runs it, so that it is no oversight.
    """
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def calls_in(source: str) -> Iterator[ast.Call]:
    """Every call in that code."""
    return (node for node in ast.walk(parsed(source)) if isinstance(node, ast.Call))
