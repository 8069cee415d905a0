"""What is said when a program had to be stopped, or when there is none to run.

Each sentence says what happened, what probably brought it about, and what to do.
"""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass

from helpers.timeline import Timeline, phrases
from helpers.virtual_time.loop import MOST_TASKS

_MOST = 4  # told in a row
_FEW = 100  # steps: what goes round and round takes thousands
_LONG = 0.5  # real seconds of one step


class SimulationStopped(RuntimeError):
    """A simulated program would not end by itself. The message says why, and where.

    `reason` is "deadlock", "endless", "held" (the loop, by code that never awaits),
    "abandoned" (the same, and it could not be stopped), "crowd" (too many tasks) or
    "stubborn" (left-over tasks that would not be cancelled). `timeline` is what
    happened until then.
    """

    def __init__(self, message: str, reason: str, timeline: Timeline) -> None:
        super().__init__(message)
        self.reason = reason
        self.timeline = timeline

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the sentence; a traceback would only lead into this file."""
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class Circumstances:
    """What is known of a program that had to be stopped, beside its timeline."""

    stuck_at: str = ""  # the learner's line that held the loop, as " in main(), line 3: ..."
    waits_outside: bool = False  # for a thread or a socket
    stubborn: tuple[str, ...] = ()  # names of tasks that would not be cancelled


def why(reason: str, timeline: Timeline, circumstances: Circumstances) -> str:
    """Why a program was stopped, in words; `reason` as in `SimulationStopped`."""
    return _WHY[reason](circumstances, timeline)


# -- what is no program --------------------------------------------------------------------


def must_be_fresh(coroutine: object) -> None:
    """Raise a sentence unless that is a coroutine object which has not begun."""
    if inspect.iscoroutine(coroutine):
        if inspect.getcoroutinestate(coroutine) != inspect.CORO_CREATED:
            raise ValueError(
                f"simulate needs a fresh coroutine object, and this one, {coroutine.__name__}(), "
                "has already begun or ended. A coroutine object runs once: make a new one by "
                f"calling the function again, simulate({coroutine.__name__}(...))."
            )
        return
    raise TypeError(_not_a_coroutine(coroutine))


def _not_a_coroutine(thing: object) -> str:
    name = getattr(thing, "__name__", type(thing).__name__)
    if inspect.iscoroutinefunction(thing):
        return (
            f"simulate needs a coroutine object, and {name} is the function that makes one. "
            f"Call it: simulate({name}(...))."
        )
    if asyncio.isfuture(thing):
        return (
            f"simulate needs a coroutine object, and this is a {name}, which already belongs to "
            "another loop. Make the task inside the program: simulate(main()), where main() "
            "calls create_task or gather."
        )
    if inspect.isasyncgen(thing) or inspect.isasyncgenfunction(thing):
        return (
            "simulate needs a coroutine object, and this is an async generator: it has a `yield`. "
            "Loop over it with `async for` inside an `async def main()`, and simulate(main())."
        )
    return (
        f"simulate needs a coroutine object, such as main(), and got {thing!r:.80}. Perhaps the "
        "function is written with `def` instead of `async def`, or was awaited already: write "
        "simulate(main()), not simulate(await main())."
    )


# -- why it was stopped ----------------------------------------------------------------------


def _deadlock(known: Circumstances, timeline: Timeline) -> str:
    return (
        f"The program waits forever: at {timeline.duration:g} s no timer is set and nothing is "
        f"ready. {_waits(timeline)}Probably tasks wait for each other, or for a set(), put(), "
        "release() or result that nothing is left to give. Follow which task waits for what, and "
        "let one of them go on."
    )


def _endless(known: Circumstances, timeline: Timeline) -> str:
    if known.waits_outside:
        return (
            "The program did not end within a few seconds of real time. It waits for a thread or "
            f"a socket, and those aren't simulated. {_waits(timeline)}Use shorter real work here, "
            "or record the program instead of simulating it."
        )
    if _few_steps_took_long(timeline):
        return _held(known, timeline)
    if _stands_still(timeline):
        return (
            "The program did not end within a few seconds of real time, and its own clock stood "
            f"still at {timeline.duration:,g} s. {_busiest(timeline)}Probably a loop asks again "
            "and again, with only `asyncio.sleep(0)` in between: then something is always ready, "
            "and no time goes by. Await what the loop asks for, or sleep for a while."
        )
    return (
        "The program did not end within a few seconds of real time, while its own clock went to "
        f"{timeline.duration:,g} s. {_busiest(timeline)}Probably a loop has no way out: give it a "
        "condition that comes true, a `return`, or something that cancels its task."
    )


def _few_steps_took_long(timeline: Timeline) -> bool:
    """Whether the time went into a step that was over just when the program was stopped."""
    took = [step.real_seconds or 0.0 for step in timeline.steps[:_FEW]]
    return len(timeline.steps) < _FEW and max(took, default=0.0) > _LONG


def _stands_still(timeline: Timeline) -> bool:
    """Whether the last thousand steps fell on one moment."""
    begun = timeline.columns.start
    return len(begun) > 1000 and begun[-1] == begun[-1000]


def _held(known: Circumstances, timeline: Timeline) -> str:
    return (
        f"One step held the loop for seconds of real time{known.stuck_at}. No other task can run "
        "before it awaits something that suspends. Probably a loop without an `await` in it, or "
        "a blocking call: wait with `await asyncio.sleep(...)`, and move work that blocks to "
        "`asyncio.to_thread`."
    )


def _abandoned(known: Circumstances, timeline: Timeline) -> str:
    return _held(known, timeline) + (
        " Python can't stop such a call, so it was left behind in a thread of its own, where it "
        "goes on until it returns. Nothing else depends on that thread."
    )


def _crowd(known: Circumstances, timeline: Timeline) -> str:
    return (
        f"The program made more than {MOST_TASKS:,} tasks, and was stopped before they filled the "
        "memory. Probably a loop makes tasks without end, or each task makes more like itself. "
        "Try it with a hundred: the picture is the same."
    )


def _stubborn(known: Circumstances, timeline: Timeline) -> str:
    who = phrases.listed(map(repr, known.stubborn), _MOST)
    return (
        f"The program had ended, but {who} had not, and would not be cancelled. Probably it "
        "catches CancelledError, or everything with a bare `except:`, and goes on: let the "
        "exception through, with `raise`. asyncio.run() would wait for it forever."
    )


_WHY = {
    "deadlock": _deadlock,
    "endless": _endless,
    "held": _held,
    "abandoned": _abandoned,
    "crowd": _crowd,
    "stubborn": _stubborn,
}


def _waits(timeline: Timeline) -> str:
    """Who waits for what at the end of that timeline, as a sentence."""
    said = []
    for task in timeline.tasks:
        steps = timeline.task_steps(task.id)
        if task.outcome == "pending" and steps:
            reason = timeline.steps[steps[-1]].waiting_for or "something nobody has set"
            said.append(f"{task.name!r} waits for {reason}")
    return phrases.listed(said, _MOST) + ". " if said else ""


def _busiest(timeline: Timeline) -> str:
    if not timeline.tasks:
        return ""
    task = max(timeline.tasks, key=lambda task: len(timeline.task_steps(task.id)))
    return f"{task.name!r} took the most steps, {len(timeline.task_steps(task.id)):,}. "
