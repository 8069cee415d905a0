"""Cells of a notebook in a browser: they run on asyncio's own loop, and say what cannot be.

JupyterLite's kernel has each cell awaited by the browser's loop. Here it becomes a task of a
`PagesLoop`, as in a kernel on a computer: plain cells share one context, cells with a
top-level `await` have a copy of it.

A cell that meets something a browser does not have ends with a sentence, and no traceback:
what it is, and what to do. So does one that needs the names which such a cell would have made.

Of a lesson's own cells those are known that a browser cannot run (`STORED`, which is made with
the browser edition): what they gave on a computer is shown below the sentence, as long as nobody
has changed them. They are tried all the same, but for those that come after a cell which failed
here: they would answer from a run that never was.
"""

from __future__ import annotations

import ast
import asyncio
import contextvars
import hashlib
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from helpers import browser, browser_page
from helpers.browser import NotHere, PagesLoop

STORED = Path(__file__).with_name("given_on_a_computer.json")
FROM_A_COMPUTER = "On a computer it gave:"
NEEDS = "This cell needs `{}`, which comes from a cell that a browser cannot run."


def settle_in(shell: Any) -> None:
    """Have cells run on asyncio's own loop from the next one on; repeating it changes nothing."""
    if not hasattr(shell, "cells_in_a_browser"):
        shell.cells_in_a_browser = Cells(shell, browser_page.settle_in(*browser_page.timers()))
        shell.Completer.use_jedi = False  # large, and left out
        send_null_for_none(sys.modules["pyodide_kernel.comm"].Comm)
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


class Cells:
    """What stands between IPython's shell and the cells it is given."""

    def __init__(self, shell: Any, loop: PagesLoop) -> None:
        self.loop, self._display = loop, shell.display_pub
        self._names: dict[str, Any] = shell.user_ns
        self._context = contextvars.copy_context()
        self._lost: set[str] = set()  # names that a cell would have made, had it run
        self._failed = False  # whether a cell was one that cannot run
        self._told: list[str] = []  # what the cell that runs has met and cannot have
        self._known: dict[str, Any] = {}  # what that cell gave on a computer, and why not here
        self._has_await: Callable[..., bool] = shell.should_run_async
        self._plain: Callable[[str], str] = shell.transform_cell  # without magics
        self._run, self._show_error = shell.run_cell_async, shell.showtraceback
        shell.should_run_async = lambda *_, **__: True
        shell.run_cell_async, shell.showtraceback = self.run, self.show_error

    def begin_again(self) -> None:
        """As if no cell had run: for a notebook that has the kernel after another one."""
        self._lost, self._failed = set(), False

    async def run(self, code: str, *args: Any, **options: Any) -> Any:
        """Run a cell on our loop, while the browser's waits for it."""
        self._told.clear()
        browser.met.clear()
        self._known = given_on_a_computer(code)
        to_run = code
        if self._known and self._failed:
            self._told.append(self._known["why"])
            to_run = "pass"
        has_await = self._has_await(to_run, transformed_cell=to_run)
        task = self.loop.create_task(
            self._run(to_run, *args, **options),
            name="this cell's kernel",
            context=self._context.copy() if has_await else self._context,
        )
        result = await _brought_over(task)
        self._note([each for each in browser.met if not each.told])
        if self._told:
            result.error_in_exec = None
            self._lost |= names_made_by(self._plain(code)) - self._names.keys()
            self._failed = True
            self._tell(self._known.get("outputs", []))
        return result

    def show_error(self, *args: Any, **options: Any) -> None:
        """IPython's `showtraceback`, but for what is told in a sentence instead."""
        error = sys.exc_info()[1]
        if isinstance(error, NameError) and error.name in self._lost:
            self._told.append(NEEDS.format(error.name))
        self._note([each for each in behind(error) if isinstance(each, NotHere)])
        if self._known and not self._told:
            self._told.append(self._known["why"])
        if not self._told:
            self._show_error(*args, **options)

    def _note(self, met: list[NotHere]) -> None:
        for each in met:
            each.told = True
        self._told = [*dict.fromkeys([*self._told, *map(str, met)])]

    def _tell(self, outputs: list[dict[str, Any]]) -> None:
        sentences = " ".join(self._told)
        if outputs:
            self._display.clear_output(wait=False)
            sentences += f" {FROM_A_COMPUTER}"
        self._display.publish({"text/plain": sentences, "text/markdown": f"> {sentences}"})
        for output in outputs:
            if output["output_type"] == "stream":
                print(output["text"], end="")
            else:
                self._display.publish(output["data"], output.get("metadata", {}))


def behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error, those in its group, and the errors it came of."""
    seen: set[int] = set()
    to_do = [error]
    while to_do:
        each = to_do.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            to_do += [*getattr(each, "exceptions", ()), each.__cause__, each.__context__]


def send_null_for_none(comm: Any) -> None:
    """Widgets' JavaScript is to be told null, as it is on a computer: there None is undefined."""
    import js  # type: ignore[import-not-found]

    plain = comm.publish_msg

    def publish_msg(self: Any, msg_type: str, data: Any = None, *args: Any, **options: Any) -> Any:
        return plain(self, msg_type, js.JSON.parse(json.dumps(data or {})), *args, **options)

    comm.publish_msg = publish_msg


async def _brought_over(task: asyncio.Task[Any]) -> Any:
    """Wait, on the browser's loop, for a task of ours."""
    over = asyncio.get_running_loop().create_future()

    def told(_: object) -> None:
        if not over.done():
            over.set_result(None)

    task.add_done_callback(told)
    await over
    return task.result()


def names_made_by(code: str) -> set[str]:
    """The names that a cell binds, as far as its code says."""
    try:
        nodes = [*ast.walk(ast.parse(code))]
    except SyntaxError:
        return set()
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return stored | {n.name for n in nodes if isinstance(n, defined)}


def key_of(code: str) -> str:
    """By which a lesson's cell is known again, as long as nobody has changed it."""
    return hashlib.sha256(code.strip().encode()).hexdigest()[:16]


def given_on_a_computer(code: str) -> dict[str, Any]:
    """If it is a lesson's own that a browser cannot run: `why`, and its stored `outputs`."""
    if not STORED.exists():
        return {}
    known: dict[str, dict[str, Any]] = json.loads(STORED.read_text(encoding="utf-8"))
    return known.get(key_of(code), {})
