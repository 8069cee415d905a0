"""From a journal's raw rows to a `Timeline`: what follows from the moments, worked out once.

The recorder writes down when each step was queued, began and ended, as cheaply as it can. Who
woke whom, which step ran inside which, who made a task, and what the virtual clock said, is
all in those moments. `steps`, `people` and `places` read it out of them; here it becomes one
timeline. Nothing here knows how rows came to be: they may be written by hand.
"""

from __future__ import annotations

from array import array

import numpy as np

from helpers.recorder import naming, rows
from helpers.recorder.misses import Misses
from helpers.recorder.people import TASK, People
from helpers.recorder.places import places, sources
from helpers.recorder.rows import Cut
from helpers.recorder.steps import Clock, Column, Steps
from helpers.timeline import (
    KINDS,
    NOTHING,
    Idle,
    Printed,
    StepColumns,
    TaskSpan,
    Timeline,
    Timer,
    seconds,
)

CALLBACK, KERNEL = KINDS.index("callback"), KINDS.index("kernel")


def assemble(cut: Cut) -> Timeline:
    """The timeline of one recording, from its share of the journal."""
    steps, clock = Steps(cut), Clock(cut)
    people = People(steps)
    strings, waiting = _words(steps, people)
    kinds, labels = _kinds_and_labels(steps, people)
    timers = _timers(steps, clock, kinds)
    tasks = people.spans(clock)
    table, resumed, suspended = places(steps)
    columns = StepColumns(
        task=_array("i", np.where(kinds == TASK, people.ids_of(steps.who), NOTHING)),
        kind=_array("b", kinds),
        label=_array("i", labels),
        ready=_array("q", np.minimum(clock(steps.ready), clock(steps.start))),
        start=_array("q", clock(steps.start)),
        end=_array("q", clock(steps.end)),
        inside=_array("i", steps.inside),
        woken_by=_array("i", steps.woken_by),
        waiting_for=_array("i", waiting),
        resumed=resumed,
        suspended=suspended,
        real=_array("q", clock.real(steps.end - steps.start)),
        first=_array("b", steps.first),
        due={row: clock.loop_time(when) for row, when in steps.due.items()},
    )
    return Timeline(
        title=cut.title,
        clock="virtual" if clock.virtual else "real",
        length=int(clock(np.array([cut.end]))[0]),
        tasks=tasks,
        columns=columns,
        strings=strings,
        places=table,
        timers=timers,
        idle=_idle(cut, clock),
        output=_output(steps, clock),
        sources=sources(table, cut.codes, cut.labels),
        notes=(*cut.notes, *Misses(cut.misses).notes(), *(_pending(tasks) if cut.is_over else ())),
    )


def _array(typecode: str, column: Column) -> array[int]:
    """A column as an array that has no room to spare: it is kept."""
    grown = array(typecode, column.astype(typecode).tobytes())
    return array(typecode, grown)


def _words(steps: Steps, people: People) -> tuple[tuple[str, ...], Column]:
    """The table of strings (task names, labels, waits), and what each step's task waits for."""
    cut = steps.cut
    strings = list(people.names) + [name for _, name, _ in cut.labels]
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


def _timers(steps: Steps, clock: Clock, kinds: Column) -> tuple[Timer, ...]:
    cut, makers = steps.cut, _timer_makers(steps)
    ran = {int(steps.timer[i]): i for i in np.flatnonzero(steps.timer >= 0).tolist()}
    found = []
    for number, note in enumerate(cut.timers):
        kind, name, _ = cut.labels[rows.label_number(note.label)]
        step, maker = ran.get(number), makers[number]
        by_kernel = kind == "kernel" or (step is not None and kinds[step] == KERNEL)
        if by_kernel or (maker >= 0 and kinds[maker] == KERNEL):
            continue
        if note.made > cut.end or steps.was_over(number, note.cancelled):
            continue
        # A sleep cancels its timer when it is over, too: that one has run.
        cancelled = note.cancelled if step is None else None
        found.append(
            Timer(
                label=name,
                made_by=None if maker < 0 else maker,
                due=seconds(clock.loop_time(note.when)),
                queued=None if step is None else clock.one(steps.ready[step]),
                cancelled=None if cancelled is None else clock.one(cancelled),
                made=clock.one(note.made),
                step=step,
            )
        )
    return tuple(found)


def _idle(cut: Cut, clock: Clock) -> tuple[Idle, ...]:
    table = np.frombuffer(cut.idle).reshape(-1, 3)
    table = table[(table[:, 1] > cut.begin) & (table[:, 0] < cut.end)]
    starts, ends = clock(table[:, 0]), clock(np.minimum(table[:, 1], cut.end))
    spans = zip(starts.tolist(), ends.tolist(), table.tolist(), strict=True)
    return tuple(
        Idle(
            seconds(s), seconds(e), None if until < 0 else seconds(s + round((until - start) * 1e9))
        )
        for s, e, (start, _, until) in spans
        if e > s  # a virtual clock's loop looks several times before it jumps
    )


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


def _pending(tasks: tuple[TaskSpan, ...]) -> list[str]:
    """A word about tasks that the end of the block left behind."""
    names = [t.name for t in tasks if t.outcome == "pending" and t.role != "recording"]
    if not names:
        return []
    shown = ", ".join(repr(name) for name in names[:3]) + (", ..." if len(names) > 3 else "")
    return [f"still pending when the recording ended: {shown}"]
