"""Programs that came to mind when the kinds were there: each is near a fault, and has none.

The two lists were made before the code; these were made to mislead it.
"""

import asyncio
import time
from contextlib import suppress
from time import sleep

import pytest

from helpers import compute, record, simulate


async def a_limit_of_one_call_a_second():
    async def fetch(page):
        await asyncio.sleep(0.2)
        return page

    for page in range(4):
        await fetch(page)
        await asyncio.sleep(1)


async def each_step_reads_what_the_steps_before_have_left():
    done = []

    async def step(number):
        await asyncio.sleep(0.5)
        done.append(sum(done) + number)
        return done

    return [await step(number) for number in range(4)]


async def three_workers_share_the_pages():
    async def fetch(page):
        await asyncio.sleep(0.3)
        return page

    async def worker(pages):
        return [await fetch(page) for page in pages]

    await asyncio.gather(*(worker(range(first, 9, 3)) for first in range(3)))


async def it_asks_until_somebody_says_yes():
    async def ask(who):
        await asyncio.sleep(0.3)
        return who == 2

    for who in range(5):
        if await ask(who):
            break


async def a_recipe_is_in_order():
    async def do(what):
        await asyncio.sleep(0.5)

    for what in ("boil", "pour", "drink"):
        await do(what)


async def money_is_paid_in_one_payment_after_the_other():
    balance = 0

    async def pay_in(amount):
        nonlocal balance
        before = balance
        await asyncio.sleep(0.3)
        balance = before + amount
        return balance

    return [await pay_in(amount) for amount in (1, 2, 3)]


async def each_number_is_made_of_the_one_before():
    async def following(number):
        await asyncio.sleep(0.3)
        return number + 1

    number = 0
    for _ in range(4):
        number = await following(number)


async def a_lock_is_taken_again_and_again_by_one():
    lock = asyncio.Lock()

    async def write(line):
        async with lock:
            await asyncio.sleep(0.1)
        return line

    return [await write(line) for line in "abcd"]


async def what_is_said_comes_in_order():
    async def say(word):
        await asyncio.sleep(0.3)
        print(word)
        return word

    return [await say(word) for word in "abc"]


async def a_cancellation_is_taken_back():
    async def worker():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            asyncio.current_task().uncancel()
        await asyncio.sleep(1)

    task = asyncio.create_task(worker())
    await asyncio.sleep(0.5)
    task.cancel()
    await task


async def it_cleans_up_in_the_handler_and_is_over():
    async def worker():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            await asyncio.sleep(0.5)
            return "saved"

    task = asyncio.create_task(worker())
    await asyncio.sleep(0.5)
    task.cancel()
    return await task


async def each_try_has_a_timeout_of_its_own():
    async def call():
        await asyncio.sleep(5)

    for _ in range(3):
        try:
            async with asyncio.timeout(1):
                await call()
        except TimeoutError:
            continue


async def a_group_wakes_the_task_it_belongs_to():
    async def fails():
        await asyncio.sleep(0.2)
        raise ValueError

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())
            await asyncio.sleep(5)
    except* ValueError:
        pass
    await asyncio.sleep(1)


async def a_supervisor_hears_of_the_end_it_asked_for():
    async def job():
        await asyncio.sleep(10)

    async def supervisor():
        task = asyncio.create_task(job())
        await asyncio.sleep(0.2)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.sleep(1)

    await asyncio.create_task(supervisor())


async def it_gives_way_fifty_times_and_counts():
    left = 50
    while left:
        left -= 1
        await asyncio.sleep(0)


async def work_before_anybody_else_is_there():
    compute(0.5)
    await asyncio.gather(*(asyncio.sleep(0.1) for _ in range(3)))


async def work_when_everybody_else_is_done():
    await asyncio.sleep(0.1)
    compute(0.5)


async def a_limit_around_an_asynchronous_loop():
    limit = asyncio.Semaphore(2)

    async def numbers():
        for number in range(3):
            await asyncio.sleep(0.1)
            yield number

    async def worker():
        async with limit:
            return [number async for number in numbers()]

    await asyncio.gather(*(worker() for _ in range(6)))


async def the_loop_waits_in_its_condition():
    jobs = asyncio.Queue(maxsize=2)

    async def take():
        while await jobs.get() is not None:
            await asyncio.sleep(0.01)

    taking = asyncio.create_task(take())
    for number in range(30):
        await asyncio.sleep(0.02)
        await jobs.put(number)
    await jobs.put(None)
    await taking


async def a_limit_for_each_host():
    limits = {}

    async def fetch(host):
        limit = limits.setdefault(host, asyncio.Semaphore(2))
        async with limit:
            await asyncio.sleep(1)

    await asyncio.gather(*(fetch(f"host {number}") for number in range(6)))


async def work_comes_quickly_at_first_and_then_slowly():
    jobs = asyncio.Queue()

    async def put():
        for number in range(100):
            jobs.put_nowait(number)
            await asyncio.sleep(0.01 if number < 60 else 0.2)

    async def take():
        while True:
            await jobs.get()
            await asyncio.sleep(0.1)

    taking = asyncio.create_task(take())
    await asyncio.create_task(put())
    taking.cancel()
    await asyncio.wait([taking])


async def two_handlers_wait_for_what_comes_in_pairs():
    jobs = asyncio.Queue()

    async def handler():
        while True:
            await jobs.get()
            await asyncio.sleep(0.5)

    handlers = [asyncio.create_task(handler()) for _ in range(2)]
    for number in range(15):
        await asyncio.sleep(1)
        jobs.put_nowait(number)
        jobs.put_nowait(number)
    for task in handlers:
        task.cancel()
    await asyncio.wait(handlers)


async def those_who_lost_the_race_are_cancelled_as_the_last_thing():
    tasks = [asyncio.create_task(asyncio.sleep(seconds)) for seconds in (1, 2)]
    _, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()


async def a_worker_has_done_all_there_is():
    jobs = asyncio.Queue()
    jobs.put_nowait(1)

    async def worker():
        while True:
            await jobs.get()
            await asyncio.sleep(0.5)
            jobs.task_done()

    working = asyncio.create_task(worker())
    await jobs.join()
    return working


ACCOUNTS = {"a": 100}
profile = {"visits": 0}


async def each_takes_what_the_one_before_has_left():
    async def transfer(amount):
        left = ACCOUNTS["a"]
        await asyncio.sleep(0.5)
        ACCOUNTS["a"] = left - amount
        return ACCOUNTS["a"]

    return [await transfer(amount) for amount in (10, 20, 30)]


async def a_name_of_a_module_may_be_the_programs_own():
    async def visit(page):
        profile["visits"] += page
        await asyncio.sleep(0.5)
        return profile["visits"]

    return [await visit(page) for page in (1, 2, 3)]


async def the_test_of_a_loop_does_the_work():
    left = list(range(60))

    def step():
        compute(0.001)
        left.pop()
        return left

    while step():
        await asyncio.sleep(0)


async def a_pause_until_a_time():
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        await asyncio.sleep(0.01)


class Till:
    """Each sale is counted, so that the order matters."""

    def __init__(self):
        self.sold = 0

    async def sell(self, number):
        sold = self.sold
        await asyncio.sleep(0.2)
        self.sold = sold + number
        return self.sold


async def a_method_changes_its_object():
    till = Till()
    return [await till.sell(number) for number in range(4)]


async def a_method_uses_what_its_object_holds():
    class Base:
        def __init__(self):
            self.connection = Till()

        async def ask(self, number):
            return await self.connection.sell(number)

    base = Base()
    return [await base.ask(number) for number in range(4)]


async def it_waits_for_news_with_a_limit():
    stop, jobs = asyncio.Event(), asyncio.Queue()
    for wait in (stop.wait, jobs.get):
        with suppress(TimeoutError):
            await asyncio.wait_for(wait(), 1)


async def a_lock_is_given_up_that_another_has_for_a_while():
    lock = asyncio.Lock()

    async def has_it():
        async with lock:
            await asyncio.sleep(3)

    task = asyncio.create_task(has_it())
    await asyncio.sleep(0)
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            await lock.acquire()
    await task


async def job():
    await asyncio.sleep(5)


async def its_handler_calls_what_cleans_up_and_it_is_over():
    async def close():
        for _ in range(5):
            await asyncio.sleep(0.1)

    async def worker():
        try:
            await job()
        except asyncio.CancelledError:
            print("stopping")
            await close()

    task = asyncio.create_task(worker())
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])


async def each_of_three_connections_is_closed_in_the_handler():
    async def worker():
        try:
            await job()
        except asyncio.CancelledError:
            for _ in range(3):
                await asyncio.sleep(0.1)

    task = asyncio.create_task(worker())
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])


NEAR = [value for value in list(globals().values()) if asyncio.iscoroutinefunction(value)]


@pytest.mark.parametrize("program", NEAR, ids=lambda program: program.__name__)
def test_a_program_that_is_near_a_fault_is_not_blamed(program):
    found = simulate(program()).findings()
    assert (list(found), found.notes) == ([], ())


def test_work_that_keeps_nobody_waiting_is_nobodys_business_and_a_sleep_is():
    """On the real clock, where the recorder sees what is called."""

    def work(seconds):
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            pass

    async def works():
        work(0.15)

    async def sleeps():
        sleep(0.6)  # long enough to be looked at on a busy machine

    for program, told in ((works, []), (sleeps, ["loop held"])):
        with record() as timeline:
            asyncio.run(program())
        assert [found.kind for found in timeline.findings()] == told


def test_what_is_cancelled_as_the_last_thing_is_not_lost_on_a_real_loop_either():
    with record() as timeline:
        asyncio.run(those_who_lost_the_race_are_cancelled_in_no_time())
    assert timeline.findings() == ()


async def those_who_lost_the_race_are_cancelled_in_no_time():
    tasks = [asyncio.create_task(asyncio.sleep(seconds)) for seconds in (0, 9)]
    _, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
