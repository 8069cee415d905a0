"""Waits in a row that need nothing of each other."""

import asyncio

from cases import ONE_AFTER_THE_OTHER, fault, innocent


@fault(ONE_AFTER_THE_OTHER, who="main", does="5 tasks, 5 returned, 4 s")
async def create_task_and_await_in_the_same_loop():
    async def fetch(page):
        await asyncio.sleep(1)
        return page

    pages = []
    for page in range(4):
        task = asyncio.create_task(fetch(page))
        pages.append(await task)  # fault


@fault(ONE_AFTER_THE_OTHER, who="main", does="1 task, 1 returned, 6 s")
async def three_awaits_in_a_row_that_need_nothing_of_each_other():
    async def ask(what, seconds):
        await asyncio.sleep(seconds)
        return what

    weather = await ask("weather", 1)  # fault
    news = await ask("news", 2)  # fault
    prices = await ask("prices", 3)  # fault
    return weather, news, prices


@fault(ONE_AFTER_THE_OTHER, who="main", does="1 task, 1 returned, 5 s")
async def a_comprehension_that_awaits_each_download():
    async def download(name):
        await asyncio.sleep(1)
        return name.upper()

    return [await download(name) for name in "abcde"]  # fault


@fault(ONE_AFTER_THE_OTHER, who="collector", does="2 tasks, 2 returned, 2 s")
async def a_timeout_around_each_of_four_sensors_in_a_loop():
    async def read(sensor):
        await asyncio.sleep(0.5)
        return sensor

    async def collector():
        values = []
        for sensor in range(4):
            async with asyncio.timeout(3):
                values.append(await read(sensor))  # fault
        return values

    await asyncio.create_task(collector(), name="collector")


@fault(ONE_AFTER_THE_OTHER, who="main", does="4 tasks, 4 returned, 3 s")
async def a_task_group_for_each_item_instead_of_one_for_all():
    async def send(message):
        await asyncio.sleep(1)

    for message in ("one", "two", "three"):
        async with asyncio.TaskGroup() as group:  # fault
            group.create_task(send(message))  # fault


# -- near misses ----------------------------------------------------------------------------


@innocent(near=ONE_AFTER_THE_OTHER, does="1 task, 1 returned, 4 s")
async def each_page_names_the_next_one():
    async def fetch(page):
        await asyncio.sleep(1)
        return page + 1 if page < 3 else None

    page = 0
    while page is not None:
        page = await fetch(page)


@innocent(near=ONE_AFTER_THE_OTHER, does="1 task, 1 returned, 3 s")
async def log_in_then_ask_with_the_token():
    async def log_in():
        await asyncio.sleep(1)
        return "token"

    async def ask(token):
        await asyncio.sleep(2)
        return token + "!"

    token = await log_in()
    return await ask(token)


@innocent(near=ONE_AFTER_THE_OTHER, does="4 tasks, 4 returned, 3 s")
async def one_at_a_time_because_a_lock_says_so():
    printer = asyncio.Lock()

    async def print_page(page):
        async with printer:
            await asyncio.sleep(1)

    await asyncio.gather(*(print_page(page) for page in range(3)))


@innocent(near=ONE_AFTER_THE_OTHER, does="4 tasks, 4 returned, 3 s")
async def tasks_that_run_together_are_awaited_in_a_loop():
    async def fetch(seconds):
        await asyncio.sleep(seconds)

    tasks = [asyncio.create_task(fetch(seconds)) for seconds in (1, 2, 3)]
    for task in tasks:
        await task


@innocent(near=ONE_AFTER_THE_OTHER, does="1 task, 1 returned, 10 s")
async def tries_again_after_longer_and_longer_pauses():
    async def send(attempt):
        await asyncio.sleep(1)
        if attempt < 2:
            raise ConnectionError

    for attempt in range(3):
        try:
            await send(attempt)
            break
        except ConnectionError:
            await asyncio.sleep(2 + 3 * attempt)
