"""A small web server to practise on: slow, large, unreliable or strict, as one chooses.

    with practice_server(delay=0.2) as server:
        async with aiohttp.ClientSession() as session:
            await session.get(server.page(1))
    server.most_at_once                     # how the client behaved

It runs on an event loop of its own in a thread of its own, so that the learner's loop,
and its chart, show the client alone. It listens on 127.0.0.1 and on a free port: nothing
outside this computer can reach it, and lessons need no network. It stops with its block,
with `close()`, or with the kernel.

Chance is decided by the seed, the page and how often that page was asked for: the same
client meets the same luck every time, in whatever order its requests arrive. The limit:
delays are real seconds on a shared machine, at least as long as asked; and a rate limit
counts by the clock, so just at its edge one request more or less may pass.

Where no server can be (in a browser's Python, or without sockets), it says so with one
sentence, as `NoServer`; `stored_run` then gives what a run of a lesson's program looked like.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from helpers.timeline import Timeline

Amount = float | tuple[float, float]  # a number, or the least and the most of them
_PATIENCE = 30  # seconds to start or to stop, on a very busy machine
_GRACE = 0.01  # seconds left to requests in progress at the end (to aiohttp, 0 is forever)
_STORED = Path(__file__).parent / "stored"


class NoServer(OSError):
    """There can be no server here; the message says why."""


@dataclass(frozen=True)
class Manner:
    """How a page answers.

    `delay` in seconds and `size` in bytes are each a number, or (least, most) to choose
    from by chance; `failure_rate` is the share of answers, 0.0 to 1.0, that are an error
    500; `rate_limit` is how many requests a second the server accepts in all before it
    answers 429 (None: any number).
    """

    delay: Amount = 0.0
    size: Amount = 1000
    failure_rate: float = 0.0
    rate_limit: int | None = None

    def __post_init__(self) -> None:
        for name in ("delay", "size"):
            _check(self, name, _are_amounts, "0 or more, or (least, most)")
        _check(self, "failure_rate", lambda rate: 0 <= rate <= 1, "a share between 0.0 and 1.0")
        _check(self, "rate_limit", _is_limit, "1 a second or more, or None for no limit")


def _check(manner: Manner, name: str, holds: Callable[[Any], bool], wanted: str) -> None:
    value = getattr(manner, name)
    try:
        fits = holds(value)
    except (TypeError, ValueError):  # a word, or three numbers
        fits = False
    if not fits:
        raise ValueError(f"{name}={value!r} makes no sense to the practice server: give {wanted}.")


def _are_amounts(amount: Amount) -> bool:
    least, most = _least_and_most(amount)
    return 0 <= least <= most < math.inf


def _is_limit(limit: int | None) -> bool:
    return limit is None or limit >= 1


def _least_and_most(amount: Amount) -> tuple[float, float]:
    least, most = amount if isinstance(amount, tuple | list) else (amount, amount)
    return least, most


@dataclass(frozen=True)
class Answered:
    """One request, as the server saw it; times in seconds since the server started.

    `status` is the HTTP status, or None when the client went away before the answer.
    """

    path: str
    started: float
    ended: float
    status: int | None


class PracticeServer:
    """A running practice server: its address, and what it saw of its clients."""

    def __init__(self, manner: Manner, seed: int = 0):
        self.manner, self.seed = manner, seed
        self._began = time.perf_counter()
        self._forget()
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._serve, name="practice server", daemon=True)
        self._port = self._start()

    # -- what a client needs ---------------------------------------------------------

    @property
    def url(self) -> str:
        """The address, such as "http://127.0.0.1:40123"."""
        return f"http://127.0.0.1:{self._port}"

    def page(
        self,
        name: int | str,
        *,
        delay: float | None = None,
        size: int | None = None,
        failure_rate: float | None = None,
    ) -> str:
        """The address of a page. What is given here holds for this page alone."""
        own = {"delay": delay, "size": size, "failure_rate": failure_rate}
        own = {key: value for key, value in own.items() if value is not None}
        return f"{self.url}/page/{name}" + (f"?{urlencode(own)}" if own else "")

    # -- what a check asks --------------------------------------------------------------

    @property
    def answered(self) -> list[Answered]:
        """All requests that have ended, in order of their end."""
        with self._facts:
            return list(self._answered)

    @property
    def requests(self) -> int:
        """How many requests have arrived."""
        return self._requests

    @property
    def most_at_once(self) -> int:
        """The largest number of requests that were in progress at one time."""
        return self._most_at_once

    @property
    def in_progress(self) -> int:
        """How many requests are in progress now."""
        return self._in_progress

    def count(self, status: int | None) -> int:
        """How many requests ended with that status (None: the client went away)."""
        return sum(one.status == status for one in self.answered)

    def reset(self) -> None:
        """Forget all requests, and begin the luck again. Raises RuntimeError while any is on."""
        if self._in_progress:
            raise RuntimeError(
                f"{self._in_progress} requests are in progress: await them, then reset."
            )
        self._forget()

    def _forget(self) -> None:
        self._facts = threading.Lock()  # counts are written on the server's thread, read on others
        self._answered: list[Answered] = []
        self._requests = self._in_progress = self._most_at_once = 0
        self._visits: Counter[str] = Counter()
        self._accepted: deque[float] = deque()

    # -- start and stop ------------------------------------------------------------------

    def _start(self) -> int:
        try:
            self._thread.start()
        except RuntimeError:  # there are no threads here
            self._loop.close()
            raise
        starting = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        try:
            return starting.result(_PATIENCE)
        except BaseException:
            self.close()
            raise

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    async def _listen(self) -> int:
        app = web.Application()
        app.router.add_get("/page/{name}", self._handle)
        # A client that goes away ends its request immediately, so that the counts are true.
        self._runner = web.AppRunner(
            app, handler_cancellation=True, shutdown_timeout=_GRACE, access_log=None
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return int(self._runner.addresses[0][1])

    def close(self) -> None:
        """Stop: requests in progress are cut off. Closing twice does no harm."""
        if not self._thread.is_alive():
            return
        if self._runner is not None:
            stopping = asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop)
            stopping.result(_PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)

    def __enter__(self) -> PracticeServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = self.url if self._thread.is_alive() else "closed"
        return f"<practice server: {state}, {self.requests} requests>"

    # -- one request (on the server's own loop) ---------------------------------------------

    async def _handle(self, request: web.Request) -> web.Response:
        started, status = self._now(), None
        self._requests += 1
        self._in_progress += 1
        self._most_at_once = max(self._most_at_once, self._in_progress)
        try:
            response = await self._answer(request)
            status = response.status
            return response
        finally:
            self._in_progress -= 1
            with self._facts:
                self._answered.append(Answered(request.path, started, self._now(), status))

    def _now(self) -> float:
        return time.perf_counter() - self._began

    async def _answer(self, request: web.Request) -> web.Response:
        too_soon = self._over_the_limit()
        if too_soon:
            return web.Response(status=429, text="too many requests", headers=too_soon)
        try:
            manner = self._manner_of(request)
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        self._visits[request.path] += 1
        luck = Random(f"{self.seed} {request.path} {self._visits[request.path]}")
        delay, size = luck.uniform(*_least_and_most(manner.delay)), _whole(luck, manner.size)
        fails = luck.random() < manner.failure_rate
        await asyncio.sleep(delay)
        if fails:
            return web.Response(status=500, text="this page failed; it may work next time")
        return web.Response(text=_body(request.match_info["name"], size))

    def _over_the_limit(self) -> dict[str, str]:
        """Empty if this request is accepted, else the headers that say when to try again."""
        limit, now = self.manner.rate_limit, self._now()
        if limit is None:
            return {}
        while self._accepted and now - self._accepted[0] >= 1:
            self._accepted.popleft()
        if len(self._accepted) >= limit:
            return {"Retry-After": f"{1 - (now - self._accepted[0]):.3f}"}
        self._accepted.append(now)
        return {}

    def _manner_of(self, request: web.Request) -> Manner:
        wished = {key: float(value) for key, value in request.query.items() if key in _OF_A_PAGE}
        own = {key: getattr(self.manner, key) for key in _OF_A_PAGE}
        return Manner(**own | wished)


_OF_A_PAGE = ("delay", "size", "failure_rate")


def _whole(luck: Random, amount: Amount) -> int:
    least, most = _least_and_most(amount)
    return luck.randint(int(least), int(most))


def _body(name: str, size: int) -> str:
    """Text of exactly that many bytes that says which page it is."""
    line = f"This is page {name}. ".encode("ascii", "replace").decode()
    return (line * (size // len(line) + 1))[:size]


def practice_server(
    *,
    delay: Amount = 0.0,
    size: Amount = 1000,
    failure_rate: float = 0.0,
    rate_limit: int | None = None,
    seed: int = 0,
) -> PracticeServer:
    """Start a web server on this computer and return it, ready for requests.

    `delay` in seconds and `size` in bytes are each a number, or (least, most);
    `failure_rate` is the share of answers that are an error 500; above `rate_limit`
    requests a second the answer is 429, with a Retry-After in seconds. The same `seed`
    gives the same delays, sizes and failures. `server.page(1, delay=2)` gives one page
    a manner of its own.

    Use it in a `with` block, or keep it and `close()` it. Raises ValueError for a number
    that makes no sense, and NoServer where there are no threads, or no sockets.
    """
    manner = Manner(delay, size, failure_rate, rate_limit)
    try:
        return PracticeServer(manner, seed)
    except (OSError, RuntimeError) as error:  # RuntimeError: no thread can be started
        raise NoServer(f"No web server can be started here ({error}).") from error


def stored_run(title: str) -> Timeline:
    """The recording of that title that comes with the course, to be shown where there is
    no server: such as "five pages, together". Raises OSError where there is none."""
    return Timeline.load(_STORED / f"{title.replace(', ', ' ').replace(' ', '_')}.json")
