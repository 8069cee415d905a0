"""What the learner's source says around a line.

A recording has the text of what ran, and the lines at which tasks stood. Whether a loop looks
at a flag, or a wait uses what the wait before it gave, stands in the text alone. It is parsed,
never run.

The limits: names are taken at their word (a function called `fetch` is the one defined as
`fetch`, wherever that is), and what cannot be parsed (a cell with a magic command, a file that
was changed while it ran) says nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from helpers.timeline.records import Place

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.Module
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef)


class Code:
    """One source, parsed; without anything in it where it cannot be."""

    def __init__(self, text: str):
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.tree = ast.Module([], [])

    @cached_property
    def functions(self) -> list[Function]:
        """All functions, the inner ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS)]

    def around(self, line: int) -> list[ast.stmt]:
        """The statements that hold that line, the outermost first."""
        found: list[ast.stmt] = []
        body: list[ast.AST] = [self.tree]
        while body:
            node = body.pop()
            if isinstance(node, ast.stmt):
                found.append(node)
            body += [n for n in statements_in(node) if first_line(n) <= line <= last_line(n)][:1]
        return found

    def within(self, line: int) -> list[ast.stmt]:
        """The same, from the innermost function on."""
        found = self.around(line)
        inner = [at for at, node in enumerate(found) if isinstance(node, SCOPES)]
        return found[inner[-1] :] if inner else found

    def function_at(self, line: int) -> Function | None:
        """The innermost function that line belongs to, None at the top of a source."""
        return next((n for n in reversed(self.around(line)) if isinstance(n, FUNCTIONS)), None)

    def scope_at(self, line: int) -> Scope:
        """The same, or all of the source."""
        return self.function_at(line) or self.tree


class Reading:
    """All sources of a recording, each parsed when it is first asked for."""

    def __init__(self, sources: dict[str, str]):
        self._sources, self._known = sources, dict[str, Code]()

    def code(self, source: str) -> Code:
        """That source; an empty one where it is not known."""
        if source not in self._known:
            self._known[source] = Code(self._sources.get(source, ""))
        return self._known[source]

    def all(self) -> Iterator[tuple[str, Code]]:
        """Every source with its name."""
        return ((source, self.code(source)) for source in self._sources)

    def contains(self, *words: str) -> bool:
        """Whether any source has one of those words: what is not there need not be parsed."""
        return any(word in text for text in self._sources.values() for word in words)

    @cached_property
    def functions(self) -> dict[str, list[tuple[str, Function]]]:
        """By name: the source and the node of all functions that are called so."""
        found: dict[str, list[tuple[str, Function]]] = {}
        for source, code in self.all():
            for node in code.functions:
                found.setdefault(node.name, []).append((source, node))
        return found

    def function_at(self, place: Place) -> Function | None:
        """The innermost function of a place."""
        return self.code(place[0]).function_at(place[1])


def statements_in(node: ast.AST) -> Iterator[ast.AST]:
    """The statements, handlers and cases directly inside a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child


def first_line(node: ast.AST) -> int:
    """Where a node begins; a function with its decorators."""
    if isinstance(node, ast.match_case):
        return first_line(node.pattern)
    before = getattr(node, "decorator_list", [])
    return min(int(n.lineno) for n in (node, *before))


def last_line(node: ast.AST) -> int:
    """Where a node ends."""
    if isinstance(node, ast.match_case):
        return last_line(node.body[-1])
    return int(node.end_lineno or node.lineno)  # type: ignore[attr-defined]


def holds(node: ast.AST, line: int) -> bool:
    """Whether that line is one of the node's."""
    return first_line(node) <= line <= last_line(node)


def here(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all inside it, without the bodies of functions that are defined in it."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, SCOPES):
            yield from here(child)


def called(node: ast.AST) -> str:
    """The name of what a call calls, as it is written: "asyncio.sleep"; "" for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def last_name(dotted: str) -> str:
    """ "sleep" of "asyncio.sleep"."""
    return dotted.rpartition(".")[2]


def awaits(node: ast.AST) -> list[ast.Await]:
    """All `await`s of a node that its own function waits for."""
    return [n for n in here(node) if isinstance(n, ast.Await)]


def names_read(node: ast.AST) -> set[str]:
    """All names that a node reads, those in functions inside it too."""
    loads = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {n.id for n in loads if isinstance(n.ctx, ast.Load)}


def names_set(node: ast.AST) -> set[str]:
    """All names that a node gives a value."""
    stores = (n for n in here(node) if isinstance(n, ast.Name))
    return {n.id for n in stores if isinstance(n.ctx, ast.Store)}
