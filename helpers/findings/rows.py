"""Awaits that stand in a row in the text, and need nothing of each other.

Two forms are recognised, both of one function of the learner's own, `f`:

- a `for` loop, or a comprehension, each pass of which waits once: for `f(item)`, for a task made of
  it in the same pass, or for a task group that does nothing else; and no pass leaves anything
  that a later one reads, leaves early, or tries again;
- the same function awaited several times in a row, where what it gave is kept and none is given
  what another gave.

In place of `f` a loop may ask a library's session or client for something, by `get`: that changes
nothing.

The limit: what functions do to objects that they share cannot be read. So a call that is given
any object besides its own item is let be, but for a session or client to ask with; and so are
a function that reads or sets a variable around it, or prints; a method that changes its object, or
uses what that holds, but for such a session; `while` loops; and what is only called for what it
does.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

from helpers.findings.reading import (
    Function,
    awaits,
    called,
    first_line,
    here,
    last_line,
    last_name,
    names_read,
    names_set,
)

_MAKES_TASKS = ("create_task", "ensure_future")
_WRAPS = ("wait_for", "shield", *_MAKES_TASKS)
_KEEP_NOTHING = {"asyncio", "json", "math", "random", "re", "time"}  # modules
_SHARED = {"session", "client", "asyncio"}
_ASKS = ("get", "head")  # of a session
# A session with a database does one of these at a time.
_IN_TURN = (
    "execute", "scalar", "scalars", "commit", "flush", "refresh", "add", "stream", "fetchrow",
)  # fmt: skip
_LEAVES = (ast.Break, ast.Return, ast.Raise, ast.Try, ast.While, ast.Yield, ast.AsyncFor, ast.If)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp)


@dataclass(frozen=True)
class Row:
    """Waits that could be made together: `function` is called `calls`, a loop's call as often as
    the loop goes round; meanwhile the task stands in `lines`, if not in that function. `as_tasks`
    says that each is made a task, which is meant to run beside others; `asks`, that it is a session
    that is asked. `number` is how often a loop goes round, 0 where that cannot be read."""

    function: str
    calls: tuple[ast.Call, ...]
    line: int
    lines: frozenset[int]
    as_tasks: bool
    asks: bool = False
    number: int = 0


def rows_in(tree: ast.AST) -> Iterator[Row]:
    """All such rows in a source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and not node.orelse:
            yield from _counted(_loop(node.target, node.iter, node.body), node.iter, tree)
        elif isinstance(node, _COMPREHENSIONS) and len(node.generators) == 1:
            over = node.generators[0]
            if not over.ifs and not over.is_async:
                kept = ast.Expr(ast.List([node.elt], ast.Load()))
                rows = _loop(over.target, over.iter, [kept])
                yield from _counted(rows, over.iter, tree)
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                yield from _in_a_row(body)


# -- a loop -------------------------------------------------------------------------------------


def _loop(target: ast.expr, over: ast.expr, body: list[ast.stmt]) -> Iterator[Row]:
    inside = [n for part in body for n in here(part)]
    if any(isinstance(n, _LEAVES) for n in inside) or awaits(over) or _hands_on(target, body):
        return
    others = [n for n in inside if isinstance(n, ast.AsyncWith)]
    groups = [n for n in others if _enters(n, "TaskGroup")]
    waits = [n for n in inside if isinstance(n, ast.Await)]
    if (asked := _asked_in(others, waits)) is not None and _is_given(asked, names_set(target)):
        yield _row([asked], list(others))
    if any(not _enters(n, "TaskGroup", "timeout") for n in others):
        return
    calls = _group_calls(groups[0]) if len(groups) == 1 and not waits else []
    if len(waits) == 1 and not groups and not _is_dropped(waits[0], body):
        calls = [call for call in [_call_of(waits[0], inside)] if call]
    if len(calls) == 1 and _is_given(calls[0], names_set(target)):
        yield _row(calls, [*groups, *waits])


def _is_dropped(wait: ast.Await, body: list[ast.stmt]) -> bool:
    """Whether what a plain call gives is dropped: then it is made for what it does, in order."""
    statements = [n for part in body for n in here(part) if isinstance(n, ast.Expr)]
    alone = any(n.value is wait for n in statements)
    if isinstance(wait.value, ast.Name):  # of a task: made to run beside others
        return False
    return alone and last_name(called(wait.value)) not in _MAKES_TASKS


def _enters(node: ast.AsyncWith, *names: str) -> bool:
    return all(last_name(called(item.context_expr)) in names for item in node.items)


def _group_calls(group: ast.AsyncWith) -> list[ast.Call]:
    """The calls of which a group's only statement makes tasks."""
    made = [n for n in here(group) if last_name(called(n)) == "create_task"]
    calls = [_unwrapped(n) for n in made]
    return [call for call in calls if call] if len(group.body) == 1 else []


def _call_of(wait: ast.Await, inside: list[ast.AST]) -> ast.Call | None:
    """The call that is waited for, be it through a task made in the same pass."""
    if not isinstance(wait.value, ast.Name):
        return _unwrapped(wait.value)
    made = [
        n.value for n in inside if isinstance(n, ast.Assign) and names_set(n) == {wait.value.id}
    ]
    is_task = len(made) == 1 and last_name(called(made[0])) in _MAKES_TASKS
    return _unwrapped(made[0]) if is_task else None


def _unwrapped(node: ast.AST) -> ast.Call | None:
    """`f(...)`, or `shop.f(...)`, also inside `create_task(f(...))` and the like."""
    if not isinstance(node, ast.Call):
        return None
    if last_name(called(node)) in _WRAPS:
        return _unwrapped(node.args[0]) if node.args else None
    named = isinstance(node.func, ast.Name) or _is_method(node.func)
    return node if named else None


def _is_method(function: ast.expr) -> bool:
    """`shop.f`, `self.shop.f`: of something that has a name, and is neither an item of a list nor
    a module, as in `asyncio.gather`."""
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and function.id not in _KEEP_NOTHING


def _asked_in(others: list[ast.AsyncWith], waits: list[ast.Await]) -> ast.Call | None:
    """What a session is asked in `async with session.get(url) as answer:`, if all that is awaited
    in there is of that answer."""
    if len(others) != 1 or len(others[0].items) != 1:
        return None
    (item,) = others[0].items
    asked, answer = item.context_expr, item.optional_vars
    if not isinstance(asked, ast.Call) or not _asks(asked) or not isinstance(answer, ast.Name):
        return None
    inside = all(any(n is wait for n in here(others[0])) for wait in waits)
    of_it = all(called(wait.value).startswith(f"{answer.id}.") for wait in waits)
    return asked if inside and of_it else None


def _asks(call: ast.Call) -> bool:
    """`session.get(...)`, `self.client.get(...)`."""
    owner, _, method = called(call).rpartition(".")
    return method in _ASKS and last_name(owner) in _SHARED - {"asyncio"}


def _counted(rows: Iterator[Row], over: ast.expr, tree: ast.AST) -> Iterator[Row]:
    """The rows of a loop, with how often it goes round."""
    return (replace(row, number=_number(over, tree), asks=_asks(row.calls[0])) for row in rows)


def _number(over: ast.expr, tree: ast.AST) -> int:
    """How many things a loop goes over: written out, or a name's that is set once; 0 for any
    other."""
    if isinstance(over, ast.List | ast.Tuple | ast.Set):
        return 0 if any(isinstance(n, ast.Starred) for n in over.elts) else len(over.elts)
    if isinstance(over, ast.ListComp | ast.SetComp):
        plain = len(over.generators) == 1 and not over.generators[0].ifs
        return _number(over.generators[0].iter, tree) if plain else 0
    if called(over) == "range":
        ends = [n.value if isinstance(n, ast.Constant) else None for n in over.args]  # type: ignore[attr-defined]
        whole = [n for n in ends if isinstance(n, int)]
        return len(range(*whole)) if len(whole) == len(ends) < 3 else 0
    if not isinstance(over, ast.Name):
        return 0
    stores = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and over.id in names_set(n)]
    return _number(stores[0].value, tree) if len(stores) == 1 else 0


def _is_given(call: ast.Call, items: set[str]) -> bool:
    """Whether a call is given this pass's item, and no object that other passes have, too."""
    given = set().union(*map(names_read, _arguments(call)))
    objects = set().union(*map(_objects, _arguments(call)))
    return bool(given & items) and objects <= items | _SHARED


def _objects(node: ast.AST) -> set[str]:
    """The names that a node reads; without those that only become part of a text."""
    if isinstance(node, ast.JoinedStr) and not any(isinstance(n, ast.Call) for n in ast.walk(node)):
        return set()
    if isinstance(node, ast.Name):
        return names_read(node)
    return set().union(*map(_objects, ast.iter_child_nodes(node)))


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _hands_on(target: ast.expr, body: list[ast.stmt]) -> bool:
    """Whether a pass reads a name that an earlier pass has set; sums do not count."""
    mine = names_set(target)
    ever = set().union(*(names_set(part) for part in body))
    for part in body:
        is_sum = isinstance(part, ast.AugAssign)
        if names_read(part) & (ever - mine - _entered_as(part)) and not is_sum:
            return True
        mine |= set() if is_sum else names_set(part)
    return False


def _entered_as(part: ast.stmt) -> set[str]:
    """The names after `as` in a `with`, which are new in each pass."""
    items = part.items if isinstance(part, ast.With | ast.AsyncWith) else []
    return set().union(*(names_set(item.optional_vars) for item in items if item.optional_vars))


# -- statements in a row --------------------------------------------------------------------------


def _in_a_row(body: list[ast.stmt]) -> Iterator[Row]:
    run: list[tuple[ast.Call, ast.Await]] = []
    given: set[str] = set()
    for part in [*body, ast.Pass()]:
        found = _kept(part)
        same = len({called(call) for call, _ in [*run, *found]}) == 1
        if not found or not same or names_read(part) & given:
            yield from _as_row(run)
            run, given = [], set()
        run += found
        given |= names_set(part)


def _as_row(run: list[tuple[ast.Call, ast.Await]]) -> Iterator[Row]:
    seen: set[str] = set()
    for call, _ in run:
        given = set().union(*map(names_read, _arguments(call))) - _SHARED
        if given & seen:
            return  # they share an object
        seen |= given
    if len(run) > 1:
        yield _row([call for call, _ in run], [wait for _, wait in run])


def _kept(part: ast.stmt) -> list[tuple[ast.Call, ast.Await]]:
    """The calls that a statement waits for, if all it awaits are such, and what they give is kept
    (or each is made a task, which alone would be no use)."""
    if not isinstance(part, ast.Assign | ast.AnnAssign | ast.Return | ast.Expr) or not part.value:
        return []
    waits = awaits(part)
    found = [(call, wait) for wait in waits if (call := _unwrapped(wait.value))]
    drops = isinstance(part, ast.Expr) and isinstance(part.value, ast.Await)
    if drops and not any(last_name(called(wait.value)) in _MAKES_TASKS for wait in waits):
        nested = isinstance(part.value, ast.Await) and len(waits) > 1
        found = found if nested else []
    return found if len(found) == len(waits) - _outer(part) else []


def _outer(part: ast.stmt) -> int:
    """1 where a statement awaits something around its other awaits: `await gather(await f())`."""
    value = getattr(part, "value", None)
    return int(isinstance(value, ast.Await) and len(awaits(value)) > 1)


def _row(calls: list[ast.Call], waits: list[ast.AST]) -> Row:
    lines = {n for wait in waits for n in range(first_line(wait), last_line(wait) + 1)}
    made = any(last_name(called(n)) in _MAKES_TASKS for wait in waits for n in here(wait))
    as_tasks = made or any(isinstance(getattr(wait, "value", None), ast.Name) for wait in waits)
    return Row(str(called(calls[0])), tuple(calls), min(lines), frozenset(lines), as_tasks)


# -- functions that keep to themselves --------------------------------------------------------


def keeps_to_itself(function: Function, known: Container[str]) -> bool:
    """Whether a function neither shares variables with others, nor prints: then the order in
    which it is called does not matter. `known` are the names of functions."""
    inside = list(ast.walk(function))
    if any(isinstance(n, ast.Nonlocal | ast.Global) for n in inside):
        return False
    given = {n.arg for n in inside if isinstance(n, ast.arg)}
    if any(_changes(n, given) or _uses(n) for n in inside):
        return False
    own = given | {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    free = names_read(function) - own - _SHARED
    return all(name in known or _is_no_variable(name) for name in free)


def _changes(node: ast.AST, given: set[str]) -> bool:
    """Whether it sets something in what a function was given, as `self.seen = 1` does."""
    if not isinstance(node, ast.Attribute | ast.Subscript) or isinstance(node.ctx, ast.Load):
        return False
    return bool(names_read(node) & given)


def _uses(node: ast.AST) -> bool:
    """Whether it calls a method of something that its own object holds, `self.seen.add(1)`, or
    of a session with a database."""
    parts = called(node).split(".")
    if len(parts) > 1 and parts[-2] == "session" and isinstance(node, ast.Call):
        by_key = parts[-1] == "get" and len(node.args) > 1  # session.get(User, 7)
        return by_key or parts[-1] in _IN_TURN
    return parts[0] == "self" and len(parts) > 2 and parts[-2] not in _SHARED


def _is_no_variable(name: str) -> bool:
    """A type, a module that keeps nothing, or a function of Python's own; one that speaks does not
    pass. Nor does a name in capitals: ACCOUNTS may well be what all of them change."""
    is_type = name[:1].isupper() and not name.isupper()
    own = name in _KEEP_NOTHING or hasattr(builtins, name) or is_type
    return own and name not in ("print", "input", "open")
