"""What ran in workers during one recording: from notes to `WorkerSpan`s.

Who asked for a call is the step in which it was handed over. In virtual time a call takes as
long as that clock went on meanwhile: no longer than it really took.
"""

from __future__ import annotations

import numpy as np

from helpers.recorder.people import People
from helpers.recorder.steps import Clock, Column, Steps
from helpers.recorder.workers import WorkNote
from helpers.timeline import KINDS, WorkerSpan

_KERNEL = KINDS.index("kernel")


def worker_spans(
    steps: Steps, people: People, clock: Clock, kinds: Column
) -> tuple[WorkerSpan, ...]:
    """The calls that were under way in the recording, in order; the kernel's are not in here."""
    begin, end = steps.cut.begin, steps.cut.end
    notes = [
        note
        for note in steps.cut.work
        if note.submitted <= end and (note.ended is None or note.ended >= begin)
    ]
    if not notes:
        return ()
    at = steps.at(np.array([note.submitted for note in notes])).tolist()
    found = []
    for note, step in zip(notes, at, strict=True):
        if step < 0 or kinds[step] != _KERNEL:
            who = int(steps.who[step]) if step >= 0 else -1
            task = int(people.ids[who]) if who >= 0 else -1
            found.append(_span(note, clock, end, step, task))
    return tuple(found)


def _span(note: WorkNote, clock: Clock, end: float, step: int, task: int) -> WorkerSpan:
    """As it was when the recording ended: a thread may have gone on since."""
    ended = note.ended if note.ended is not None and note.ended <= end else None
    began = note.began if note.began is not None and note.began <= end else None
    submitted, started, over = clock.all([note.submitted, began, ended])
    return WorkerSpan(
        label=note.label,
        submitted=submitted or 0.0,
        kind=note.kind,
        pool=note.pool,
        workers=note.workers,
        worker=None if began is None else note.worker,
        task=None if task < 0 else task,
        step=None if step < 0 else step,
        began=started,
        ended=over,
        outcome="pending" if ended is None else note.outcome,
    )
