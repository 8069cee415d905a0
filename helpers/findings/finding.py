"""One finding, and the list of them as a reader sees it: at most five, the worst first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from math import inf

from helpers.timeline.cells import wrapped
from helpers.timeline.records import Place

SHOWN = 5  # who is told of ten faults mends none
NOTHING_FOUND = "Nothing found: of the faults we know, this recording shows none."


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or waste, said so that one can go and mend it.

    `kind` is its name; `sentence` says what happened, who, when, in which line, and what it
    cost others; `advice` is one thing to try, `lesson` the number of the one that explains it
    ("" for none). `tasks` are the ids of those it is about; `when` the moment to look at, in
    seconds; `line` a (source, line), None where it is not known. `cost` is in seconds: what
    others waited for it, infinite where the program comes to a wrong end. `also` is what came of it
    and is not told again: the sleeps that ended late because the loop was held.
    """

    kind: str
    sentence: str
    advice: str
    lesson: str
    tasks: tuple[int, ...]
    when: float
    line: Place | None = None
    cost: float = inf
    also: tuple[Finding, ...] = ()

    def rank(self) -> tuple[float, float]:
        """By which the worst comes first."""
        return -round(self.cost, 2), self.when

    @property
    def help(self) -> str:
        """What to try, and where it is explained."""
        explained = f"Lesson {self.lesson} explains it." if self.lesson else ""
        return " ".join(filter(None, (self.advice, explained)))


class Findings(tuple[Finding, ...]):
    """All findings of a recording, the worst first; shown, it is a short list of the first five.

    `notes` say which kinds could not be looked for.
    """

    notes: tuple[str, ...]

    def __new__(cls, found: Iterable[Finding] = (), notes: Iterable[str] = ()) -> Findings:
        findings = super().__new__(cls, found)
        findings.notes = tuple(notes)
        return findings

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The first five."""
        return self[:SHOWN]

    @property
    def rest(self) -> str:
        """How many are not shown; "" if all are."""
        more = len(self) - SHOWN
        return f"And {more} more: list(timeline.findings()) has them all." if more > 0 else ""

    def text(self, width: int = 80) -> str:
        """The list in lines of at most that many cells of a terminal."""
        return "\n".join(self._lines(width))

    def _lines(self, width: int) -> Iterator[str]:
        for number, finding in enumerate(self.shown, 1):
            said = f"{finding.kind[0].upper()}{finding.kind[1:]}: {finding.sentence}"
            lines = [line for part in (said, finding.help) for line in wrapped(part, width - 3)]
            for at, line in enumerate(filter(None, lines)):
                yield f"{number}. {line}" if at == 0 else f"   {line}"
        for said in filter(None, (self.rest, *self.notes, "" if self else NOTHING_FOUND)):
            yield from wrapped(said, width)

    def __repr__(self) -> str:
        return self.text()

    __str__ = __repr__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self._html()}

    def _html(self) -> str:
        items = "".join(
            f"<li><b>{escape(finding.kind)}</b>: {escape(finding.sentence)}"
            f"<br><small>{_with_code(escape(finding.help))}</small></li>"
            for finding in self.shown
        )
        others = (self.rest, *self.notes, "" if self else NOTHING_FOUND)
        after = "".join(f"<p>{escape(said)}</p>" for said in others if said)
        return (f"<ol>{items}</ol>" if items else "") + after


def _with_code(text: str) -> str:
    """What stands between backquotes as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", text)
