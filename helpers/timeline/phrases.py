"""What sentences are made of: names in quotes, several things in a row, and how often.

One way for findings, for what an exercise says, and for what a simulation that was stopped says.
"""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 40  # characters of a name


def quoted(name: str) -> str:
    """A name in quotes, not too long, with nothing unprintable in it."""
    return repr(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…")


def listed(words: Iterable[str], most: int = 3) -> str:
    """ "a, b and c"; of many the first few, and how many more: never "1 more", which is as long."""
    words = list(words)
    shown = words[:most] if len(words) > most + 1 else words
    if len(shown) < len(words):
        shown = [*shown, f"{len(words) - len(shown):,} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def times(number: int) -> str:
    """ "never", "once", "twice", "5 times"."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number:,} times")
