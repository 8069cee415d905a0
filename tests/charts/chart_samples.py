"""Small recordings written by hand, for the tests of the charts."""

from helpers.timeline import Idle, Step, TaskSpan, Timeline, Timer


def cell(**rest) -> TaskSpan:
    """The task that entered the recording."""
    return TaskSpan(0, "this cell", created=None, started=0.0, role="recording", **rest)


def greetings(late: float = 0.0, title: str = "two greetings") -> Timeline:
    """Two tasks that sleep together, on the real clock; everything comes `late` seconds late."""
    a, b = 1.001 + late, 1.501 + 2 * late
    tasks = [
        cell(),
        TaskSpan(1, "Hello", "greet", 0, 0.0004, 0.0006, a + 0.0002, "returned"),
        TaskSpan(2, "World", "greet", 0, 0.0005, 0.0008, b + 0.0002, "returned"),
    ]
    steps = [
        Step(0, "task", "this cell", 0, 0, 0.0006, waiting_for="task 'Hello'"),
        Step(1, "task", "Hello", 0.0004, 0.0006, 0.0008, waiting_for="sleep(1)", due=1.0007),
        Step(2, "task", "World", 0.0005, 0.0008, 0.001, waiting_for="sleep(1.5)", due=1.5009),
        Step(None, "timer", "end of a sleep", a - 0.0002, a - 0.0002, a - 0.0001),
        Step(1, "task", "Hello", a - 0.0001, a, a + 0.0002, woken_by=3),
        Step(0, "task", "this cell", a, a + 0.0003, a + 0.0004, waiting_for="task 'World'"),
        Step(None, "timer", "end of a sleep", b - 0.0002, b - 0.0002, b - 0.0001),
        Step(2, "task", "World", b - 0.0001, b, b + 0.0002, woken_by=6),
        Step(0, "task", "this cell", b, b + 0.0003, b + 0.0004, woken_by=7),
    ]
    idle = (Idle(0.001, a - 0.0002), Idle(a + 0.0004, b - 0.0002))
    return Timeline.of(tasks, steps, title=title, idle=idle)


def breakfast() -> Timeline:
    """Every state and every end, in virtual time."""
    tasks = [
        cell(),
        TaskSpan(1, "main", "main", 0, 0.0, 0.0, 4.2, "raised", "ExceptionGroup: 1 went wrong"),
        TaskSpan(2, "tea", "make_tea", 1, 0.0, 0.0, 2.5, "returned"),
        TaskSpan(3, "toast", "make_toast", 1, 0.0, 0.3, 4.0, "raised", "ValueError: burnt"),
        TaskSpan(4, "eggs", "boil", 1, 0.0, 0.8, 4.1, "cancelled"),
        TaskSpan(5, "radio", "listen", 2, 0.3, 0.9, None, "pending"),
    ]
    steps = [
        Step(0, "task", "this cell", 0, 0, 0, waiting_for="task 'main'"),
        Step(1, "task", "main", 0, 0, 0, waiting_for="its task group"),
        Step(2, "task", "tea", 0, 0, 0.3, waiting_for="sleep(1)", due=1.3),
        Step(3, "task", "toast", 0, 0.3, 0.8, waiting_for="sleep(0.2)", due=1.0),
        Step(4, "task", "eggs", 0, 0.8, 0.9, waiting_for="Event.wait"),
        Step(5, "task", "radio", 0.3, 0.9, 0.9, waiting_for="Queue.get"),
        Step(None, "timer", "end of a sleep", 1.0, 1.0, 1.0),
        Step(3, "task", "toast", 1.0, 1.0, 2.0, waiting_for="sleep(1)", due=3.0),
        Step(2, "task", "tea", 2.0, 2.0, 2.5),
        Step(3, "task", "toast", 3.0, 3.0, 4.0),
        Step(4, "task", "eggs", 4.0, 4.0, 4.1),
        Step(1, "task", "main", 4.1, 4.1, 4.2),
        Step(0, "task", "this cell", 4.2, 4.2, 4.2),
    ]
    idle = (Idle(0.9, 1.0, 1.0), Idle(2.5, 3.0, 3.0))
    return Timeline.of(
        tasks,
        steps,
        duration=4.4,
        title="breakfast",
        clock="virtual",
        idle=idle,
        notes=("Mind it.",),
    )


def crowd(number: int, raised: tuple[int, ...] = ()) -> Timeline:
    """So many tasks made together, which run one after the other for 10 ms each."""
    tasks = [cell()]
    for id in range(1, number + 1):
        end = "raised" if id in raised else "returned"
        why = "ValueError: no" if id in raised else None
        tasks.append(TaskSpan(id, f"t-{id}", "t", 0, 0.0, (id - 1) / 100, id / 100, end, why))
    steps = [Step(0, "task", "this cell", 0, 0, 0, waiting_for="its task group")]
    steps += [Step(id, "task", "t", 0, (id - 1) / 100, id / 100) for id in range(1, number + 1)]
    return Timeline.of(tasks, steps, title=f"{number} tasks", clock="virtual")


def eager() -> Timeline:
    """Steps nested inside steps: eager tasks, two deep."""
    tasks = [
        cell(),
        TaskSpan(1, "eager", "", 0, 0.2, 0.2, 1.0, "returned"),
        TaskSpan(2, "kid", "", 1, 0.3, 0.3, 0.4, "returned"),
    ]
    steps = [
        Step(0, "task", "this cell", 0, 0, 0.7, waiting_for="task 'eager'"),
        Step(1, "task", "eager", 0.2, 0.2, 0.5, inside=0, waiting_for="sleep(0.3)", due=0.8),
        Step(2, "task", "kid", 0.3, 0.3, 0.4, inside=1),
        Step(None, "kernel", "heartbeat", 0.72, 0.72, 0.76),
        Step(1, "task", "eager", 0.9, 0.9, 1.0),
        Step(0, "task", "this cell", 1.0, 1.0, 1.05),
    ]
    return Timeline.of(tasks, steps, title="eager", duration=1.1)


def nested_loop() -> Timeline:
    """`asyncio.run` inside a cell, under nest-asyncio: a loop that sleeps inside a step."""
    tasks = [cell(), TaskSpan(1, "main", "main", 0, 0.1, 0.1, 1.0, "returned", role="main")]
    steps = [
        Step(0, "task", "this cell", 0, 0, 1.05),
        Step(1, "task", "main", 0.1, 0.1, 0.2, inside=0, waiting_for="sleep(0.7)", due=0.9),
        Step(1, "task", "main", 0.9, 0.9, 1.0, inside=0),
    ]
    return Timeline.of(tasks, steps, title="nested", idle=(Idle(0.2, 0.9, 0.9),))


def callbacks() -> Timeline:
    """No task but the cell: callbacks and timers, one of them late behind another."""
    steps = [
        Step(0, "task", "this cell", 0, 0, 0.001, waiting_for="sleep(2)", due=2.0),
        Step(None, "callback", "soon", 0.0003, 0.0011, 0.0013, woken_by=0),
        Step(None, "timer", "tick", 0.6, 0.6, 0.95),
        Step(None, "timer", "late", 0.95, 0.951, 0.952),
        Step(None, "io", "read", 1.4, 1.4, 1.401, woken_by="io"),
        Step(0, "task", "this cell", 2.0, 2.0, 2.003),
    ]
    timers = (
        Timer("tick", 0, 0.6, 0.6, made=0.0005, step=2),
        Timer("late", 0, 0.7, 0.95, made=0.0006, step=3),
        Timer("never", 0, 9.0, None, cancelled=0.8, made=0.0007),
    )
    idle = (Idle(0.0013, 0.6), Idle(0.952, 1.4), Idle(1.401, 2.0))
    return Timeline.of([cell()], steps, title="callbacks", timers=timers, idle=idle)


def rude() -> Timeline:
    """A `time.sleep` in virtual time: a step of no length that really took 0.7 s."""
    tasks = [TaskSpan(0, "rude", ended=2.0, outcome="returned")]
    steps = [
        Step(0, "task", "rude", 0, 0, 0, waiting_for="sleep(2)", due=2.0, real_seconds=0.7),
        Step(0, "task", "rude", 2, 2, 2, real_seconds=0.0001),
    ]
    return Timeline.of(tasks, steps, title="rude", clock="virtual", idle=(Idle(0, 2),))


def waiting() -> Timeline:
    """One task that waits for six things, twice for one of them; and one for which is not known."""
    lengths = (1, 1.4, 1.5, 1.6, 0.2, 1, 2)
    names = ("Queue.get", "a", "b", "c", "nap", "d", "Queue.get")
    begins = [sum(lengths[:n]) for n in range(len(lengths))]
    steps = [
        Step(0, "task", "w", begin, begin, begin, waiting_for=name)
        for begin, name in zip(begins, names, strict=True)
    ]
    tasks = [
        TaskSpan(0, "w", ended=sum(lengths), outcome="returned"),
        TaskSpan(1, "x", ended=2.0, outcome="cancelled", entered=False),
    ]
    return Timeline.of(tasks, steps, title="waits")


def libraries() -> Timeline:
    """A task of the learner's, three of aiohttp's, one of which blocks, and one of asyncio's."""
    whose = ("", "aiohttp", "asyncio", "aiohttp", "aiohttp")
    tasks = [
        TaskSpan(id, f"t{id}", "f", 0 if id else None, 0.0, id, id + 1.0, "returned", library=name)
        for id, name in enumerate(whose)
    ]
    lengths = (0.01, 0.5, 0.01, 0.01, 0.01)
    steps = [Step(id, "task", f"t{id}", 0, id, id + length) for id, length in enumerate(lengths)]
    return Timeline.of(tasks, steps, title="libraries")


STRANGE_NAMES = (
    '<b>bold</b> & "co"',
    "\x1b[31mred\x1b[0m\n\ttab",
    "茶を入れる",
    "Ünïcødé ✓ naïve",
    "🍞 toast",
    "$x^2$ and $y_",
    "a" * 300,
    "",
    "مرحبا",
    "e\u0301 \u200b \u202e",
    "\ud800 half a pair",
)


def strange() -> Timeline:
    """Names that nobody should give a task."""
    tasks = [
        TaskSpan(i, name, ended=1.0 + i / 10, outcome="raised", exception=f"Odd: {name}")
        for i, name in enumerate(STRANGE_NAMES)
    ]
    steps = [
        Step(i, "task", name, 0, i / 20, (i + 1) / 20, waiting_for=f"task {name!r}")
        for i, name in enumerate(STRANGE_NAMES)
    ]
    return Timeline.of(tasks, steps, title="$names$ <of> \x07 all kinds")


def busy_pair(rounds: int) -> Timeline:
    """Two tasks that take turns of 1 ms each, so many times."""
    tasks = [
        TaskSpan(i, name, ended=rounds / 500, outcome="returned") for i, name in enumerate("ab")
    ]
    steps = [
        Step(n % 2, "task", "ab"[n % 2], max(n - 1, 0) / 1000, n / 1000, (n + 1) / 1000)
        for n in range(2 * rounds)
    ]
    return Timeline.of(tasks, steps, title="ping pong")


def asleep_for(seconds: float) -> Timeline:
    """One task that sleeps so long."""
    tasks = [TaskSpan(0, "sleeper", ended=seconds, outcome="returned")]
    steps = [
        Step(0, "task", "sleeper", 0, 0, 0, waiting_for=f"sleep({seconds:g})", due=seconds),
        Step(0, "task", "sleeper", seconds, seconds, seconds),
    ]
    return Timeline.of(tasks, steps, title="asleep", clock="virtual")


EVERY = {
    "nothing at all": Timeline(),
    "a title only": Timeline(title="empty"),
    "two greetings": greetings(),
    "breakfast": breakfast(),
    "thirty": crowd(30),
    "a hundred": crowd(100, raised=(77,)),
    "eager": eager(),
    "a nested loop": nested_loop(),
    "callbacks": callbacks(),
    "rude": rude(),
    "strange": strange(),
    "ping pong": busy_pair(500),
    "a year": asleep_for(365 * 86_400.0),
    "microseconds": asleep_for(20e-6),
    "no time": asleep_for(0.0),
}
