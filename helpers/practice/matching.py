"""Which option does a measurement say? So that an answer need never be written down.

A measurement is taken as what it is. A float is a time. In virtual time it is exact. On a real
machine a wait is never shorter than asked for, and often longer: it says the option that it is
not much below, and does not come near the next one above. An integer is a count, and
exact; a bool is yes or no; text and lists of names must agree word for word; a Timeline
says the chart that agrees with it nearly all the time. A sentence that begins with a
number, yes or no ("3 s, one after another") means that.

The limit: what lies between two options, or fits two of them, says none. Then the honest
answer is that no option foresaw it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from helpers.timeline import Stretch, Timeline

EXACT = 0.01  # of the way to the next option, in virtual time
# A real time says an option when it is longer, or shorter, by less than this share of the
# way from there to the next option on that side: a busy machine stretches seconds, and hardly
# ever shortens one.
LONGER = 0.75
SHORTER = 0.2
# Two charts agree when at most this share of the tasks' time is spent in another state.
ALIKE = 0.15
MOMENTS = 200  # at which two charts are compared

_UNITS = {"ms": 0.001, "milliseconds": 0.001}  # all else counts as it is
_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*([a-z]+)?")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def matching(options: Sequence[object], measured: object, *, exact: bool = False) -> int | None:
    """The index of the one option that `measured` says; None if there is not exactly one.

    `exact` is True for a time that no machine can have stretched: one in virtual time.
    """
    if isinstance(measured, Timeline):
        return _same_chart(options, measured)
    if isinstance(measured, float):
        longer, shorter = (EXACT, EXACT) if exact else (LONGER, SHORTER)
        return _nearest([number(option) for option in options], measured, longer, shorter)
    if isinstance(measured, bool):
        return _only([yes_or_no(option) is measured for option in options])
    if isinstance(measured, int):
        return _only([number(option) == measured for option in options])
    return _only([words(option) == words(measured) for option in options])


def _only(fits: list[bool]) -> int | None:
    return fits.index(True) if fits.count(True) == 1 else None


def words(value: object) -> str:
    """A line, some lines or a list of names in one form: "first, second".

    An exception is its type's name, as a traceback says it.
    """
    if isinstance(value, BaseException):
        return type(value).__name__
    parts = value.splitlines() if isinstance(value, str) else value
    if not isinstance(parts, Sequence):
        return str(value)
    cleaned = (str(part).replace("`", "").strip() for part in parts)
    return ", ".join(part for part in cleaned if part)


def number(option: object) -> float | None:
    """The number an option is or begins with (times in seconds); None if it does not."""
    if isinstance(option, int | float) and not isinstance(option, bool):
        return float(option)
    found = _NUMBER.match(option) if isinstance(option, str) else None
    return float(found[1]) * _UNITS.get(found[2], 1) if found else None


def yes_or_no(option: object) -> bool | None:
    """Whether an option says, or begins with, yes or no; None if neither."""
    if isinstance(option, bool):
        return option
    first = re.findall(r"^\w*", option)[0] if isinstance(option, str) else ""
    return _YES_NO.get(first.lower())


def is_longer(measured: object, option: object) -> bool:
    """Whether it is a time that is longer than that option's."""
    known = number(option)
    return isinstance(measured, float) and known is not None and measured > known


def _nearest(
    numbers: list[float | None], measured: float, longer: float, shorter: float
) -> int | None:
    known = sorted({number for number in numbers if number is not None})
    if len(known) < 2:
        return _only([number == measured for number in numbers])

    def says(option: float) -> bool:
        """Of the least and the greatest, the way to their only neighbour counts on both sides."""
        here = known.index(option)
        below = known[1] - option if here == 0 else option - known[here - 1]
        above = below if option == known[-1] else known[here + 1] - option
        least = option - below * (longer if here == 0 else shorter)
        return least < measured < option + above * longer

    return _only([n is not None and says(n) for n in numbers])


def _same_chart(options: Sequence[object], measured: Timeline) -> int | None:
    unlike = [
        difference(option, measured) if isinstance(option, Timeline) else 1.0 for option in options
    ]
    best = min(unlike)
    return _only([best <= ALIKE and amount == best for amount in unlike])


def difference(one: Timeline, other: Timeline) -> float:
    """The share of the tasks' time, from 0 to 1, in which the two show different states.

    Tasks are told apart by name; the task that recorded does not count.
    """
    here, there = _lives(one), _lives(other)
    if here.keys() != there.keys():
        return 1.0
    end = max(one.duration, other.duration)
    times = [end * (k + 0.5) / MOMENTS for k in range(MOMENTS)]
    pairs = [(_state(here[name], t), _state(there[name], t)) for name in here for t in times]
    alive = [pair for pair in pairs if pair != (None, None)]
    return sum(a != b for a, b in alive) / len(alive) if alive else 0.0


def _lives(timeline: Timeline) -> dict[str, list[Stretch]]:
    tasks = (task for task in timeline.tasks if not task.role)
    return {t.name: [s for s in timeline.stretches(t.id) if s.state != "overdue"] for t in tasks}


def _state(life: list[Stretch], time: float) -> str | None:
    return next((s.state for s in life if s.start <= time < s.end), None)
