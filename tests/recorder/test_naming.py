"""Words for what runs on a loop, as a learner would say them."""

import asyncio
import contextlib
import functools

import jupyter_core.utils
import pytest
from programs import nap, on_socket, run

from helpers.recorder import naming


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
    assert (first.due is not None) == (program in (on_sleep, on_timeout))


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


class Awaitable:
    """Neither a coroutine nor a future: `ensure_future` wraps it in a coroutine of asyncio's."""

    def __await__(self):
        return nap().__await__()


async def numbers():
    yield 1


LIBRARIES = {
    "the learner's": (nap, ""),
    "asyncio's, which learners make tasks of": (lambda: asyncio.sleep(0), ""),
    "its method": (lambda: asyncio.Event().wait(), ""),
    "its errand": (lambda: asyncio.get_running_loop().getaddrinfo("::1", 1), "asyncio"),
    "an installed package's": (lambda: jupyter_core.utils.ensure_async(1), "jupyter_core"),
    "wrapped": (lambda: asyncio.ensure_future(Awaitable()), ""),
    "a generator's": (lambda: anext(numbers()), ""),
}


async def library_of(make):
    """Whose affair a task of that is; it is cancelled before it begins."""
    made = make()
    coroutine = made.get_coro() if isinstance(made, asyncio.Task) else made
    try:
        return naming.library(coroutine)
    finally:
        if made is coroutine and hasattr(made, "close"):
            made.close()
        elif made is not coroutine:
            made.cancel()


@pytest.mark.parametrize(("make", "library"), LIBRARIES.values(), ids=LIBRARIES)
def test_whose_affair_a_task_is(make, library):
    assert asyncio.run(library_of(make)) == library


async def fetch_and_sleep():
    loop = asyncio.get_running_loop()
    await asyncio.gather(asyncio.sleep(0), loop.getaddrinfo("127.0.0.1", 1), nap())


def test_a_task_bears_the_library_whose_function_it_runs():
    found = {task.coroutine: task.library for task in run(fetch_and_sleep()).tasks}
    assert found == {
        "fetch_and_sleep": "",
        "sleep": "",
        "BaseEventLoop.getaddrinfo": "asyncio",
        "nap": "",
    }
