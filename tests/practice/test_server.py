"""The practice server: pages that behave as asked, the same each time, and true counts."""

import asyncio
import contextlib
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import aiohttp
import nbformat
import pytest
from aiohttp import web

from helpers.practice.server import NoServer, practice_server

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


async def fetch(session, url):
    async with session.get(url) as response:
        return response.status, await response.text()


async def fetch_all(urls, at_once=100):
    """Fetch them all together, at most so many at once; statuses and texts in order."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:
        return await asyncio.gather(*(fetch(session, url) for url in urls))


def statuses(urls, **options):
    return [status for status, _ in asyncio.run(fetch_all(urls, **options))]


def pages(server, number):
    return [server.page(k) for k in range(number)]


def test_a_page_says_which_it_is_and_has_the_size_asked_for():
    with practice_server(size=50) as server:
        urls = [server.page(7), server.page("häus", size=30), server.page(1, size=0)]
        answers = asyncio.run(fetch_all(urls))
    assert answers == [
        (200, "This is page 7. This is page 7. This is page 7. Th"),
        (200, "This is page h?us. This is pag"),
        (200, ""),
    ]


def test_a_delay_lasts_at_least_as_long_as_asked():
    with practice_server(delay=0.05) as server:
        asyncio.run(fetch_all([server.page(1), server.page(2, delay=0.15)]))
        took = {one.path: one.ended - one.started for one in server.answered}
    assert took["/page/1"] >= 0.05
    assert took["/page/2"] >= 0.15


async def until(condition):
    """Wait for what another thread will bring about."""
    while not condition():
        await asyncio.sleep(0.01)


def test_requests_are_answered_and_counted():
    with practice_server(delay=0.01) as server:
        assert statuses(pages(server, 20)) == [200] * 20
        assert server.requests == 20
        assert server.in_progress == 0
        assert server.count(200) == 20


def test_many_requests_are_served_together():
    async def meet(server):
        clients = asyncio.create_task(fetch_all(pages(server, 20)))
        await until(lambda: server.in_progress == 20)
        clients.cancel()
        await until(lambda: not server.in_progress)

    with practice_server(delay=100) as server:
        asyncio.run(meet(server))
        assert server.most_at_once == 20


def test_a_client_that_limits_itself_is_seen_to_do_so():
    with practice_server(delay=0.3) as server:
        statuses(pages(server, 12), at_once=3)
        assert server.most_at_once == 3


def luck(seed, order=1, visits=3):
    """What each page answered at each visit, when asked in that order."""
    with practice_server(size=(10, 1000), failure_rate=0.5, seed=seed) as server:
        urls = pages(server, 10)[::order]
        rounds = [asyncio.run(fetch_all(urls)) for _ in range(visits)]
    return [[(status, len(text)) for status, text in one[::order]] for one in rounds]


def test_the_same_seed_brings_the_same_luck_in_any_order():
    first = luck(seed=1)
    assert first == luck(seed=1) == luck(seed=1, order=-1)
    assert first != luck(seed=2)
    assert first[0] != first[1], "asking again may help"
    assert {status for one in first for status, _ in one} == {200, 500}


@pytest.mark.parametrize(("rate", "wanted"), [(0.0, {200: 30}), (1.0, {500: 30})])
def test_failures_come_at_the_rate_asked_for(rate, wanted):
    with practice_server(failure_rate=rate) as server:
        assert Counter(statuses(pages(server, 30))) == wanted


def test_one_page_may_fail_alone():
    with practice_server() as server:
        assert statuses([server.page(1), server.page(2, failure_rate=1)]) == [200, 500]


def test_above_the_rate_limit_the_answer_is_429_and_says_when_to_come_back():
    async def too_fast(server):
        async with aiohttp.ClientSession() as session:
            answers = [await session.get(url) for url in pages(server, 8)]
            refused = [answer for answer in answers if answer.status == 429]
            if refused:
                await asyncio.sleep(float(refused[0].headers["Retry-After"]))
            return len(refused), (await fetch(session, server.page(9)))[0]

    with practice_server(rate_limit=5) as server:
        began = time.perf_counter()
        refused, later = asyncio.run(too_fast(server))
        if time.perf_counter() - began < 1.5:  # on a stalled machine the second has passed
            assert refused == 3
        assert later == 200
        assert server.count(429) == refused


def test_a_client_that_goes_away_is_counted_so_and_frees_its_place():
    async def impatient(server):
        async with aiohttp.ClientSession() as session:
            client = asyncio.create_task(fetch(session, server.page(1, delay=100)))
            await until(lambda: server.in_progress)
            client.cancel()
            await until(lambda: not server.in_progress)

    with practice_server() as server:
        asyncio.run(impatient(server))
        assert server.count(None) == 1


def test_reset_forgets_and_begins_the_luck_anew():
    with practice_server(failure_rate=0.5, seed=3) as server:
        first = statuses(pages(server, 20))
        server.reset()
        assert (server.requests, server.most_at_once, server.answered) == (0, 0, [])
        assert statuses(pages(server, 20)) == first


def test_reset_waits_for_nobody():
    async def too_early(server):
        async with aiohttp.ClientSession() as session:
            request = asyncio.create_task(fetch(session, server.page(1)))
            await until(lambda: server.in_progress)
            with pytest.raises(RuntimeError, match="in progress"):
                server.reset()
            request.cancel()
            await until(lambda: not server.in_progress)

    with practice_server(delay=100) as server:
        asyncio.run(too_early(server))


@pytest.mark.parametrize(
    "wrong",
    [
        {"delay": -1},
        {"delay": (2, 1)},
        {"delay": (1, 2, 3)},
        {"delay": "long"},
        {"delay": float("inf")},
        {"size": -5},
        {"failure_rate": 20},
        {"rate_limit": 0},
        {"rate_limit": "few"},
    ],
)
def test_a_number_that_makes_no_sense_gets_a_sentence(wrong):
    with pytest.raises(ValueError, match=r"makes no sense to the practice server: give .+\."):
        practice_server(**wrong)


def test_a_page_asked_for_with_nonsense_answers_400():
    with practice_server() as server:
        (status, text), (other, _) = asyncio.run(
            fetch_all([server.page(1, delay=-1), server.page(1, size="big")])
        )
    assert (status, other) == (400, 400)
    assert "delay=-1.0 makes no sense" in text


def test_it_listens_to_this_computer_alone():
    with practice_server() as server:
        assert server.url.startswith("http://127.0.0.1:")


def test_after_the_block_nothing_is_left_even_with_requests_in_progress():
    async def cut_off(server):
        async with aiohttp.ClientSession() as session:
            request = asyncio.create_task(fetch(session, server.page(1, delay=60)))
            await until(lambda: server.in_progress)
            server.close()
            with pytest.raises(aiohttp.ClientError):
                await request

    server = practice_server()
    asyncio.run(cut_off(server))
    assert "practice server" not in [thread.name for thread in threading.enumerate()]
    assert repr(server) == "<practice server: closed, 1 requests>"
    server.close()
    with pytest.raises(aiohttp.ClientConnectorError):
        statuses([server.page(1)])


SCRIPT = """
from helpers.practice.server import practice_server
server = practice_server(delay=60)
print(server.url, flush=True)
"""


def test_it_stops_with_the_process_that_started_it():
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, timeout=60)
    assert ended.returncode == 0
    assert ended.stdout.startswith(b"http://127.0.0.1:")
    assert ended.stderr == b""


def test_two_servers_do_not_know_each_other():
    with contextlib.ExitStack() as stack:
        one, two = (stack.enter_context(practice_server()) for _ in range(2))
        statuses(pages(one, 3))
        assert (one.requests, two.requests) == (3, 0)


# -- where there can be no server ---------------------------------------------------------------


def no_threads(self):
    raise RuntimeError("can't start new thread")


async def no_sockets(self):
    raise PermissionError("Operation not permitted")


@pytest.fixture(params=["no threads", "no sockets"])
def cut_off(request, monkeypatch):
    """A machine on which no server can be started; why."""
    if request.param == "no threads":
        monkeypatch.setattr(threading.Thread, "start", no_threads)
        return "can't start new thread"
    monkeypatch.setattr(web.TCPSite, "start", no_sockets)
    return "Operation not permitted"


def test_where_no_server_can_be_it_says_so(cut_off):
    with pytest.raises(NoServer, match=rf"No web server can be started here \({cut_off}\)\."):
        practice_server()


def test_where_no_server_can_be_the_lesson_shows_a_stored_run(cut_off, capsys):
    lesson = nbformat.read(NOTEBOOKS / "01_waiting.ipynb", as_version=4)
    sources = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    names = {}
    for piece in ("from helpers import", "CITIES =", "import aiohttp", "async def over_http"):
        [source] = [source for source in sources if piece in source]
        exec(source.partition("\ntimeline = await")[0], names)
    one, all_five = (
        asyncio.run(names["over_http"](names[job], title))
        for job, title in (
            ("one_after_another", "five pages, one by one"),
            ("together", "five pages, together"),
        )
    )
    assert capsys.readouterr().out.count(f"({cut_off}). This is a stored run.") == 2
    assert one.duration >= 5 * 0.2
    assert all_five.duration < 0.6
    assert [task.name for task in all_five.tasks[1:]] == names["CITIES"]
