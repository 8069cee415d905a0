"""The tasks of one recording: which they are, what they are called, who made them."""

from __future__ import annotations

import itertools

import numpy as np

from helpers.recorder import naming, rows
from helpers.recorder.misses import Misses
from helpers.recorder.places import Place, line_of
from helpers.recorder.steps import Clock, Column, Steps
from helpers.timeline import KINDS, NOTHING, TaskSpan

TASK = KINDS.index("task")


class People:
    """The tasks of one recording: which they are, what they are called, who made them."""

    def __init__(self, steps: Steps, misses: Misses) -> None:
        cut = steps.cut
        self.notes, self.steps, self.recorder = cut.tasks, steps, cut.task
        self.begin, self.end, self.queued = cut.begin, cut.end, cut.queued
        self.heard = cut.heard
        nowhere: dict[int, Place] = {}
        self.made = misses.attempt("where tasks were made", nowhere, self._made_at)
        self.created = [self._created(number) for number in range(len(self.notes))]
        mine = [number for number in range(len(self.notes)) if self._is_mine(number)]
        mine.sort(key=lambda n: (n != self.recorder, self.created[n] or 0, n))
        self.order = mine
        self.ids = np.full(len(self.notes) + 1, NOTHING, dtype=np.int64)
        self.ids[mine] = np.arange(len(mine))
        nobody: dict[int, int] = {}
        self.makers = misses.attempt("who made which task", nobody, self._makers)
        self.parents = misses.attempt("who made which task", nobody, self._parents)
        self.roles = {number: self._role(number) for number in mine}
        given = [note.name for note in self.notes]
        self.names = misses.attempt("numbers for tasks without a name", given, self._names)

    def _created(self, number: int) -> float | None:
        """When a task was made: when its first step was queued; None if before our time."""
        note = self.notes[number]
        if not note.fresh:
            return None
        queued = self.queued.get(number) if note.created is None else note.created
        known = queued is not None and rows.is_moment(queued) and queued >= self.begin
        return queued if known else None

    def _is_mine(self, number: int) -> bool:
        note = self.notes[number]
        if number == self.recorder:
            return True
        if note.machinery or (note.ended is not None and note.ended < self.begin):
            return False
        return (self.created[number] or 0) <= self.end

    def _makers(self) -> dict[int, int]:
        """The step in which each task was made, -1 for none."""
        made = [n for n in self.order if self.created[n] is not None]
        moments = np.array([self.created[n] for n in made], dtype=float)
        # Just before: an eager task's own first step begins at that moment.
        at = self.steps.at(np.nextafter(moments, 0))
        return dict(zip(made, at.tolist(), strict=True))

    def _parents(self) -> dict[int, int]:
        """The public id of the task that made each task, where one did."""
        numbers, steps = np.array(list(self.makers.items()), dtype=np.int64).reshape(-1, 2).T
        parents = np.where(steps >= 0, self.ids_of(self.steps.who[steps]), NOTHING)
        known = parents != NOTHING
        return dict(zip(numbers[known].tolist(), parents[known].tolist(), strict=True))

    def _role(self, number: int) -> str:
        if number == self.recorder:
            return "recording"
        return "main" if self.makers.get(number, 0) == NOTHING else ""

    def _names(self) -> list[str]:
        """By number: a task's own name, or its coroutine's with a number of our own. A name that
        the program gave is left as it is, and our numbers keep clear of it."""
        names = [_machinerys_name(n) if n.machinery else n.name for n in self.notes]
        unnamed: dict[str, list[int]] = {}
        for number in self.order:
            note = self.notes[number]
            if self.roles[number] == "recording" and note.machinery:
                names[number] = "this cell"
            elif not note.is_given and naming.is_default_name(note.name):
                unnamed.setdefault(naming.short_name(note.kind.qualname), []).append(number)
        theirs = {names[n] for n in self.order} - {names[n] for ns in unnamed.values() for n in ns}
        for name, numbers in unnamed.items():
            self._number_them(names, name, numbers, theirs)
        return names

    def _number_them(
        self, names: list[str], name: str, numbers: list[int], theirs: set[str]
    ) -> None:
        """Names for the tasks of one function that nobody named, in order of creation. One that
        is the only main of that function, or began the recording, needs no number."""
        mains = [number for number in numbers if self.roles[number]]
        alone = mains if len(mains) == 1 and name not in theirs else []
        free = (f"{name}-{n}" for n in itertools.count(1) if f"{name}-{n}" not in theirs)
        for number in numbers:
            names[number] = name if number in alone else next(free)

    def ids_of(self, who: Column) -> Column:
        """Public ids for a column of `WHO`; labels, and tasks of the kernel, have none."""
        return self.ids[np.where(rows.is_label(who), NOTHING, who)]

    def spans(self, clock: Clock) -> tuple[TaskSpan, ...]:
        started = self._started()
        notes = [self.notes[number] for number in self.order]
        created = clock.all(self.created[number] for number in self.order)
        begun = clock.all(started.get(number) for number in self.order)
        ended = clock.all(self._until_the_end(note.ended) for note in notes)
        queued = clock.all(self.queued.get(number) for number in self.order)
        asked = (self._until_the_end(self.heard.get(number)) for number in self.order)
        times = zip(created, begun, ended, queued, clock.all(asked), strict=True)
        return tuple(
            self._span(identity, number, *moments)
            for identity, (number, moments) in enumerate(zip(self.order, times, strict=True))
        )

    def _made_at(self) -> dict[int, Place]:
        """The source and line at which tasks were made, by number; many at the same."""
        made_in, codes = self.steps.cut.made_in, self.steps.cut.codes
        known = {place: line_of(codes, place) for place in set(made_in.values())}
        found = {number: known[place] for number, place in made_in.items()}
        return {number: place for number, place in found.items() if place is not None}

    def _until_the_end(self, moment: float | None) -> float | None:
        return moment if moment is not None and moment <= self.end else None

    def _started(self) -> dict[int, int]:
        who, first = np.unique(self.steps.who, return_index=True)
        return dict(zip(who.tolist(), self.steps.start[first].tolist(), strict=True))

    def _span(
        self,
        identity: int,
        number: int,
        created: float | None,
        started: float | None,
        ended: float | None,
        queued: float | None,
        heard: float | None,
    ) -> TaskSpan:
        note, role = self.notes[number], self.roles[number]
        known = ended is not None and number in self.heard
        cell = role == "recording" and note.machinery
        return TaskSpan(
            id=identity,
            name=self.names[number],
            coroutine="this cell" if cell else naming.short_name(note.kind.qualname),
            parent=self.parents.get(number),
            created=created,
            started=started,
            ended=ended,
            outcome="pending" if ended is None else note.outcome,
            exception=None if ended is None else note.exception,
            entered=note.entered,
            queued=queued if ended is None else None,
            role=role,
            made_at=self.made.get(number),
            cancels=self.steps.cut.cancels.get(number, 0),
            library="" if role else note.kind.library,
            heard=heard if known else None,
            unheard=known and heard is None,
        )


def _machinerys_name(note: rows.TaskNote) -> str:
    """What a task does that no program asked for; a reader knows the kernel, not its functions."""
    name = naming.short_name(note.kind.qualname)
    return f"kernel: {name}" if note.machinery == "kernel" else name
