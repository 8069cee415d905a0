"""One part that fails costs that part: every small function of ours fails in turn.

Each time the program does what it does unrecorded, nobody is warned, and the timeline has all
the rest, with a note. Only what is no part, the writing of rows and the clock, may end a
recording; `test_faults` has that.
"""

import asyncio
import inspect
import sys
import threading
import warnings

import pytest
from laws import steps_are_in_order
from programs import run_plain, run_recorded

from helpers.recorder import (
    assemble,
    awaits,
    cutting,
    eager,
    journal,
    naming,
    people,
    places,
    present,
    resources,
    shared,
    steps,
    task_book,
    unawaited,
    unheard,
    variables,
    vocabulary,
    waits,
    worker_spans,
    written,
)


class Wrapped:
    def __init__(self, coroutine):
        self.coroutine = coroutine

    def __await__(self):
        return self.coroutine.__await__()


async def nap(seconds=0.0):
    await asyncio.sleep(seconds)
    return seconds


async def fails():
    await asyncio.sleep(0)
    raise ValueError("no good")


async def numbers():
    for number in range(2):
        await asyncio.sleep(0.001)
        yield number


async def program():
    """A bit of everything, and its own account of it."""
    loop, told, queue = asyncio.get_running_loop(), [], asyncio.Queue()
    loop.call_soon(told.append, "soon")
    loop.call_later(0.001, told.append, "later")
    loop.call_later(60, told.append, "never").cancel()
    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(queue.put_nowait, "thread"))
    thread.start()
    thread.join()
    told.append(await queue.get())
    told += await asyncio.gather(nap(), nap(0.002), fails(), return_exceptions=True)
    told += [number async for number in numbers()]
    told.append(await asyncio.create_task(anext(numbers()), name="anext"))
    told.append(await Wrapped(nap(0.001)))
    hanging = asyncio.create_task(asyncio.Event().wait(), name="hanging")
    told.append(len((await asyncio.wait([hanging], timeout=0.001))[1]))
    hanging.cancel()
    lost = asyncio.create_task(fails(), name="lost")
    await asyncio.wait([lost])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nap()  # nobody awaits it
    print("half")
    async with asyncio.TaskGroup() as group:
        group.create_task(nap(), name="Task-7")
    if sys.version_info >= (3, 12):
        told.append(asyncio.Task(eager_nap(), loop=loop, eager_start=True).result())
        await asyncio.Task(nap(), loop=loop, eager_start=True, name="eager")
    told.append(await asyncio.to_thread(len, "abc"))
    return sorted(str(thing) for thing in told)  # a timer and a thread come as they come


async def eager_nap():
    return "eager"


# What is no part: without it there is no row, or nothing to put together.
WHOLE = {
    "Journal.write", "Journal.fail", "Journal.safely", "Journal.safe_clock", "Journal.alive",
    "Journal.takes", "Journal.begun", "Journal._meets", "Journal.end",
    "Journal.not_understood", "Journal.write_in_part", "Journal.close_opened",
    "Journal.note_present", "Journal.attempt", "Journal._steps_under_way", "Journal.note",
    "complain", "cut", "_copied", "_under_way", "steps_under_way",
    "Clock.one", "Clock.all", "Clock.real", "Clock._read", "_nanoseconds",
    "People._created", "People._is_mine", "People._role", "People.ids_of", "People.spans",
    "People._started", "People._until_the_end", "People._span", "People._number_them",
    "TaskBook._forget_task", "TaskBook.is_made",  # what it does is guarded, step by step
    "warn_unawaited", "_with_its_warning_raised",  # there is no recording yet
    "Shared._goes", "Shared._let_go",  # as the garbage collector takes a thing
    "Shared.end",  # the timeline is there by then
    "assemble", "_columns", "_array", "_bare_words", "_plain_kinds",
}  # fmt: skip
MODULES = (
    assemble, awaits, cutting, eager, journal, naming, people, places, present, resources, shared,
    steps, task_book, unawaited, unheard, variables, vocabulary, waits, worker_spans, written,
)  # fmt: skip


def parts():
    """(owner, name) of every function and method of ours that is a part."""
    for module in MODULES:
        for name, thing in vars(module).items():
            if getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(thing) and name not in WHOLE:
                yield module, name
            elif inspect.isclass(thing):
                for method, function in vars(thing).items():
                    whole = f"{name}.{method}" in WHOLE or method.startswith("__")
                    if inspect.isfunction(function) and not whole:
                        yield thing, method


def told(owner, name):
    return f"{owner.__name__.rpartition('.')[2]}.{name}"


@pytest.fixture(scope="module")
def usual():
    *done, timeline, heard = run_recorded(program)
    assert (tuple(done), heard) == (run_plain(program), [])
    assert timeline.notes == ()
    return tuple(done), timeline


class Fails:
    """A function that fails when it is called for the nth time, or from then on."""

    def __init__(self, function, at, for_ever):
        self.function, self.at, self.for_ever, self.count = function, at, for_ever, 0

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return lambda *args, **options: self(instance, *args, **options)

    def __call__(self, *args, **options):
        self.count += 1
        if self.count == self.at or (self.for_ever and self.count > self.at):
            raise OSError("this part fails")
        return self.function(*args, **options)


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("part", list(parts()), ids=lambda part: told(*part))
def test_each_part_fails_in_turn(part, for_ever, usual, monkeypatch):
    (owner, name), (done, whole) = part, usual
    for at in (1, 3):
        fails = Fails(getattr(owner, name), at, for_ever)
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fails)
            *did, timeline, heard = run_recorded(program)
        assert (tuple(did), heard) == (done, [])
        steps_are_in_order(timeline)
        assert len(timeline.steps) >= 0.8 * len(whole.steps)
        if not for_ever:
            assert len(timeline.tasks) >= len(whole.tasks) - 1
        assert timeline.text()
        if fails.count < at:
            break
        assert [note for note in timeline.notes if "not understood" in note]
