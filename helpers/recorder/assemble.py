"""From a journal's raw rows to a `Timeline`: what follows from the moments, worked out once.

The recorder writes down when each step was queued, began and ended, as cheaply as it can. Who
woke whom (the step during which a handle was queued), which step ran inside which, who made
a task, and what the virtual clock said, is all in those moments. Here it is read out of them:
plain arithmetic on whole columns, no event loop in sight.

Limit: two moments that a coarse clock cannot tell apart (Windows: 100 ns) may name the
neighbouring step.
"""

import linecache
from array import array

import numpy as np

from helpers.recorder import naming
from helpers.recorder.journal import FIRST_TIMER, OLD_READY, UNKNOWN, Cut, Recording
from helpers.timeline import BY_IO as WOKEN_BY_IO
from helpers.timeline import BY_THREAD as WOKEN_BY_THREAD
from helpers.timeline import (
    KINDS,
    NANOSECONDS,
    NOTHING,
    Idle,
    Printed,
    StepColumns,
    TaskSpan,
    Timeline,
    Timer,
    seconds,
)

A_CENTURY = 3.2e9  # seconds; their nanoseconds still fit a column
QUEUED, START, END, WHO, WAITING = range(5)
TASK, CALLBACK, KERNEL = (KINDS.index(kind) for kind in ("task", "callback", "kernel"))


def assemble(cut: Cut, recording: Recording) -> Timeline:
    """The timeline of one recording, from its share of the journal."""
    steps = _Steps(cut, recording)
    clock = _Clock(cut, recording.begin)
    people = _People(steps, recording)
    strings, waiting = _words(steps, people)
    kinds, labels = _kinds_and_labels(steps, people)
    timers = _timers(steps, clock, kinds)
    tasks = people.spans(clock)
    places, resumed, suspended = _places(steps)
    columns = StepColumns(
        task=array("i", people.ids_of(steps.who, kinds).astype("i").tobytes()),
        kind=array("b", kinds.astype("b").tobytes()),
        label=array("i", labels.astype("i").tobytes()),
        ready=array("q", np.minimum(clock(steps.ready), clock(steps.start)).tobytes()),
        start=array("q", clock(steps.start).tobytes()),
        end=array("q", clock(steps.end).tobytes()),
        inside=array("i", steps.inside.astype("i").tobytes()),
        woken_by=array("i", steps.woken_by.astype("i").tobytes()),
        waiting_for=array("i", waiting.astype("i").tobytes()),
        resumed=resumed,
        suspended=suspended,
        real=array("q", clock.real(steps.end - steps.start).tobytes()),
        due={row: clock.loop_time(when) for row, when in steps.due.items()},
    )
    return Timeline(
        title=recording.title,
        clock="virtual" if clock.virtual else "real",
        length=int(clock(np.array([cut.end]))[0]),
        tasks=tasks,
        columns=columns,
        strings=strings,
        places=places,
        timers=timers,
        idle=_idle(cut, recording, clock),
        output=_output(cut, recording, steps, clock),
        sources=_sources(places, cut.codes, cut.labels),
        notes=(*cut.notes, *(_pending(tasks) if recording.end else ())),
    )


class _Clock:
    """Turns the journal's moments into nanoseconds since the recording began."""

    def __init__(self, cut: Cut, begin: float):
        self.virtual = cut.virtual is not None
        self._begin = begin
        self._offset = cut.offset or 0.0
        if self.virtual:
            jumps = np.array(cut.jumps, dtype=float).reshape(-1, 2)
            self._real, self._said = jumps[:, 0], _nanoseconds(jumps[:, 1])
            self._zero = int(self._read(np.array([begin]))[0])

    def _read(self, moments: np.ndarray) -> np.ndarray:
        """What the virtual clock said at real moments: it only moves in jumps."""
        at = np.searchsorted(self._real, moments, side="right") - 1
        return self._said[np.maximum(at, 0)]

    def __call__(self, moments: np.ndarray) -> np.ndarray:
        moments = np.maximum(moments, self._begin)
        if self.virtual:
            return self._read(moments) - self._zero
        return _nanoseconds(moments - self._begin)

    def real(self, durations: np.ndarray) -> np.ndarray:
        """What steps took on the real clock, where that is another one; else nothing."""
        return _nanoseconds(durations if self.virtual else durations[:0])

    def one(self, moment: float) -> float:
        """One moment, as float seconds."""
        return seconds(int(self(np.array([moment]))[0]))

    def all(self, moments) -> list[float | None]:
        """Moments as float seconds; None stays None."""
        moments = list(moments)
        column = np.array([-1.0 if m is None else m for m in moments])
        found = (self(column) / NANOSECONDS).tolist()
        return [None if m is None else s for m, s in zip(moments, found, strict=True)]

    def loop_time(self, when: float) -> int:
        """A time of the loop's own clock; for ever is a hundred years (so is not a number)."""
        when = min(A_CENTURY, when)
        if self.virtual:
            return round(when * 1e9) - self._zero
        return round((when + self._offset - self._begin) * 1e9)


def _nanoseconds(seconds: np.ndarray) -> np.ndarray:
    return np.rint(seconds * 1e9).astype(np.int64)


class _Steps:
    """The rows of one recording as columns, in order of start, and what follows from them."""

    def __init__(self, cut: Cut, recording: Recording):
        self.cut = cut
        table = np.frombuffer(cut.rows).reshape(-1, 5)
        before = table[:, END] < recording.begin
        self._begin, self._old_timers = (
            recording.begin,
            set(_timer_of(table[before, QUEUED]).tolist()),
        )
        rows = np.flatnonzero(~before)
        start = np.maximum(table[rows, START], recording.begin)
        end = np.maximum(table[rows, END], start)
        order = np.lexsort((-end, start))
        rows, self.start, self.end = rows[order], start[order], end[order]
        self.who, self.waiting = (table[rows, c].astype(np.int64) for c in (WHO, WAITING))
        self._queued = table[rows, QUEUED]
        self.inside = _inside(self.start, self.end)
        self._find_ready(recording.begin)
        new_row = dict(zip(rows.tolist(), range(len(rows)), strict=True)) if cut.due else {}
        self.due = {new_row[r]: w for r, w in cut.due.items() if r in new_row}
        self.places = np.frombuffer(cut.places, dtype=np.int64)
        if len(self.places):
            self.places = self.places[rows]

    def was_over(self, timer: int, cancelled: float | None) -> bool:
        """Whether that timer had run, or been cancelled, before this recording began."""
        return timer in self._old_timers or (cancelled is not None and cancelled < self._begin)

    def _find_ready(self, begin: float) -> None:
        """When each step was put in the ready queue, and who put it there."""
        queued = self._queued
        self.timer = _timer_of(queued)
        by_io = (queued < 0) & (self.timer < 0)
        moment = np.abs(queued)
        moment = np.where(queued == OLD_READY, begin, moment)
        moment = np.where(queued == UNKNOWN, self.start, moment)
        moment = np.where(self.timer >= 0, self._noticed(), moment)
        self.ready = np.minimum(np.maximum(moment, begin), self.start)
        known = (queued >= begin) & (queued != OLD_READY) & (queued != UNKNOWN)
        self.woken_by = np.where(known, self.at(moment), NOTHING)
        self.woken_by = np.minimum(self.woken_by, np.arange(len(queued)) - 1)
        self.woken_by = np.where(known, self.woken_by, NOTHING)
        foreign = np.isin(queued, self._from_threads())
        self.woken_by = np.where(known & foreign, WOKEN_BY_THREAD, self.woken_by)
        self.woken_by = np.where(by_io, WOKEN_BY_IO, self.woken_by)

    def _from_threads(self) -> np.ndarray:
        """When handles were queued by other threads. A call that has not come back yet, while
        the loop has run what it queued, is taken to be the first handle queued since."""
        found = [queued for _, queued in self.cut.foreign if queued != UNKNOWN]
        for called, queued in self.cut.foreign:
            since = self._queued[(self._queued >= called) & (self._queued < OLD_READY)]
            if queued == UNKNOWN and len(since):
                found.append(float(since.min()))
        return np.array(found)

    def _noticed(self) -> np.ndarray:
        """For each step, the end of the loop's last look at timers and sockets before it."""
        polls = np.frombuffer(self.cut.polls)
        if not len(polls):
            return self.start
        at = np.searchsorted(polls, self.start, side="right") - 1
        return np.where(at >= 0, polls[np.maximum(at, 0)], self.start)

    def at(self, moments: np.ndarray) -> np.ndarray:
        """The innermost step under way at each moment, -1 where there is none."""
        if not len(self.start):
            return np.full(len(moments), NOTHING)
        index = np.searchsorted(self.start, moments, side="right") - 1
        while True:
            over = (index >= 0) & (self.end[index] < moments)
            if not over.any():
                return index
            index = np.where(over, self.inside[index], index)


def _timer_of(queued: np.ndarray) -> np.ndarray:
    """The number of the timer that queued each step, -1 for none."""
    return np.where(queued <= FIRST_TIMER, FIRST_TIMER - queued, -1).astype(np.int64)


def _inside(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """For each step the one it ran directly within, -1 for none."""
    inside = np.full(len(start), NOTHING, dtype=np.int64)
    if len(start) < 2 or not (np.maximum.accumulate(end)[:-1] > start[1:]).any():
        return inside  # the usual case: one after the other
    around: list[int] = []
    starts, ends = start.tolist(), end.tolist()
    for index, begun in enumerate(starts):
        while around and ends[around[-1]] <= begun:
            around.pop()
        if around:
            inside[index] = around[-1]
        around.append(index)
    return inside


class _People:
    """The tasks of one recording: which they are, what they are called, who made them."""

    def __init__(self, steps: _Steps, recording: Recording):
        self.notes, self.steps, self.recording = steps.cut.tasks, steps, recording
        self.begin, self.end = recording.begin, steps.cut.end
        self.queued = steps.cut.queued
        self.created = [self._created(number) for number in range(len(self.notes))]
        mine = [number for number in range(len(self.notes)) if self._is_mine(number)]
        mine.sort(key=lambda n: (n != recording.task, self.created[n] or 0, n))
        self.order = mine
        self.ids = np.full(len(self.notes) + 1, NOTHING, dtype=np.int64)
        self.ids[mine] = np.arange(len(mine))
        self.makers = self._makers()
        self.parents = self._parents()
        self.roles = {number: self._role(number) for number in mine}
        self.names = self._names()

    def _created(self, number: int) -> float | None:
        """When a task was made: when its first step was queued; None if before our time."""
        note = self.notes[number]
        if not note.fresh:
            return None
        queued = self.queued.get(number) if note.created is None else note.created
        known = queued is not None and 0 < queued < OLD_READY
        return queued if known and queued >= self.begin else None

    def _is_mine(self, number: int) -> bool:
        note = self.notes[number]
        if number == self.recording.task:
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
        who = np.where(steps >= 0, self.steps.who[steps], NOTHING)
        parents = self.ids[np.maximum(who, NOTHING)]
        known = parents != NOTHING
        return dict(zip(numbers[known].tolist(), parents[known].tolist(), strict=True))

    def _role(self, number: int) -> str:
        if number == self.recording.task:
            return "recording"
        return "main" if self.makers.get(number, 0) == NOTHING else ""

    def _names(self) -> list[str]:
        """By number: a task's own name, or its coroutine's with a number of our own."""
        names, seen = [n.coroutine if n.machinery else n.name for n in self.notes], {}
        for number in self.order:
            note, role = self.notes[number], self.roles[number]
            if role == "recording" and note.machinery:
                names[number] = "this cell"
            elif naming.is_default_name(note.name):
                name = note.coroutine
                seen[name] = count = seen.get(name, 0) + (not role)
                names[number] = name if role else f"{name}-{count}"
        return names

    def ids_of(self, who: np.ndarray, kinds: np.ndarray) -> np.ndarray:
        """Public ids for a column of numbers; callbacks and the kernel have none."""
        return np.where(kinds == TASK, self.ids[np.maximum(who, NOTHING)], NOTHING)

    def spans(self, clock: _Clock) -> tuple[TaskSpan, ...]:
        started = self._started()
        notes = [self.notes[number] for number in self.order]
        created = clock.all(self.created[number] for number in self.order)
        begun = clock.all(started.get(number) for number in self.order)
        ended = clock.all(self._ended(note) for note in notes)
        queued = clock.all(self.queued.get(number) for number in self.order)
        times = zip(created, begun, ended, queued, strict=True)
        return tuple(
            self._span(identity, number, *moments)
            for identity, (number, moments) in enumerate(zip(self.order, times, strict=True))
        )

    def _ended(self, note) -> float | None:
        return note.ended if note.ended is not None and note.ended <= self.end else None

    def _started(self) -> dict[int, int]:
        who, first = np.unique(self.steps.who, return_index=True)
        return dict(zip(who.tolist(), self.steps.start[first].tolist(), strict=True))

    def _span(self, identity, number, created, started, ended, queued) -> TaskSpan:
        note, role = self.notes[number], self.roles[number]
        cell = role == "recording" and note.machinery
        return TaskSpan(
            id=identity,
            name=self.names[number],
            coroutine="this cell" if cell else note.coroutine,
            parent=self.parents.get(number),
            created=created,
            started=started,
            ended=ended,
            outcome="pending" if ended is None else note.outcome,
            exception=None if ended is None else note.exception,
            entered=note.entered,
            queued=queued if ended is None else None,
            role=role,
        )


def _words(steps: _Steps, people: _People) -> tuple[tuple[str, ...], np.ndarray]:
    """The table of strings (task names, labels, waits), and what each step's task waits for."""
    cut = steps.cut
    strings = list(people.names) + [name for _, name, _ in cut.labels]
    first_word = len(strings)
    strings += cut.words
    waits = np.where(steps.waiting > 0, steps.waiting + first_word, NOTHING)
    first_task = len(strings)
    targets, at = np.unique(steps.waiting[steps.waiting < 0], return_inverse=True)
    for target in targets.tolist():
        note = cut.tasks[-1 - target]
        strings.append(
            "a task of the kernel" if note.machinery else f"task {people.names[-1 - target]!r}"
        )
    waits[steps.waiting < 0] = first_task + at
    return tuple(strings), waits


def _kinds_and_labels(steps: _Steps, people: _People) -> tuple[np.ndarray, np.ndarray]:
    """Kind and label (as an index of strings) of each step."""
    cut, who = steps.cut, steps.who
    of_label = np.array([KINDS.index(kind) for kind, _, _ in cut.labels] + [TASK], dtype="b")
    kinds = np.where(who >= 0, TASK, of_label[np.where(who < 0, -1 - who, -1)])
    outside = (who >= 0) & (people.ids[np.maximum(who, NOTHING)] == NOTHING)
    kinds[outside] = KERNEL
    others = np.unique(who[outside]).tolist()
    loops_own = [number for number in others if cut.tasks[number].machinery == "loop"]
    kinds[outside & np.isin(who, loops_own)] = CALLBACK
    labels = np.where(who >= 0, who, len(people.names) - 1 - who)
    if (kinds == KERNEL).any():
        _spread_kernel(steps, kinds)
    return kinds, labels


def _spread_kernel(steps: _Steps, kinds: np.ndarray) -> None:
    """asyncio's own callbacks on behalf of the kernel are the kernel's: they were put in the
    queue, or their timer was made, by a step of the kernel."""
    cut = steps.cut
    plumbing = {
        -1 - number
        for number, (_, _, code) in enumerate(cut.labels)
        if code is None or not naming.is_own(code)
    }
    made_by = _timer_makers(steps)
    for index in np.flatnonzero((kinds != KERNEL) & (steps.who < 0)).tolist():
        if int(steps.who[index]) not in plumbing:
            continue
        timer = int(steps.timer[index])
        maker = made_by[timer] if timer >= 0 else int(steps.woken_by[index])
        older = timer >= 0 and cut.timers[timer][0] == 0
        if older or (maker >= 0 and kinds[maker] == KERNEL):
            kinds[index] = KERNEL


def _timer_makers(steps: _Steps) -> list[int]:
    made = np.array([made for made, *_ in steps.cut.timers], dtype=float)
    return steps.at(made).tolist() if len(made) else []


def _timers(steps: _Steps, clock: _Clock, kinds: np.ndarray) -> tuple[Timer, ...]:
    cut, makers = steps.cut, _timer_makers(steps)
    ran = {int(steps.timer[i]): i for i in np.flatnonzero(steps.timer >= 0).tolist()}
    found = []
    for number, (made, when, label, cancelled) in enumerate(cut.timers):
        kind, name, _ = cut.labels[-1 - label]
        step, maker = ran.get(number), makers[number]
        by_kernel = kind == "kernel" or (step is not None and kinds[step] == KERNEL)
        if by_kernel or (maker >= 0 and kinds[maker] == KERNEL):
            continue
        if made > cut.end or steps.was_over(number, cancelled):
            continue
        found.append(
            Timer(
                label=name,
                made_by=None if maker < 0 else maker,
                due=seconds(clock.loop_time(when)),
                queued=None if step is None else clock.one(steps.ready[step]),
                # A sleep cancels its timer when it is over, too: that one has run.
                cancelled=None if cancelled is None or step is not None else clock.one(cancelled),
                made=clock.one(made),
                step=step,
            )
        )
    return tuple(found)


def _idle(cut: Cut, recording: Recording, clock: _Clock) -> tuple[Idle, ...]:
    table = np.frombuffer(cut.idle).reshape(-1, 3)
    table = table[(table[:, 1] > recording.begin) & (table[:, 0] < cut.end)]
    starts, ends = clock(table[:, 0]), clock(np.minimum(table[:, 1], cut.end))
    spans = zip(starts.tolist(), ends.tolist(), table.tolist(), strict=True)
    return tuple(
        Idle(
            seconds(s), seconds(e), None if until < 0 else seconds(s + round((until - start) * 1e9))
        )
        for s, e, (start, _, until) in spans
        if e > s  # a virtual clock's loop looks several times before it jumps
    )


def _output(cut: Cut, recording: Recording, steps: _Steps, clock: _Clock) -> tuple[Printed, ...]:
    """What was printed; `print` writes text and newline apart, here they are one again."""
    written = [w for w in cut.output if recording.begin <= w[0] <= cut.end]
    moments = np.array([when for when, _, _ in written], dtype=float)
    at = steps.at(moments).tolist() if written else []
    found: list[Printed] = []
    for (when, text, mine), step in zip(written, at, strict=True):
        step = step if mine and step >= 0 else None
        last = found[-1] if found else None
        if last is not None and last.step == step and not last.text.endswith("\n"):
            found[-1] = Printed(last.time, last.text + text, step)
        else:
            found.append(Printed(clock.one(when), text, step))
    return tuple(found)


def _places(steps: _Steps) -> tuple[tuple, array, array]:
    """Where each step was resumed and suspended, as indices into a table of (source, line)."""
    cut = steps.cut
    if not len(steps.places):
        return (), array("i"), array("i")
    table: dict[tuple[str, int], int] = {}
    raw, inverse = np.unique(steps.places, return_inverse=True)
    numbers = [_number(table, _line_of(cut.codes, place)) for place in raw.tolist()]
    suspended = np.array(numbers, dtype=np.int64)[inverse]
    resumed = _resumed(steps, table, suspended)
    return (tuple(table), *(array("i", c.astype("i").tobytes()) for c in (resumed, suspended)))


def _resumed(steps: _Steps, table: dict, suspended: np.ndarray) -> np.ndarray:
    """Where each step went on: where its task was suspended before, or at its beginning."""
    order = np.argsort(steps.who, kind="stable")
    who = steps.who[order]
    first = (who < 0) | (np.diff(who, prepend=NOTHING - 1) != 0)
    resumed = np.roll(suspended[order], 1)
    resumed[first] = _beginnings(steps.cut, table, who[first])
    found = np.empty_like(resumed)
    found[order] = resumed
    return found


def _beginnings(cut: Cut, table: dict, who: np.ndarray) -> np.ndarray:
    """The numbers of the first lines of what tasks and callbacks run; many run the same."""
    known: dict[int, int] = {}
    numbers, at = np.unique(who, return_inverse=True)
    found = []
    for number in numbers.tolist():
        if number < 0:
            code = cut.labels[-1 - number][2]
        else:
            code = cut.tasks[number].code if cut.tasks[number].fresh else None
        if id(code) not in known:
            known[id(code)] = _number(table, _first_line(code))
        found.append(known[id(code)])
    return np.array(found, dtype=np.int64)[at]


def _number(table: dict, place) -> int:
    return NOTHING if place is None else table.setdefault(place, len(table))


def _line_of(codes: list, place: int) -> tuple[str, int] | None:
    """The source and line of a place: a code object's number and an offset into it."""
    if place < 0:
        return None
    code, offset = codes[place >> 24], place & 0xFFFFFF
    line = next((line for a, b, line in code.co_lines() if a <= offset < b and line), None)
    return (naming.source_name(code.co_filename), line or code.co_firstlineno)


def _first_line(code) -> tuple[str, int] | None:
    """The first line of the learner's own code, None for any other."""
    if code is None or not naming.is_own(code):
        return None
    return naming.source_name(code.co_filename), code.co_firstlineno


def _sources(places: tuple, codes: list, labels: list) -> dict[str, str]:
    """The text of each source that some step points to."""
    wanted = {name for name, _ in places}
    texts: dict[str, str] = {}
    for code in [*codes, *(code for _, _, code in labels if code is not None)]:
        name = naming.source_name(code.co_filename)
        if name in wanted and name not in texts:
            texts[name] = "".join(linecache.getlines(code.co_filename))
    return texts


def _pending(tasks: tuple[TaskSpan, ...]) -> list[str]:
    """A word about tasks that the end of the block left behind."""
    names = [t.name for t in tasks if t.outcome == "pending" and t.role != "recording"]
    if not names:
        return []
    shown = ", ".join(repr(name) for name in names[:3]) + (", ..." if len(names) > 3 else "")
    return [f"still pending when the recording ended: {shown}"]
