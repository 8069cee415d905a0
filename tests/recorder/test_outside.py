"""Waits for what is outside the loop: threads, processes, sockets; and timers."""

import asyncio
import concurrent.futures
import contextlib
import sys
import threading
import time

from stories import tells

from helpers import simulate
from helpers.charts.lanes import lay_out


def later(seconds, function, *args):
    asyncio.get_running_loop().call_later(seconds, function, *args)


def future():
    return asyncio.get_running_loop().create_future()


# -- threads, processes, sockets: in real time ---------------------------------------------


def nap():
    time.sleep(0.01)


@tells("main: returned; a thread", way="names", real=True)
async def test_to_thread():
    await asyncio.to_thread(nap)


@tells("main: returned; a concurrent future", way="names", real=True)
async def test_an_executor_by_both_ways():
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        await loop.run_in_executor(pool, nap)
        await asyncio.wrap_future(pool.submit(nap))


@tells(
    """
    main: returned; create_subprocess_exec, Process.wait, Process.communicate
    """,
    way="names",
    real=True,
    who="main",
)
async def test_a_child_process():
    pipe = asyncio.subprocess.PIPE
    patient = [sys.executable, "-c", "input(); print('done')"]
    nowhere = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*patient, stdin=pipe, stdout=nowhere)
    asyncio.get_running_loop().call_soon(process.stdin.write, b"\n")  # once it is waited for
    await process.wait()
    process = await asyncio.create_subprocess_exec(*patient, stdin=pipe, stdout=pipe)
    out, _ = await process.communicate(b"\n")
    assert out.strip() == b"done"


@contextlib.asynccontextmanager
async def an_echo():
    """A server that says everything back, each line a little later."""

    async def echo(reader, writer):
        while line := await reader.readline():
            await asyncio.sleep(0.02)
            writer.write(line)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[:2]


@tells(
    """
    client, by main: returned; open_connection, StreamReader.readline, StreamReader.readexactly
    """,
    way="names",
    real=True,
    who="client",
)
async def test_streams():
    async def talk(address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"one\ntwo\n")
        assert await reader.readline() == b"one\n"
        assert await reader.readexactly(4) == b"two\n"
        return writer

    async with an_echo() as address:
        writer = await asyncio.create_task(talk(address), name="client")
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.05)


@tells("main: returned; socket: data", way="names", real=True)
async def test_a_bare_socket():
    import socket

    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        thread = threading.Thread(target=there.send, args=[b"x"])
        asyncio.get_running_loop().call_soon(thread.start)  # once it is waited for
        await asyncio.get_running_loop().sock_recv(here, 1)
        thread.join()


# -- timers --------------------------------------------------------------------------------


def ring():
    pass


async def three_timers():
    for _ in range(3):
        later(0.5, ring)
    await asyncio.sleep(1)


def test_timers_that_are_equal_in_everything_are_each_there():
    timeline = simulate(three_timers())
    rings = [timer for timer in timeline.timers if timer.label == "ring"]
    assert [(timer.made, timer.due, timer.queued) for timer in rings] == [(0, 0.5, 0.5)] * 3
    assert [step.label for step in timeline.steps if step.kind == "timer"].count("ring") == 3


def test_timers_that_are_equal_in_everything_have_a_lane_each():
    lanes = [lane for lane in lay_out(simulate(three_timers())).lanes if lane.kind == "callback"]
    assert [lane.label for lane in lanes] == ["ring"] * 3
    assert [[bar.end for bar in lane.bars if bar.state == "waiting"] for lane in lanes] == [
        [0.5]
    ] * 3
