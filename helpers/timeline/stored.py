"""Values out of a stored document, each of them checked: nothing in a file is believed.

What is wrong with a file is said in a sentence's second half (`Refusal`).
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from typing import Any, TypeVar

from helpers.timeline.records import seconds

LONGEST = 2**62  # nanoseconds; 146 years, and well inside a column's 64 bits
Check = Callable[[Any], bool]
_R = TypeVar("_R")

# An older file lacks these, and has this instead.
ADDED_LATER = {
    ("timers", "step"): None, ("steps", "first"): None, ("tasks", "heard"): None,
    ("tasks", "unheard"): False, ("tasks", "made_at"): None,
    ("tasks", "cancels"): 0, ("tasks", "library"): "", ("resources", "exact_until"): None,
    ("idle", "kept_up"): False,
}  # fmt: skip
TABLES_ADDED_LATER = {
    "held", "dropped", "resources", "changes", "holds", "in_line", "worker_spans",
}  # fmt: skip


class Refusal(Exception):
    """Why a file is not read: the second half of a sentence."""


def damaged(what: str) -> Refusal:
    return Refusal(f"it {what}. It was damaged or edited; save the timeline again.")


# What a value may be. Each of these says yes or no, and is not surprised by anything.


def text(value: object) -> bool:
    return type(value) is str


def truth(value: object) -> bool:
    return type(value) is bool


def moment(value: Any) -> bool:
    """Seconds, possibly before the recording began: when a timer is due."""
    return type(value) in (int, float) and abs(value) <= seconds(LONGEST)  # False for NaN


def time(value: Any) -> bool:
    return moment(value) and bool(value >= 0)


def whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value < high


def or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def one_of(words: tuple[str, ...]) -> Check:
    return lambda value: type(value) is str and value in words


def texts_by_name(value: object) -> bool:
    return type(value) is dict and all(map(text, value.values()))


# Taking values out of the document, with their checks.


def single(table: dict[str, Any], name: str, fits: Check) -> Any:
    """One value of the document."""
    if name not in table:
        raise damaged(f"has no {name}")
    if not fits(table[name]):
        raise damaged(f"says {name} is {reprlib.repr(table[name])}")
    return table[name]


def listed(table: dict[str, Any], name: str, fits: Check) -> list[Any]:
    """A list of the document, each of its values checked."""
    values: list[Any] = single(table, name, lambda value: type(value) is list)
    for row, value in enumerate(values):
        if not fits(value):
            raise damaged(f"says {name} number {row} is {reprlib.repr(value)}")
    return values


def rows(
    document: dict[str, Any], name: str, checks: dict[str, Check], record: Callable[..., _R]
) -> tuple[_R, ...]:
    """A table of the document, one record a row."""
    if name in TABLES_ADDED_LATER and name not in document:
        return ()
    table = single(document, name, lambda value: type(value) is dict)
    length = len(listed(table, next(iter(checks)), lambda value: True))
    nothing = {
        column: [value] * length for (part, column), value in ADDED_LATER.items() if part == name
    }
    columns = [listed(nothing | table, column, fits) for column, fits in checks.items()]
    if len(set(map(len, columns))) > 1:
        raise damaged(f"has columns of unequal length in {name}")
    return tuple(map(record, *columns))


def numbers(
    table: dict[str, Any], name: str, low: int, high: int, part: str = "steps"
) -> list[int]:
    """A list of whole numbers from `low` to below `high`, checked a million at a blink."""
    values: list[int] = single(table, name, lambda value: type(value) is list)
    if not set(map(type, values)) <= {int}:
        raise damaged(f"has something else than whole numbers in {part} ({name})")
    if values and not low <= min(values) <= max(values) < high:
        raise damaged(f"has a number out of bounds in {part} ({name})")
    return values
