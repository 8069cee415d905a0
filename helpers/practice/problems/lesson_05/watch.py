"""A small program of one's own: something that goes on beside a job, and ends with it."""

import asyncio
import contextlib
import itertools

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import NotYet, nothing_left_over, returned
from helpers.practice.exercises import Exercise
from helpers.practice.sentences import alike, in_seconds


async def bake():
    await asyncio.sleep(3.5)
    return "a cake"


async def burn():
    await asyncio.sleep(2.5)
    raise RuntimeError("smoke")


async def heat():
    await asyncio.sleep(0.25)
    return "hot"


def judge_with_a_watch(with_a_watch):
    for job, result, seconds in ((bake, "a cake", 3.5), (heat, "hot", 0.25)):
        timeline = _watched(with_a_watch, job, seconds)
        returned(timeline, result)
    timeline = _watched(with_a_watch, burn, 2.5)
    if not isinstance(timeline.result, RuntimeError):
        raise NotYet(
            f"job() raises RuntimeError, but {sentences.shown(timeline.result)} came back. Your "
            "caller has to hear of the error: let it through.",
            timeline,
        )
    _is_silent_afterwards(with_a_watch)


def _is_silent_afterwards(with_a_watch) -> None:
    shown = []

    def show(passed):
        shown.append((asyncio.get_running_loop().time(), passed))

    async def program(job):
        await with_a_watch(job, show)
        await asyncio.sleep(3)

    timeline = attempt(program, heat)
    if shown:
        raise NotYet(
            f"job() was over at 0.25 s, and then came {_calls(shown)}: the watch had not ended. "
            "Whatever calls show has to be cancelled, a timer, too: keep what call_later returns.",
            timeline,
        )


def _watched(with_a_watch, job, seconds):
    """The timeline of a watched job that takes so many seconds."""
    shown, jobs, name = [], Jobs(), "job()"

    def show(passed):
        shown.append((asyncio.get_running_loop().time(), passed))

    timeline = attempt(with_a_watch, jobs.watch(job, "job"), show, may_raise=RuntimeError)
    _began_immediately(jobs.timeline, name, timeline)
    _came_back_with_the_job(seconds, name, timeline)
    _showed_each_second(shown, seconds, name, timeline)
    nothing_left_over(timeline)
    return timeline


def _began_immediately(jobs, name, timeline) -> None:
    begun = jobs.tasks[0].started if jobs.tasks else None
    if begun is None:
        raise NotYet(f"{name} was never run. Await it, or make a task of it.", timeline)
    if not alike(begun, 0):
        raise NotYet(
            f"{name} began at {in_seconds(begun)}, and should begin immediately. Was the watch "
            "awaited first? Make a task of the watch, and it goes on beside the job.",
            timeline,
        )


def _came_back_with_the_job(seconds, name, timeline) -> None:
    if not alike(timeline.duration, seconds):
        raise NotYet(
            f"{name} was over at {in_seconds(seconds)}, but with_a_watch ended at "
            f"{in_seconds(timeline.duration)}. It should end when the job does: what tells the "
            "watch?",
            timeline,
        )


def _showed_each_second(shown: list, until: float, name: str, timeline) -> None:
    wanted = [(second, second) for second in range(1, int(until) + 1)]
    if [(round(at, 6), passed) for at, passed in shown] != wanted:
        raise NotYet(
            f"While {name} went on, the calls were {_calls(shown)}, and should have been "
            f"{_calls(wanted)}.",
            timeline,
        )


def _calls(shown: list) -> str:
    calls = [f"show({passed}) at {in_seconds(at)}" for at, passed in shown]
    return ", ".join(calls) or "nothing"


async def with_a_watch(job, show):
    async def watch():
        seconds = 0
        while True:
            await asyncio.sleep(1)
            seconds += 1
            show(seconds)

    watching = asyncio.create_task(watch(), name="watch")
    try:
        return await job()
    finally:
        watching.cancel()
        await asyncio.wait([watching])


async def with_a_watch_in_one_task(job, show):
    task, seconds = asyncio.create_task(job(), name="job"), 0
    while True:
        done, _ = await asyncio.wait([task], timeout=1)
        if done:
            return task.result()
        seconds += 1
        show(seconds)


async def with_a_watch_by_timers(job, show):
    loop, begin = asyncio.get_running_loop(), asyncio.get_running_loop().time()

    def tick(seconds):
        nonlocal handle
        show(seconds)
        handle = loop.call_at(begin + seconds + 1, tick, seconds + 1)

    handle = loop.call_at(begin + 1, tick, 1)
    try:
        return await job()
    finally:
        handle.cancel()


async def with_a_watch_that_goes_on(job, show):
    async def watch():
        for seconds in range(1, 1000):
            await asyncio.sleep(1)
            show(seconds)

    watching = asyncio.create_task(watch(), name="watch")
    result = await job()
    watching.cancel()
    await asyncio.wait([watching])
    return result


async def with_a_watch_that_is_only_asked(job, show):
    async def watch():
        for seconds in itertools.count(1):
            await asyncio.sleep(1)
            show(seconds)

    watching = asyncio.create_task(watch(), name="watch")
    try:
        return await job()
    finally:
        watching.cancel()


async def with_a_watch_awaited_first(job, show):
    async def watch():
        for seconds in range(1, 6):
            await asyncio.sleep(1)
            show(seconds)

    await watch()
    return await job()


async def with_a_watch_that_counts_from_zero(job, show):
    async def watch():
        for seconds in range(1000):
            await asyncio.sleep(1)
            show(seconds)

    watching = asyncio.create_task(watch(), name="watch")
    try:
        return await job()
    finally:
        watching.cancel()


async def with_a_watch_that_swallows_the_error(job, show):
    with contextlib.suppress(RuntimeError):
        return await with_a_watch(job, show)


async def with_a_watch_whose_timer_stays(job, show):
    loop = asyncio.get_running_loop()

    def tick(seconds):
        show(seconds)
        loop.call_later(1, tick, seconds + 1)

    loop.call_later(1, tick, 1)
    return await job()


async def with_a_watch_in_a_group(job, show):
    async def watch():
        for seconds in range(1, 6):
            await asyncio.sleep(1)
            show(seconds)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(job(), name="job")
        group.create_task(watch(), name="watch")
    return task.result()


WITH_A_WATCH = Exercise(
    id="05-watch",
    title="A watch beside the job",
    prompt=(
        "Write a small program of your own. While `job()` goes on, `with_a_watch(job, show)` calls "
        "`show(1)` after one second, `show(2)` after two, and so on. When the job is done, "
        "`with_a_watch` returns its result, and the watch has ended by then. If the job raises, "
        "the error comes out, and the watch has ended all the same."
    ),
    starter="""\
async def with_a_watch(job, show):
    ...  # make a task of the watch; the job can simply be awaited
""",
    hints=(
        "The watch is a loop without an end: sleep a second, count, show. Give it a task of its "
        "own.",
        "When the job is done, `cancel()` the watch, and wait until it has ended: "
        "`asyncio.wait([watching])` does that, and raises nothing.",
        "Write `try: return await job()`, and cancel and wait in the `finally`: then the watch "
        "ends whether the job returns or raises.",
    ),
    why=(
        "The watch goes on beside the job, and is over when the job is, whether the job returns or "
        "raises."
    ),
    judge=judge_with_a_watch,
    solution=with_a_watch,
    also=(with_a_watch_in_one_task, with_a_watch_by_timers),
    wrong=(
        (with_a_watch_that_is_only_asked, sentences.asked_and_left("watch", at=3.5)),
        (
            with_a_watch_that_goes_on,
            sentences.left_over("watch", at=2.5, waiting_for="sleep(1)"),
        ),
        (
            with_a_watch_awaited_first,
            "job() began at 5 s, and should begin immediately. Was the watch awaited first? Make a "
            "task of the watch, and it goes on beside the job.",
        ),
        (
            with_a_watch_that_counts_from_zero,
            "While job() went on, the calls were show(0) at 1 s, show(1) at 2 s, show(2) at 3 s, "
            "and should have been show(1) at 1 s, show(2) at 2 s, show(3) at 3 s.",
        ),
        (
            with_a_watch_that_swallows_the_error,
            "job() raises RuntimeError, but None came back. Your caller has to hear of the error: "
            "let it through.",
        ),
        (
            with_a_watch_whose_timer_stays,
            "job() was over at 0.25 s, and then came show(1) at 1 s, show(2) at 2 s, show(3) at 3 "
            "s: the watch had not ended. Whatever calls show has to be cancelled, a timer, too: "
            "keep what call_later returns.",
        ),
        (
            with_a_watch_in_a_group,
            "job() was over at 3.5 s, but with_a_watch ended at 5 s. It should end when the job "
            "does: what tells the watch?",
        ),
    ),
)
