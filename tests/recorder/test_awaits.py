"""Whatever a program legally awaits, or makes a task of, is recorded like a native coroutine.

Async generators left in every way there is, `anext`, objects with `__await__`, generators
that are coroutines, coroutine classes of one's own, and those of aiohttp and Cython.
"""

import asyncio
import collections.abc
import contextlib
import gc
import importlib
import subprocess
import sys
import types

import pytest
from stories import lives, simulated, tells


async def numbers(upto=3):
    for number in range(upto):
        yield number
        await asyncio.sleep(0.1)


async def job(seconds):
    await asyncio.sleep(seconds)
    return seconds


# -- async generators, and the ways to leave them ------------------------------------------


@tells("main: 0 to 0.3, returned; sleep(0.1) 0.1, sleep(0.1) 0.1, sleep(0.1) 0.1")
async def test_one_that_is_run_to_its_end():
    assert [number async for number in numbers()] == [0, 1, 2]


@tells(
    """
    main: 0 to 1.1, returned; sleep(0.1) 0.1, sleep(1) 1
    numbers.aclose-1: 0.1 to 0.1, returned
    """
)
async def test_left_by_break_the_loop_closes_it_in_a_task():
    async for number in numbers(5):
        if number == 1:
            break
    await asyncio.sleep(1)


@tells(
    """
    main: 0 to 2.1, returned; sleep(0.1) 0.1, sleep(2) 2
    careful.aclose-1: 0.1 to 0.6, returned; sleep(0.5) 0.5
    """
)
async def test_left_by_break_its_finally_may_take_time():
    async def careful():
        try:
            for number in range(3):
                yield number
                await asyncio.sleep(0.1)
        finally:
            await asyncio.sleep(0.5)

    async for number in careful():
        if number == 1:
            break
    await asyncio.sleep(2)


@tells(
    """
    main: 0 to 1.1, returned; sleep(0.1) 0.1, sleep(1) 1
    outer.aclose-1: 0.1 to 0.1, returned
    numbers.aclose-1: 0.1 to 0.1, returned
    """
)
async def test_left_by_break_with_another_one_inside():
    """Which the loop closes in a task of its own: nobody hands the break on."""

    async def outer():
        async for number in numbers():
            yield number

    async for number in outer():
        if number == 1:
            break
    await asyncio.sleep(1)


@tells("main: 0 to 0.3, returned; sleep(0.1) 0.1, sleep(0.2) 0.2")
async def test_closed_by_hand_with_aclosing():
    async def careful():
        try:
            for number in range(3):
                yield number
                await asyncio.sleep(0.1)
        finally:
            await asyncio.sleep(0.2)

    async with contextlib.aclosing(careful()) as values:
        async for number in values:
            if number == 1:
                break


@tells("main: 0 to 0.3, returned; sleep(0.3) 0.3")
async def test_an_error_thrown_into_it():
    async def patient():
        try:
            yield 1
        except ValueError:
            await asyncio.sleep(0.3)
            yield 2

    values = patient()
    await anext(values)
    assert await values.athrow(ValueError) == 2
    await values.aclose()


@tells("main: 0 to 0.6, returned; sleep(0.2) 0.2, sleep(0.4) 0.4")
async def test_values_sent_into_it():
    async def echo():
        value = yield
        while True:
            await asyncio.sleep(value)
            value = yield value

    values = echo()
    await anext(values)
    await values.asend(0.2)
    await values.asend(0.4)
    await values.aclose()


@tells(
    """
    main: 0 to 0.2, returned; gather 0.2
    anext(numbers)-1, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    anext(slow)-1, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_the_next_of_two_in_gather():
    async def slow():
        await asyncio.sleep(0.2)
        yield

    first, second = numbers(), slow()
    await anext(first)
    await asyncio.gather(anext(first), anext(second))
    await first.aclose()
    await second.aclose()


@tells(
    """
    main: 0 to 0.1, returned; asyncio.wait 0.1
    anext(numbers)-1, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    anext(slow)-1, by main: 0 to 0.1, cancelled; sleep(5) 0.1
    """
)
async def test_the_first_of_two_that_has_something():
    """How streams are merged: a task for the next item of each, again and again."""

    async def slow():
        await asyncio.sleep(5)
        yield

    first, second = numbers(), slow()
    await anext(first)
    nexts = [asyncio.create_task(anext(each)) for each in (first, second)]
    _, late = await asyncio.wait(nexts, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    await first.aclose()


@tells(
    """
    main: 0 to 0, returned
    anext(empty)-1, by main: 0 to 0, returned
    anext(empty)-2, by main: 0 to 0, raised
    """
)
async def test_the_next_of_an_empty_one_with_and_without_a_default():
    async def empty():
        return
        yield

    await asyncio.gather(anext(empty(), None), anext(empty()), return_exceptions=True)


@tells(
    """
    main: 0 to 0.5, returned; task 'sent' 0.2, task 'thrown' 0.3
    sent, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    thrown, by main: 0.2 to 0.5, returned; sleep(0.3) 0.3
    """
)
async def test_asend_and_athrow_as_tasks_with_names():
    async def patient():
        try:
            await asyncio.sleep((yield))
            yield 1
        except ValueError:
            await asyncio.sleep(0.3)
            yield 2

    values = patient()
    await anext(values)
    await asyncio.create_task(values.asend(0.2), name="sent")
    await asyncio.create_task(values.athrow(ValueError), name="thrown")
    await values.aclose()


@tells(
    """
    main: 0 to 0.2, returned; gather 0.2
    patient.asend-1, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    patient.athrow-1, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    """
)
async def test_what_nobody_named_is_called_as_it_was_written():
    async def patient():
        try:
            await asyncio.sleep((yield))
            yield 1
        except ValueError:
            await asyncio.sleep(0.1)
            yield 2

    first, second = patient(), patient()
    await anext(first)
    await anext(second)
    await asyncio.gather(first.asend(0.2), second.athrow(ValueError))
    await first.aclose()
    await second.aclose()


@tells(
    """
    main: 0 to 1, returned; sleep(1) 1
    forgotten.aclose-1: 0 to 0.3, returned; sleep(0.3) 0.3
    """
)
async def test_one_that_the_garbage_collector_finds():
    async def forgotten(circle):
        try:
            yield circle
        finally:
            await asyncio.sleep(0.3)

    circle = []
    circle.append(forgotten(circle))
    await anext(circle[0])
    del circle
    gc.collect()
    await asyncio.sleep(1)


@tells(
    """
    main: 0 to 0.5, returned; task 'reader' 0.5
    reader, by main: 0 to 0.5, cancelled; sleep(5) 0.5
    """
)
async def test_cancelled_in_the_middle_of_one():
    async def endless():
        while True:
            await asyncio.sleep(5)
            yield

    async def read():
        async for _ in endless():
            pass

    reader = asyncio.create_task(read(), name="reader")
    asyncio.get_running_loop().call_later(0.5, reader.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await reader


@tells("main: 0 to 0.3, returned; sleep(0.1) 0.1, sleep(0.2) 0.2")
async def test_an_async_comprehension_and_a_generator_expression():
    async def waited(seconds):
        await asyncio.sleep(seconds)
        return seconds

    lazy = (await waited(seconds) for seconds in (0.1, 0.2))
    assert [seconds async for seconds in lazy] == [0.1, 0.2]


@tells(
    """
    main: 0 to 0.3, returned; task 'countdown' 0.3
    countdown, by main: 0 to 0.3, returned; sleep(0.1) 0.1, sleep(0.2) 0.2
    """
)
async def test_an_iterator_class_with_a_native_anext():
    class Countdown:
        def __init__(self):
            self.left = [0.2, 0.1]

        def __aiter__(self):
            return self

        async def __anext__(self):
            if not self.left:
                raise StopAsyncIteration
            await asyncio.sleep(self.left.pop())

    async def count():
        async for _ in Countdown():
            pass

    await asyncio.create_task(count(), name="countdown")


# -- context managers ----------------------------------------------------------------------


@contextlib.asynccontextmanager
async def connection():
    await asyncio.sleep(0.2)
    try:
        yield
    finally:
        await asyncio.sleep(0.3)


@tells("main: 0 to 1.5, returned; sleep(0.2) 0.2, sleep(1) 1, sleep(0.3) 0.3")
async def test_a_context_manager_made_of_a_generator():
    async with connection():
        await asyncio.sleep(1)


@tells("main: 0 to 1, returned; sleep(0.2) 0.2, sleep(0.2) 0.2, sleep(0.3) 0.3, sleep(0.3) 0.3")
async def test_a_stack_of_them():
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(connection())


@tells("main: 0 to 0.5, returned; sleep(0.5) 0.5")
async def test_a_context_manager_class():
    class Session:
        async def __aenter__(self):
            await asyncio.sleep(0.5)

        async def __aexit__(self, *error):
            pass

    async with Session():
        pass


# -- objects with __await__ ----------------------------------------------------------------


class Delayed:
    """As tutorials on awaitables write it."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __await__(self):
        yield from asyncio.sleep(self.seconds).__await__()
        return self.seconds


class Lazy:
    """Connects when it is first awaited: aiohttp's and database drivers' idiom."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __await__(self):
        return self._connect().__await__()

    async def _connect(self):
        await asyncio.sleep(self.seconds)
        return self


class Turn:
    """Gives the others one turn."""

    def __await__(self):
        yield


@tells("main: 0 to 0.5, returned; sleep(0.5) 0.5")
async def test_an_await_that_is_a_generator():
    assert await Delayed(0.5) == 0.5


@tells("main: 0 to 0.5, returned; sleep(0.5) 0.5")
async def test_an_await_that_hands_on_a_coroutine():
    await Lazy(0.5)


@tells("main: 0 to 0, returned")
async def test_an_await_that_gives_the_others_a_turn():
    await Turn()
    await Turn()


@tells(
    """
    main: 0 to 0.5, returned; gather 0.5
    Delayed-1, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    Lazy-1, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_awaitables_in_gather_are_called_by_their_class():
    """asyncio wraps each in a coroutine of its own, of which the learner knows nothing."""
    await asyncio.gather(Delayed(0.5), Lazy(0.2))


@tells(
    """
    main: 0 to 0.5, returned; task 'Delayed-1' 0.5
    Delayed-1, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_an_awaitable_in_ensure_future():
    await asyncio.ensure_future(Delayed(0.5))


@tells("main: 0 to 0.7, returned; future 0.7")
async def test_a_future_behind_an_object():
    class Reply:
        def __init__(self):
            loop = asyncio.get_running_loop()
            self.future = loop.create_future()
            loop.call_later(0.7, self.future.set_result, None)

        def __await__(self):
            return self.future.__await__()

    await Reply()


@tells("main: 0 to 0.9, returned; sleep(0.5) 0.5, sleep(0.4) 0.4")
async def test_awaitables_inside_awaitables():
    class Twice:
        def __await__(self):
            yield from Delayed(0.5).__await__()
            return (yield from Lazy(0.4).__await__())

    await Twice()


# -- generators that are coroutines --------------------------------------------------------


@types.coroutine
def old_style(seconds):
    yield from asyncio.sleep(seconds)
    return seconds


@types.coroutine
def give_way():
    yield


@tells("main: 0 to 0.5, returned; sleep(0.5) 0.5")
async def test_a_generator_that_is_a_coroutine():
    assert await old_style(0.5) == 0.5


@tells("main: 0 to 0, returned")
async def test_a_bare_yield_goes_to_the_end_of_the_queue():
    await give_way()


@tells(
    """
    main: 0 to 0.8, returned; task 'outer' 0.8
    outer, by main: 0 to 0.8, returned; sleep(0.5) 0.5, sleep(0.3) 0.3
    """
)
async def test_native_and_old_coroutines_in_turn():
    @types.coroutine
    def middle():
        yield from old_style(0.5)
        yield from job(0.3)

    async def outer():
        await middle()

    await asyncio.create_task(outer(), name="outer")


# -- coroutine classes ---------------------------------------------------------------------


class Wrapped(collections.abc.Coroutine):
    """A coroutine that passes all on to another one, as aiohttp's requests do."""

    __slots__ = ("_inner",)

    def __init__(self, inner):
        self._inner = inner

    def send(self, value):
        return self._inner.send(value)

    def throw(self, *error):
        return self._inner.throw(*error)

    def close(self):
        return self._inner.close()

    def __await__(self):
        return self._inner.__await__()

    async def __aenter__(self):
        return await self._inner

    async def __aexit__(self, *error):
        pass


class Hollow(collections.abc.Coroutine):
    """A coroutine that has nothing inside: it counts its turns down."""

    def __init__(self, turns):
        self.turns = turns

    def send(self, value):
        self.turns -= 1
        if self.turns < 0:
            raise StopIteration(None)

    def throw(self, *error):
        raise error[0]

    def close(self):
        pass

    def __await__(self):
        return self


@tells("main: 0 to 0.8, returned; sleep(0.5) 0.5, sleep(0.3) 0.3")
async def test_a_coroutine_class_awaited_and_entered():
    await Wrapped(job(0.5))
    async with Wrapped(job(0.3)):
        pass


@tells(
    """
    main: 0 to 0.5, returned; gather 0.5
    job-1, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    job-2, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_coroutine_classes_in_gather_are_called_by_what_they_wrap():
    await asyncio.gather(Wrapped(job(0.5)), Wrapped(job(0.2)))


@tells(
    """
    main: 0 to 0.5, returned; its task group 0.5
    Hollow-1, by main: 0 to 0, returned
    job-1, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_a_coroutine_with_nothing_inside():
    async with asyncio.TaskGroup() as group:
        group.create_task(Hollow(3))
        group.create_task(job(0.5))


# -- other people's ------------------------------------------------------------------------


@tells(
    """
    page-1, by main: returned; session.get
    page-2, by main: returned; session.get
    """,
    way="names",
    real=True,
    who="page",
)
async def test_aiohttp_pages_awaited_in_tasks():
    web = pytest.importorskip("aiohttp.web")

    async def page(session, url):
        async with session.get(url) as response:
            return await response.text()

    async with serving(web) as (session, url):
        await asyncio.gather(page(session, url), page(session, url))


@tells(
    """
    ClientSession._request-1, by main: returned; BaseConnector.connect, ClientResponse.start
    ClientSession._request-2, by main: returned; BaseConnector.connect, ClientResponse.start
    """,
    way="names",
    real=True,
    who="ClientSession",
)
async def test_aiohttp_requests_themselves_in_gather():
    web = pytest.importorskip("aiohttp.web")
    async with serving(web) as (session, url):
        for response in await asyncio.gather(session.get(url), session.get(url)):
            response.release()


@contextlib.asynccontextmanager
async def serving(web):
    """A session, and the address of a server with a page."""
    import aiohttp

    async def hello(request):
        await asyncio.sleep(0.01)
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    try:
        async with aiohttp.ClientSession() as session:
            yield session, f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


CYTHON = """
import asyncio

async def cython_job(seconds):
    await asyncio.sleep(seconds)
"""


@pytest.fixture(scope="module")
def cython_job(tmp_path_factory):
    """That coroutine function, compiled."""
    pytest.importorskip("Cython")
    here = tmp_path_factory.mktemp("cython")
    (here / "jobs_in_cython.pyx").write_text(CYTHON)
    build = [sys.executable, "-m", "Cython.Build.Cythonize", "-i", "-q", "-3", "jobs_in_cython.pyx"]
    if subprocess.run(build, cwd=here, capture_output=True, timeout=100).returncode:
        pytest.skip("no compiler here")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(here)
        yield importlib.import_module("jobs_in_cython").cython_job


def test_cython_coroutines(cython_job):
    async def main():
        await asyncio.gather(cython_job(0.5), cython_job(0.2))
        await cython_job(0.3)

    timeline = simulated(main)
    assert lives(timeline) == [
        "main: 0 to 0.8, returned; gather 0.5, sleep(0.3) 0.3",
        "cython_job-1, by main: 0 to 0.5, returned; sleep(0.5) 0.5",
        "cython_job-2, by main: 0 to 0.2, returned; sleep(0.2) 0.2",
    ]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="asyncio takes no generators any more")
@tells(
    """
    main: 0 to 0.5, returned; task 'old' 0.5
    old, by main: 0 to 0.5, returned; sleep(0.5) 0.5
    """
)
async def test_a_generator_as_a_task():
    await asyncio.create_task(old_style(0.5), name="old")
