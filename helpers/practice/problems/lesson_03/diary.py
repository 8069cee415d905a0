"""A diary of what the loop called when: for exercises that plan calls and await nothing.

`called` runs the learner's function on a virtual loop, and the diary keeps what was called,
with what, at which second. An exception in a callback goes to the loop's exception handler,
so that is where it is fetched from.
"""

import asyncio
import inspect
from dataclasses import replace

from helpers.practice.attempts import attempt, show_instead
from helpers.practice.checks import NotYet
from helpers.timeline import Step, Timeline
from helpers.virtual_time import compute


class Diary:
    """What was called at which second of the loop: `entries` are (seconds, name, arguments)."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop
        self.entries: list[tuple[float, str, tuple[object, ...]]] = []
        self.faults: list[BaseException] = []
        self.by_the_loop: list[tuple[str, tuple[object, ...]]] = []
        loop.set_exception_handler(self._note_fault)

    def lend(self, name: str, work: float = 0.0):
        """A function to lend out. It writes itself down, after holding the loop for `work` s."""

        def lent(*args):
            caller = inspect.currentframe().f_back
            if caller.f_code.co_name == "_run":  # a handle's: no code of the learner's between
                self.by_the_loop.append((name, args))
            compute(work)
            self.entries.append((self.loop.time(), name, args))

        lent.__name__ = lent.__qualname__ = name
        lent.__code__ = lent.__code__.replace(co_name=name, co_qualname=name)  # its row's name
        return lent

    def _note_fault(self, loop, context) -> None:
        self.faults.append(context.get("exception") or RuntimeError(context["message"]))


def called(name: str, plan, until: float, begin: float = 0.0) -> tuple[Diary, Timeline]:
    """Run `plan(loop, diary)`, which calls the learner's function of that name, at the second
    `begin`, and all it asked for, up to the second `until`."""
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
    show_instead(_told(timeline, diary, name, begin))
    if diary.faults:
        raise NotYet(about_fault(diary.faults[0]), timeline)
    return diary, timeline


def _told(timeline: Timeline, diary: Diary, learners: str, begin: float) -> Timeline:
    """That recording up to the last call, without our own waits before and after; each call of a
    lent function by the loop has its arguments, such as show(3), and our task is the call of
    the learner's."""
    over = timeline.steps[-1].start  # when our wait ended
    ours = 1 if begin else 0  # a step that only waited until then
    steps = [step for step in list(timeline.steps)[ours:] if step.start < over]
    told = [_named(step, diary, learners, ours) for step in steps]
    end = max(step.end for step in steps) or 1.0
    return Timeline.of(
        steps=told,
        duration=end,
        clock=timeline.clock,
        timers=tuple(
            replace(t, made_by=_earlier(t.made_by, ours), step=_earlier(t.step, ours))
            for t in timeline.timers
            if t.due <= end
        ),
        idle=tuple(asleep for asleep in timeline.idle if asleep.end <= end),
        output=timeline.output,
    )


def _named(step: Step, diary: Diary, learners: str, ours: int) -> Step:
    step = replace(step, woken_by=_earlier(step.woken_by, ours))
    if step.task is not None:
        return replace(step, task=None, kind="callback", label=learners)
    waiting = [call for call in diary.by_the_loop if call[0] == step.label]
    if not waiting:
        return step
    diary.by_the_loop.remove(call := waiting[0])
    name, args = call
    return replace(step, label=f"{name}({', '.join(map(str, args))})") if args else step


def _earlier(step, by: int):
    """The index of a step where so many before it were left out."""
    return step - by if isinstance(step, int) and step >= by else step if by == 0 else None


def about_fault(fault: BaseException) -> str:
    """What is said of an exception that a callback raised."""
    said = f"The loop called a callback and got {type(fault).__name__}: {fault}."
    if isinstance(fault, UnboundLocalError):
        return (
            f"{said} A name that a function assigns to is a local name of its own. If you mean the "
            "name in the function around it, put `nonlocal` and that name in the first line of "
            "the inner one."
        )
    if isinstance(fault, TypeError) and "not callable" in str(fault):
        return (
            f"{said} Probably a function was called where it should be handed over: "
            "`call_later(1, show, 2)` hands over show and its argument, while "
            "`call_later(1, show(2))` calls show immediately and hands over what it returned."
        )
    return f"{said} A callback's exception goes to the loop, not to you: look at that callback."
