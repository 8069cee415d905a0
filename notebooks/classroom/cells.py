"""Small things that every kind of page does to a lesson's cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import cache

import nbformat.v4 as new
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode

from classroom import pictures
from classroom.rounds import is_notes, program_of

_ASKS = "<p>Decide before you read on.</p>"
_IS_A_PLAYER = re.compile(r"\w+\.player\(\)")
_DOES_NOT_SHOW = re.compile(r"^(?:# )?(?:check|hint|solution|progress)\(", re.MULTILINE)


def lesson_of(cells: Iterable[NotebookNode], notebook: NotebookNode) -> NotebookNode:
    """Those cells as a notebook like that one, without its widgets."""
    made = new.new_notebook(cells=list(cells), metadata=deepcopy(notebook.metadata))
    made.metadata.pop("widgets", None)
    made.metadata["title"] = title_of(made)
    return made


def text(source: str, slide: str = "-") -> NotebookNode:
    cell = new.new_markdown_cell(source)
    cell.metadata["slideshow"] = {"slide_type": slide}
    return cell


def title_of(notebook: NotebookNode) -> str:
    """Its first heading, in plain words."""
    return str(notebook.cells[0].source.splitlines()[0]).removeprefix("# ").replace("`", "")


def hide_code(cell: NotebookNode) -> None:
    """Its output alone is shown."""
    cell.metadata.setdefault("jupyter", {})["source_hidden"] = True


def markup(shown: str) -> NotebookNode:
    """HTML as a cell of its own: Markdown would end a block of it at an empty line."""
    cell = new.new_code_cell("")
    cell.outputs = [new.new_output("display_data", {"text/html": shown})]
    return cell


def is_for_the_keyboard(cell: NotebookNode) -> bool:
    """A cell that judges, hints or keeps count: of no use where nothing runs."""
    return cell.cell_type == "code" and bool(_DOES_NOT_SHOW.match(cell.source))


def is_set_up(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and cell.source.startswith(("import ", "from "))


def without_notes(cells: Iterable[NotebookNode]) -> list[NotebookNode]:
    return [cell for cell in cells if not is_notes(cell)]


@cache
def _highlighter() -> Highlight2HTML:
    return Highlight2HTML(pygments_lexer="ipython3")


def code(source: str, cell_id: str = "") -> str:
    """Code as HTML, as the templates have it."""
    return f'<div class="code" data-cell="{cell_id}">{_highlighter()(source)}</div>'


def program(cells: list[NotebookNode], numbers: Iterable[int]) -> str:
    """The code of those cells as HTML; a picture stands for code that is folded."""
    parts = []
    for number in numbers:
        cell = cells[number]
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            shown = [out.get("data", {}).get("text/html", "") for out in cell.outputs]
            parts += [
                part for markup in shown if "<img" in markup for part in pictures.in_strips(markup)
            ]
        else:
            parts.append(code(program_of(cell.source).strip(), cell.id))
    return "".join(parts)


def asked(cell: NotebookNode, at_the_end: str) -> str:
    """The question of a prediction's cell as stored, with other words at its end."""
    [markup] = [
        out.data["text/html"]
        for out in cell.outputs
        if "Predict:" in out.get("data", {}).get("text/html", "")
    ]
    return _options_together(markup).replace(_ASKS, at_the_end)


def option(cell: NotebookNode, letter: str) -> str:
    """That option of a prediction's cell, as stored."""
    markup = asked(cell, "")
    [found] = re.findall(
        rf"<p><strong>{letter}\.</strong>(?:</p><pre>.*?</pre>| .*?</p>)", markup, re.DOTALL
    )
    return str(found)


_TALL = re.compile(r"(<p><strong>[A-Z]\.</strong></p><pre>.*?</pre>)", re.DOTALL)


def _options_together(markup: str) -> str:
    """An option of several lines is one block: it can stand beside another."""
    return _TALL.sub(r'<div class="option">\1</div>', markup)


def shown_as(cell: NotebookNode, markup: str) -> NotebookNode:
    """That cell with this HTML as its only output."""
    cell = deepcopy(cell)
    cell.outputs = [new.new_output("display_data", {"text/html": markup})]
    return cell


def with_pictures(cell: NotebookNode) -> NotebookNode:
    """Its stored pictures as a page can hold them, and no words of a widget beside them."""
    if cell.cell_type != "code" or not cell.outputs:
        return cell
    cell = deepcopy(cell)
    if _IS_A_PLAYER.fullmatch(cell.source.strip()):  # nobody can call it here
        hide_code(cell)
    outputs, has_still = [], False
    for out in cell.outputs:
        data = out.get("data", {})
        markup = data.get("text/html", "")
        still = "see-the-loop-still" in markup
        if has_still and not markup:  # what the widget says of itself
            continue
        has_still = still
        if "<img" not in markup:
            data.pop("application/vnd.jupyter.widget-view+json", None)
            outputs.append(out)
            continue
        for part in pictures.in_strips(pictures.plain(markup)):
            outputs.append(new.new_output("display_data", {"text/html": part}))
    cell.outputs = outputs
    return cell


def each(cells: Iterable[NotebookNode], change: Callable[[str], str]) -> list[NotebookNode]:
    """Those cells, their Markdown changed so; what has no words left is gone."""
    changed = []
    for cell in cells:
        cell = deepcopy(cell)
        if cell.cell_type == "markdown" and not is_notes(cell):
            cell.source = change(cell.source)
            if not cell.source.strip():
                continue
        changed.append(cell)
    return changed


def lines_to_write_on(number: int) -> str:
    return '<div class="lines" aria-hidden="true">' + "<div></div>" * number + "</div>"
