"""Keep a reference to a task as long as it needs one, and no longer."""

import asyncio
import gc
import inspect
import weakref

from helpers.practice import sentences
from helpers.practice.attempts import attempt
from helpers.practice.checks import NotYet
from helpers.practice.exercises import Exercise

NAMES = ("letter", "parcel", "card")


class PostOffice:
    """Hands each errand a future that nobody else holds, and remembers how it went."""

    def __init__(self):
        self._doors = {}
        self.begun, self.done, self.lost = [], [], []

    async def deliver(self, name):
        self.begun.append(name)
        door = asyncio.get_running_loop().create_future()
        self._doors[name] = weakref.ref(door)
        await door
        self.done.append(name)

    def open(self, name):
        if door := self._doors[name]():
            door.set_result(None)
        else:
            self.lost.append(name)


def judge_in_background(in_background):
    office, kept, troubles = PostOffice(), set(), []

    def note(loop, context):
        if isinstance(error := context.get("exception"), TypeError):
            troubles.append(error)

    async def a_day():
        asyncio.get_running_loop().set_exception_handler(note)
        for name in NAMES:
            in_background(office.deliver(name), kept)
        for name in NAMES:  # one after the other: the end of one is no end of the others
            await asyncio.sleep(1)
            gc.collect()
            if name in office.begun:
                office.open(name)
        await asyncio.sleep(1)

    gc.freeze()  # what was there before cannot be thrown away, and would only slow it down
    try:
        timeline = attempt(a_day)
    finally:
        gc.unfreeze()
    for thing in filter(inspect.iscoroutine, kept):
        thing.close()
    if not office.begun:
        raise NotYet(_NEVER_BEGUN, timeline)
    if office.lost:
        raise NotYet(f"{sentences.listed(office.lost)} {_LOST}", timeline)
    if kept and troubles:
        raise NotYet(_CALLED_WITH_THE_TASK.format(troubles[0]), timeline)
    if kept:
        raise NotYet(
            f"All {len(NAMES)} were delivered, and {len(kept)} are still kept. A set that only "
            "grows is a leak: let each task leave it when it is done (`add_done_callback`).",
            timeline,
        )


_LOST = (
    "got lost on the way. A task that waits, and that nothing holds, is thrown away by the garbage "
    "collector: keep each task where it can be reached until it is done."
)
_CALLED_WITH_THE_TASK = (
    "When a task was done, the callback raised TypeError: {}. It is called with one argument, the "
    "task that is done: hand over a function that takes it."
)
_NEVER_BEGUN = (
    "No errand ever began. in_background is handed a coroutine object: does it make a task of it?"
)


def in_background(coroutine, kept):
    task = asyncio.create_task(coroutine)
    kept.add(task)
    task.add_done_callback(kept.discard)


def in_background_by_a_wrapper(coroutine, kept):
    async def errand():
        try:
            await coroutine
        finally:
            kept.discard(asyncio.current_task())

    kept.add(asyncio.create_task(errand()))


def in_background_with_a_name(coroutine, kept):
    task = asyncio.get_running_loop().create_task(coroutine, name="errand")
    kept.add(task)
    task.add_done_callback(lambda done: kept.remove(done))
    return task


def in_background_and_lost(coroutine, kept):
    asyncio.create_task(coroutine)  # noqa: RUF006  (this is the mistake)


def in_background_by_a_name(coroutine, kept):
    task = asyncio.create_task(coroutine)  # the name is gone when the function returns
    task.set_name("errand")


def in_background_for_good(coroutine, kept):
    kept.add(asyncio.create_task(coroutine))


def in_background_discarded_too_soon(coroutine, kept):
    task = asyncio.create_task(coroutine)
    kept.add(task)
    task.add_done_callback(kept.discard(task))


def in_background_until_the_first_is_done(coroutine, kept):
    task = asyncio.create_task(coroutine)
    kept.add(task)
    task.add_done_callback(lambda done: kept.clear())


def in_background_by_a_callback_without_a_parameter(coroutine, kept):
    task = asyncio.create_task(coroutine)
    kept.add(task)
    task.add_done_callback(kept.clear)


def in_background_without_a_task(coroutine, kept):
    kept.add(coroutine)


_ALL_LOST = f"{sentences.listed(NAMES)} {_LOST}"

IN_BACKGROUND = Exercise(
    id="04-background",
    title="In the background",
    prompt=(
        "Write `in_background(coroutine, kept)`, a plain function that makes a task of the "
        "coroutine and returns without waiting. `kept` is a set, empty at first. No task may be "
        "lost while it waits, whatever it waits for; and when a task is done, `kept` must not hold "
        "it any longer."
    ),
    starter="""\
def in_background(coroutine, kept):
    asyncio.create_task(coroutine)
""",
    hints=(
        "The loop holds tasks only weakly. What could hold this one while it waits?",
        "Put the task into `kept`. What could take it out again, at the right moment?",
        "`task.add_done_callback(kept.discard)`: hand over the method, without calling it.",
    ),
    why=(
        "Something holds each task for as long as it waits, so none is lost; and what is done is "
        "not kept, so nothing piles up."
    ),
    judge=judge_in_background,
    solution=in_background,
    also=(in_background_by_a_wrapper, in_background_with_a_name),
    wrong=(
        (in_background_and_lost, _ALL_LOST),
        (in_background_by_a_name, _ALL_LOST),
        (
            in_background_for_good,
            "All 3 were delivered, and 3 are still kept. A set that only grows is a leak: let each "
            "task leave it when it is done (`add_done_callback`).",
        ),
        (in_background_discarded_too_soon, _ALL_LOST),
        (
            in_background_until_the_first_is_done,
            f"{sentences.listed(NAMES[1:])} {_LOST}",
        ),
        (
            in_background_by_a_callback_without_a_parameter,
            _CALLED_WITH_THE_TASK.format("set.clear() takes no arguments (1 given)"),
        ),
        (in_background_without_a_task, _NEVER_BEGUN),
    ),
)
