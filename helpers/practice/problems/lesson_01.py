"""Lesson 01, waiting: reminders that let go, an interval measured, work done while waiting."""

import asyncio
import time

from helpers.practice.attempts import Jobs, Raised, attempt
from helpers.practice.checks import (
    REAL_ALLOWANCE,
    NotYet,
    nothing_left_over,
    printed_in_order,
    ran_together,
    returned,
    took,
)
from helpers.practice.exercises import Exercise
from helpers.virtual_time import compute

# -- two reminders: a wait that lets go ------------------------------------------------------------


def judge_remind(remind):
    async def program():  # gather, for a group would wrap what a reminder raises
        tea = asyncio.create_task(remind("tea", 0.5), name="tea")
        eggs = asyncio.create_task(remind("eggs", 0.3), name="eggs")
        await asyncio.gather(tea, eggs)

    begin = time.perf_counter()
    timeline = attempt(program, may_raise=TypeError)
    _let_go(timeline)
    _awaited_what_can_be(timeline)
    nothing_left_over(timeline)
    _waited(timeline, time.perf_counter() - begin)
    printed_in_order(timeline, "eggs", "tea")
    if timeline.duration > 0:  # else they waited in threads, where no virtual time passes
        took(timeline, 0.5)


def _let_go(timeline):
    """As `never_held_the_loop_longer_than`, but without the seconds, which vary in reality."""
    for step in timeline.steps:
        if step.task is not None and step.real_seconds > REAL_ALLOWANCE:
            raise NotYet(
                f"'{timeline.tasks[step.task].name}' held the loop while it waited, and the other "
                "reminder could do nothing meanwhile. Probably a call that blocks, such as "
                "time.sleep: wait with `await asyncio.sleep(...)`, which lets go.",
                timeline,
            )


def _awaited_what_can_be(timeline):
    if isinstance(timeline.result, TypeError):
        raise Raised(timeline.result, timeline)


def _waited(timeline, real_seconds):
    if timeline.duration == 0 and real_seconds < 0.5:
        raise NotYet(
            "Both reminders ended at once, at 0 s: nothing was waited for. Is there an `await` in "
            "front of something that waits for that many seconds?",
            timeline,
        )


async def remind(text, seconds):
    await asyncio.sleep(seconds)
    print(text)


async def remind_from_a_thread(text, seconds):
    await asyncio.to_thread(time.sleep, seconds)
    print(text)


async def remind_with_a_timer(text, seconds):
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(seconds, over.set_result, None)
    await over
    print(text)


async def remind_after_one_turn(text, seconds):
    await asyncio.sleep(0)
    time.sleep(seconds)
    print(text)


async def remind_by_awaiting_what_blocks(text, seconds):
    await time.sleep(seconds)
    print(text)


async def remind_in_a_task_nobody_awaits(text, seconds):
    async def later():
        await asyncio.sleep(seconds)
        print(text)

    asyncio.create_task(later(), name=f"later: {text}")  # noqa: RUF006  (this is the mistake)


async def remind_in_any_case_later(text, seconds):
    await asyncio.sleep(2 * seconds)
    print(text)


async def remind_without_await(text, seconds):
    asyncio.sleep(seconds)
    print(text)


async def remind_at_once(text, seconds):
    await asyncio.sleep(0)
    print(text)


REMIND = Exercise(
    id="01-reminders",
    title="Two reminders",
    prompt=(
        "`remind(text, seconds)` should wait for so many seconds and then print the text. The "
        "check starts two of them at once, `tea` for 0.5 s and `eggs` for 0.3 s. As it is, the "
        "eggs come after the tea. Change it, so that each is printed in time."
    ),
    starter="""\
async def remind(text, seconds):
    time.sleep(seconds)
    print(text)
""",
    hints=(
        "Both reminders run in one thread. Which call holds it, so that the other cannot begin?",
        "asyncio has a sleep of its own. A call of it alone does nothing: it has to be awaited.",
        "`await asyncio.sleep(seconds)` in place of `time.sleep(seconds)`.",
    ),
    judge=judge_remind,
    solution=remind,
    also=(remind_from_a_thread, remind_with_a_timer),
    wrong=(
        (
            remind_after_one_turn,
            "'tea' held the loop while it waited, and the other reminder could do nothing "
            "meanwhile. Probably a call that blocks, such as time.sleep: wait with "
            "`await asyncio.sleep(...)`, which lets go.",
        ),
        (
            remind_by_awaiting_what_blocks,
            "'tea' held the loop while it waited, and the other reminder could do nothing "
            "meanwhile. Probably a call that blocks, such as time.sleep: wait with "
            "`await asyncio.sleep(...)`, which lets go.",
        ),
        (
            remind_in_a_task_nobody_awaits,
            "'later: tea' was still going when the program ended, at 0 s, waiting for sleep(0.5): "
            "nobody awaited it. asyncio.run() would cancel it there. Keep the task and await it, "
            "or start it in a TaskGroup, which waits for its tasks.",
        ),
        (
            remind_without_await,
            "sleep() was called, but never awaited: the call only made a coroutine object, and its "
            "body never ran. Write `await sleep(...)`, or give it to create_task.",
        ),
        (
            remind_at_once,
            "Both reminders ended at once, at 0 s: nothing was waited for. Is there an `await` in "
            "front of something that waits for that many seconds?",
        ),
        (
            remind_in_any_case_later,
            "It took 1 s, and 0.5 s would do. Something waited for its turn that could have waited "
            "at the same time as the rest: start everything first, then await.",
        ),
    ),
)


# -- a stopwatch: which clock ---------------------------------------------------------------------


async def climb():
    await asyncio.sleep(2)


async def lift():
    compute(0.5)
    await asyncio.sleep(1)


def judge_stopwatch(stopwatch):
    jobs = Jobs()
    _measured(stopwatch, jobs, climb, 2)
    _measured(stopwatch, jobs, lift, 1.5)


def _measured(stopwatch, jobs, job, seconds):
    async def program():
        await asyncio.sleep(10)  # so that the loop's clock does not stand at 0 when it begins
        return await stopwatch(jobs.watch(job))

    timeline = attempt(program)
    nothing_left_over(timeline)
    times = sum(span.name == job.__name__ for span in jobs.timeline.tasks)
    if times != 1:
        raise NotYet(
            f"job() was carried out {'not once' if times == 0 else f'{times} times'}, and should "
            "be once: await it between the two looks at the clock.",
            timeline,
        )
    result = timeline.result
    if isinstance(result, bool) or not isinstance(result, int | float):
        returned(timeline, float(seconds))
    elif abs(result - seconds) > 1e-6:
        raise NotYet(_wrong_time(result, seconds), timeline)


def _wrong_time(result, seconds):
    said = f"It said {result:.1f} s for a job that takes {seconds:g} s on the loop's clock. "
    if abs(result) < 0.5:
        return said + (
            "Either both looks at the clock came before the job, or after it; or it was another "
            "clock than the loop's, `asyncio.get_running_loop().time()`."
        )
    return said + (
        "A clock's reading alone means nothing. Look at it before and after the job, and return "
        "the difference."
    )


async def stopwatch(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    await job()
    return loop.time() - begin


async def stopwatch_by_a_task(job):
    clock = asyncio.get_running_loop().time
    task = asyncio.create_task(job(), name="job")
    begin = clock()
    await asyncio.wait([task])
    return clock() - begin


async def stopwatch_by_perf_counter(job):
    begin = time.perf_counter()
    await job()
    return time.perf_counter() - begin


async def stopwatch_that_forgets_to_subtract(job):
    await job()
    return asyncio.get_running_loop().time()


async def stopwatch_started_too_late(job):
    loop = asyncio.get_running_loop()
    await job()
    begin = loop.time()
    return loop.time() - begin


async def stopwatch_without_await(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    job()
    return loop.time() - begin


async def stopwatch_that_returns_the_result(job):
    return await job()


async def stopwatch_of_a_task_nobody_awaits(job):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    asyncio.create_task(job(), name="job")  # noqa: RUF006  (this is the mistake)
    return loop.time() - begin


STOPWATCH = Exercise(
    id="01-stopwatch",
    title="A stopwatch",
    prompt=(
        "Write `stopwatch(job)`: it awaits `job()` and returns how many seconds that took, on the "
        "loop's own clock. The one below is wrong twice over: `time.time` may jump, and in the "
        "check's virtual time a wait takes no time outside."
    ),
    starter="""\
async def stopwatch(job):
    begin = time.time()
    await job()
    return time.time() - begin
""",
    hints=(
        "The loop's clock is a method of the loop. How does a coroutine get hold of the loop it "
        "runs on?",
        "`loop = asyncio.get_running_loop()`, and then `loop.time()` where `time.time()` stands.",
    ),
    judge=judge_stopwatch,
    solution=stopwatch,
    also=(stopwatch_by_a_task,),
    wrong=(
        (
            stopwatch_by_perf_counter,
            "It said 0.0 s for a job that takes 2 s on the loop's clock. Either both looks at the "
            "clock came before the job, or after it; or it was another clock than the loop's, "
            "`asyncio.get_running_loop().time()`.",
        ),
        (
            stopwatch_started_too_late,
            "It said 0.0 s for a job that takes 2 s on the loop's clock. Either both looks at the "
            "clock came before the job, or after it; or it was another clock than the loop's, "
            "`asyncio.get_running_loop().time()`.",
        ),
        (
            stopwatch_that_forgets_to_subtract,
            "It said 12.0 s for a job that takes 2 s on the loop's clock. A clock's reading alone "
            "means nothing. Look at it before and after the job, and return the difference.",
        ),
        (
            stopwatch_that_returns_the_result,
            "Nothing came back (None), and 2.0 was wanted. Is there a `return`?",
        ),
        (
            stopwatch_without_await,
            "climb() was called, but never awaited: the call only made a coroutine object, and its "
            "body never ran. Write `await climb(...)`, or give it to create_task.",
        ),
        (
            stopwatch_of_a_task_nobody_awaits,
            "'job' was still going when the program ended, at 10 s, waiting for sleep(2): nobody "
            "awaited it. asyncio.run() would cancel it there. Keep the task and await it, or start "
            "it in a TaskGroup, which waits for its tasks.",
        ),
    ),
)


# -- work while you wait --------------------------------------------------------------------------


async def download(page):
    """Each page takes a tenth of a second for each letter of its name."""
    await asyncio.sleep(len(page) / 10)
    return page * 3


def count(text):
    if not isinstance(text, str):
        kind = type(text).__name__
        raise TypeError(f"count needs a text, and got a {kind}: was download(...) awaited?")
    if asyncio._get_running_loop() is None:
        raise RuntimeError(
            "count was moved to a thread. It is Python code, which a thread makes no faster, and "
            "0.5 s can be had without: call count(text) itself"
        )
    compute(0.1)
    return len(text)


def judge_count_all(count_all):
    jobs = Jobs()
    timeline = attempt(count_all, jobs.watch(download), count, ["menu", "us", "map"])
    ran_together(jobs.timeline, "download(menu)", "download(us)", "download(map)")
    nothing_left_over(timeline)
    returned(timeline, [12, 6, 9])
    if timeline.duration > 0.5:
        raise NotYet(
            f"The downloads overlap, and still it took {timeline.duration:g} s, where 0.5 s will "
            "do. The first text was there at 0.2 s, and waited to be counted. Count each text as "
            "soon as it is there, while the other downloads are still waiting.",
            timeline,
        )
    took(timeline, 0.5)


async def count_all(download, count, pages):
    async def handle(page):
        return count(await download(page))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(handle(page), name=page) for page in pages]
    return [task.result() for task in tasks]


async def count_all_by_gather(download, count, pages):
    async def handle(page):
        text = await download(page)
        return count(text)

    return await asyncio.gather(*(handle(page) for page in pages))


async def count_all_as_they_come(download, count, pages):
    async def labelled(page):
        return page, await download(page)

    counts = {}
    for coming in asyncio.as_completed([labelled(page) for page in pages]):
        page, text = await coming
        counts[page] = count(text)
    return [counts[page] for page in pages]


async def count_all_when_all_are_there(download, count, pages):
    texts = await asyncio.gather(*(download(page) for page in pages))
    return [count(text) for text in texts]


async def count_all_one_by_one(download, count, pages):
    return [count(await download(page)) for page in pages]


async def count_all_in_order_of_pages(download, count, pages):
    tasks = [asyncio.create_task(download(page), name=page) for page in pages]
    return [count(await task) for task in tasks]


async def count_all_without_await(download, count, pages):
    return [count(download(page)) for page in pages]


async def count_all_in_threads(download, count, pages):
    async def handle(page):
        return await asyncio.to_thread(count, await download(page))

    return await asyncio.gather(*map(handle, pages))


COUNT_ALL = Exercise(
    id="01-work-while-waiting",
    title="Work while you wait",
    prompt=(
        "`download(page)` waits, 0.2 s to 0.4 s; `count(text)` is a plain function, and works for "
        "0.1 s. Return the counts of all pages as a list, in the order of `pages`, as soon as "
        "possible: 0.5 s will do for the three pages of the check. Draw it first: when can the "
        "first `count` begin?"
    ),
    starter="""\
async def count_all(download, count, pages):
    texts = [await download(page) for page in pages]
    return [count(text) for text in texts]
""",
    hints=(
        "The waits should overlap. Lesson 00 has shown how: a `TaskGroup`, with a task for each "
        "page.",
        "Do not wait for the last download before the first count: between two downloads that come "
        "in, the loop has nothing else to do.",
        "Put both parts into one small coroutine function: `async def handle(page): return "
        "count(await download(page))`.",
        "One task for each page, made with `group.create_task(handle(page))`, and at the end "
        "`[task.result() for task in tasks]`.",
    ),
    judge=judge_count_all,
    solution=count_all,
    also=(count_all_by_gather, count_all_as_they_come),
    wrong=(
        (
            count_all_one_by_one,
            "'download(map)' began at 0.8 s, when 'download(menu)' had already ended: they ran one "
            "after the other. Probably 'download(menu)' was awaited to its end before "
            "'download(map)' was started. Start both first (create_task, gather or a TaskGroup), "
            "then await.",
        ),
        (
            count_all_when_all_are_there,
            "The downloads overlap, and still it took 0.7 s, where 0.5 s will do. The first text "
            "was there at 0.2 s, and waited to be counted. Count each text as soon as it is there, "
            "while the other downloads are still waiting.",
        ),
        (
            count_all_in_order_of_pages,
            "The downloads overlap, and still it took 0.7 s, where 0.5 s will do. The first text "
            "was there at 0.2 s, and waited to be counted. Count each text as soon as it is there, "
            "while the other downloads are still waiting.",
        ),
        (
            count_all_without_await,
            "Your program raised TypeError: count needs a text, and got a coroutine: was "
            "download(...) awaited?",
        ),
        (
            count_all_in_threads,
            "Your program raised RuntimeError: count was moved to a thread. It is Python code, "
            "which a thread makes no faster, and 0.5 s can be had without: call count(text) itself",
        ),
    ),
)
