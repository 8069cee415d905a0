"""A diary of what the loop called when: for exercises that plan calls and await nothing.

`called` runs the learner's function on a virtual loop, and the diary keeps what was called,
with what, at which second. An exception in a callback goes to the loop's exception handler,
so that is where it is fetched from.
"""

import asyncio

from helpers.practice.attempts import attempt
from helpers.practice.checks import NotYet
from helpers.timeline import Timeline
from helpers.virtual_time import compute


class Diary:
    """What was called at which second of the loop: `entries` are (seconds, name, arguments)."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop
        self.entries: list[tuple[float, str, tuple[object, ...]]] = []
        self.faults: list[BaseException] = []
        loop.set_exception_handler(self._note_fault)

    def lend(self, name: str, work: float = 0.0):
        """A function to lend out. It writes itself down, after holding the loop for `work` s."""

        def lent(*args):
            compute(work)
            self.entries.append((self.loop.time(), name, args))

        lent.__name__ = lent.__qualname__ = name
        return lent

    def _note_fault(self, loop, context) -> None:
        self.faults.append(context.get("exception") or RuntimeError(context["message"]))


def called(plan, until: float, begin: float = 0.0) -> tuple[Diary, Timeline]:
    """Run `plan(loop, diary)` at the second `begin`, and all it asked for, up to that second."""
    diaries = []

    async def program():
        loop = asyncio.get_running_loop()
        if begin:
            await asyncio.sleep(begin)
        diaries.append(diary := Diary(loop))
        plan(loop, diary)
        await asyncio.sleep(until - loop.time())

    timeline = attempt(program)
    diary = diaries[0]
    if diary.faults:
        raise NotYet(about_fault(diary.faults[0]), timeline)
    return diary, timeline


def about_fault(fault: BaseException) -> str:
    """What is said of an exception that a callback raised."""
    said = f"The loop called a callback and got {type(fault).__name__}: {fault}."
    if isinstance(fault, UnboundLocalError):
        return (
            f"{said} A name that a function gives a value to is its own. If you mean the one of "
            "the function around it, write `nonlocal` and that name as its first line."
        )
    if isinstance(fault, TypeError) and "not callable" in str(fault):
        return (
            f"{said} Probably a function was called where it should be handed over: "
            "`call_later(1, show, 2)` hands over show and its argument, while "
            "`call_later(1, show(2))` calls show immediately and hands over what it returned."
        )
    return f"{said} A callback's exception goes to the loop, not to you: look at that callback."
