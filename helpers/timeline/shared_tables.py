"""What tasks share, and what ran in workers, in a stored document.

Resources are a table; how they changed, who held them and who stood in line are one table each for
all of them, with a column that says whose row it is.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import fields
from operator import le
from typing import Any

from helpers.timeline.records import NOTHING
from helpers.timeline.resources import (
    CHANGES,
    NO_LIMIT,
    RESOURCE_KINDS,
    STAYS,
    WORK_OUTCOMES,
    WORKER_KINDS,
    Resource,
    WorkerSpan,
)
from helpers.timeline.stored import (
    LONGEST,
    TABLES_ADDED_LATER,
    Check,
    damaged,
    numbers,
    one_of,
    or_none,
    rows,
    single,
    text,
    time,
    truth,
    whole,
)

Columns = Iterable[tuple[str, list[Any]]]
_PLAIN = ("kind", "name", "type", "maker", "made", "made_at", "holders_known", "exact_until")
_INT = 2**31  # what a column of 32 bits takes
_BY_TABLE = {"changes": "changes", "holds": "holds", "in_line": "waits"}  # whose field it is


# -- writing -----------------------------------------------------------------------------------


def resource_tables(
    shared: tuple[Resource, ...], spans: tuple[WorkerSpan, ...]
) -> Iterator[tuple[str, Columns]]:
    """The tables, each with its columns."""
    yield "resources", [(name, [getattr(one, name) for one in shared]) for name in _PLAIN]
    for table, part in _BY_TABLE.items():
        names = CHANGES if table == "changes" else STAYS
        yield table, list(_joined([getattr(one, part) for one in shared], names))
    columns = [f.name for f in fields(WorkerSpan)]
    yield "worker_spans", [(name, [getattr(span, name) for span in spans]) for name in columns]


def _joined(parts: list[Any], names: tuple[str, ...]) -> Iterator[tuple[str, list[int]]]:
    yield "resource", [number for number, part in enumerate(parts) for _ in range(len(part))]
    for name in names:
        yield name, [value for part in parts for value in getattr(part, name)]


# -- reading -----------------------------------------------------------------------------------


def resources(document: dict[str, Any], tasks: int, steps: int) -> tuple[Resource, ...]:
    """The resources of a document with so many tasks and steps, all of it checked."""
    checks: dict[str, Check] = {
        "kind": one_of(RESOURCE_KINDS),
        "name": text,
        "type": text,
        "maker": or_none(whole(0, tasks)),
        "made": or_none(time),
        "made_at": or_none(_place),
        "holders_known": truth,
        "exact_until": or_none(time),
    }
    found = rows(document, "resources", checks, _plain)
    bounds = {"task": (NOTHING, tasks), "begun": (NOTHING, steps), "over": (NOTHING, steps + 1)}
    bounds |= {"step": (NOTHING, steps), "limit": (NO_LIMIT, _INT)}
    for table, part in _BY_TABLE.items():
        names = CHANGES if table == "changes" else STAYS
        for number, values in _parts(document, table, names, bounds, len(found)):
            for name, value in zip(names, values, strict=True):
                getattr(getattr(found[number], part), name).append(value)
    _check(found)
    return found


def _plain(*values: Any) -> Resource:
    known = dict(zip(_PLAIN, values, strict=True))
    return Resource(**{**known, "made_at": known["made_at"] and tuple(known["made_at"])})


def _place(value: object) -> bool:
    is_pair = type(value) is list and len(value) == 2
    return is_pair and text(value[0]) and whole(0, LONGEST)(value[1])  # type: ignore[index]


def _parts(
    document: dict[str, Any],
    table: str,
    names: tuple[str, ...],
    bounds: dict[str, tuple[int, int]],
    owners: int,
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each row of that table: whose it is, and its values."""
    if table not in document and table in TABLES_ADDED_LATER:
        return
    inside = single(document, table, lambda value: type(value) is dict)
    if not owners and "resources" not in document:
        return
    columns = [numbers(inside, "resource", 0, owners, table)]
    for name in names:
        most = LONGEST if name in ("moment", "start", "end") else _INT
        columns.append(numbers(inside, name, *bounds.get(name, (0, most)), table))
    if len(set(map(len, columns))) > 1:
        raise damaged(f"has columns of unequal length in {table}")
    for number, *values in zip(*columns, strict=True):
        yield number, tuple(values)


def _check(found: tuple[Resource, ...]) -> None:
    """What pictures rely on."""
    for one in found:
        columns: list[array[int]] = [one.changes.moment, one.changes.step]
        in_order = all(all(map(le, column, column[1:])) for column in columns)
        stays = (one.holds, one.waits)
        if not (in_order and all(all(map(le, s.start, s.end)) for s in stays)):
            raise damaged("has something shared that changed out of order")


def worker_spans(document: dict[str, Any], tasks: int, steps: int) -> tuple[WorkerSpan, ...]:
    """What ran in workers, checked."""
    checks: dict[str, Check] = {
        "label": text,
        "submitted": time,
        "kind": one_of(WORKER_KINDS),
        "pool": text,
        "workers": or_none(whole(0, LONGEST)),
        "worker": or_none(text),
        "task": or_none(whole(0, tasks)),
        "step": or_none(whole(0, steps)),
        "began": or_none(time),
        "ended": or_none(time),
        "outcome": one_of(WORK_OUTCOMES),
    }
    return rows(document, "worker_spans", checks, WorkerSpan)
