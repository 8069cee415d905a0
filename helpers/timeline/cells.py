"""How much room text takes in a terminal, counted in character cells; and text made safe to show.

Letters of Chinese take two cells, accents none: who counts letters wraps too late.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_AS_EMOJI = "\ufe0f"  # after a sign: a terminal shows it as an emoji, two cells wide


def visible(text: str) -> str:
    """The text on one line, with each control or other invisible character shown as its escape."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text
    )


def cells(text: str) -> int:
    """How many character cells the text takes in a terminal."""
    return len(cell_by_cell(text))


def cell_by_cell(text: str) -> list[str]:
    """What stands in each cell of a terminal: after a wide letter an empty one; an accent or a
    vowel sign stands with the letter before it."""
    found: list[str] = []
    for c in text:
        if width := _cells_of(c):
            found += [c, ""][:width]
        elif not found:
            found.append(c)
        else:
            wide = not found[-1]
            found[-2 if wide else -1] += c
            found += [""] * (c == _AS_EMOJI and not wide)
    return found


@lru_cache(maxsize=4096)
def _cells_of(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Me") or "\u1160" <= c <= "\u11ff":  # Hangul within
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def wrapped(words: str, width: int) -> list[str]:
    """In lines of so many cells: letters of Chinese take two."""
    lines: list[str] = []
    line = ""
    for word in visible(words).split(" "):
        longer = f"{line} {word}" if line else word
        while cells(longer) > width:
            if line:
                lines, line, longer = [*lines, line], "", word
                continue
            part = next(n for n in range(len(longer), 0, -1) if cells(longer[:n]) <= width)
            lines, longer = [*lines, longer[:part]], longer[part:]
        line = longer
    return [*lines, line]
