"""Words for what runs on a loop, as a learner would say them."""

import asyncio
import contextlib
import functools

import pytest
from programs import nap, on_socket, run


async def on_sleep():
    await asyncio.sleep(0.005)


async def on_task():
    await asyncio.create_task(nap(), name="nap")


async def on_lock():
    lock = asyncio.Lock()
    await lock.acquire()
    asyncio.get_running_loop().call_soon(lock.release)
    await lock.acquire()


async def on_queue():
    queue = asyncio.Queue()
    asyncio.get_running_loop().call_soon(queue.put_nowait, 1)
    await queue.get()


async def on_future():
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, 1)
    await future


async def on_gather():
    await asyncio.gather(nap(), nap())


async def on_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(nap())


async def on_thread():
    await asyncio.to_thread(int)


async def on_timeout():
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.001):
            await asyncio.Event().wait()


WAITS = {
    on_sleep: "sleep(0.005)", on_task: "task 'nap'", on_lock: "Lock.acquire",
    on_queue: "Queue.get", on_future: "future", on_gather: "gather",
    on_group: "its task group", on_thread: "a thread", on_socket: "socket: data",
    on_timeout: "Event.wait",
}  # fmt: skip


@pytest.mark.parametrize(
    ("program", "words"), WAITS.items(), ids=lambda x: getattr(x, "__name__", "")
)
def test_what_a_task_waits_for(program, words):
    timeline = run(program())
    first = timeline.steps[timeline.task_steps(0)[0]]
    assert first.waiting_for == words
    assert (first.due is not None) == (program is on_sleep)


def test_a_decorated_coroutine_is_called_by_what_was_decorated():
    def watched(function):
        @functools.wraps(function)
        async def wrapper():
            return await function()

        return wrapper

    @watched
    async def fetch():
        await asyncio.sleep(0)

    assert run(fetch()).tasks[0].name == "fetch"
