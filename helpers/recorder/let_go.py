"""Where Python lets other threads run, and what else may have kept it since it last did.

A look from outside comes late where C code keeps the interpreter, and then finds the thread at
the next instruction that lets go: at the end of a call, where a function begins, where a loop
goes round. What took so long is that call, or an operator shortly before it (`x in big_list`, `==`
of large structures, `**`). The instructions in between are read here, backwards.

Limit: an assignment may free something large, and a comparison with a number be one of a large
array; these are taken to be quick.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType

_LETS_GO = ("RESUME", "JUMP_BACKWARD", "POP_JUMP_BACKWARD", "CALL", "SEND", "YIELD_VALUE")
_SLOW = frozenset((
    "BINARY_OP", "BINARY_SLICE", "STORE_SLICE", "COMPARE_OP", "CONTAINS_OP", "BUILD_SLICE",
    "UNARY_NEGATIVE", "UNARY_INVERT", "LIST_EXTEND", "SET_UPDATE", "DICT_UPDATE", "DICT_MERGE",
    "UNPACK_SEQUENCE", "UNPACK_EX", "DELETE_FAST", "DELETE_NAME", "DELETE_GLOBAL",
    "FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC", "BUILD_STRING",
))  # fmt: skip
_GROWS = ("*", "**", "<<", "@")  # with a small number, too, it may be long
_SMALL = (int, float, str, bytes, bool, type(None), frozenset)


def lets_go(code: CodeType, offset: int) -> str:
    """The name of the instruction there, if it is one that lets others run; else ""."""
    name = dis.opname[code.co_code[_without_cache(code, offset)]]
    return name if name.startswith(_LETS_GO) and "INTRINSIC" not in name else ""


def is_begun(code: CodeType, offset: int) -> bool:
    """Whether a function stands there at its very beginning: nothing of it has run."""
    return lets_go(code, offset) == "RESUME" and code.co_code[offset + 1] & 3 == 0


def slow_before(code: CodeType, offset: int, quick: frozenset[str]) -> set[int]:
    """The lines of what may have taken long before that instruction, since the last one that let
    others run. Calls of `quick` names do not count as such."""
    before = [one for one in dis.get_instructions(code) if one.offset < offset]
    lines = _lines(code)
    found: set[int] = set()
    for at, one, loaded in _backwards(before):
        if lets_go(code, one.offset) and not _is_quick_call(before[:at], one, quick):
            break
        if one.opname in _SLOW and not _is_small(one, loaded) and one.offset in lines:
            found.add(lines[one.offset])
    return found


def _backwards(
    before: list[dis.Instruction],
) -> Iterator[tuple[int, dis.Instruction, list[dis.Instruction]]]:
    for at in range(len(before) - 1, -1, -1):
        yield at, before[at], before[max(at - 2, 0) : at]


def _is_quick_call(
    before: list[dis.Instruction], call: dis.Instruction, quick: frozenset[str]
) -> bool:
    """`len(x)`: Python makes it in one go with what is around it."""
    names = [one.argval for one in before[-4:] if isinstance(one.argval, str)]
    return call.opname.startswith("CALL") and bool(quick.intersection(names))


def _is_small(one: dis.Instruction, loaded: list[dis.Instruction]) -> bool:
    """Whether it is done with a number, or a word, that stands there, as in `i + 1`."""
    consts = [part for part in loaded if part.opname == "LOAD_CONST"]
    if one.opname == "BINARY_OP" and one.argrepr.rstrip("=") in _GROWS:
        return False
    if one.opname not in ("BINARY_OP", "COMPARE_OP", "CONTAINS_OP"):
        return False
    return any(isinstance(part.argval, _SMALL) for part in consts)


def _lines(code: CodeType) -> dict[int, int]:
    return {
        offset: line
        for begin, end, line in code.co_lines()
        if line
        for offset in range(begin, end, 2)
    }


def _without_cache(code: CodeType, offset: int) -> int:
    """Python 3.11 and 3.12 may point behind an instruction, at its cache."""
    while offset and dis.opname[code.co_code[offset]] == "CACHE":
        offset -= 2
    return offset
