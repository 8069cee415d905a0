"""What the learner calls a thing: the variable or attribute that first holds it.

Read off the source where the thing was made: `orders = asyncio.Queue()`, `self.limit = ...`,
`worker(queue=asyncio.Queue())`, `doors = [asyncio.Lock() for _ in range(3)]`. Of one that was
made before the recording began: off the line that used it first.

Limit: without the source, and where it is handed on without a name, nothing is known.
"""

from __future__ import annotations

import ast
import linecache
from functools import lru_cache
from itertools import islice
from types import CodeType

from helpers.recorder.rows import Spot

_LONGEST = 30  # characters
_Parents = dict[ast.AST, ast.AST]


def variable_made_at(spots: tuple[Spot, ...]) -> str:
    """The variable that holds what a call there makes; "" if unknown. The second spot is where
    the first one's code was called: of a class's own `__init__`, that is where one is made."""
    for code, offset in spots:
        found = _call_at(code, offset)
        if found is None:
            return ""
        if not isinstance(found[0], ast.Attribute):  # else `super().__init__`
            return _target_of(*found)
    return ""


def variable_used_at(spots: tuple[Spot, ...]) -> str:
    """The variable on which a method is called there, or which stands behind `async with`."""
    for code, offset in spots[:1]:
        _, parents = _tree(code.co_filename, _text(code.co_filename))
        line, last, *_ = _position(code, offset)
        inside = [node for node in parents if getattr(node, "lineno", 0) in range(line, last + 1)]
        for node in inside:
            if isinstance(node, ast.AsyncWith) and len(node.items) == 1:
                return _name(node.items[0].context_expr)
        calls = [node for node in inside if isinstance(node, ast.Call)]
        on = [call.func.value for call in calls if isinstance(call.func, ast.Attribute)]
        return _name(on[0]) if len(on) == 1 else ""
    return ""


def _call_at(code: CodeType, offset: int) -> tuple[ast.expr, _Parents] | None:
    """The call, or the method that is looked up, that an instruction belongs to."""
    _, parents = _tree(code.co_filename, _text(code.co_filename))
    place = _position(code, offset)
    for node in parents:
        if isinstance(node, ast.Call | ast.Attribute):
            where = node.lineno, node.end_lineno, node.col_offset, node.end_col_offset
            if where == place:
                return node, parents
    return None


def _target_of(call: ast.expr, parents: _Parents) -> str:
    """What holds the value of that expression."""
    node: ast.AST = call
    while (above := parents.get(node)) is not None:
        if isinstance(above, ast.keyword):
            return above.arg or ""
        if isinstance(above, ast.Assign):
            return _name(_of_pair(above.targets[0], above.value, node, call))
        if isinstance(above, ast.AnnAssign | ast.NamedExpr):
            return _name(above.target)
        if isinstance(above, ast.withitem):
            return _name(above.optional_vars)
        if not isinstance(above, _HOLDS):
            return ""
        node = above
    return ""


# An expression that holds what stands in it.
_HOLDS = (
    ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.IfExp,
    ast.BoolOp, ast.GeneratorExp,
)  # fmt: skip


def _of_pair(target: ast.expr, value: ast.expr, node: ast.AST, call: ast.AST) -> ast.expr | None:
    """Of `a, b = x(), y()` the one that is meant."""
    if not isinstance(target, ast.Tuple | ast.List):
        return target
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
        for each, held in zip(target.elts, value.elts, strict=True):
            if any(inside is call for inside in ast.walk(held)):
                return each
    return None


def _name(target: ast.expr | None) -> str:
    """As it is written; nothing where that is long."""
    if not isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
        return ""
    name = ast.unparse(target)
    return name if len(name) <= _LONGEST else ""


# -- the source --------------------------------------------------------------------------------


def _text(filename: str) -> str:
    return "".join(linecache.getlines(filename))


@lru_cache(maxsize=20)
def _tree(filename: str, text: str) -> tuple[ast.Module, _Parents]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):  # the file is another one by now
        tree = ast.Module([], [])
    return tree, {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def _position(code: CodeType, offset: int) -> tuple[int, int, int, int]:
    first, last, begin, end = next(islice(code.co_positions(), offset // 2, None))
    return first or 0, last or 0, begin or 0, end or 0
