"""An awaitable of one's own: a sleep made of a future and a timer."""

import asyncio
import contextlib
import inspect

from helpers.practice.attempts import attempt
from helpers.practice.checks import NotYet
from helpers.practice.exercises import Exercise
from helpers.practice.sentences import alike, in_seconds


def judge_nap(nap):
    _is_no_coroutine(nap)
    _naps_twice(nap)
    _may_be_cancelled(nap)


def _is_no_coroutine(nap):
    def kind():
        made = nap(2, "rested")
        if inspect.iscoroutine(made):
            made.close()
            return "a coroutine object", True, True
        return type(made).__name__, asyncio.isfuture(made), hasattr(made, "__await__")

    name, is_asyncios_own, is_awaitable = attempt(kind).result
    if is_asyncios_own:
        raise NotYet(_NO_CLASS)
    if not is_awaitable:
        raise NotYet(f"What came back, {name}, can't be awaited: it has no method __await__.")


_NO_CLASS = (
    "What nap returned can be awaited, but it's a future or a coroutine object. Write a class of "
    "your own with a method __await__, and return an object of that class."
)


def _naps_twice(nap):
    async def twice():
        rest = nap(2, "rested")
        first = await rest
        at = asyncio.get_running_loop().time()
        return [first, at, await rest, asyncio.get_running_loop().time()]

    timeline = attempt(twice)
    first, at, second, end = timeline.result
    if not alike(at, 2):
        raise NotYet(
            f"`await nap(2, ...)` came back at {in_seconds(at)}, and should come back at 2 s. What "
            "should end the nap, and when?",
            timeline,
        )
    if not alike(end, 4):
        raise NotYet(
            "The same object was awaited again at 2 s, and that await came back at "
            f"{in_seconds(end)}: it should be another nap, of 2 s. Make the future in __await__, "
            "not before.",
            timeline,
        )
    if [first, second] != ["rested", "rested"]:
        raise NotYet(
            f"`await nap(2, 'rested')` gave {first!r}, and should give 'rested'. An await gives "
            "what the iterator from __await__ returns at its end; a future's own iterator returns "
            "the future's result.",
            timeline,
        )


def _may_be_cancelled(nap):
    troubles = []

    async def sleeper():
        await nap(2, "rested")

    async def disturbed():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: troubles.append(context["exception"]))
        task = asyncio.create_task(sleeper(), name="sleeper")
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.sleep(3)
        return task.cancelled()

    timeline = attempt(disturbed)
    if troubles:
        raise NotYet(
            "A task was cancelled during its nap, at 1 s. At 2 s your timer went off all the "
            f"same, and got {type(troubles[0]).__name__}: a cancelled future takes no result. "
            "Check `done()` on the future first, or cancel the timer.",
            timeline,
        )
    if not timeline.result:
        raise NotYet(_WENT_ON, timeline)


_WENT_ON = (
    "A task was cancelled during its nap, at 1 s, and went on as if it had slept. A CancelledError "
    "that comes out of your wait is meant for the task: tidy up, and let it pass."
)


def nap(seconds, result):
    class Nap:
        def __await__(self):
            loop = asyncio.get_running_loop()
            rested = loop.create_future()
            timer = loop.call_later(seconds, rested.set_result, result)
            try:
                return (yield from rested)
            finally:
                timer.cancel()

    return Nap()


def nap_that_asks_first(seconds, result):
    class Nap:
        def __await__(self):
            rested = asyncio.get_running_loop().create_future()

            def wake():
                if not rested.done():
                    rested.set_result(result)

            asyncio.get_running_loop().call_later(seconds, wake)
            return rested.__await__()

    return Nap()


def nap_by_a_sleep(seconds, result):
    class Nap:
        def __await__(self):
            return asyncio.sleep(seconds, result).__await__()

    return Nap()


def nap_that_is_a_coroutine(seconds, result):
    return asyncio.sleep(seconds, result)


def nap_that_gives_way_once(seconds, result):
    class Nap:
        def __await__(self):
            yield
            return result

    return Nap()


def nap_made_beforehand(seconds, result):
    class Nap:
        def __init__(self):
            loop = asyncio.get_running_loop()
            self.rested = loop.create_future()
            loop.call_later(seconds, self._wake)

        def _wake(self):
            if not self.rested.done():
                self.rested.set_result(result)

        def __await__(self):
            return self.rested.__await__()

    return Nap()


def nap_without_a_result(seconds, result):
    class Nap:
        def __await__(self):
            yield from asyncio.sleep(seconds).__await__()

    return Nap()


def nap_that_cannot_be_disturbed(seconds, result):
    class Nap:
        def __await__(self):
            loop = asyncio.get_running_loop()
            rested = loop.create_future()
            loop.call_later(seconds, rested.set_result, result)
            return rested.__await__()

    return Nap()


def nap_that_takes_no_cancellation(seconds, result):
    class Nap:
        def __await__(self):
            with contextlib.suppress(asyncio.CancelledError):
                yield from asyncio.sleep(seconds).__await__()
            return result

    return Nap()


def nap_by_an_event(seconds, result):
    class Nap:
        def __await__(self):
            over = asyncio.Event()
            timer = asyncio.get_running_loop().call_later(seconds, over.set)
            try:
                yield from over.wait().__await__()
            finally:
                timer.cancel()
            return result

    return Nap()


NAP = Exercise(
    id="06-nap",
    title="A nap of your own",
    prompt=(
        "Write a class with a method `__await__`; `nap(seconds, result)` returns an object of it. "
        "Awaiting that object takes so many seconds, and gives the result; awaiting it again is "
        "another nap. And a nap may be disturbed: if the napping task is cancelled, nothing must "
        "go wrong later."
    ),
    starter="""\
def nap(seconds, result):
    class Nap:
        def __await__(self):
            yield  # lets go for one iteration, and comes back

    return Nap()
""",
    hints=(
        "In `__await__`, make a future of the running loop, and have `call_later` set its result. "
        "Then return the future's own iterator, `future.__await__()`.",
        "A future serves a single await, so make it in `__await__`, not in `__init__`.",
        "A task that is cancelled cancels the future it waits for. What does your timer do then? "
        "Let it check `if not future.done():` before it sets the result.",
    ),
    why=(
        "Each `await` calls `__await__` again, so each is a nap of its own; and after a cancelled "
        "nap, no timer sets a result that nobody can take."
    ),
    judge=judge_nap,
    solution=nap,
    also=(nap_that_asks_first, nap_by_a_sleep, nap_by_an_event),
    wrong=(
        (nap_that_is_a_coroutine, _NO_CLASS),
        (nap_that_takes_no_cancellation, _WENT_ON),
        (
            nap_that_gives_way_once,
            "`await nap(2, ...)` came back at 0 s, and should come back at 2 s. What should end "
            "the nap, and when?",
        ),
        (
            nap_made_beforehand,
            "The same object was awaited again at 2 s, and that await came back at 2 s: it should "
            "be another nap, of 2 s. Make the future in __await__, not before.",
        ),
        (
            nap_without_a_result,
            "`await nap(2, 'rested')` gave None, and should give 'rested'. An await gives what the "
            "iterator from __await__ returns at its end; a future's own iterator returns the "
            "future's result.",
        ),
        (
            nap_that_cannot_be_disturbed,
            "A task was cancelled during its nap, at 1 s. At 2 s your timer went off all the same, "
            "and got InvalidStateError: a cancelled future takes no result. Check `done()` on the "
            "future first, or cancel the timer.",
        ),
    ),
)
