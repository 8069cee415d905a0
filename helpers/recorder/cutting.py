"""One recording's share of its thread's journal, as plain data: what `assemble` is given.

It may be cut from any thread, while the watched one goes on writing. Only that one may number
a task; seen from outside, one that nobody knows yet is in the cut alone.
"""

from __future__ import annotations

import sys
from array import array
from copy import copy
from threading import get_ident
from typing import Protocol

from helpers.recorder import naming, rows
from helpers.recorder.journal import Journal
from helpers.recorder.present import UnderWay, note_queued, queued_tasks, steps_under_way
from helpers.recorder.rows import Cut, TaskKind, TaskNote
from helpers.recorder.task_book import about_coroutine


class Window(Protocol):
    """What is asked of a recording."""

    title: str
    begin: float
    end: float
    task: int | None
    state: str


def cut(journal: Journal, window: Window) -> Cut:
    """What the journal holds for that recording."""
    end = window.end or journal.safe_clock()
    mine = get_ident() == journal.thread
    under_way = [] if journal.failed else _under_way(journal, mine)
    ready: dict[int, float | None] = {}
    if mine and not journal.failed:
        journal.attempt("what tasks share", journal.shared.sample, end)
        journal.attempt("the names of tasks", journal.tasks.look_again, end)
        loops = [ref() for ref in journal.loops]
        journal.attempt("which errors were heard of", journal.tasks.unheard.look, end)
        ask = note_queued, journal.tasks, loops
        ready = journal.misses.attempt("who is ready at the end", ready, *ask)
    written = journal.rows.copy(mine)
    over = set() if mine else set(written[rows.START :: rows.WIDTH])  # it went on meanwhile
    end = end if mine else window.end or journal.safe_clock()
    for queued, start, who in under_way:
        if start not in over:
            written.extend((queued, start, end, who, rows.NOT_WAITING, rows.NOWHERE))
    share = _copied(journal, window, written, end, mine)
    share.queued = ready
    if not mine and not journal.failed:
        journal.attempt("who is ready", _look_into_queues_from_outside, journal, share)
    return share


def _under_way(journal: Journal, mine: bool) -> list[UnderWay]:
    """The steps that have begun and not ended, outermost first."""
    none: list[UnderWay] = []
    attempt, tasks, eager = journal.misses.attempt, journal.tasks, none
    opened = [(rows.UNKNOWN, start, who) for start, who, _ in journal.opened]
    frame = sys._getframe() if mine else sys._current_frames().get(journal.thread)
    number_of = tasks.number_of if mine else tasks.known
    found = attempt("steps under way", none, steps_under_way, frame, journal, number_of)
    if mine:
        eager = attempt("eager tasks under way", none, journal.eager.under_way)
    return [*opened, *reversed([*eager, *found])]


def _copied(journal: Journal, window: Window, written: array[float], end: float, mine: bool) -> Cut:
    """What rows speak of was there before them, so the tables are copied after them."""
    none: list[str] = []
    unseen = journal.misses.attempt("which loops ran", none, journal.out_of_sight)
    return Cut(
        begin=window.begin, end=end, rows=written, has_lines=journal.rows.lines,
        idle=journal.idle[:], polls=journal.polls[:],
        foreign=journal.foreign[:], output=journal.output[:],
        cancels=journal.tasks.cancels.copy(),
        made_in=journal.tasks.made_in.copy(),
        heard=journal.tasks.unheard.heard.copy(), dropped=journal.dropped[:],
        shared=journal.shared.notes[:], shared_rows=journal.shared.rows.copy(mine),
        work=[copy(note) for note in journal.workers.notes],
        holds={start: spots.copy() for start, spots in journal.holds.copy().items()},
        kept_up=journal.kept_up[:],
        timers=journal.timers[:], due=journal.waits.due.copy(),
        tasks=journal.tasks.notes[:], labels=journal.vocabulary.labels[:],
        words=journal.vocabulary.words[:], codes=journal.vocabulary.codes[:],
        notes=[*journal.notes, *unseen], misses=journal.misses.found.copy(),
        jumps=journal.virtual.jumps[:] if journal.virtual else None,
        offset=journal.offset or 0.0,
        title=window.title, task=window.task, is_over=bool(window.end),
        knows_iterations=not journal.is_blind,
    )  # fmt: skip


def _look_into_queues_from_outside(journal: Journal, share: Cut) -> None:
    """Who is in the ready queues, where another thread asks."""
    for task, moment in queued_tasks([ref() for ref in journal.loops]):
        number = journal.tasks.known(task)
        if number is None or number >= len(share.tasks):
            number = len(share.tasks)
            coroutine = task.get_coro()
            kind = TaskKind(*about_coroutine(coroutine), naming.machinery(coroutine))
            share.tasks.append(TaskNote(task.get_name(), kind, moment))
        share.queued[number] = moment
