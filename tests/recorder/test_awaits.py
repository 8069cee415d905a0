"""Whatever a program legally awaits, or makes a task of, is recorded like a native coroutine.

Async generators left in every way there is, `anext`, objects with `__await__`, generators
that are coroutines, coroutine classes of one's own, and those of aiohttp and Cython.
"""

import asyncio
import collections.abc
import contextlib
import importlib
import subprocess
import sys
import types

import pytest
from stories import lives, simulated, tells


async def job(seconds):
    await asyncio.sleep(seconds)
    return seconds


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
