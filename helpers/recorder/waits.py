"""What a suspended task waits for, in the words of the call that the learner wrote, and where.

Under `await queue.join()` hangs asyncio's `Queue.join`, under that an `Event.wait`, under
that a future. The learner wrote the first of these: the outermost call below the innermost
code of their own. Calls whose names are private (`__aenter__`, `_wait_for_one`) say nothing to
a learner, so the next one inside is taken; where all are, the line itself is read.

Limits: a plain future does not know who made it. One awaited by the learner's own code is just
"future", but for those of `gather`, `shield` and executors, which show.
"""

from __future__ import annotations

from types import CodeType, CoroutineType
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import awaits, naming, rows
from helpers.recorder.asyncio_internals import FUTURES_OWN, AnyTask
from helpers.recorder.misses import Misses
from helpers.recorder.task_book import TaskBook
from helpers.recorder.vocabulary import HIDDEN, PRIVATE, SLEEP, UNREADABLE, Vocabulary
from helpers.recorder.written import call_awaited_at


class Waits:
    """Reads waits for one journal. `place` is where the task stands whose wait was read last."""

    __slots__ = (
        "_calls", "_known", "_misses", "_notes", "_rows", "_tasks", "_vocabulary", "due", "place",
    )  # fmt: skip

    def __init__(
        self, written: rows.Rows, tasks: TaskBook, vocabulary: Vocabulary, misses: Misses
    ) -> None:
        self._rows, self._tasks, self._vocabulary = written, tasks, vocabulary
        self._misses, self._notes = misses, tasks.notes
        self._known = vocabulary.kinds.get
        self._calls: dict[tuple[int, int], str] = {}  # a place in code -> what is called there
        self.due: dict[int, float] = {}  # row -> when a timer ends the wait, on the loop's clock
        self.place = rows.NOWHERE

    def read(self, task: AnyTask, waiter: Any, who: int) -> int:
        """`WAITING` of a task that hangs on that future (None: it has only given way).

        As most programs need it: a chain of native coroutines, each known by its code, the
        first by its task's kind. Every step that suspends a task pays for this.
        """
        try:
            link, known = task.get_coro(), self._known
            own: Any = None
            word, first = 0, self._notes[who].kind.meaning
            if first is not None and first < 0:
                own, number = link, first
                link = link.cr_await
            while type(link) is CoroutineType:
                kind = known(id(link.cr_code))
                if kind is None:
                    kind = self._vocabulary.kind(link.cr_code)
                if kind < 0:
                    own = link
                    number = kind
                    word = 0
                elif word < 2:  # none yet, or `PRIVATE`
                    word = kind
                    if kind == SLEEP:
                        break
                link = link.cr_await
            else:
                if type(link) is not FUTURES_OWN and link is not None:
                    return self._read_all(task, waiter)
            if self._rows.lines:  # as `rows.place_in` has it
                self.place = -1 if own is None else ~number | own.cr_frame.f_lasti
            if word > HIDDEN:
                return word
            return 0 if waiter is None else self._special(word, own, link, task, waiter)
        except Exception as fault:
            self.place = rows.NOWHERE
            self._misses.add("what a task waits for", fault)
            return rows.NOT_WAITING if waiter is None else UNREADABLE

    def _read_all(self, task: AnyTask, waiter: Any) -> int:
        """The same, whatever the chain is made of."""
        own, last, word = None, None, rows.NOT_WAITING
        for link in awaits.chain(task.get_coro(), waiter):
            kind = self._kind(awaits.code_of(link))
            if kind < 0:
                own, number, word = link, kind, rows.NOT_WAITING
            elif word <= PRIVATE:
                word, last = kind, link
        frame, self.place = awaits.frame_of(own), rows.NOWHERE
        if frame is not None and self._rows.lines:
            self.place = rows.place_in(number, frame.f_lasti)
        if word > HIDDEN:
            return word
        return 0 if waiter is None else self._special(word, own, last, task, waiter)

    def _kind(self, code: CodeType | None) -> int:
        return PRIVATE if code is None else self._vocabulary.meaning(code)

    def _special(self, word: int, own: Any, last: Any, task: AnyTask, waiter: Any) -> int:
        """A wait whose word does not follow from the function alone."""
        if word == SLEEP:
            return self._sleep(last)
        if word != rows.NOT_WAITING:
            return self._hidden(task, own, waiter)
        if naming.is_task(waiter):
            return rows.for_task(self._tasks.early_task(waiter))
        return self._vocabulary.word(future_name(waiter))

    def _hidden(self, task: AnyTask, own: Any, waiter: Any) -> int:
        """A call whose function has a private name: what the learner's line calls, or else the
        first public name further inside, or else what there is."""
        if call := self._call_in(own):
            return self._vocabulary.word(call)
        codes = [awaits.code_of(link) for link in awaits.chain(task.get_coro(), waiter)]
        kinds = [self._kind(code) for code in codes]
        public = next((kind for kind in kinds if kind > HIDDEN), None)
        if public is not None:
            return public
        names = [naming.short_name(code.co_qualname) for code in codes if code is not None]
        return self._vocabulary.word(names[-1] if names else "future")

    def _sleep(self, link: Any) -> int:
        """A sleep: of how long, and until when."""
        inside = link.cr_frame.f_locals
        if (timer := inside.get("h")) is None:
            return self._vocabulary.word("sleep")
        self.due[len(self._rows)] = timer.when()
        return self._vocabulary.word(f"sleep({delay_text(inside['delay'])})")

    def _call_in(self, own: Any) -> str:
        """What the learner's line calls, where the function itself is private; "" if unknown."""
        code, frame = awaits.code_of(own), awaits.frame_of(own)
        if code is None or frame is None:
            return ""
        place = (id(code), frame.f_lasti)
        if place not in self._calls:
            self._vocabulary.keep(code)
            self._calls[place] = call_awaited_at(code, frame.f_lasti)
        return self._calls[place]


# -- words -------------------------------------------------------------------------------------


def delay_text(delay: object) -> str:
    """A delay in seconds as one writes it; of a number of another kind (a fraction) its type."""
    return f"{delay:g}" if isinstance(delay, int | float) else type(delay).__name__


def future_name(future: Any) -> str:
    """What a future is called that the learner's own code waits for, by who else looks at it."""
    if type(future).__name__ == "_GatheringFuture":
        return "gather"
    for callback, *_ in internals.callbacks_of(future):
        known = _FUTURES.get(getattr(callback, "__qualname__", ""))
        if known:
            return known
    return "future"


_FUTURES = {
    "shield.<locals>._outer_done_callback": "shield",
    "_chain_future.<locals>._call_check_cancel": "a concurrent future",
}
