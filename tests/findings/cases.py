"""The two lists by which findings are judged: programs with a fault, and programs without one.

They are data, and were written before the code they judge. `examples/` has a file for each kind
of fault: five programs that have it, then near misses on which that kind must be silent; and a
file of standard examples, right from end to end. They are found by being there.

    @fault(LOOP_HELD, who="resize", does="3 tasks, 3 returned, 1.2 s")
    async def a_computation_holds_every_heartbeat():
        ...
            compute(0.4)  # fault

- The kind is the one that must be named. What else is true of the program may be said as well.
- `within`: the kind of the finding with which it is told, where it came of that and is not said
  again.
- `who`: the tasks that the finding is about, all of them; "main" is the program itself.
- The line is marked in the source, so nobody counts lines. Where more lines than one are right
  (a call, and the place in the function it calls), each is marked, and one is enough.
- `does` is what happens, worked out by hand: how many tasks ended how, and in how many seconds.
  It is exact, in virtual time. What needs threads or sockets is `real`, and has no seconds.

Without a fault means that no finding of any kind is right, not only none of the near one. The
right answers to all exercises are without one, too (`answers`), whatever their number is, and
what the lessons record (`lessons`), where it is not wrong on purpose.
"""

import asyncio
import gc
import importlib
import inspect
import pkgutil
import warnings
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import examples

from helpers import record, simulate
from helpers.practice.attempts import watching_attempts
from helpers.practice.exercises import exercises
from helpers.timeline import TaskSpan, Timeline
from helpers.timeline.records import Place
from helpers.virtual_time import SimulationStopped

LOOP_HELD = "loop held"
ONE_AFTER_THE_OTHER = "one after the other"
NEVER_AWAITED = "never awaited"
LOST_TASK = "lost task"
ERROR_NOBODY_HEARD = "error nobody heard"
SWALLOWED_CANCELLATION = "swallowed cancellation"
BUSY_WAITING = "busy waiting"
DEADLOCK = "deadlock"
QUEUE = "queue"
LIMIT_WITHOUT_EFFECT = "limit without effect"
TOO_MANY_THREADS = "too many threads wanted"
LATE = "late timers, late deadlines"

KINDS = (
    LOOP_HELD, ONE_AFTER_THE_OTHER, NEVER_AWAITED, LOST_TASK, ERROR_NOBODY_HEARD,
    SWALLOWED_CANCELLATION, BUSY_WAITING, DEADLOCK, QUEUE, LIMIT_WITHOUT_EFFECT,
    TOO_MANY_THREADS, LATE,
)  # fmt: skip
MARK = "# fault"
# Exercises whose right answers hold the loop, as the chart to be drawn or the given jobs have it.
ANSWERS_ON_PURPOSE = {"03-work-through": LOOP_HELD, "06-hatched": LOOP_HELD}

Program = Callable[[], Coroutine]


@dataclass(frozen=True)
class Case:
    """A program and what is known of it. `kind` is the fault it has, or nearly has; "" for a
    standard example. It is without a fault when `who` is empty."""

    program: Program
    kind: str
    does: str
    who: tuple[str, ...] = ()
    real: bool = False
    within: str = ""

    @property
    def name(self) -> str:
        """What the program is called: its fault can be read from it."""
        return self.program.__name__

    @property
    def lines(self) -> list[int]:
        """The lines of its file that are marked as the fault's."""
        source, first = inspect.getsourcelines(self.program)
        return [first + n for n, line in enumerate(source) if line.rstrip().endswith(MARK)]

    @property
    def places(self) -> list[Place]:
        """The same, as a timeline names them."""
        source = Path(self.program.__code__.co_filename).name
        return [(source, line) for line in self.lines]

    def recorded(self) -> tuple[Timeline, str]:
        """Its timeline, and what it does in words, to be compared with `does`."""
        gc.collect()  # what was left by others is not this program's
        with warnings.catch_warnings():
            for about in (RuntimeWarning, ResourceWarning):  # coroutines, sockets: as meant here
                warnings.simplefilter("ignore", about)
            timeline, raised = (_on_the_clock if self.real else _simulated)(self.program)
            gc.collect()
        return timeline, repr(timeline)[len("<Timeline: ") : -1] + raised


def _simulated(program: Program) -> tuple[Timeline, str]:
    try:
        return simulate(program()), ""
    except SimulationStopped as stopped:
        return stopped.timeline, f"; {stopped.reason}"


def _on_the_clock(program: Program) -> tuple[Timeline, str]:
    with record() as timeline:
        asyncio.run(program())
    return timeline, ""


def fault(
    kind: str, *, who: str, does: str, real: bool = False, within: str = ""
) -> Callable[[Program], Case]:
    """The program below has this fault; `who` are names, separated by commas."""
    return lambda program: Case(program, kind, does, tuple(who.split(", ")), real, within)


def innocent(*, near: str = "", does: str, real: bool = False) -> Callable[[Program], Case]:
    """The program below has none, though it is near one of that kind."""
    return lambda program: Case(program, near, does, (), real)


@cache
def all_cases() -> tuple[Case, ...]:
    """Every program of the two lists, file by file."""
    names = [module.name for module in pkgutil.iter_modules(examples.__path__)]
    files = [importlib.import_module(f"examples.{name}") for name in names]
    return tuple(case for file in files for case in vars(file).values() if isinstance(case, Case))


def answers() -> dict[str, list[Timeline]]:
    """The right answers to all exercises: by exercise and function, what was seen of it as it
    was judged. These were recorded without lines."""
    found: dict[str, list[Timeline]] = {}
    for exercise in exercises().values():
        for answer in (exercise.solution, *exercise.also):
            with watching_attempts() as found[f"{exercise.id} {answer.__name__}"]:
                exercise.judge(answer)
    return found


def called(timeline: Timeline, who: str) -> TaskSpan:
    """The task of that name, "main" being the program itself; KeyError if there is none."""
    return next((t for t in timeline.tasks if who == "main" == t.role), None) or timeline.task(who)
