"""Programs with a fault in a form that the lists do not have, and how each is told."""

import asyncio
import site
import warnings
from contextlib import suppress

import pytest

from helpers import compute, simulate
from helpers.recorder import rows, shared
from helpers.virtual_time import SimulationStopped


async def job():
    await asyncio.sleep(5)


async def two_with_types():
    async def price(item: str) -> str:
        await asyncio.sleep(1)
        return item

    tea: str = await price("tea")
    cake: str = await price("cake")
    return tea, cake


async def a_lock_in_itself():
    lock = asyncio.Lock()
    async with lock, lock:
        pass


async def the_most_urgent_is_never_done():
    jobs = asyncio.PriorityQueue()
    jobs.put_nowait(1)
    await jobs.join()


async def looking_with_a_way_out():
    from asyncio import sleep

    done = False

    async def work():
        nonlocal done
        await sleep(1)
        done = True

    task = asyncio.create_task(work())
    while True:
        if done:
            break
        await sleep(0.01)
    await task


async def a_method_is_asked_for_one_after_the_other():
    class Client:
        async def fetch_one(self, number):
            await asyncio.sleep(0.2)
            return number

    client = Client()
    return [await client.fetch_one(number) for number in range(4)]


async def two_locks_until_a_timeout():
    first, second = asyncio.Lock(), asyncio.Lock()

    async def both(one, other):
        async with one:
            await asyncio.sleep(0.1)
            async with other:
                pass

    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            await asyncio.gather(both(first, second), both(second, first))


async def what_is_done_is_never_reported_until_a_timeout():
    jobs = asyncio.Queue()
    jobs.put_nowait(1)

    async def worker():
        while True:
            await jobs.get()

    task = asyncio.create_task(worker())
    with suppress(TimeoutError):
        await asyncio.wait_for(jobs.join(), 1)
    task.cancel()


async def nobody_keeps_it_though_another_is_waited_for():
    asyncio.create_task(job())  # noqa: RUF006
    await asyncio.wait({asyncio.create_task(asyncio.sleep(0.1))})


async def one_limit_with_two_doors_is_told_once():
    limit = asyncio.Semaphore(50)

    async def fetch():
        async with limit:
            await asyncio.sleep(1)

    async def store():
        async with limit:
            await asyncio.sleep(1)

    await asyncio.gather(*(fetch() for _ in range(6)), *(store() for _ in range(6)))


async def a_limit_is_passed_on_and_left_too_soon():
    async def fetch(page):
        await asyncio.sleep(1)

    async def limited(page, limit):
        async with limit:
            answer = fetch(page)
        await answer

    limit = asyncio.Semaphore(2)
    await asyncio.gather(*(limited(page, limit) for page in range(6)))


class Shop:
    def __init__(self):
        self.limit = asyncio.Semaphore(50)

    async def fetch(self):
        async with self.limit:
            await asyncio.sleep(1)


async def a_limit_is_an_attribute_and_too_large():
    shop = Shop()
    await asyncio.gather(*(shop.fetch() for _ in range(6)))


LIBRARY = """
import asyncio

class Session:
    async def get(self, url):
        for _ in range(3):
            await asyncio.sleep(0.1)
        return url
"""
library = {"__name__": "library"}
exec(compile(LIBRARY, f"{site.getsitepackages()[0]}/library.py", "exec"), library)


async def a_session_is_asked_one_after_the_other():
    session, got = library["Session"](), []
    for url in ("a", "b", "c", "d"):
        answer = await session.get(url)
        got.append(answer)


async def ask_for(session, url):
    return await session.get(url)


async def what_asks_a_session_is_called_one_after_the_other():
    session = library["Session"]()
    return [await ask_for(session, url) for url in ("a", "b", "c", "d")]


async def the_most_urgent_grow_in_number():
    urgent = asyncio.PriorityQueue()

    async def put():
        for number in range(200):
            await urgent.put(number)
            await asyncio.sleep(0.01)

    async def take():
        while True:
            await urgent.get()
            await asyncio.sleep(0.05)

    taking = asyncio.create_task(take())
    await asyncio.create_task(put())
    taking.cancel()
    await asyncio.wait([taking])


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        (a_limit_is_passed_on_and_left_too_soon, "limit without effect"),
        (a_limit_is_an_attribute_and_too_large, "limit without effect"),
        (the_most_urgent_grow_in_number, "queue"),
        (a_session_is_asked_one_after_the_other, "one after the other"),
        (what_asks_a_session_is_called_one_after_the_other, "one after the other"),
        (a_method_is_asked_for_one_after_the_other, "one after the other"),
        (two_locks_until_a_timeout, "deadlock"),
        (what_is_done_is_never_reported_until_a_timeout, "deadlock"),
        (nobody_keeps_it_though_another_is_waited_for, "lost task"),
        (one_limit_with_two_doors_is_told_once, "limit without effect"),
        (two_with_types, "one after the other"),
        (a_lock_in_itself, "deadlock"),
        (the_most_urgent_is_never_done, "deadlock"),
        (looking_with_a_way_out, "busy waiting"),
    ],
)
def test_a_fault_in_another_form_is_named(program, kind):
    try:
        timeline = simulate(program())
    except SimulationStopped as stopped:
        timeline = stopped.timeline
    assert [found.kind for found in timeline.findings()] == [kind]


async def a_session_is_asked_once_in_a_loop():
    session, got = library["Session"](), []
    for url in ("a",):
        answer = await session.get(url)
        got.append(answer)


async def what_asks_a_session_is_called_once_in_a_loop():
    session = library["Session"]()
    return [await ask_for(session, url) for url in ("a",)]


async def nobody_can_read_how_often_it_is_asked(urls=("a",)):
    session = library["Session"]()
    return [await ask_for(session, url) for url in urls]


def test_how_often_a_library_is_asked_is_told_only_where_it_is_known():
    for program in (
        a_session_is_asked_once_in_a_loop,
        what_asks_a_session_is_called_once_in_a_loop,
        nobody_can_read_how_often_it_is_asked,
    ):
        assert simulate(program()).findings() == ()
    (found,) = simulate(a_session_is_asked_one_after_the_other()).findings()
    assert "waited for 4 things one after the other, 1.2 s in all" in found.sentence
    assert found.sentence.endswith("they would take about as long as the slowest.")


async def a_lock_is_never_given_back():
    lock = asyncio.Lock()
    await asyncio.create_task(lock.acquire(), name="taker")
    await lock.acquire()


def test_who_holds_a_lock_has_ended_only_if_it_had_by_then():
    (found,) = simulate(two_locks_until_a_timeout()).findings()  # cancelled, but a second later
    assert "held by 'both-2', in line" in found.sentence
    with pytest.raises(SimulationStopped) as stopped:
        simulate(a_lock_is_never_given_back())
    (found,) = stopped.value.timeline.findings()
    assert "held by 'taker', which has ended, in line" in found.sentence


async def two_queues_that_know_nothing_of_each_other():
    async def put(queue):
        for number in range(20):
            await queue.put(number)

    async def take(queue, seconds):
        for _ in range(20):
            await queue.get()
            await asyncio.sleep(seconds)

    first, second = asyncio.Queue(1), asyncio.Queue(1)
    await asyncio.gather(
        asyncio.create_task(put(first), name="p1"),
        asyncio.create_task(take(first, 0.2), name="t1"),
        asyncio.create_task(put(second), name="p2"),
        asyncio.create_task(take(second, 0.3), name="t2"),
    )


def test_two_queues_are_two_findings():
    timeline = simulate(two_queues_that_know_nothing_of_each_other())
    told = [timeline.tasks[found.tasks[0]].name for found in timeline.findings()]
    assert told == ["t2", "t1"]


def test_advice_to_a_callback_and_to_a_plain_function_is_what_they_can_do():
    def tick():
        compute(0.5)

    async def callback():
        asyncio.get_running_loop().call_soon(tick)
        await asyncio.sleep(0.1)

    async def calls_it():
        sleeping = asyncio.create_task(asyncio.sleep(0.1))
        await asyncio.sleep(0)
        tick()
        await sleeping

    advice = [simulate(program()).findings()[0].advice for program in (callback, calls_it)]
    assert "run_in_executor(None, tick)" in advice[0]
    assert "asyncio.to_thread(" in advice[1]


def test_objects_that_were_dropped_are_counted_line_by_line_or_the_lines_are_named():
    async def send(text):
        await asyncio.sleep(len(text))

    async def line_by_line():
        for text in "abc":
            kept = send(text)  # here
        last = send(kept and "")  # there
        return bool(last)

    async def one_of_two(text):
        if text:
            kept = send(text)
        else:
            kept = send("none")
            text = "none"
        return bool(kept)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        first = simulate(line_by_line()).findings()
        second = simulate(one_of_two("")).findings()
    assert ["3 times in line" in found.sentence for found in first] == [True, False]
    assert [found.line is None for found in (*first, *second)] == [False, False, True]
    assert ", somewhere in lines" in second[0].sentence


async def a_shielded_task_is_waited_for_and_given_up():
    task = asyncio.create_task(job())
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(task), 0.1)


async def a_task_is_waited_for_no_longer_than_a_while():
    task = asyncio.create_task(job())
    await asyncio.wait({task}, timeout=0.1)


@pytest.mark.parametrize(
    "program",
    [
        a_shielded_task_is_waited_for_and_given_up,
        a_task_is_waited_for_no_longer_than_a_while,
    ],
)
def test_whoever_was_waited_for_and_given_up_is_not_said_to_have_had_nobody(program):
    (found,) = simulate(program()).findings()
    assert "nobody waited for it any more" in found.sentence


async def a_slow_taker():
    queue = asyncio.Queue(2)

    async def take():
        while await queue.get() is not None:
            await asyncio.sleep(0.1)

    taker = asyncio.create_task(take(), name="taker")
    for number in range(100):
        await queue.put(number)
    await queue.put(None)
    await taker


def test_a_queue_that_changes_too_often_to_note_all_is_judged_by_what_is_known(monkeypatch):
    monkeypatch.setattr(shared, "MOST_CHANGES", 50)
    monkeypatch.setattr(rows, "FULL", 40)  # so often is looked at how many there are
    timeline = simulate(a_slow_taker())
    (queue,) = timeline.resources
    assert queue.exact_until is not None
    (found,) = timeline.findings()
    assert found.kind == "queue"
    assert "'a_slow_taker' waited at least " in found.sentence
    assert "'taker' cannot take items as fast as they come" in found.sentence
