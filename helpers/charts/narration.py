"""What the loop does, told in one sentence a frame, in the loop's own order.

The words are the glossary's: a task is *first in the queue*, its step *begins* or *goes
on*; it *suspends* or returns; another *becomes ready*, behind somebody.

The idea: a recording of a hundred thousand steps has few sentences, and many names and times
in them. So a sentence is a **form**, which is a text with holes, and what fills its holes.
`{}` is the next of the names that come with it; `{what}`, `{due}` and `{until}` are facts of
the frame itself: whose step it is, when its timer is due, until when the loop means to sleep.
Forms and names are columns, made for all frames together. They travel with a player, which
has nothing to do but fill in.

The limit: of many names in a row only the first few are told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from helpers.charts.film import FINISH, LOOK, SLEEP, SOCKET, TIMER, WAKE, Film, Mask
from helpers.charts.words import SIGNS, duration_text
from helpers.timeline import KINDS, NOTHING, OUTCOMES, TaskSpan, Timeline, nanoseconds, seconds
from helpers.timeline.records import Table
from helpers.timeline.states import Column, Moments

_T = TypeVar("_T", bound=np.generic)

_HOLE = re.compile(r"\{(\w*)\}")
_NAMED = ("'{}'", "the callback '{}'")  # a task, and what is none
_SEVERAL = ("tasks", "callbacks")
_MOST_NAMED = 3  # in a row; further ones are "7 more"
_CALLED = {
    "timer": ", because its timer is due",
    "io": ", because the selector reports its socket ready",
}
_TURN, _BEHIND = "'{what}' is first in the queue: ", ", behind '{}'"
_SLEEPS = "Nothing is ready: the loop sleeps until {until}, when a timer is due"
_SLEEPS_ON = "Nothing is ready and no timer is set: the loop sleeps until something wakes it"
# The parts of a sentence: what happens, who is new, who was woken, who was destroyed.
_WHAT, _NEW, _WOKEN, _LOST = range(4)
_VERBS = {
    _NEW: ("is new and ready", "are new and ready"),
    _WOKEN: ("becomes ready", "become ready"),
}
_KERNEL = KINDS.index("kernel")
_NEVER = np.iinfo(np.int64).max  # nanoseconds


def narration(timeline: Timeline, frame: int) -> str:
    """One sentence on what the loop does at that frame (counted as in `film.Film`).

    Raises IndexError when the recording has no such frame.
    """
    film = Film(timeline)
    return Narration(film).sentence(film.at_frame(frame).frame)


class Narration:
    """All sentences of a film.

    `forms` are texts with holes; `told` says for each frame which form it has. `names` fill
    the holes `{}`, frame after frame: they are numbers of `strings`, which begins with the
    timeline's own.
    """

    def __init__(self, film: Film, strings: Table[str] | None = None):
        self.film = film
        self.strings = Table(film.timeline.strings) if strings is None else strings
        self.forms, self.told, self.names = _Teller(film, self.strings).tell()

    def sentence(self, frame: int) -> str:
        """What is told at that frame."""
        strings, first = self.strings.values(), self._first_names[frame]
        names = (strings[number] for number in self.names[first:].tolist())

        def filling(hole: re.Match[str]) -> str:
            return self._fact(hole[1], frame) if hole[1] else next(names)

        return _HOLE.sub(filling, self.forms[self.told[frame]])

    @cached_property
    def _first_names(self) -> Column:
        """For each frame, where its names begin."""
        holes = np.array([form.count("{}") for form in self.forms])[self.told]
        first: Column = np.cumsum(holes) - holes
        return first

    def _fact(self, name: str, frame: int) -> str:
        index, timeline = int(self.film.indexes[frame]), self.film.timeline
        if name == "what":
            return self.film.what(index)
        if name == "until":
            return duration_text(timeline.idle[index].until or 0.0)
        return duration_text(seconds(timeline.columns.due[index]))


class _Teller:
    """Makes the sentences of a film, all that have one form together.

    A sentence has four parts, each a text with holes: what happens, who is new, who was woken,
    who was destroyed. Names are numbers of `strings`.
    """

    def __init__(self, film: Film, strings: Table[str]):
        self.film, self.states, self.strings = film, film.states, strings
        self.tasks = film.timeline.tasks
        self.texts = Table[str](("",))
        self.parts = np.zeros((4, len(film)), np.int64)  # numbers of texts
        self.filled: list[tuple[int, Column, Column]] = []  # part, frames, names
        self.whose = self.states.column("task")
        self.kernel = self.states.column("kind") == _KERNEL
        self.names = _numbers(strings, (task.name for task in self.tasks))
        self.what = self._what()
        self.reason = self._numbered("waiting_for")
        self.due = self._dues()
        self.sleep = self._sleeps()
        self.birth = self._births()

    def tell(self) -> tuple[tuple[str, ...], Column, Column]:
        """The forms; which of them each frame has; what fills the holes."""
        self._tell_begin_and_finish()
        self._tell_the_loop()
        self._tell_calls()
        self._tell_tasks_go_on()
        self._tell_others_done()
        self._tell_tasks_done()
        self._tell_who_is_ready()
        self._tell_who_is_lost()
        return (*self._forms(), self._all_names())

    def _forms(self) -> tuple[tuple[str, ...], Column]:
        texts = self.texts.values()
        first, told = np.zeros(1, np.int64), np.zeros(len(self.film), np.int64)
        for part in self.parts:
            together = told * len(texts) + part
            _, first, told = np.unique(together, return_index=True, return_inverse=True)
        rows = self.parts[:, first].T.tolist()
        return tuple("".join(texts[number] for number in row) + "." for row in rows), told

    def _all_names(self) -> Column:
        parts = [np.full(len(frames), part) for part, frames, _ in self.filled]
        order = np.lexsort((np.concatenate(parts), self._filled(1)))
        return self._filled(2)[order]

    def _filled(self, column: int) -> Column:
        return np.concatenate([row[column] for row in self.filled])

    def _say(self, text: str, frames: Column, *names: Column, part: int = _WHAT) -> None:
        """That part of the sentences of those frames; `names` fill its holes, a column each."""
        self.parts[part, frames] = self.texts.number(text)
        self.filled += [(part, frames, column) for column in names]

    def _say_one(self, text: str, frame: int, names: Sequence[int], part: int = _WHAT) -> None:
        self._say(text, np.array([frame]), *(np.array([name]) for name in names), part=part)

    def _at_start(self, text: str, chosen: Mask, *names: Column) -> None:
        steps = np.flatnonzero(chosen)
        self._say(text, self.film.starts[steps], *(column[steps] for column in names))

    def _at_end(self, text: str, chosen: Mask, *names: Column) -> None:
        steps = np.flatnonzero(chosen & (self.film.ends < len(self.film)))
        self._say(text, self.film.ends[steps], *(column[steps] for column in names))

    # -- what is known of each step -----------------------------------------------------------

    def _numbered(self, name: str) -> Column:
        """A column of the timeline's strings; equal ones have one number."""
        first = _numbers(self.strings, self.film.timeline.strings)
        return _pick(first, self.states.column(name), NOTHING)

    def _what(self) -> Column:
        """What it runs: a task's name, or a callback's."""
        labels = self._numbered("label")
        return np.where(self.whose < 0, labels, _pick(self.names, self.whose, NOTHING))

    def _dues(self) -> Moments:
        """When a timer ends the wait after it, `_NEVER` for none."""
        due = self.film.columns.due
        moments = np.full(len(self.whose), _NEVER)
        moments[list(due)] = list(due.values())
        return moments

    def _sleeps(self) -> Mask:
        """Whether its task waits for a timer of its own after it: what else is due, a timeout,
        ends a wait that hoped for something else."""
        words = [text.startswith("sleep") for text in self.film.timeline.strings]
        return _pick(np.array(words, bool), self.states.column("waiting_for"), False)

    def _births(self) -> Mask:
        """Whether it is the first of a task made during the recording."""
        birth, first = np.zeros(len(self.whose), bool), self.states.firsts
        made = np.array([task.created is not None for task in self.tasks], bool)
        birth[first[made & (first != NOTHING)]] = True
        return birth

    def _of_task(self, truths: Sequence[bool]) -> Mask:
        """What is true of its task, False for no task."""
        return _pick(np.array(truths, bool), self.whose, False)

    # -- what happens -------------------------------------------------------------------------

    def _tell_begin_and_finish(self) -> None:
        film = self.film
        ready = self.what[film.queue(film.at_frame(0))].tolist()
        ready += [int(self.names[id]) for id, frame in film.left_over.items() if frame == 0]
        text, names = _in_a_row([(name, False) for name in ready])
        self._say_one("The recording begins" + ("; ready: " + text if text else ""), 0, names)
        if film.kinds[-1] == FINISH:
            pending = [task.id for task in self.tasks if task.ended is None and not task.role]
            text, names = _in_a_row([(int(self.names[id]), False) for id in pending])
            left = "; not finished: " + text if text else ": no task is left over"
            left = left if self.tasks else ""
            self._say_one("The recording ends" + left, len(film) - 1, names)

    def _tell_the_loop(self) -> None:
        film = self.film
        timed = np.array([idle.until is not None for idle in film.timeline.idle], bool)
        asleep = np.flatnonzero(film.kinds == SLEEP)
        until = timed[film.indexes[asleep]]
        self._say(_SLEEPS, asleep[until])
        self._say(_SLEEPS_ON, asleep[~until])
        self._say("The loop wakes up", np.flatnonzero(film.kinds == WAKE))
        timers, sockets = (self._finds(kind) for kind in (TIMER, SOCKET))
        self._say("The loop looks at its timers", np.flatnonzero(timers & ~sockets))
        self._say("The loop looks at its sockets", np.flatnonzero(sockets & ~timers))
        self._say("The loop looks at its sockets and timers", np.flatnonzero(sockets & timers))

    def _finds(self, kind: int) -> Mask:
        """Of each frame, whether it is a look that found a step of that kind."""
        finds: Mask = self.film.kinds == LOOK
        found = self.film.found
        finds[np.setdiff1d(np.arange(len(finds)), found[self.states.column("kind") == kind])] = (
            False
        )
        return finds

    def _tell_calls(self) -> None:
        """The kernel's steps begin, and callbacks."""
        kind = self.states.column("kind")
        turn = "The notebook's kernel takes a turn on the loop, for work of its own"
        self._at_start(turn, self.kernel)
        for number, name in enumerate(KINDS):
            text = "The loop calls the callback '{what}'" + _CALLED.get(name, "")
            self._at_start(text, (kind == number) & (self.whose < 0) & ~self.kernel)

    def _tell_tasks_go_on(self) -> None:
        """Tasks begin or go on; a timed wait may have been cut short."""
        mine, inside = (self.whose >= 0) & ~self.kernel, self.states.column("inside")
        nested = mine & self.birth & (inside >= 0) & ~self.film.was_queued
        for kind, named in enumerate(_NAMED):
            text = "'{what}' begins immediately, inside the step of " + named
            host = _pick(self.whose, inside, NOTHING) < 0
            self._at_start(text, nested & (host == bool(kind)), _pick(self.what, inside, NOTHING))
        self._at_start(_TURN + "its first step begins", mine & self.birth & ~nested)
        before, again = self.states.before, mine & ~self.birth
        reason, due = _pick(self.reason, before, NOTHING), _pick(self.due, before, _NEVER)
        early = (due != _NEVER) & (due > self.states.column("ready"))
        early &= _pick(self.sleep, before, False)
        self._at_start(_TURN + "it goes on", again & (reason < 0))
        known = again & (reason >= 0)
        self._at_start(_TURN + "it goes on, after {}", known & ~early, reason)
        self._at_start(_TURN + "it goes on, because {} was cut short", known & early, reason)

    def _tell_others_done(self) -> None:
        """The kernel's steps end, and callbacks. A timer that ends the wait of just one task is
        told from that task's side."""
        self._at_end("The kernel is done", self.kernel)
        others = (self.whose < 0) & ~self.kernel
        self._at_end("The callback '{what}' is done", others)
        sleeper = np.where(self.states.column("kind") == TIMER, self._only_woken(), NOTHING)
        before = _pick(self.states.before, sleeper, NOTHING)
        due, reason = _pick(self.due, before, _NEVER), _pick(self.reason, before, NOTHING)
        over = others & (due != _NEVER) & (due <= self.states.column("start"))
        over &= _pick(self.sleep, before, False)
        name = _pick(self.what, sleeper, NOTHING)
        self._at_end("{} of '{}' is over", over & (reason >= 0), reason, name)
        self._at_end("The wait of '{}' is over", over & (reason < 0), name)

    def _only_woken(self) -> Column:
        """For each step, the one that it put in the queue; -1 where there is none, or more."""
        by = self.states.column("woken_by")
        woken = np.flatnonzero(by >= 0)
        only = np.full(len(by), NOTHING)
        only[by[woken]] = woken
        return np.where(
            np.bincount(by[woken].astype(np.intp), minlength=len(by)) == 1, only, NOTHING
        )

    def _tell_tasks_done(self) -> None:
        """Tasks suspend, leave the block, or end."""
        mine, following = (self.whose >= 0) & ~self.kernel, self.states.following
        last, gone = following < 0, self._of_task([_ends_itself(task) for task in self.tasks])
        self._tell_ends(mine & last & gone)
        at_the_end = self.states.column("end") >= self.film.timeline.length
        leaves = last & ~gone & self._of_task([bool(task.role) for task in self.tasks]) & at_the_end
        self._at_end("'{what}' leaves the recorded block", mine & leaves)
        woken_by = _pick(self.states.column("woken_by"), following, NOTHING)
        aside = ~last & (woken_by == np.arange(len(woken_by)))
        self._at_end("'{what}' steps aside and goes straight to the end of the queue", mine & aside)
        self._tell_waits(mine & ~(last & gone) & ~leaves & ~aside)

    def _tell_ends(self, chosen: Mask) -> None:
        texts = (task.exception if task.outcome == "raised" else None for task in self.tasks)
        why = _pick(_numbers(self.strings, (text or None for text in texts)), self.whose, NOTHING)
        for outcome in OUTCOMES:
            so = chosen & self._of_task([task.outcome == outcome for task in self.tasks])
            text = "'{what}' " + SIGNS[outcome].verb
            self._at_end(text, so & (why < 0))
            self._at_end(text + ": {}", so & (why >= 0), why)

    def _tell_waits(self, chosen: Mask) -> None:
        for timed, due in ((self.due != _NEVER, ", due at {due}"), (self.due == _NEVER, "")):
            text, so = "'{what}' suspends", chosen & timed
            self._at_end(text + due, so & (self.reason < 0))
            self._at_end(text + ": it waits for {}" + due, so & (self.reason >= 0), self.reason)

    def _tell_who_is_lost(self) -> None:
        """Tasks that the garbage collector took, at the end of the step in which it did."""
        lost = [task for task in self.tasks if task.outcome == "destroyed" and task.ended]
        moments = np.array([nanoseconds(task.ended or 0.0) for task in lost], np.int64)
        steps = self.states.innermost(moments, moments)
        for step in np.unique(steps[steps >= 0]).tolist():
            names = [(int(self.names[lost[at].id]), False) for at in np.flatnonzero(steps == step)]
            text, numbers = _in_a_row(names)
            if (frame := int(self.film.ends[step])) < len(self.film):
                self._say_one(f"; the garbage collector destroys {text}", frame, numbers, _LOST)

    # -- who became ready, and behind whom ----------------------------------------------------

    def _tell_who_is_ready(self) -> None:
        frames, steps = self._became_ready()
        part = np.where(self.birth[steps], _NEW, _WOKEN)
        order = np.lexsort((steps, part, frames))
        frames, steps, part = frames[order], steps[order], part[order]
        other = (np.diff(frames, prepend=NOTHING) != 0) | (np.diff(part, prepend=NOTHING) != 0)
        first = np.flatnonzero(other)
        size = np.diff(first, append=len(frames))
        behind = _pick(self.what, self._ahead(steps[first], frames[first]), NOTHING)
        alone = size == 1
        lone = first[alone]
        self._tell_alone(frames[lone], steps[lone], part[lone], behind[alone])
        for group in np.flatnonzero(~alone).tolist():
            at, members = first[group], slice(first[group], first[group] + size[group])
            self._tell_several(int(frames[at]), steps[members], int(part[at]), int(behind[group]))

    def _became_ready(self) -> tuple[Column, Column]:
        """(frames, steps): at which frames it is told that which steps are in the queue now."""
        film, by = self.film, self.states.column("woken_by")
        woken = np.flatnonzero((by >= 0) & film.was_queued)
        own = (self.whose[woken] >= 0) & (self.whose[woken] == self.whose[by[woken]])
        over = film.ends[by[woken]]  # what ran inside that step is not ready any more
        woken = woken[~own & (over < len(film)) & (film.starts[woken] > over)]
        wakes, found = self._found_awake()
        looked = np.flatnonzero(film.kinds[film.found] == LOOK)
        frames = (film.ends[by[woken]], wakes, film.found[looked])
        return np.concatenate(frames), np.concatenate([woken, found, looked])

    def _found_awake(self) -> tuple[Column, Column]:
        """(frames, steps): what the loop found to be ready when it woke."""
        film, ready = self.film, self.states.column("ready")
        wakes, steps = np.flatnonzero(film.kinds == WAKE), np.flatnonzero(film.was_queued)
        at = np.searchsorted(film.times[wakes], ready[steps], side="left")
        steps, frames = steps[at < len(wakes)], wakes[at[at < len(wakes)]]
        found = film.has_been_queued(steps, film.times[frames], frames)
        found &= (ready[steps] > film.times[frames - 1]) & (film.starts[steps] > frames)
        return frames[found], steps[found]

    def _ahead(self, steps: Column, frames: Column) -> Column:
        """The steps whose handles stand just before theirs in the queue, -1 for none."""
        film = self.film
        queued = np.where(film.was_queued, np.arange(len(film.was_queued)), NOTHING)
        before = np.append(NOTHING, np.maximum.accumulate(queued))  # the last that was in there
        ahead, unsure = before[steps], np.arange(len(steps))
        while len(unsure):
            step, frame = ahead[unsure], frames[unsure]
            gone = (step < 0) | (film.starts[step] <= frame)
            late = ~gone & ~film.has_been_queued(step, film.times[frame], frame)
            ahead[unsure[gone]] = NOTHING
            ahead[unsure[late]] = before[step[late]]
            unsure = unsure[late]
        return ahead

    def _tell_alone(self, frames: Column, steps: Column, part: Column, behind: Column) -> None:
        kind, what, last = self.whose[steps] < 0, self.what[steps], behind < 0
        for which, (verb, _) in _VERBS.items():
            for plain, named in enumerate(_NAMED):
                text, so = f"; {named} {verb}", (part == which) & (kind == bool(plain))
                front, back = np.flatnonzero(so & last), np.flatnonzero(so & ~last)
                self._say(text, frames[front], what[front], part=which)
                self._say(text + _BEHIND, frames[back], what[back], behind[back], part=which)

    def _tell_several(self, frame: int, steps: Column, part: int, behind: int) -> None:
        plain = (self.whose[steps] < 0).tolist()
        text, names = _in_a_row(list(zip(self.what[steps].tolist(), plain, strict=True)))
        text = f"; {text} {_VERBS[part][1]}"
        if behind >= 0:
            text, names = text + _BEHIND, [*names, behind]
        self._say_one(text, frame, names, part)


def _ends_itself(task: TaskSpan) -> bool:
    """Whether its last step is its end."""
    return task.ended is not None and task.outcome != "destroyed"


def _numbers(strings: Table[str], texts: Iterable[str | None]) -> Column:
    return np.array([strings.number(text) for text in texts], np.int64)


def _pick(values: NDArray[_T], indexes: Column, nothing: int | bool) -> NDArray[_T]:
    """Those values; `nothing` where the index is -1."""
    return np.append(values, np.array([nothing], values.dtype))[indexes]


def _in_a_row(names: Sequence[tuple[int, bool]]) -> tuple[str, list[int]]:
    """Names in a row, as a text with holes ("'{}', 2 tasks called '{}' and 7 more"), and what
    fills them. Each is a number, and whether it is a callback's.
    """
    groups = list(Counter(names).items())
    most = len(groups) if len(groups) <= _MOST_NAMED + 1 else _MOST_NAMED
    texts = [
        f"{times} {_SEVERAL[plain]} called '{{}}'" if times > 1 else _NAMED[plain]
        for (_, plain), times in groups[:most]
    ]
    if most < len(groups):
        texts.append(f"{sum(times for _, times in groups[most:])} more")
    text = " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
    return text, [number for (number, _), _ in groups[:most]]
