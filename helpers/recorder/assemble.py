"""From a journal's raw rows to a `Timeline`: what follows from the moments, worked out once.

The recorder writes down when each step was queued, began and ended, as cheaply as it can. Who
woke whom, which step ran inside which, who made a task, and what the virtual clock said, is
all in those moments. `steps`, `people` and `places` read it out of them; here it becomes one
timeline. Nothing here knows how rows came to be: they may be written by hand.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from helpers.recorder import naming, rows
from helpers.recorder.limits import limits
from helpers.recorder.misses import Misses
from helpers.recorder.people import TASK, People
from helpers.recorder.places import (
    Place,
    Places,
    held,
    names_of,
    place_of,
    places,
    sources,
)
from helpers.recorder.resources import resources, thinned
from helpers.recorder.rows import Cut
from helpers.recorder.steps import Clock, Column, Steps
from helpers.recorder.worker_spans import worker_spans
from helpers.timeline import (
    BLOCKING_AFTER,
    KINDS,
    NOTHING,
    Dropped,
    Idle,
    Printed,
    StepColumns,
    TaskSpan,
    Timeline,
    Timer,
    nanoseconds,
    seconds,
)
from helpers.timeline.records import Table
from helpers.timeline.resources import Resource, WorkerSpan

_POINT = ("made_at", "dropped_at")  # what has a place besides steps
_Span = TypeVar("_Span", TaskSpan, Dropped, Resource)
CALLBACK, KERNEL = KINDS.index("callback"), KINDS.index("kernel")


def assemble(cut: Cut) -> Timeline:
    """The timeline of one recording, from its share of the journal."""
    misses = Misses(cut.misses)
    attempt = misses.attempt
    steps, clock = Steps(cut, misses), Clock(cut)
    people = People(steps, misses)
    plain = _plain_kinds(steps, people)
    kinds, labels = attempt("whose steps they are", plain, _kinds_and_labels, steps, people)
    columns, strings, table = _columns(steps, people, clock, kinds, labels, misses)
    tasks = people.spans(clock)
    ask = _besides, steps, people, clock, kinds, misses
    dropped, shared, work = attempt("what there is besides tasks", _NOTHING_BESIDES, *ask)
    unnamed: dict[str, str] = {}
    placed = (*tasks, *dropped, *shared)
    names = attempt("what sources are called", unnamed, _names, table, placed)
    no_timers: tuple[Timer, ...] = ()
    nobody: list[str] = []
    return Timeline(
        title=cut.title,
        clock="virtual" if clock.virtual else "real",
        length=int(clock(np.array([cut.end]))[0]),
        tasks=attempt("what sources are called", tasks, _with_names, tasks, names),
        columns=columns,
        strings=strings,
        places=tuple((names.get(file, file), line) for file, line in table),
        timers=attempt("the timers", no_timers, _timers, steps, clock, kinds, misses),
        idle=attempt("when the loop slept", (), _idle, cut, clock),
        output=attempt("what was printed", (), _output, steps, clock),
        dropped=attempt("what sources are called", dropped, _with_names, dropped, names),
        resources=attempt("what sources are called", shared, _with_names, shared, names),
        worker_spans=work,
        sources=attempt("the source", {}, sources, names, misses),
        notes=(
            *cut.notes,
            *thinned(shared),
            *attempt("who is left", nobody, _pending, tasks if cut.is_over else ()),
            *misses.notes(),  # the last: it tells of all the others
        ),
    )


Besides = tuple[tuple[Dropped, ...], tuple[Resource, ...], tuple[WorkerSpan, ...]]
_NOTHING_BESIDES: Besides = ((), (), ())
_MOST = 0.8  # of a time


def _besides(steps: Steps, people: People, clock: Clock, kinds: Column, misses: Misses) -> Besides:
    """What there is besides tasks and steps: what was dropped, shared, and done by workers."""
    none_dropped: tuple[Dropped, ...] = ()
    none_shared: tuple[Resource, ...] = ()
    no_work: tuple[WorkerSpan, ...] = ()
    attempt, ask = misses.attempt, (steps, people, clock)
    return (
        attempt("what was never awaited", none_dropped, _dropped, steps, clock),
        attempt("what tasks share", none_shared, resources, *ask, misses),
        attempt("what ran in workers", no_work, worker_spans, *ask, kinds),
    )


def _names(table: tuple[Place, ...], spans: tuple[Any, ...]) -> dict[str, str]:
    """A name for each file that something points to."""
    pointed_to = [getattr(each, name, None) for each in spans for name in _POINT]
    return names_of(place[0] for place in (*table, *pointed_to) if place)


def _with_names(spans: tuple[_Span, ...], names: dict[str, str]) -> tuple[_Span, ...]:
    """The same, pointing to sources by name."""
    return tuple(replace(each, **_named(each, names)) for each in spans)


def _named(span: TaskSpan | Dropped | Resource, names: dict[str, str]) -> dict[str, Any]:
    places = {name: getattr(span, name, None) for name in _POINT}
    return {name: (names[place[0]], place[1]) for name, place in places.items() if place}


def _columns(
    steps: Steps, people: People, clock: Clock, kinds: Column, labels: Column, misses: Misses
) -> tuple[StepColumns, tuple[str, ...], tuple[Place, ...]]:
    """The columns of all steps, and the two tables into which they point: strings and places."""
    bare = _bare_words(steps, people), np.full(len(steps.who), NOTHING)
    strings, waiting = misses.attempt("what tasks wait for", bare, _words, steps, people)
    nowhere: Places = ((), array("i"), array("i"))
    table, resumed, suspended = misses.attempt("the lines", nowhere, places, steps, misses)
    no_dues: dict[int, int] = {}
    start, end = clock(steps.start), clock(steps.end)
    real = clock.real(steps.end - steps.start)
    spent = np.maximum(end - start, real) if len(real) else end - start
    long = np.flatnonzero(spent > nanoseconds(BLOCKING_AFTER))
    words, lines = Table(strings), Table(table)
    nowhere_held: dict[int, tuple[int, int]] = {}
    ask = held, steps, long, words, lines, misses
    columns = StepColumns(
        task=_array("i", np.where(kinds == TASK, people.ids_of(steps.who), NOTHING)),
        kind=_array("b", kinds),
        label=_array("i", labels),
        ready=_array("q", np.minimum(clock(steps.ready), start)),
        start=_array("q", start),
        end=_array("q", end),
        inside=_array("i", steps.inside),
        woken_by=_array("i", steps.woken_by),
        waiting_for=_array("i", waiting),
        resumed=resumed,
        suspended=suspended,
        real=_array("q", real),
        first=_array("b", steps.first),
        due=misses.attempt("when waits are due", no_dues, _dues, steps, clock, misses),
        held=misses.attempt("which lines held the loop", nowhere_held, *ask),
    )
    return columns, words.values(), lines.values()


def _dues(steps: Steps, clock: Clock, misses: Misses) -> dict[int, int]:
    """When a timer ends the wait after a step, by the step's index; nanoseconds."""
    nobodys: dict[int, float] = {}
    ends = misses.attempt("which time limits end waits", nobodys, _limits, steps)
    found = {
        row: misses.attempt("when a wait is due", None, clock.loop_time, when)
        for row, when in (ends | steps.due).items()
    }
    return {row: due for row, due in found.items() if due is not None}


def _limits(steps: Steps) -> dict[int, float]:
    return limits(steps, _timer_makers(steps))


def _array(typecode: str, column: Column) -> array[int]:
    """A column as an array that has no room to spare: it is kept."""
    grown = array(typecode, column.astype(typecode).tobytes())
    return array(typecode, grown)


def _words(steps: Steps, people: People) -> tuple[tuple[str, ...], Column]:
    """The table of strings (task names, labels, waits), and what each step's task waits for."""
    cut = steps.cut
    strings = list(_bare_words(steps, people))
    first_word = len(strings)
    strings += cut.words
    waits = np.where(steps.waiting != rows.NOT_WAITING, steps.waiting + first_word, NOTHING)
    first_task, for_task = len(strings), rows.is_for_task(steps.waiting)
    targets, at = np.unique(rows.awaited_task(steps.waiting[for_task]), return_inverse=True)
    for number in targets.tolist():
        name = f"task {people.names[number]!r}"
        strings.append("a task of the kernel" if cut.tasks[number].machinery else name)
    waits[for_task] = first_task + at
    return tuple(strings), waits


def _bare_words(steps: Steps, people: People) -> tuple[str, ...]:
    """Of that table the names and labels, at the places that they have in it."""
    return tuple(people.names) + tuple(name for _, name, _ in steps.cut.labels)


def _plain_kinds(steps: Steps, people: People) -> tuple[Column, Column]:
    """Kinds and labels as far as a number says it."""
    is_label, label = rows.is_label(steps.who), rows.label_number(steps.who)
    kinds = np.where(is_label, CALLBACK, np.where(people.ids_of(steps.who) < 0, KERNEL, TASK))
    return kinds, np.where(is_label, len(people.names) + label, steps.who)


def _kinds_and_labels(steps: Steps, people: People) -> tuple[Column, Column]:
    """Kind and label (as an index of strings) of each step."""
    cut, who = steps.cut, steps.who
    of_label = np.array([KINDS.index(kind) for kind, _, _ in cut.labels] + [TASK], dtype="b")
    is_label, label = rows.is_label(who), rows.label_number(who)
    kinds = np.where(is_label, of_label[np.where(is_label, label, -1)], TASK)
    outside = ~is_label & (people.ids_of(who) == NOTHING)
    kinds[outside] = KERNEL
    others = np.unique(who[outside]).tolist()
    loops_own = [number for number in others if cut.tasks[number].machinery == "loop"]
    kinds[outside & np.isin(who, loops_own)] = CALLBACK
    labels = np.where(is_label, len(people.names) + label, who)
    if (kinds == KERNEL).any():
        _spread_kernel(steps, kinds)
    return kinds, labels


def _spread_kernel(steps: Steps, kinds: Column) -> None:
    """asyncio's own callbacks on behalf of the kernel are the kernel's: they were put in the
    queue, or their timer was made, by a step of the kernel."""
    cut = steps.cut
    plumbing = {
        rows.of_label(number)
        for number, (_, _, code) in enumerate(cut.labels)
        if code is None or not naming.is_own(code)
    }
    made_by = _timer_makers(steps)
    for index in np.flatnonzero((kinds != KERNEL) & rows.is_label(steps.who)).tolist():
        if int(steps.who[index]) not in plumbing:
            continue
        timer = int(steps.timer[index])
        maker = made_by[timer] if timer >= 0 else int(steps.woken_by[index])
        older = timer >= 0 and cut.timers[timer].made == rows.UNKNOWN
        if older or (maker >= 0 and kinds[maker] == KERNEL):
            kinds[index] = KERNEL


def _timer_makers(steps: Steps) -> list[int]:
    made = np.array([timer.made for timer in steps.cut.timers], dtype=float)
    return steps.at(made).tolist() if len(made) else []


def _timers(steps: Steps, clock: Clock, kinds: Column, misses: Misses) -> tuple[Timer, ...]:
    makers = _timer_makers(steps)
    ran = {int(steps.timer[i]): i for i in np.flatnonzero(steps.timer >= 0).tolist()}
    found = (
        misses.attempt("a timer", None, _timer, steps, clock, kinds, number, maker, ran.get(number))
        for number, maker in enumerate(makers)
    )
    return tuple(timer for timer in found if timer is not None)


def _timer(
    steps: Steps, clock: Clock, kinds: Column, number: int, maker: int, step: int | None
) -> Timer | None:
    """One timer of the program's, made by one step and run by another; None for any other."""
    cut, note = steps.cut, steps.cut.timers[number]
    kind, name, _ = cut.labels[rows.label_number(note.label)]
    by_kernel = kind == "kernel" or (step is not None and kinds[step] == KERNEL)
    if by_kernel or (maker >= 0 and kinds[maker] == KERNEL):
        return None
    if note.made > cut.end or steps.was_over(number, note.cancelled):
        return None
    # A sleep cancels its timer when it is over, too: that one has run.
    cancelled = note.cancelled if step is None else None
    return Timer(
        label=name,
        made_by=None if maker < 0 else maker,
        due=seconds(clock.loop_time(note.when)),
        queued=None if step is None else clock.one(steps.ready[step]),
        cancelled=None if cancelled is None else clock.one(cancelled),
        made=clock.one(note.made),
        step=step,
    )


def _idle(cut: Cut, clock: Clock) -> tuple[Idle, ...]:
    table = np.frombuffer(cut.idle).reshape(-1, 3)
    table = table[(table[:, 1] > cut.begin) & (table[:, 0] < cut.end)]
    starts, ends = clock(table[:, 0]), clock(np.minimum(table[:, 1], cut.end))
    spans = zip(starts.tolist(), ends.tolist(), table.tolist(), strict=True)
    return tuple(
        Idle(
            seconds(s),
            seconds(e),
            None if until < 0 else seconds(s + round((until - start) * 1e9)),
            cut.jumps is None and 0 <= until < end and _is_kept_up(cut, until, end),
        )
        for s, e, (start, end, until) in spans
        if e > s  # a virtual clock's loop looks several times before it jumps
    )


def _is_kept_up(cut: Cut, until: float, end: float) -> bool:
    """Whether another thread kept the interpreter for most of that time."""
    kept = (min(over, end) - max(since, until) for since, over in cut.kept_up)
    return any(part > _MOST * (end - until) for part in kept)


def _output(steps: Steps, clock: Clock) -> tuple[Printed, ...]:
    """What was printed; `print` writes text and newline apart, here they are one again."""
    cut = steps.cut
    written = [w for w in cut.output if cut.begin <= w[0] <= cut.end]
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


def _dropped(steps: Steps, clock: Clock) -> tuple[Dropped, ...]:
    """The coroutine objects that went and had not begun, in order."""
    cut = steps.cut
    notes = [note for note in cut.dropped if cut.begin <= note.moment <= cut.end]
    at = steps.at(np.array([note.moment for note in notes])).tolist() if notes else []
    return tuple(
        Dropped(
            coroutine=naming.short_name(note.qualname),
            time=clock.one(note.moment),
            step=None if step < 0 else step,
            dropped_at=place_of(note.dropped) if note.dropped and cut.has_lines else None,
            made_at=(note.made[0], note.made[1]) if note.made else None,
        )
        for note, step in zip(notes, at, strict=True)
    )


def _pending(tasks: tuple[TaskSpan, ...]) -> list[str]:
    """A word about tasks that the end of the block left behind."""
    names = [t.name for t in tasks if t.outcome == "pending" and t.role != "recording"]
    if not names:
        return []
    shown = ", ".join(repr(name) for name in names[:3]) + (", ..." if len(names) > 3 else "")
    return [f"still pending when the recording ended: {shown}"]
