"""From a lesson's cells to one HTML file, by nbconvert and the templates that lie here.

A file is whole in itself: no network is asked for anything, and no link in it is dead. A link to
another lesson leads to its file of the same kind where that is there or is made, too; else it is
words alone, as is a link into the course's folder, which a file that is handed out has left.

Limits: formulas and diagrams in Markdown are not set, since no lesson has any. Slides need
reveal.js, which comes in the package sphinx-revealjs; paper needs nothing that JupyterLab did
not bring.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, SlidesExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from traitlets.config import Config

from classroom import handout, key, legend, slides, worksheet
from classroom.rounds import program_of

HERE = Path(__file__).resolve().parent
LESSONS = sorted(HERE.parent.glob("[0-9][0-9]_*.ipynb"))

Prepare = Callable[[NotebookNode], NotebookNode]
OF_A_LESSON: dict[str, Prepare] = {
    "slides": slides.prepared,
    "handout": handout.prepared,
    "worksheet": worksheet.prepared,
    "key": key.prepared,
}
KINDS = (*OF_A_LESSON, "legend")


class NoReveal(Exception):
    """Slides were asked for, and reveal.js is not installed; the message says what to do."""


def make(kinds: Iterable[str], lessons: Iterable[Path], target: Path) -> list[Path]:
    """Make those kinds of those lessons in that folder; the files, in the order they were made.

    Raises NoReveal when all but the slides are made.
    """
    target.mkdir(parents=True, exist_ok=True)
    wanted, lessons = [kind for kind in KINDS if kind in kinds], list(lessons)
    files = {file_name(path.stem, kind) for path in lessons for kind in wanted}
    there = files | {path.name for path in target.glob("*.html")}
    missing = "slides" in wanted and not _reveal()
    made = []
    for kind in wanted:
        if kind == "legend":
            made.append(_write(target / "legend.html", to_html(legend.page(), kind, there)))
            continue
        for path in lessons if not (kind == "slides" and missing) else ():
            lesson = OF_A_LESSON[kind](nbformat.read(path, as_version=4))
            made.append(_write(target / file_name(path.stem, kind), to_html(lesson, kind, there)))
    if missing:
        raise NoReveal(_NO_REVEAL.format(made=len(made)))
    return made


_NO_REVEAL = (
    "Slides need reveal.js, which is not installed. Run once, in the same environment: "
    "pip install --no-deps sphinx-revealjs==3.2.1 (The other {made} files are made.)"
)


def file_name(lesson: str, kind: str) -> str:
    """Such as "04_tasks.worksheet.html"."""
    return f"{lesson}.{kind}.html"


def to_html(notebook: NotebookNode, kind: str, files: Iterable[str]) -> str:
    """That notebook as one page of that kind; `files` are those a link may lead to."""
    text, _ = exporter(kind).from_notebook_node(notebook)
    return _linked(text, kind, set(files))


@cache
def exporter(kind: str) -> TemplateExporter:
    """What makes pages of that kind."""
    return (_Slides if kind == "slides" else _Page)(config=settings())


def settings() -> Config:
    """What our templates need of nbconvert."""
    c = Config()
    c.TemplateExporter.extra_template_basedirs = [str(HERE)]
    c.NbConvertBase.display_data_priority = [
        "text/html",
        "image/svg+xml",
        "image/png",
        "text/plain",
    ]
    c.HTMLExporter.template_name = "handout"
    c.HTMLExporter.embed_images = True
    c.HTMLExporter.filters = {"program_of": program_of, "from_reveal": from_reveal}
    c.SlidesExporter.template_name = "slides"
    return c


class _Page(HTMLExporter):  # type: ignore[misc]
    """HTMLExporter without its last round, which reads the whole page again: that takes longer
    than all else, and our pictures have words, our cells no need of a tab stop each."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        lexer = Highlight2HTML(pygments_lexer="ipython3", parent=self)
        self.register_filter("highlight_code", lexer)
        resources = self._init_resources(resources)
        chooses = WidgetsDataTypeFilter(
            notebook_metadata=nb.metadata, parent=self, resources=resources
        )
        self.register_filter("filter_data_type", chooses)
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)

    def _validate_preprocessor(self, nbc: NotebookNode, preprocessor: Any) -> None:
        """Theirs have nothing to do here, and each would have every cell checked."""


class _Slides(SlidesExporter, _Page):  # type: ignore[misc]
    """The same for slides."""


_LINK = re.compile(r'<a\b([^>]*?)\bhref="([^"#]*)(#[^"]*)?"([^>]*)>(.*?)</a>', re.DOTALL)


def _linked(text: str, kind: str, files: set[str]) -> str:
    """Links to lessons lead to their pages of this kind; what would be dead is words alone."""

    def link(found: re.Match[str]) -> str:
        before, address, anchor, after, words = found.groups()
        if address.startswith(("http:", "https:", "mailto:")) or not address:
            return found[0]
        there = file_name(address.removesuffix(".ipynb"), kind) if ".ipynb" in address else address
        place = "" if kind == "slides" else anchor or ""  # slides have places of their own
        return f'<a{before}href="{there}{place}"{after}>{words}</a>' if there in files else words

    page, script, rest = text.partition("<script>")  # reveal.js has HTML of its own in it
    return _LINK.sub(link, page) + script + rest


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _reveal() -> Path | None:
    package = importlib.util.find_spec("sphinx_revealjs")
    return Path(package.origin).parent / "_static/revealjs" if package and package.origin else None


def from_reveal(name: str) -> str:
    """The text of a file of reveal.js, out of the package that carries it."""
    folder = _reveal()
    if folder is None:
        raise NoReveal(_NO_REVEAL.format(made=0))
    return (folder / name).read_text(encoding="utf-8")
