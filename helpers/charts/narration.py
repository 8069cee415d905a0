"""What the loop does, told in one sentence a frame, in the loop's own order.

The words are the glossary's: a task is *first in the queue*, its step *begins* or *goes
on*; it *suspends* or returns; another *becomes ready*, behind somebody. Times are rounded
in whole numbers, so that `player.js`, which tells the same story from columns, says the
same to the letter: a test compares them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property

from helpers.charts.moments import BEGIN, END, SLEEP, START, TIMER, WAKE, Film
from helpers.charts.words import SIGNS, duration_text
from helpers.timeline import KINDS, TaskSpan, Timeline, seconds

_CALLED_BECAUSE = {
    "timer": ", because its timer is due",
    "io": ", because the selector reports its socket ready",
}


def narration(timeline: Timeline, frame: int) -> str:
    """One sentence on what the loop does at that frame (counted as in `moments.Film`).

    Raises IndexError when the recording has no such frame.
    """
    return Narrator(Film(timeline)).narration(frame)


class Narrator:
    """Tells a film; reads its columns and asks it who stood in the queue."""

    def __init__(self, film: Film):
        self.film, self.timeline, self.columns = film, film.timeline, film.columns

    def narration(self, frame: int) -> str:
        """One sentence on what happens at that frame, in the loop's own order."""
        kind, index = self.film.order[frame]
        if kind == START:
            return self._tell_start(index)
        if kind == END:
            return self._tell_end(index, frame)
        if kind == SLEEP:
            return self._tell_sleep(index)
        if kind == WAKE:
            return "The loop wakes up" + self._tell_queued(self._queued_by_loop(frame), frame) + "."
        return self._tell_begin() if kind == BEGIN else self._tell_finish()

    def _tell_begin(self) -> str:
        queue = _listed([q.what for q in self.film.at_frame(0).ready])
        return "The recording begins" + (f"; ready: {queue}." if queue else ".")

    def _tell_finish(self) -> str:
        pending = [t.name for t in self.timeline.tasks if t.ended is None and not t.role]
        if not pending:
            left_over = ": no task is left over" if self.timeline.tasks else ""
            return f"The recording ends{left_over}."
        return f"The recording ends; not finished: {_listed(pending)}."

    def _tell_sleep(self, index: int) -> str:
        until = self.timeline.idle[index].until
        if until is None:
            return "Nothing is ready and no timer is set: the loop sleeps until something wakes it."
        return (
            f"Nothing is ready: the loop sleeps until {duration_text(until)}, when a timer is due."
        )

    def _tell_start(self, index: int) -> str:
        c, what = self.columns, self.named(index)
        kind, task = KINDS[c.kind[index]], c.task[index]
        if kind == "kernel":
            return "The notebook's kernel takes a turn on the loop, for work of its own."
        if task < 0:
            return f"The loop calls {what}{_CALLED_BECAUSE.get(kind, '')}."
        first = self._is_birth(index)
        inside = c.inside[index]
        if inside >= 0 and first:
            return f"{what} begins at once, inside the step of {self.named(inside)}."
        if first:
            return f"{what} is first in the queue: its first step begins."
        return f"{what} is first in the queue: it goes on{self._tell_after(index)}."

    def _tell_after(self, index: int) -> str:
        """What a step goes on after; a timed wait may have been cut short."""
        before = self._step_before(index)
        reason = self._reason(before)
        if not reason:
            return ""
        if self.columns.due.get(before, 0) > self.columns.ready[index]:
            return f", for {reason} was cut short"
        return f", after {reason}"

    def _tell_end(self, index: int, frame: int) -> str:
        """What the step did to others, then what became of its own task."""
        own = self._tell_own_end(index)
        woken = [i for i in self._woken_by.get(index, ()) if not self._is_own(i, index)]
        queued = [i for i in woken if self.film.queued[i] < self.film.starts[i]]
        return own + self._tell_queued(queued, frame) + "."

    def _tell_own_end(self, index: int) -> str:
        c, what = self.columns, self.named(index)
        task, kind = c.task[index], KINDS[c.kind[index]]
        if kind == "kernel":
            return "The kernel is done"
        if task < 0:
            return self._tell_sleep_over(index) or capitalised(f"{what} is done")
        steps, span = self.timeline.task_steps(task), self.timeline.tasks[task]
        following = bisect_right(steps, index)
        if following == len(steps) and span.ended is not None:
            return f"{what} {SIGNS[span.outcome].verb}" + _because(span)
        if following == len(steps) and span.role and c.end[index] >= self.timeline.length:
            return f"{what} leaves the recorded block"
        if following < len(steps) and self._is_own(steps[following], index):
            return f"{what} steps aside and goes straight to the end of the queue"
        reason = self._reason(index)
        waits = f": it waits for {reason}" if reason else ""
        due = f", due at {duration_text(seconds(c.due[index]))}" if index in c.due else ""
        return f"{what} suspends{waits}{due}"

    def _tell_sleep_over(self, index: int) -> str:
        """A timer that ends the wait of just one task is told from that task's side."""
        woken, c = self._woken_by.get(index, ()), self.columns
        if c.kind[index] != TIMER or len(woken) != 1:
            return ""
        before = self._step_before(woken[0])
        if before not in c.due or c.due[before] > c.start[index]:
            return ""
        return f"{self._reason(before) or 'the wait'} of {self.named(woken[0])} is over"

    def _tell_queued(self, steps: list[int], frame: int) -> str:
        """Who became ready, and behind whom they stand; first those that are new."""
        new = [i for i in steps if self._is_birth(i)]
        woken = [i for i in steps if not self._is_birth(i)]
        return self._tell_group(new, ("is new and ready", "are new and ready"), frame) + (
            self._tell_group(woken, ("becomes ready", "become ready"), frame)
        )

    def _tell_group(self, steps: list[int], verbs: tuple[str, str], frame: int) -> str:
        if not steps:
            return ""
        names = list(dict.fromkeys(self.named(i) for i in steps))
        queue = self.film.at_frame(frame).ready
        before = [q for q in queue if q.step is not None and q.step < steps[0]]
        behind = f", behind {quoted(before[-1].what)}" if before else ""
        return f"; {_listed(names, quote=False)} {verbs[len(names) > 1]}{behind}"

    def _queued_by_loop(self, frame: int) -> list[int]:
        """What the loop found to be ready when it woke at that frame."""
        asleep = seconds(self.film.times[frame - 1])
        ready = self.film.at_frame(frame).ready
        return [q.step for q in ready if q.step is not None and q.since > asleep]

    def _is_own(self, woken: int, index: int) -> bool:
        """Whether a step put its own task back into the queue, as `sleep(0)` does."""
        c = self.columns
        return c.task[woken] >= 0 and c.task[woken] == c.task[index] and c.woken_by[woken] == index

    def _is_birth(self, index: int) -> bool:
        """Whether it is the first step of a task made during the recording."""
        task = self.columns.task[index]
        if task < 0 or self.timeline.tasks[task].created is None:
            return False
        return self.timeline.task_steps(task)[0] == index

    def _step_before(self, index: int) -> int:
        """The step of the same task before that one, -1 if there is none."""
        task = self.columns.task[index]
        steps = self.timeline.task_steps(task) if task >= 0 else []
        before = bisect_left(steps, index) - 1
        return steps[before] if before >= 0 else -1

    def _reason(self, step: int) -> str:
        """What a task waited for after that step; "" where it is not known."""
        reason = self.columns.waiting_for[step] if step >= 0 else -1
        return self.timeline.strings[reason] if reason >= 0 else ""

    @cached_property
    def _woken_by(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, by in enumerate(self.columns.woken_by):
            if by >= 0:
                found.setdefault(by, []).append(index)
        return found

    def named(self, index: int) -> str:
        """What a step runs, as it stands in a sentence."""
        name = quoted(self.film.what(index))
        return name if self.columns.task[index] >= 0 else f"the callback {name}"


def quoted(name: str) -> str:
    """A name as it stands in a sentence."""
    return f"'{name}'"


def capitalised(sentence: str) -> str:
    """The sentence with a capital letter at its front, the rest as it was."""
    return sentence[:1].upper() + sentence[1:]


def _listed(names: Iterable[str], *, quote: bool = True, most: int = 3) -> str:
    """Names in a row: "'a', 'b' and 'c'"; of very many only the first few."""
    names = [quoted(name) if quote else name for name in names]
    if len(names) > most + 1:
        names = [*names[:most], f"{len(names) - most} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _because(span: TaskSpan) -> str:
    return f": {span.exception}" if span.outcome == "raised" and span.exception else ""
