"""Lesson 04, tasks: results in order, first steps, tasks that are lost, cancelled or fail."""

import asyncio
import contextlib

from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    cancelled_cleanly,
    nothing_left_over,
    printed_in_order,
    ran_together,
    returned,
    took,
)
from helpers.practice.exercises import Exercise

# -- start them all, collect in order ---------------------------------------------------------


async def fetch(page):
    """Each page takes as many seconds as its name has letters."""
    await asyncio.sleep(len(page))
    return page.upper()


def judge_fetch_all(fetch_all):
    jobs = Jobs()
    timeline = attempt(fetch_all, jobs.watch(fetch), ["menu", "map", "us"])
    ran_together(jobs.timeline, "fetch(menu)", "fetch(map)", "fetch(us)")
    nothing_left_over(timeline)
    returned(timeline, ["MENU", "MAP", "US"])
    took(timeline, 4)
    returned(attempt(fetch_all, fetch, ["contact"]), ["CONTACT"])
    returned(attempt(fetch_all, fetch, []), [])


async def fetch_all(fetch, pages):
    tasks = [asyncio.create_task(fetch(page), name=page) for page in pages]
    return [await task for task in tasks]


async def fetch_all_in_a_group(fetch, pages):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(page)) for page in pages]
    return [task.result() for task in tasks]


async def fetch_all_by_gather(fetch, pages):
    return list(await asyncio.gather(*(fetch(page) for page in pages)))


async def fetch_all_one_by_one(fetch, pages):
    return [await asyncio.create_task(fetch(page)) for page in pages]


async def fetch_all_as_they_come(fetch, pages):
    results = []

    async def collect(page):
        results.append(await fetch(page))

    await asyncio.gather(*map(collect, pages))
    return results


async def fetch_all_without_await(fetch, pages):
    return [asyncio.create_task(fetch(page)) for page in pages]


async def fetch_exactly_three(fetch, pages):
    first, second, third = (asyncio.create_task(fetch(page)) for page in pages)
    return [await first, await second, await third]


FETCH_ALL = Exercise(
    id="04-fetch-all",
    title="All pages at once, in order",
    prompt=(
        "`fetch(page)` takes a while, more or less for each page. Write `fetch_all(fetch, pages)`: "
        "it makes a task for every page, so that all are on their way together, and returns their "
        "results as a list in the order of `pages`. It must work for any number of pages, also for "
        "none."
    ),
    starter="""\
async def fetch_all(fetch, pages):
    results = []
    for page in pages:
        results.append(await fetch(page))
    return results
""",
    hints=(
        "The loop awaits each page before it comes to the next. What can you make for each page "
        "without waiting for it?",
        "Two loops: the first makes a list of tasks with `asyncio.create_task(fetch(page))`, the "
        "second awaits them.",
        "`tasks = [asyncio.create_task(fetch(page)) for page in pages]`, and then a list of "
        "`await task` for each task, in the same order.",
    ),
    judge=judge_fetch_all,
    solution=fetch_all,
    also=(fetch_all_in_a_group, fetch_all_by_gather),
    wrong=(
        (
            fetch_all_one_by_one,
            "'fetch(us)' began at 7 s, when 'fetch(menu)' had already ended: they ran one after "
            "the other. Probably 'fetch(menu)' was awaited to its end before 'fetch(us)' was "
            "started. Start both first (create_task, gather or a TaskGroup), then await.",
        ),
        (
            fetch_all_as_they_come,
            "The right results came back in another order: ['US', 'MAP', 'MENU'], and "
            "['MENU', 'MAP', 'US'] was wanted. Collect them in the order in which you asked, not "
            "in the order in which they came.",
        ),
        (
            fetch_all_without_await,
            "'fetch-1' was still going when the program ended, at 0 s, waiting for sleep(4): "
            "nobody awaited it. asyncio.run() would cancel it there. Keep the task and await it, "
            "or start it in a TaskGroup, which waits for its tasks.",
        ),
        (
            fetch_exactly_three,
            "Your program raised ValueError: not enough values to unpack (expected 3, got 1)",
        ),
    ),
)


# -- when the first step comes -------------------------------------------------------------------


async def load():
    print("load: first step")
    await asyncio.sleep(2)
    return "map"


def judge_report(report):
    timeline = attempt(report, load)
    printed_in_order(timeline, "load: first step", "loading has begun")
    moment = next(p.time for p in timeline.output if "loading has begun" in p.text)
    if moment > 0:
        raise NotYet(
            f"'loading has begun' was printed at {moment:g} s, long after the first step, which "
            "came at 0 s. You waited longer than it takes to let the task begin: one turn of "
            "the loop is enough.",
            timeline,
        )
    nothing_left_over(timeline)
    returned(timeline, "map")
    took(timeline, 2)


async def report(load):
    task = asyncio.create_task(load(), name="load")
    await asyncio.sleep(0)
    print("loading has begun")
    return await task


async def report_from_a_group(load):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(load())
        await asyncio.sleep(0)
        print("loading has begun")
    return task.result()


async def report_told_by_a_task(load):
    async def tell():
        print("loading has begun")

    result, _ = await asyncio.gather(load(), tell())
    return result


async def report_too_late(load):
    result = await asyncio.create_task(load(), name="load")
    print("loading has begun")
    return result


async def report_after_a_while(load):
    task = asyncio.create_task(load(), name="load")
    await asyncio.sleep(0.1)
    print("loading has begun")
    return await task


async def report_and_forget(load):
    asyncio.create_task(load(), name="load")  # noqa: RUF006  (this is the mistake)
    await asyncio.sleep(0)
    print("loading has begun")


REPORT = Exercise(
    id="04-first-step",
    title="Not before it has begun",
    prompt=(
        "`load()` prints `load: first step` as soon as it runs, and takes 2 s. The function below "
        "says `loading has begun` too early. Change it so that the line comes right after the "
        "task's first step, still at 0 s, and the whole still takes 2 s and returns what `load` "
        "returned."
    ),
    starter="""\
async def report(load):
    task = asyncio.create_task(load(), name="load")
    print("loading has begun")
    return await task
""",
    hints=(
        "`create_task` only puts the task in the ready queue. Who must let go of the loop before "
        "the task can take its first step?",
        "Your own function must suspend once, for just one turn of the loop, before it prints.",
        "`await asyncio.sleep(0)` suspends and comes back at the next turn.",
    ),
    judge=judge_report,
    solution=report,
    also=(report_from_a_group, report_told_by_a_task),
    wrong=(
        (
            report_too_late,
            "'loading has begun' was printed at 2 s, long after the first step, which came at "
            "0 s. You waited longer than it takes to let the task begin: one turn of the loop is "
            "enough.",
        ),
        (
            report_after_a_while,
            "'loading has begun' was printed at 0.1 s, long after the first step, which came at "
            "0 s. You waited longer than it takes to let the task begin: one turn of the loop is "
            "enough.",
        ),
        (
            report_and_forget,
            "'load' was still going when the program ended, at 0 s, waiting for sleep(2): "
            "nobody awaited it. asyncio.run() would cancel it there. Keep the task and await it, "
            "or start it in a TaskGroup, which waits for its tasks.",
        ),
    ),
)


# -- a task that must not be lost ------------------------------------------------------------------


async def save(order):
    await asyncio.sleep({"tea": 1, "cake": 3, "soup": 2, "pie": 4}[order])
    return f"{order} saved"


def judge_take_orders(take_orders):
    jobs = Jobs()
    timeline = attempt(take_orders, jobs.watch(save), ["tea", "cake", "soup"])
    nothing_left_over(timeline)
    ran_together(jobs.timeline, "save(tea)", "save(cake)", "save(soup)")
    returned(timeline, 3)
    took(timeline, 3)
    nothing_left_over(attempt(take_orders, save, ["pie", "tea"]))  # no fixed sleep does for all


async def take_orders(save, orders):
    async with asyncio.TaskGroup() as group:
        for order in orders:
            group.create_task(save(order), name=order)
    return len(orders)


async def take_orders_keeping_tasks(save, orders):
    tasks = [asyncio.create_task(save(order), name=order) for order in orders]
    await asyncio.wait(tasks)
    return len(orders)


async def take_orders_hoping(save, orders):
    for order in orders:
        asyncio.create_task(save(order), name=order)  # noqa: RUF006  (this is the mistake)
    await asyncio.sleep(0)
    return len(orders)


async def take_orders_sleeping_long_enough(save, orders):
    for order in orders:
        asyncio.create_task(save(order), name=order)  # noqa: RUF006  (this is the mistake)
    await asyncio.sleep(3)
    return len(orders)


async def take_orders_awaiting_the_last(save, orders):
    for order in orders:
        task = asyncio.create_task(save(order), name=order)
    await task
    return len(orders)


async def take_orders_one_by_one(save, orders):
    for order in orders:
        await save(order)
    return len(orders)


TAKE_ORDERS = Exercise(
    id="04-lost-orders",
    title="No order may be lost",
    prompt=(
        "`save(order)` takes a while, more or less for each order. The function below starts a "
        "task for each order and returns: nobody awaits them, and when the program ends they are "
        "cut off, orders lost. Change it so that all orders are saved, at the same time, before it "
        "returns their number."
    ),
    starter="""\
async def take_orders(save, orders):
    for order in orders:
        asyncio.create_task(save(order), name=order)
    return len(orders)
""",
    hints=(
        "In the chart, the tasks are still waiting where the picture ends. Who could wait for "
        "them?",
        "Either keep the tasks in a list and await them after the loop, or let a "
        "`TaskGroup` do both.",
        "`async with asyncio.TaskGroup() as group:` around the loop, and "
        "`group.create_task(save(order), name=order)` in it.",
    ),
    judge=judge_take_orders,
    solution=take_orders,
    also=(take_orders_keeping_tasks,),
    wrong=(
        (
            take_orders_hoping,
            "'tea' was still going when the program ended, at 0 s, waiting for sleep(1): "
            "nobody awaited it. asyncio.run() would cancel it there. Keep the task and await it, "
            "or start it in a TaskGroup, which waits for its tasks.",
        ),
        (
            take_orders_sleeping_long_enough,
            "'pie' was still going when the program ended, at 3 s, waiting for sleep(4): "
            "nobody awaited it. asyncio.run() would cancel it there. Keep the task and await it, "
            "or start it in a TaskGroup, which waits for its tasks.",
        ),
        (
            take_orders_awaiting_the_last,
            "'cake' was still going when the program ended, at 2 s, waiting for sleep(3): "
            "nobody awaited it. asyncio.run() would cancel it there. Keep the task and await it, "
            "or start it in a TaskGroup, which waits for its tasks.",
        ),
        (
            take_orders_one_by_one,
            "'save(soup)' began at 4 s, when 'save(tea)' had already ended: they ran one after "
            "the other. Probably 'save(tea)' was awaited to its end before 'save(soup)' was "
            "started. Start both first (create_task, gather or a TaskGroup), then await.",
        ),
    ),
)


# -- cancel a slow one, cleanly ------------------------------------------------------------


async def slow_search():
    try:
        await asyncio.sleep(10)
        return "found"
    finally:
        await asyncio.sleep(0.5)  # closing what was opened takes a moment


async def quick_search():
    await asyncio.sleep(1)
    return "found"


def judge_search_for(search_for):
    jobs = Jobs()
    timeline = attempt(search_for, jobs.watch(slow_search), 2)
    cancelled_cleanly(jobs.timeline, "slow_search", at=2.5)
    nothing_left_over(timeline)
    returned(timeline, "gave up")
    took(timeline, 2.5)
    timeline = attempt(search_for, quick_search, 2)
    nothing_left_over(timeline)
    returned(timeline, "found")
    took(timeline, 1)


async def search_for(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.wait([task], timeout=seconds)
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait([task])  # cancel() only asks
    return "gave up"


async def search_for_with_a_timeout(search, seconds):
    try:
        async with asyncio.timeout(seconds):
            return await search()
    except TimeoutError:
        return "gave up"


async def search_for_by_wait_for(search, seconds):
    try:
        return await asyncio.wait_for(search(), seconds)
    except TimeoutError:
        return "gave up"


async def search_for_by_a_timer(search, seconds):
    task = asyncio.create_task(search(), name="search")
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return "gave up"
    finally:
        timer.cancel()


async def search_for_without_patience(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.wait([task], timeout=seconds)
    if task.done():
        return task.result()
    task.cancel()
    return "gave up"


async def search_for_without_end(search, seconds):
    result = await search()
    return result or "gave up"


async def search_for_the_full_time(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.sleep(seconds)
    if task.done():
        return task.result()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return "gave up"


async def search_for_and_be_cancelled(search, seconds):
    task = asyncio.create_task(search(), name="search")
    await asyncio.wait([task], timeout=seconds)
    if not task.done():
        task.cancel()
    return await task


SEARCH_FOR = Exercise(
    id="04-give-up",
    title="Give up in good time",
    prompt=(
        "Write `search_for(search, seconds)`. It runs `search()`, and returns its result as soon "
        "as it is there. If it is not there after that many seconds, it cancels the search, waits "
        'until it has cleaned up after itself, and returns `"gave up"`.'
    ),
    starter="""\
async def search_for(search, seconds):
    return await search()
""",
    hints=(
        "While you `await search()` yourself, you cannot do anything else. As a task it goes on "
        "by itself, and you may cancel it.",
        "`await asyncio.wait([task], timeout=seconds)` comes back when the task is done or the "
        "time is up; `task.done()` tells you which.",
        "`task.cancel()` only asks. Await the task after it, inside "
        "`try: ... except asyncio.CancelledError: pass`, so that its `finally` can run.",
        "`async with asyncio.timeout(seconds):` does all of this; it raises TimeoutError.",
    ),
    judge=judge_search_for,
    solution=search_for,
    also=(search_for_with_a_timeout, search_for_by_wait_for, search_for_by_a_timer),
    wrong=(
        (
            search_for_without_patience,
            "'slow_search' was still going when the program ended, at 2 s. cancel() only asks: "
            "await the task afterwards, so that it can take its last step.",
        ),
        (
            search_for_without_end,
            "'slow_search' was not cancelled: it went on and returned, at 10.5 s. Probably nobody "
            "called cancel() in time, or the task catches CancelledError without raising it "
            "again.",
        ),
        (
            search_for_the_full_time,
            "It took 2 s, and 1 s would do. Something waited for its turn that could have waited "
            "at the same time as the rest: start everything first, then await.",
        ),
        (
            search_for_and_be_cancelled,
            "Your function itself ended as cancelled. Probably it cancelled a task and then "
            "awaited it: catch the CancelledError around that await.",
        ),
    ),
)


# -- one of three fails --------------------------------------------------------------------


async def read(paper):
    await asyncio.sleep({"Post": 1, "Times": 2, "Globe": 3}[paper])
    if paper == "Times":
        raise ConnectionError("the Times does not answer")
    return f"{paper} headlines"


def judge_morning_news(morning_news):
    jobs = Jobs()
    timeline = attempt(morning_news, jobs.watch(read), ["Post", "Times", "Globe"])
    ran_together(jobs.timeline, "read(Post)", "read(Times)", "read(Globe)")
    _nobody_suffered(jobs.timeline)
    nothing_left_over(timeline)
    returned(timeline, ["Post headlines", "no news", "Globe headlines"])
    took(timeline, 3)


def _nobody_suffered(timeline):
    for span in timeline.tasks:
        if span.outcome == "cancelled":
            raise NotYet(
                f"'{span.name}' was cancelled at {span.ended:g} s, when read(Times) failed. A "
                "TaskGroup does so when one of its tasks raises: catch the exception inside the "
                "task, before the group hears of it.",
                timeline,
            )


async def morning_news(read, papers):
    async def read_or_not(paper):
        try:
            return await read(paper)
        except ConnectionError:
            return "no news"

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read_or_not(paper), name=paper) for paper in papers]
    return [task.result() for task in tasks]


async def morning_news_by_gather(read, papers):
    found = await asyncio.gather(*map(read, papers), return_exceptions=True)
    return ["no news" if isinstance(news, Exception) else news for news in found]


async def morning_news_task_by_task(read, papers):
    news = []
    for task in [asyncio.create_task(read(paper)) for paper in papers]:
        try:
            news.append(await task)
        except ConnectionError:
            news.append("no news")
    return news


async def morning_news_until_one_fails(read, papers):
    tasks = [asyncio.create_task(read(paper), name=paper) for paper in papers]
    try:
        return [await task for task in tasks]
    except ConnectionError:
        return ["Post headlines", "no news", "Globe headlines"]


async def morning_news_one_by_one(read, papers):
    news = []
    for paper in papers:
        try:
            news.append(await read(paper))
        except ConnectionError:
            news.append("no news")
    return news


async def morning_news_with_the_error(read, papers):
    return await asyncio.gather(*map(read, papers), return_exceptions=True)


async def morning_news_in_a_strict_group(read, papers):
    tasks = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks += [group.create_task(read(paper)) for paper in papers]
    except* ConnectionError:
        pass
    return ["no news" if task.cancelled() or task.exception() else task.result() for task in tasks]


MORNING_NEWS = Exercise(
    id="04-one-fails",
    title="One of three fails",
    prompt=(
        "`read(paper)` takes 1 to 3 s, and for one of the papers it raises ConnectionError. "
        "`gather`, below, makes tasks, awaits them all and returns a list of results in order; but "
        'it raises that error. Change the function so that `"no news"` stands in the place of the '
        "one that failed. The others must not suffer for it."
    ),
    starter="""\
async def morning_news(read, papers):
    return list(await asyncio.gather(*map(read, papers)))
""",
    hints=(
        "Where does the exception of a task come out? Look at what awaits it.",
        "Catch it as near to its paper as you can: in a small coroutine function around `read`.",
        "Or ask gather not to raise: with `return_exceptions=True` the exception stands in the "
        "list where the result would be.",
    ),
    judge=judge_morning_news,
    solution=morning_news,
    also=(morning_news_by_gather, morning_news_task_by_task),
    wrong=(
        (
            morning_news_until_one_fails,
            "'Globe' was still going when the program ended, at 2 s, waiting for sleep(3): "
            "nobody awaited it. asyncio.run() would cancel it there. Keep the task and await it, "
            "or start it in a TaskGroup, which waits for its tasks.",
        ),
        (
            morning_news_one_by_one,
            "'read(Globe)' began at 3 s, when 'read(Post)' had already ended: they ran one after "
            "the other. Probably 'read(Post)' was awaited to its end before 'read(Globe)' was "
            "started. Start both first (create_task, gather or a TaskGroup), then await.",
        ),
        (
            morning_news_with_the_error,
            "['Post headlines', ConnectionError('the Times does not answer'), 'Globe headlines'] "
            "came back, and ['Post headlines', 'no news', 'Globe headlines'] was wanted.",
        ),
        (
            morning_news_in_a_strict_group,
            "'read(Globe)' was cancelled at 2 s, when read(Times) failed. A TaskGroup does so when "
            "one of its tasks raises: catch the exception inside the task, before the group hears "
            "of it.",
        ),
    ),
)
