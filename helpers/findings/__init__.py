"""What is wrong or wasteful in a recording, in words: a timeline in, findings out.

    timeline.findings()        # the last line of a cell: a short list, the worst first

- `finding`: one `Finding`, and the list of them, shown as text and HTML;
- `evidence`: what the kinds ask about a recording, and the words in which they answer;
- `reading`: what the learner's source says around a line, where it was recorded;
- `rows`: awaits in it that stand in a row, and need nothing of each other;
- `holding`: which steps held the loop, at which line, and whom they kept waiting;
- `lateness`: sleeps and timeouts that came late, and by whom;
- `kinds`: one small file for each kind of fault. They are found by being there.

A kind accuses only on evidence: what is not known (no lines were recorded, an older file) makes
it silent, and never guess. So an empty list means that nothing was found, not that all is well.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache

from helpers.findings import kinds
from helpers.findings.evidence import Evidence
from helpers.findings.finding import Finding, Findings
from helpers.timeline import Timeline

__all__ = ["Finding", "Findings", "find"]

Kind = Callable[[Evidence], Iterator[Finding]]


def find(timeline: Timeline) -> Findings:
    """All that is found in that recording, the worst first.

    A kind that fails says so in `.notes`, and costs nothing but itself.
    """
    evidence = Evidence(timeline)
    found: list[Finding] = []
    notes: list[str] = []
    for name, look in all_kinds().items():
        try:
            found += look(evidence)
        except Exception as fault:
            notes.append(f"{name} was not looked for: {type(fault).__name__}: {fault}")
    return Findings(sorted(found, key=Finding.rank), notes)


@cache
def all_kinds() -> dict[str, Kind]:
    """Each kind's name, and what looks for it: `kinds/` has a file for each."""
    modules = (
        importlib.import_module(f"{kinds.__name__}.{module.name}")
        for module in pkgutil.iter_modules(kinds.__path__)
    )
    return {module.KIND: module.look for module in modules}
