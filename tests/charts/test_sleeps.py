"""What ended a sleep of the loop."""

import asyncio
import socket
import threading

import films

from helpers import record
from helpers.charts.film import Film
from helpers.charts.sleeps import woken_by


def test_timers_end_the_sleeps_of_the_breakfast():
    assert woken_by(Film(films.breakfast())) == ["a timer", "a timer"]


def test_another_thread_and_a_socket_are_told_apart():
    async def main():
        loop = asyncio.get_running_loop()
        called = loop.create_future()
        threading.Timer(0.02, loop.call_soon_threadsafe, [called.set_result, None]).start()
        await called
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            threading.Timer(0.02, theirs.send, [b"hello"]).start()
            await loop.sock_recv(ours, 5)

    with record() as timeline:
        asyncio.run(main())
    found = [words for words in woken_by(Film(timeline)) if words]
    assert found[:1] == ["another thread"]
    assert "a socket" in found


def test_where_nothing_runs_after_it_nothing_is_said():
    assert woken_by(Film(films.lost())) == ["a timer", "a timer"]
    assert set(woken_by(Film(films.held()))) <= {"a timer"}
