"""What the learner wrote at a place in their code: which call, read off the source.

Limit: without the source, or where a call is no plain name with dots (`table[0].run()`), nothing
is known.
"""

from __future__ import annotations

import dis
import linecache
import re
from itertools import islice
from types import CodeType

_CACHE = dis.opmap.get("CACHE", 0)
_CALL = r"([A-Za-z_][\w.]*)\s*\("
_AWAITED = re.compile(rf"(?:\bawait|\basync\s+with|\bin)\s+{_CALL}|^{_CALL}")
_CALLED = re.compile(rf"^{_CALL}")


def call_awaited_at(code: CodeType, offset: int) -> str:
    """What is called in the expression that an instruction belongs to, as it is written there:
    what is awaited, first of all. "" where it is not known."""
    found = _AWAITED.search(_text_at(code, offset))
    return next(filter(None, found.groups())) if found else ""


def call_made_at(code: CodeType, offset: int) -> str:
    """What is called by that very instruction; "" where that is no call, or not known."""
    while offset and code.co_code[offset] == _CACHE:  # Python 3.11 and 3.12 point behind a call
        offset -= 2
    name = dis.opname[code.co_code[offset]]
    if not name.startswith("CALL") or "INTRINSIC" in name:
        return ""
    found = _CALLED.search(_text_at(code, offset))
    return found.group(1) if found else ""


def _text_at(code: CodeType, offset: int) -> str:
    """The source of the expression that an instruction belongs to; "" where there is none."""
    first, last, begin, end = _position(code, offset)
    lines = [linecache.getline(code.co_filename, line) for line in range(first, last + 1)]
    if not lines:
        return ""
    lines[-1] = lines[-1].encode()[:end].decode(errors="replace")
    lines[0] = lines[0].encode()[begin:].decode(errors="replace")
    return "".join(lines)


def _position(code: CodeType, offset: int) -> tuple[int, int, int | None, int | None]:
    """First and last line, first and last column (in bytes) of an instruction's source."""
    first, last, begin, end = next(islice(code.co_positions(), offset // 2, None))
    return (first or 1, last or 0, begin, end)
