"""The rules of a lesson, as far as a program can read them: `python tools/notebook_rules.py`.

Each rule is a function from a lesson to a list of complaints, sentences for its author;
no complaint, no problem. They look at the stored file and run nothing: whether a lesson
runs, and puts out what it says, is for nbval. Whether it teaches is for readers.

Limits: Markdown is read by a few patterns, enough for the plain Markdown of the lessons.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import nbformat

LESSONS = Path(__file__).resolve().parent.parent / "notebooks"

CODE_LINES = 20
TEXT_WORDS, USUAL_TEXT_WORDS = 120, 60
SECTIONS = ("Takeaways", "Words", "Go deeper", "Next")
CONTENTS = "00_start_here.ipynb"
TAGS = {"raises-exception", "nbval-ignore-output", "nbval-skip"}
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}

_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)[^)]*\)")
_IMG = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r"""\balt=(["'])(.*?)\1""", re.DOTALL)
_MACHINE_PATH = re.compile(r"(/home/|/root/|/Users/|/tmp/|\b[A-Z]:\\)[\w.\\/-]+")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


@dataclass(frozen=True)
class Lesson:
    """A notebook and where it stands: `path` is its file, which need not exist for the rules
    that read cells alone."""

    path: Path
    notebook: nbformat.NotebookNode

    @classmethod
    def read(cls, path: Path) -> Lesson:
        return cls(path, nbformat.read(path, as_version=4))

    def cells(self, kind: str) -> list[tuple[int, nbformat.NotebookNode]]:
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
            for marks, words in _HEADING.findall(text)
        ]

    def links(self) -> Iterator[tuple[int, str, str]]:
        """(cell, words, target) of every link and picture in the text."""
        for number, text in self.prose:
            for words, target in links_in(text):
                yield number, words, target

    def outputs(self) -> Iterator[tuple[int, nbformat.NotebookNode]]:
        for number, cell in self.cells("code"):
            for out in cell.outputs:
                yield number, out


def without_code(text: str) -> str:
    """Markdown without its blocks of code."""
    return _FENCE.sub("", text)


def links_in(text: str) -> list[tuple[str, str]]:
    """(words, target) of every link and picture in that Markdown."""
    return _LINK.findall(text) + _IMAGE.findall(text)


# -- the file ----------------------------------------------------------------------------


def names_its_kernel(lesson: Lesson) -> list[str]:
    """Without it JupyterLab opens with a question instead of a lesson."""
    name = lesson.notebook.metadata.get("kernelspec", {}).get("name")
    return [] if name == "python3" else [f"its metadata name the kernel {name!r}, not 'python3'"]


def cells_have_ids(lesson: Lesson) -> list[str]:
    """By them a refresh knows a cell again, and a reader's diff too."""
    missing = [n for n, cell in enumerate(lesson.notebook.cells) if not cell.get("id")]
    return [f"cell {number} has no id" for number in missing]


def is_stored_executed(lesson: Lesson) -> list[str]:
    """nbval compares no cell that has no execution count: it would pass whatever it puts out."""
    return [
        f"cell {number} is stored without having been run; refresh the lesson"
        for number, cell in lesson.cells("code")
        if cell.execution_count is None and "nbval-skip" not in _tags(cell)
    ]


def errors_are_meant(lesson: Lesson) -> list[str]:
    return [
        f"cell {number} raises {out.ename}; tag it raises-exception if that is meant"
        for number, cell in lesson.cells("code")
        for out in cell.outputs
        if out.output_type == "error" and "raises-exception" not in _tags(cell)
    ]


def output_is_the_same_everywhere(lesson: Lesson) -> list[str]:
    complaints = []
    for number, out in lesson.outputs():
        text = _text_of(out)
        for pattern, what in ((_MACHINE_PATH, "a path of one machine"), (_ADDRESS, "an address")):
            if found := pattern.search(text):
                complaints.append(f"cell {number} puts out {what}: {found.group()}")
    return complaints


def _text_of(out) -> str:
    data = out.get("data", {})
    parts = [out.get("text", ""), *out.get("traceback", ()), data.get("text/plain", "")]
    return "\n".join(parts)


# -- form --------------------------------------------------------------------------------


def begins_with_title_and_promise(lesson: Lesson) -> list[str]:
    """Title and question; what one will be able to do; how long it takes."""
    first = lesson.notebook.cells[0] if lesson.notebook.cells else None
    if first is None or first.cell_type != "markdown" or not first.source.startswith("# "):
        return ["its first cell does not begin with the title, as `# Title`"]
    opening = " ".join(text for number, text in lesson.prose if number < 3)
    promises = {"You will be able to": r"you will be able to", "its minutes": r"\d+ minutes"}
    return [
        f"its opening does not say {what}"
        for what, pattern in promises.items()
        if not re.search(pattern, opening, re.IGNORECASE)
    ]


def headings_are_in_order(lesson: Lesson) -> list[str]:
    """One title; below it no level is skipped: a screen reader goes by them."""
    complaints, level = [], 0
    for number, new, words in lesson.headings:
        if new > level + 1:
            complaints.append(f"cell {number}: heading {words!r} skips a level")
        if new == 1 and level > 0:
            complaints.append(f"cell {number}: a second title, {words!r}")
        level = new
    return complaints


def has_the_closing_sections(lesson: Lesson) -> list[str]:
    """Takeaways, Words, Go deeper, Next: level two, in that order, at the end."""
    sections = [words for _, level, words in lesson.headings if level == 2]
    if tuple(sections[-len(SECTIONS) :]) == SECTIONS:
        return []
    return [f"its last sections are {sections[-len(SECTIONS) :]}, not {list(SECTIONS)}"]


def goes_deeper_into_pythons_documentation(lesson: Lesson) -> list[str]:
    if any(target.startswith("https://docs.python.org/3/") for _, _, target in lesson.links()):
        return []
    return ["it links to no section of Python's documentation (https://docs.python.org/3/...)"]


def sets_up_in_one_cell(lesson: Lesson) -> list[str]:
    """The first code cell imports and does nothing else, with one line from helpers."""
    if not lesson.cells("code"):
        return ["it has no code"]
    number, cell = lesson.cells("code")[0]
    lines = [line for line in cell.source.splitlines() if line.strip()]
    if any(not line.startswith(("import ", "from ")) for line in lines):
        return [f"cell {number}, the set-up, does more than import"]
    if sum(line.startswith("from helpers import ") for line in lines) != 1:
        return [f"cell {number}, the set-up, needs one line `from helpers import ...`"]
    return []


def code_is_short(lesson: Lesson) -> list[str]:
    return [
        f"cell {number} has {len(cell.source.splitlines())} lines of code, over {CODE_LINES}"
        for number, cell in lesson.cells("code")
        if len(cell.source.splitlines()) > CODE_LINES
    ]


def code_hides_no_output(lesson: Lesson) -> list[str]:
    """A `;` at the end keeps a value off the screen in JupyterLab, but not under nbval."""
    return [
        f"cell {number} ends with a semicolon, which nbval does not heed; assign the value instead"
        for number, cell in lesson.cells("code")
        if cell.source.rstrip().endswith(";")
    ]


def text_is_short(lesson: Lesson) -> list[str]:
    lengths = [(number, len(_words(text))) for number, text in lesson.prose]
    complaints = [
        f"cell {number} has {length} words, over {TEXT_WORDS}"
        for number, length in lengths
        if length > TEXT_WORDS
    ]
    usual = median(length for _, length in lengths) if lengths else 0
    if usual > USUAL_TEXT_WORDS:
        complaints.append(f"half its text cells have over {usual:g} words; aim at 20 to 60")
    return complaints


def _words(text: str) -> list[str]:
    """The words one reads: the words of a link, not where it leads."""
    return re.findall(r"\w[\w'.()-]*", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))


def tags_are_known(lesson: Lesson) -> list[str]:
    return [
        f"cell {number} has the tag {tag!r}; known are {', '.join(sorted(TAGS))}"
        for number, cell in enumerate(lesson.notebook.cells)
        for tag in _tags(cell)
        if tag not in TAGS
    ]


def every_cell_has_its_place_in_the_slides(lesson: Lesson) -> list[str]:
    complaints = []
    for number, cell in enumerate(lesson.notebook.cells):
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind not in SLIDES:
            complaints.append(f"cell {number} has the slide type {kind!r}")
    return complaints


def _tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


# -- links and pictures --------------------------------------------------------------------


def links_lead_somewhere(lesson: Lesson) -> list[str]:
    """Relative ones to a file that exists, `#...` to a heading that exists; the web by https."""
    return [
        f"cell {number} links to {target}: {trouble}"
        for number, _, target in lesson.links()
        if (trouble := trouble_with(target, lesson.path))
    ]


def trouble_with(target: str, page: Path) -> str:
    """Why that link on that page leads nowhere; empty if it leads somewhere."""
    place, _, anchor = unquote(target).partition("#")
    file = page.parent / place if place else page
    if target.startswith(("https:", "mailto:")):
        return ""
    if re.match(r"\w+:|/", target):
        return "neither relative nor https"
    if not file.exists():
        return "there is no such file"
    if anchor and anchor not in _anchors(file):
        return "there is no such heading"
    return ""


def _anchors(file: Path) -> set[str]:
    """What `#...` may say: in a notebook the heading with dashes, as JupyterLab makes it; on a
    page the same in small letters without punctuation, as GitHub does."""
    if file.suffix == ".ipynb":
        headings = [words for *_, words in Lesson.read(file).headings]
        return {anchor_in_a_notebook(words) for words in headings}
    headings = _HEADING.findall(without_code(file.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", words).lower().replace(" ", "-") for _, words in headings}


def anchor_in_a_notebook(words: str) -> str:
    return re.sub(r"\s", "-", re.sub(r"[`*]", "", words))


def has_navigation(lesson: Lesson) -> list[str]:
    """The last cell leads back, to the contents and on; the ends lack one of them.

    The contents are the map in lesson 00; a learner who goes there stays among their own copies,
    while the README leads to the originals.
    """
    course = sorted(lesson.path.parent.glob("[0-9][0-9]_*.ipynb"))
    if lesson.path not in course:
        return []
    here = course.index(lesson.path)
    wanted = {"the contents": CONTENTS if here > 0 else "../README.md"}
    if here > 0:
        wanted["the previous lesson"] = course[here - 1].name
    if here + 1 < len(course):
        wanted["the next lesson"] = course[here + 1].name
    last = len(lesson.notebook.cells) - 1
    there = {target.partition("#")[0] for number, _, target in lesson.links() if number == last}
    return [
        f"its last cell has no link to {what}, {target}"
        for what, target in wanted.items()
        if target not in there
    ]


def pictures_have_words(lesson: Lesson) -> list[str]:
    """Alt text that says what is to be seen, in text cells and in output alike."""
    complaints = []
    for number, text in lesson.prose:
        for alt in [alt for alt, _ in _IMAGE.findall(text)] + _alts(text):
            complaints += _judge_alt(number, alt)
    for number, out in lesson.outputs():
        data = out.get("data", {})
        for alt in _alts(data.get("text/html", "")):
            complaints += _judge_alt(number, alt)
        bare = "image/png" in data and "<img" not in data.get("text/html", "")
        if bare and data.get("text/plain", "").startswith("<Figure"):
            complaints.append(f"cell {number} puts out a picture without words")
    return complaints


def _alts(html: str) -> list[str]:
    """The alt text of each <img> in it, empty where there is none."""
    found = (_ALT.search(image) for image in _IMG.findall(html))
    return [alt.group(2) if alt else "" for alt in found]


def _judge_alt(number: int, alt: str) -> list[str]:
    if len(alt.split()) >= 3:
        return []
    return [f"cell {number} has a picture whose alt text is {alt!r}: say what is to be seen"]


# -- names of asyncio ----------------------------------------------------------------------


def asyncio_names(lesson: Lesson) -> set[str]:
    """The public names of asyncio that its code uses: `asyncio.X`, `from asyncio import X`."""
    found = set()
    for _, cell in lesson.cells("code"):
        for node in ast.walk(_parsed(cell.source)):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "asyncio":
                found.add(node.attr)
            if isinstance(node, ast.ImportFrom) and node.module == "asyncio":
                found.update(alias.name for alias in node.names)
    return {name for name in found if not name.startswith("_")}


def _parsed(source: str) -> ast.Module:
    """The cell as Python, without the lines that are IPython's; empty if it is not Python.

    A lesson may show a syntax error on purpose; nbval runs it, so that it is no oversight.
    """
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


RULES = (
    names_its_kernel,
    cells_have_ids,
    is_stored_executed,
    errors_are_meant,
    output_is_the_same_everywhere,
    begins_with_title_and_promise,
    headings_are_in_order,
    has_the_closing_sections,
    goes_deeper_into_pythons_documentation,
    sets_up_in_one_cell,
    code_is_short,
    code_hides_no_output,
    text_is_short,
    tags_are_known,
    every_cell_has_its_place_in_the_slides,
    links_lead_somewhere,
    has_navigation,
    pictures_have_words,
)


def complaints(lesson: Lesson) -> list[str]:
    """What all the rules have to say about it."""
    return [complaint for rule in RULES for complaint in rule(lesson)]


def main(names: list[str]) -> int:
    paths = sorted(LESSONS.glob("*.ipynb"))
    found = 0
    for path in [p for p in paths if not names or p.stem in names]:
        for complaint in complaints(Lesson.read(path)):
            print(f"{path.stem}: {complaint}")
            found += 1
    return found > 0


if __name__ == "__main__":
    sys.exit(main([Path(name).stem for name in sys.argv[1:]]))
