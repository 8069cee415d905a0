"""The films of a lesson's players: the lesson is run, and what its players would send is kept.

A stored lesson holds a player's picture, not its recording. So each lesson that shows a player,
or a live chart, which becomes one, is run as a refresh runs it, as far as its last player, and
the packed recordings are read off the widgets' state.

Limits: what ran in real time is another run than the stored one; where the page shows the film
it shows no picture of the older run beside it. A cell whose program fails has no film.
"""

from __future__ import annotations

import asyncio
import base64
import re
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from notebook_rules.lesson import Lesson

from helpers.charts.player import Player

Films = dict[str, dict[str, bytes]]  # lesson, id of the cell: the packed recording

SHOWS_A_PLAYER = re.compile(r"\.player\(|\blive=True")
AT_A_TIME = 2  # lessons
_VIEW = "application/vnd.jupyter.widget-view+json"
_OURS = f"{Player.__module__}.{Player.__qualname__}"


def cells_with_players(lesson: Lesson) -> list[NotebookNode]:
    """The code cells of that lesson that leave a player behind."""
    return [cell for _, cell in lesson.cells("code") if SHOWS_A_PLAYER.search(cell.source)]


def films_of(lessons: list[Lesson]) -> Films:
    """Every film of those lessons. Raises LookupError, in words, where a player has none."""
    return asyncio.run(_films_of(lessons))


async def _films_of(lessons: list[Lesson]) -> Films:
    turn = asyncio.Semaphore(AT_A_TIME)

    async def one(lesson: Lesson) -> dict[str, bytes]:
        async with turn:
            return await _films_in(lesson)

    with_players = [lesson for lesson in lessons if cells_with_players(lesson)]
    found = await asyncio.gather(*map(one, with_players))
    return {lesson.path.stem: films for lesson, films in zip(with_players, found, strict=True)}


async def _films_in(lesson: Lesson) -> dict[str, bytes]:
    wanted = [cell.id for cell in cells_with_players(lesson)]
    notebook = _up_to(lesson.notebook, wanted[-1])
    folder = {"metadata": {"path": str(lesson.path.parent)}}
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources=folder)
    await client.async_execute()
    films = films_in(notebook)
    if missing := [id for id in wanted if id not in films]:
        raise LookupError(f"{lesson.path.name}: no film came of the cells {', '.join(missing)}")
    return films


def _up_to(notebook: NotebookNode, last: str) -> NotebookNode:
    """A copy that ends with the cell of that id."""
    copy: NotebookNode = nbformat.from_dict(notebook)
    end = next(number for number, cell in enumerate(copy.cells) if cell.id == last)
    del copy.cells[end + 1 :]
    return copy


def films_in(notebook: NotebookNode) -> dict[str, bytes]:
    """By the id of its cell, the recording of each player whose state that notebook holds."""
    state = notebook.metadata.get("widgets", {}).get(
        "application/vnd.jupyter.widget-state+json", {"state": {}}
    )["state"]
    found = {}
    for cell in notebook.cells:
        for out in cell.get("outputs", ()):
            view = out.get("data", {}).get(_VIEW, {})
            if film := _film(state.get(view.get("model_id"), {})):
                found[cell.id] = film
    return found


def _film(model: dict[str, Any]) -> bytes:
    """The recording in the state of a widget; nothing if it is another widget's."""
    if model.get("state", {}).get("_anywidget_id") != _OURS:
        return b""
    sent = {tuple(part["path"]): part["data"] for part in model.get("buffers", ())}
    return base64.b64decode(sent.get(("data",), ""))
