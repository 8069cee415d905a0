"""Where each step was resumed and suspended: lines of the learner's own code, and its text."""

from __future__ import annotations

import linecache
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import PurePath
from types import CodeType
from typing import TypeAlias

import numpy as np

from helpers.recorder import naming, rows
from helpers.recorder.let_go import slow_before
from helpers.recorder.misses import Misses
from helpers.recorder.rows import BEFORE, IN_TIME, KEPT_UP, Cut, Sight, Spot
from helpers.recorder.steps import Column, Steps
from helpers.recorder.written import call_made_at
from helpers.timeline import NOTHING
from helpers.timeline.records import ANOTHER_THREAD, AROUND
from helpers.timeline.records import Table as Numbered

_SURELY_LONG = {"sleep", "input", "system", "compute"}  # whatever came before
_QUICK = frozenset(("len", "isinstance", "id", "type", "append", "perf_counter", "monotonic"))
_NEAR = 4  # lines
Place = tuple[str, int]  # a source and a line: until all are known, the source is its file
Places: TypeAlias = "tuple[tuple[Place, ...], array[int], array[int]]"  # table, two columns
Table = dict[Place, int]  # each with its number


def places(steps: Steps, misses: Misses) -> Places:
    """Where each step was resumed and suspended, as indices into a table of (source, line)."""
    cut = steps.cut
    if not len(steps.places):
        return (), array("i"), array("i")
    table: Table = {}
    raw, inverse = np.unique(steps.places, return_inverse=True)
    lines = (misses.attempt("a line", None, line_of, cut.codes, place) for place in raw.tolist())
    numbers = [_number(table, line) for line in lines]
    suspended = np.array(numbers, dtype=np.int64)[inverse]
    resumed = _resumed(steps, table, suspended, misses)
    went_on, stood = (array("i", c.astype("i").tobytes()) for c in (resumed, suspended))
    return tuple(table), went_on, stood


def _resumed(steps: Steps, table: Table, suspended: Column, misses: Misses) -> Column:
    """Where each step went on: where its task was suspended before, or at its beginning."""
    order = np.argsort(steps.who, kind="stable")
    who = steps.who[order]
    first = rows.is_label(who) | (np.diff(who, prepend=NOTHING - 1) != 0)
    resumed = np.roll(suspended[order], 1)
    resumed[first] = _beginnings(steps.cut, table, who[first], misses)
    found = np.empty_like(resumed)
    found[order] = resumed
    return found


def _beginnings(cut: Cut, table: Table, who: Column, misses: Misses) -> Column:
    """The numbers of the first lines of what tasks and callbacks run; many run the same."""
    known: dict[int, int] = {}
    numbers, at = np.unique(who, return_inverse=True)
    found = []
    for number in numbers.tolist():
        if rows.is_label(number):
            code = cut.labels[rows.label_number(number)][2]
        else:
            code = cut.tasks[number].kind.code if cut.tasks[number].fresh else None
        if id(code) not in known:
            known[id(code)] = _number(table, misses.attempt("a line", None, _first_line, code))
        found.append(known[id(code)])
    return np.array(found, dtype=np.int64)[at]


def _number(table: Table, place: Place | None) -> int:
    return NOTHING if place is None else table.setdefault(place, len(table))


def held(
    steps: Steps, long: Column, strings: Numbered[str], table: Numbered[Place], misses: Misses
) -> dict[int, tuple[int, int]]:
    """Of the `long` steps those of which it is known: at which place the loop was held, and what
    is called there, as indices into the two tables, which grow."""
    found = {}
    for step in long.tolist():
        if sights := steps.held.get(step):
            spot = misses.attempt("which line held the loop", None, _longest_seen, sights)
            if spot is not None:
                found[step] = table.number(spot[0]), strings.number(spot[1])
    return found


def _longest_seen(sights: dict[Sight, float]) -> tuple[Place, str] | None:
    """Where a step was seen longest: its line, and the call; None where that says nothing."""
    seconds: dict[Spot, float] = defaultdict(float)
    kept_up = 0.0
    for (code, offset, how), time in sights.items():
        seconds[code, offset] += time
        kept_up += time if how == KEPT_UP else 0.0
    code, offset = max(seconds, key=seconds.__getitem__)
    place, call = place_of((code, offset)), call_made_at(code, offset)
    last = call.rpartition(".")[2]
    in_time = sights.get((code, offset, IN_TIME), 0.0)
    if last in _SURELY_LONG or in_time * 2 >= seconds[code, offset]:
        return place, call
    if kept_up * 2 > sum(seconds.values()):
        return place, ANOTHER_THREAD
    lines = slow_before(code, offset, _QUICK)
    if not lines and (code, offset, BEFORE) not in sights:
        return place, call
    if call and last not in _QUICK and (code, offset, BEFORE) not in sights:
        lines.add(place[1])
    if len(lines) == 1:
        return (place[0], lines.pop()), ""
    near = bool(lines) and max(lines) - min(lines) <= _NEAR and place[1] - min(lines) <= _NEAR
    return (place, AROUND) if near else None


def line_of(codes: list[CodeType], place: int) -> Place | None:
    """The file and line of a place: a code object's number and an offset into it."""
    if not rows.is_place(place):
        return None
    number, offset = rows.code_and_offset(place)
    return place_of((codes[number], offset))


def place_of(spot: Spot) -> Place:
    """The file and line of a spot in code."""
    code, offset = spot
    line = next((line for a, b, line in code.co_lines() if a <= offset < b and line), None)
    return code.co_filename, line or code.co_firstlineno


def _first_line(code: CodeType | None) -> Place | None:
    """The first line of the learner's own code, None for any other."""
    if code is None or not naming.is_own(code):
        return None
    return code.co_filename, code.co_firstlineno


# -- what the files are called -----------------------------------------------------------------


def names_of(files: Iterable[str]) -> dict[str, str]:
    """A short name for each file, no two alike: two of one name have their folders told, too,
    and two cells of one number (run without a history) are counted."""
    names: dict[str, str] = {}
    for file in files:
        if file not in names:
            name = _first_free(_names_for(file), {*names.values()})
            names[file] = name
    return names


def _names_for(file: str) -> Iterator[str]:
    """Shorter ones first; without end."""
    short = naming.source_name(file)
    yield short
    if file.endswith(short):
        parts = PurePath(file).parts
        yield from ("/".join(parts[-n:]) for n in range(2, len(parts)))
    yield from (f"{short} ({n})" for n in count(2))


def _first_free(names: Iterator[str], taken: set[str]) -> str:
    return next(name for name in names if name not in taken)


def sources(names: dict[str, str], misses: Misses) -> dict[str, str]:
    """The text of each file, by its short name."""
    return {
        name: "".join(misses.attempt("the text of a source", [], linecache.getlines, file))
        for file, name in names.items()
    }
