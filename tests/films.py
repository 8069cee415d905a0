"""Small recordings written by hand, each about one thing: the player is tried on them."""

from helpers.timeline import Idle, Printed, Step, TaskSpan, Timeline, Timer

SOURCE = "async def make(name, wait):\n    print(name)\n    await asyncio.sleep(wait)\n"


def breakfast() -> Timeline:
    """Two tasks of 2 and 2.5 s in virtual time, where many steps share one moment."""
    return Timeline.of(
        [
            TaskSpan(0, "this cell", "this cell", None, None, 0, role="recording"),
            TaskSpan(1, "tea", "make", 0, 0, 0, 2, "returned"),
            TaskSpan(2, "toast", "make", 0, 0, 0, 3, "raised", "ValueError: burnt"),
        ],
        [
            Step(0, "task", "this cell", 0, 0, 0, waiting_for="task 'tea'"),
            Step(1, "task", "tea", 0, 0, 0, **_made(0), waiting_for="sleep(2)", due=2),
            Step(2, "task", "toast", 0, 0, 0.5, **_made(0), waiting_for="sleep(2.5)", due=3),
            Step(None, "timer", "end of a sleep", 2, 2, 2),
            Step(1, "task", "tea", 2, 2, 2, woken_by=3, resumed_at=("cell", 3)),
            Step(0, "task", "this cell", 2, 2, 2, woken_by=4, waiting_for="task 'toast'"),
            Step(None, "timer", "end of a sleep", 3, 3, 3),
            Step(2, "task", "toast", 3, 3, 3, woken_by=6, resumed_at=("cell", 3)),
            Step(0, "task", "this cell", 3, 3, 3, woken_by=7),
        ],
        clock="virtual",
        title="breakfast",
        timers=(
            Timer("end of a sleep", 1, 2, 2, made=0, step=3),
            Timer("end of a sleep", 2, 3, 3, made=0.5, step=6),
        ),
        idle=(Idle(0.5, 2, 2), Idle(2, 3, 3)),
        output=(Printed(0, "tea\n", 1), Printed(0, "toast\n", 2), Printed(2, "hot\n", 4)),
        sources={"cell": SOURCE},
    )


def _made(by: int) -> dict:
    return {"woken_by": by, "resumed_at": ("cell", 1), "suspended_at": ("cell", 3)}


def held() -> Timeline:
    """A sleep of 0.1 s behind a block of 0.5 s: overdue, neither running nor ready."""
    return Timeline.of(
        [
            TaskSpan(0, "nap", created=0, ended=0.53, outcome="returned"),
            TaskSpan(1, "block", created=0, ended=0.51, outcome="returned"),
        ],
        [
            Step(0, "task", "nap", 0, 0, 0.01, waiting_for="sleep(0.1)", due=0.11),
            Step(1, "task", "block", 0, 0.01, 0.51),
            Step(None, "timer", "end of a sleep", 0.511, 0.512, 0.513),
            Step(0, "task", "nap", 0.513, 0.52, 0.53, woken_by=2),
        ],
        timers=(Timer("end of a sleep", 0, 0.11, 0.511, made=0.005, step=2),),
    )


def late() -> Timeline:
    """A timer that is due while a callback holds the loop, on a clock that jumps: found by the
    look before the next iteration, though that comes at the very moment the callback ends."""
    return Timeline.of(
        [],
        [
            Step(None, "callback", "rehearse", 0, 0, 2, first=True),
            Step(None, "callback", "notes", 2, 2, 2, woken_by=0, first=True),
            Step(None, "timer", "bell", 2, 2, 2, first=False),
            Step(None, "io", "door", 2, 2, 2, first=False),
            Step(None, "callback", "coffee", 2, 2, 2, woken_by=1, first=True),
        ],
        clock="virtual",
        timers=(Timer("bell", 0, 1, 2, made=0, step=2),),
    )


def lost() -> Timeline:
    """A task that the garbage collector takes in the middle of somebody else's step."""
    return Timeline.of(
        [
            TaskSpan(0, "main", created=0, ended=2.1, outcome="returned"),
            TaskSpan(1, "forgotten", "hang", 0, 0.1, 0.1, 1.05, "destroyed"),
        ],
        [
            Step(0, "task", "main", 0, 0, 0.1, waiting_for="sleep(1)", due=1),
            Step(1, "task", "forgotten", 0.1, 0.1, 0.2, woken_by=0, waiting_for="future"),
            Step(None, "timer", "end of a sleep", 1, 1, 1.01),
            Step(0, "task", "main", 1.01, 1.01, 1.1, woken_by=2, waiting_for="sleep(1)", due=2),
            Step(None, "timer", "end of a sleep", 2, 2, 2.01),
            Step(0, "task", "main", 2.01, 2.01, 2.1, woken_by=4),
        ],
        idle=(Idle(0.2, 1, 1), Idle(1.1, 2, 2)),
    )


def nested() -> Timeline:
    """An eager task whose first step runs inside its maker's, and a nested loop's sleep."""
    return Timeline.of(
        [
            TaskSpan(0, "maker", created=0, ended=9, outcome="returned"),
            TaskSpan(1, "eager", "e", 0, 1, ended=7, outcome="returned"),
        ],
        [
            Step(0, "task", "maker", 0, 0, 4, waiting_for="task 'eager'"),
            Step(1, "task", "eager", 1, 1, 2, inside=0, woken_by=0, waiting_for="a lock"),
            Step(None, "callback", "release", 4, 5, 6, woken_by=0),
            Step(1, "task", "eager", 5.5, 6, 7, woken_by=2),
            Step(0, "task", "maker", 7, 7, 9, woken_by=3),
        ],
        idle=(Idle(2.5, 3.5, None),),
    )


def strangers() -> Timeline:
    """The kernel's turns, a socket, another thread, and tasks from before and for after."""
    return Timeline.of(
        [
            TaskSpan(0, "old", created=None, ended=None),
            TaskSpan(1, "listener", created=None, ended=8, outcome="cancelled"),
            TaskSpan(2, "late", "late", 1, 7.6, queued=7.6),
        ],
        [
            Step(None, "kernel", "kernel", 0, 1, 2),
            Step(None, "io", "socket", 3, 3, 4, woken_by="io"),
            Step(1, "task", "listener", 3.5, 5, 6, woken_by=1, waiting_for="Queue.get"),
            Step(None, "callback", "poke", 6.5, 7, 7.5, woken_by="thread"),
            Step(1, "task", "listener", 7.2, 7.5, 8, woken_by=3),
        ],
        duration=9,
        idle=(Idle(2, 3, None), Idle(6, 6.5, None)),
    )


def turns() -> Timeline:
    """Two tasks that step aside with sleep(0), and a timeout that is cancelled in time."""
    return Timeline.of(
        [
            TaskSpan(0, "a", created=0, ended=5, outcome="returned"),
            TaskSpan(1, "b", created=0, ended=4, outcome="returned"),
        ],
        [
            Step(0, "task", "a", 0, 0, 1),
            Step(1, "task", "b", 0, 1, 2, waiting_for="sleep(10)", due=11.5),
            Step(0, "task", "a", 0.9, 2, 3, woken_by=0),
            Step(1, "task", "b", 2.5, 3, 4, woken_by=2),
            Step(0, "task", "a", 2.9, 4, 5, woken_by=2),
        ],
        timers=(Timer("timeout", 0, 60, cancelled=4.5, made=0.5), Timer("print", 2, 4.5, made=2)),
    )


def empty() -> Timeline:
    """Nothing at all."""
    return Timeline.of()


def still_running() -> Timeline:
    """A recording looked at while it goes on: the step under way reaches its end."""
    from dataclasses import replace

    finished = Timeline.of(
        [TaskSpan(0, "rude", created=0), TaskSpan(1, "polite", created=0)],
        [
            Step(1, "task", "polite", 0, 0, 1, waiting_for="sleep(1)", due=2),
            Step(0, "task", "rude", 0, 1, 4),
        ],
        timers=(Timer("end of a sleep", 0, 2, made=0.5),),
    )
    return replace(finished, complete=False)


FILMS = (breakfast, held, late, lost, nested, strangers, turns, empty, still_running)
