"""What could not be understood, and was left out: said on the timeline, once for each kind.

Programs hold objects of anybody's making, and asyncio has a past and a future. So one task,
label, line, wait or timer may not be understood. That costs this one part; what was seen of
the rest is kept. (What is not a part, such as the clock or the rows, ends the recording.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class Misses:
    """Kinds of parts, with how many of each are missing and the fault that came first."""

    __slots__ = ("found",)

    def __init__(self, found: dict[str, tuple[int, str]] | None = None) -> None:
        self.found = {} if found is None else found.copy()

    def add(self, part: str, fault: BaseException) -> None:
        """One more `part` (such as "the name of a task") is missing, because of that fault."""
        number, first = self.found.get(part, (0, type(fault).__name__))
        self.found[part] = (number + 1, first)

    def attempt(
        self, part: str, instead: Answer, ask: Callable[..., Answer], *args: object
    ) -> Answer:
        """What that function answers; where it fails, the answer `instead`, and one more miss."""
        try:
            return ask(*args)
        except Exception as fault:
            self.add(part, fault)
            return instead

    def notes(self) -> list[str]:
        """A sentence for each kind."""
        return [
            f"not understood, and left out: {part}{_times(number)} ({first})"
            for part, (number, first) in self.found.items()
        ]


def _times(number: int) -> str:
    return "" if number == 1 else f", {number:,} times"
