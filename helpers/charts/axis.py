"""A time axis: where its ticks stand, and what they say; in characters, the whole of it."""

from __future__ import annotations

from math import ceil, floor, log10

_UNITS = (("d", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
_SIXTIES = (1, 2, 5, 10, 15, 20, 30)


def time_ticks(start: float, end: float, most: int) -> list[tuple[float, str]]:
    """Round moments from `start` to `end` (seconds), at most `most` steps, each with its label.

    The labels carry the unit. Where the window is far from zero and short, they count
    from its start ("+20 µs"), and the first one says where that is.
    """
    span = end - start
    if span <= 0:
        return [(start, "0 s" if start == 0 else f"{start:g} s")]
    unit, size = _unit(span)
    origin = start if span < start / 1000 else 0.0
    step = _round_step(span / max(most, 1) / size, unit) * size
    first, last = ceil((start - origin) / step - 1e-9), floor((end - origin) / step + 1e-9)
    digits = max(0, ceil(-log10(step / size) - 1e-9))
    ticks = [
        (origin + n * step, f"{'+' if origin else ''}{n * step / size:.{digits}f} {unit}")
        for n in range(first, last + 1)
    ]
    if first == 0 and not origin:
        ticks[0] = (0.0, f"0 {unit}")
    if origin:
        ticks[0] = (start, f"{start:.9g} s")
    return ticks


def cell(moment: float, start: float, end: float, room: int) -> int:
    """The place of a moment on a line of so many characters from `start` to `end`."""
    span = end - start
    return int((moment - start) / span * room + 1e-9) if span else 0


def axis_line(start: float, end: float, room: int, beyond: int = 0) -> str:
    """Such a line with the ticks' labels, each beginning where its moment is; the last may go
    so many characters `beyond` it."""
    line = ""
    for moment, words in time_ticks(start, end, max(room // 12, 1)):
        at = cell(moment, start, end, room)
        if at >= len(line) and at + len(words) <= room + beyond:
            line = line.ljust(at) + words + "  "
    return line


def _unit(span: float) -> tuple[str, float]:
    """The largest unit of which the span holds enough for round numbers."""
    for unit, size in _UNITS:
        if span >= {"s": 0.0995, "ms": 0.999e-3, "µs": 0.999e-6}.get(unit, 2 * size):
            return unit, size
    return "ns", 1e-9


def _round_step(least: float, unit: str) -> float:
    """The smallest round number of units that is at least `least`."""
    if unit in ("min",) and least <= _SIXTIES[-1]:
        return next(step for step in _SIXTIES if step >= least)
    power = 10.0 ** floor(log10(least))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= least * (1 - 1e-9))
