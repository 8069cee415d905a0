"""Drive it yourself."""

import asyncio
import types
from dataclasses import replace

from helpers.practice import sentences
from helpers.practice.attempts import attempt
from helpers.practice.checks import (
    NotYet,
    returned,
    where,
)
from helpers.practice.exercises import Exercise


@types.coroutine
def pause(message):
    return (yield message)


async def walk():
    """Suspends three times, at two depths, and returns. Nobody may send it anything but None."""
    await stroll("over the bridge")
    await pause("to the mill")
    return "home"


async def stroll(place):
    for message in ("out of the door", place):
        if await pause(message) is not None:
            raise ValueError("what is sent into a pause here should be None")


async def stay():
    return 42


async def rest():
    """What comes out of an `asyncio.sleep(0)` is None, which is no end."""
    await asyncio.sleep(0)
    await pause("on a bench")
    return "rested"


async def stumble():
    await pause("up the hill")
    raise LookupError("no path")


def judge_drive(drive):
    _drove(drive, stay, ([], 42))
    _drove(drive, walk, (["out of the door", "over the bridge", "to the mill"], "home"))
    with where("With a coroutine that awaits asyncio.sleep(0)"):
        _drove(drive, rest, ([None, "on a bench"], "rested"))
    timeline = _driving(drive, stumble)
    if not isinstance(timeline.result, LookupError):
        raise NotYet(
            "The coroutine raises LookupError, but no LookupError came out of drive(). Only "
            "StopIteration means a normal end: catch that one, and let everything else through.",
            timeline,
        )


def _drove(drive, function, expected):
    timeline = _driving(drive, function)
    result = timeline.result
    if isinstance(result, list) and len(result) == 2:  # a pair in other brackets
        timeline = replace(timeline, result=(result := tuple(result)))
    if isinstance(result, tuple) and result[:1] == expected[:1] and result[1:] == (None,):
        raise NotYet(
            f"The list is right, but the result is None, and {expected[1]!r} was wanted. The "
            "result is inside the StopIteration: `except StopIteration as stop:`, then "
            "`stop.value`.",
            timeline,
        )
    returned(timeline, expected)


def _driving(drive, function):
    """Hand a coroutine object to `drive`, outside of which StopIteration means a mistake."""

    async def program():
        coroutine = function()
        try:
            return drive(coroutine)
        except StopIteration:
            raise NotYet(
                "StopIteration came out of drive(). That's how send(None) tells you that the "
                "coroutine has ended: catch it, and take the result from its `value`."
            ) from None
        except RuntimeError as error:
            if "asyncio.run()" not in str(error):
                raise
            raise NotYet(
                "drive() called asyncio.run(), which starts an event loop. You don't need one: "
                "call `coroutine.send(None)` yourself, again and again."
            ) from None
        finally:
            coroutine.close()

    return attempt(program, may_raise=LookupError)


def drive(coroutine):
    came_out = []
    while True:
        try:
            came_out.append(coroutine.send(None))
        except StopIteration as stop:
            return came_out, stop.value


def drive_as_an_iterator(coroutine):
    result = None

    def steps():
        nonlocal result
        result = yield from coroutine.__await__()

    came_out = list(steps())
    return came_out, result


def drive_into_a_list(coroutine):
    came_out = []
    try:
        while True:
            came_out.append(coroutine.send(None))
    except StopIteration as stop:
        return [came_out, stop.value]


def drive_until_nothing_comes_out(coroutine):
    came_out = []
    try:
        while (message := coroutine.send(None)) is not None:
            came_out.append(message)
    except StopIteration as stop:
        return came_out, stop.value
    return came_out, None


def drive_once(coroutine):
    came_out = [coroutine.send(None)]
    return came_out, None


def drive_to_the_first(coroutine):
    try:
        return [coroutine.send(None)], None
    except StopIteration as stop:
        return [], stop.value


def drive_without_a_result(coroutine):
    return list(coroutine.__await__()), None


def drive_and_swallow(coroutine):
    came_out, result = [], None
    while True:
        try:
            came_out.append(coroutine.send(None))
        except StopIteration as stop:
            result = stop.value
            break
        except Exception:
            break
    return came_out, result


def drive_by_asyncio_run(coroutine):
    return [], asyncio.run(coroutine)


def drive_and_answer(coroutine):
    came_out, answer = [], None
    while True:
        try:
            answer = coroutine.send(answer)
        except StopIteration as stop:
            return came_out, stop.value
        came_out.append(answer)


DRIVE = Exercise(
    id="02-drive",
    title="Drive it yourself",
    prompt=(
        "Write `drive(coroutine)`, an ordinary function that runs a coroutine object to its end "
        "with `send(None)`, without any event loop. It returns a pair: a list of everything that "
        "came out on the way, and the result. If the coroutine raises an exception of its own, let "
        "that pass through."
    ),
    starter="""\
def drive(coroutine):
    came_out = []
    return came_out, None
""",
    hints=(
        "You don't know how often the coroutine will suspend, so send again and again. What tells "
        "you that it has ended?",
        "Put a `try:` inside a `while True:`. Whatever `send(None)` returns goes into the list.",
        "At the end, `send` raises StopIteration, whose `value` is the result: `except "
        "StopIteration as stop: return came_out, stop.value`.",
    ),
    why=(
        "Each push runs the coroutine up to its next pause, until a StopIteration brings out the "
        "result, whether you push with `send(None)` or leave that to Python. An event loop drives "
        "a coroutine in just the same way."
    ),
    judge=judge_drive,
    solution=drive,
    also=(drive_as_an_iterator, drive_into_a_list),
    wrong=(
        (
            drive_once,
            "StopIteration came out of drive(). That's how send(None) tells you that the coroutine "
            "has ended: catch it, and take the result from its `value`.",
        ),
        (
            drive_to_the_first,
            sentences.something_else_came_back(
                (["out of the door"], None),
                (["out of the door", "over the bridge", "to the mill"], "home"),
            ),
        ),
        (
            drive_without_a_result,
            "The list is right, but the result is None, and 42 was wanted. The result is inside "
            "the StopIteration: `except StopIteration as stop:`, then `stop.value`.",
        ),
        (
            drive_and_swallow,
            "The coroutine raises LookupError, but no LookupError came out of drive(). Only "
            "StopIteration means a normal end: catch that one, and let everything else through.",
        ),
        (
            drive_and_answer,
            sentences.raised("ValueError", "what is sent into a pause here should be None"),
        ),
        (
            drive_until_nothing_comes_out,
            "With a coroutine that awaits asyncio.sleep(0): "
            + sentences.something_else_came_back(([], None), ([None, "on a bench"], "rested")),
        ),
        (
            drive_by_asyncio_run,
            "drive() called asyncio.run(), which starts an event loop. You don't need one: call "
            "`coroutine.send(None)` yourself, again and again.",
        ),
    ),
)
