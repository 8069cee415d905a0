"""A reading from a thread."""

import asyncio
import concurrent.futures
import queue
import threading
import time
from functools import partial

from helpers.practice import sentences
from helpers.practice.attempts import attempt
from helpers.practice.checks import (
    NotYet,
    returned,
)
from helpers.practice.exercises import Exercise

READING = 21.5
MOMENT = 0.01  # real seconds. The device counts moments: a machine may stall in one of them
PATIENCE = 50  # moments it waits for its listener to let go of the loop
SOME_TIME = 20  # moments after which it calls: whoever only looks has to look again
MOST_STEPS = 20  # of a function that is woken; one that looks all the time takes thousands


class Device:
    """Calls back once, from a thread, when the learner's function has let go of the loop.

    It notices when the callback touches the loop from that thread: `touches`. The calls are
    made safely all the same, when it has returned, so that the program ends; on a quiet loop it
    would sleep on, and a loop that woke meanwhile would come between its lines.
    An exception of the callback is `failed`, and ends the wait for what will never come.
    """

    def __init__(self, loop):
        self.loop = loop
        self.let_go = threading.Event()
        self.held = self.called_itself = False
        self.touches = []
        self.failed, self.listener, self.calls = None, asyncio.current_task(), []
        for name in ("call_soon", "call_at"):
            setattr(loop, name, self._guarded(getattr(loop, name)))
        self._hand_over, loop.call_soon_threadsafe = loop.call_soon_threadsafe, self._handed_over

    def _handed_over(self, function, *args, **kwargs):
        if not callable(function):  # what a call gave, in the place of a function to call
            self.called_itself = True
            function, args = _nothing, ()
        return self._hand_over(function, *args, **kwargs)

    def _guarded(self, function):
        home = threading.get_ident()

        def guarded(*args, **kwargs):
            if threading.get_ident() == home:
                return function(*args, **kwargs)
            touch = asyncio.Handle(partial(function, *args, **kwargs), (), self.loop)
            self.touches.append(touch)
            return touch

        return guarded

    def listen(self, callback):
        self.loop.call_soon_threadsafe(self.let_go.set)  # some call it in a thread
        self.calls.append(self.loop.run_in_executor(None, self._call_back, callback))

    async def is_done(self):
        """Until the callback has returned: the value may be here before its thread is done."""
        for call in self.calls:
            await call

    def _call_back(self, callback):
        self.held = not any(self.let_go.wait(MOMENT) for _ in range(PATIENCE))
        for _ in range(SOME_TIME):
            time.sleep(MOMENT)
        try:
            callback(READING)
        except Exception as error:
            self.failed = error
            self.loop.call_soon_threadsafe(self.listener.cancel)
        for touch in self.touches:
            self.loop.call_soon_threadsafe(touch._run)


def _nothing():
    pass


def judge_next_reading(next_reading):
    async def program():
        device = Device(asyncio.get_running_loop())
        try:
            value = await next_reading(device.listen)
            await device.is_done()
        except asyncio.CancelledError:
            if device.failed is None:
                raise
            raise NotYet(_RAISED.format(type(device.failed).__name__, device.failed)) from None
        if device.called_itself:
            raise NotYet(_PARENTHESES)
        if device.touches:
            raise NotYet(_WRONG_THREAD)
        if device.held:
            raise NotYet(_HELD)
        return value

    timeline = attempt(program)
    steps = timeline.task_steps(timeline.tasks[0].id)
    waits = [timeline.steps[step].waiting_for or "" for step in steps]
    if len(steps) > MOST_STEPS or any(wait.startswith("sleep") for wait in waits):
        raise NotYet(_LOOKED, timeline)
    returned(timeline, READING)


_WRONG_THREAD = (
    "The callback touched the loop from the device's thread. That leaves the reading there, but it "
    "doesn't wake the loop: a loop that is asleep would sleep on, until something else wakes it. "
    "Let the callback hand the work over to the loop's own thread, with "
    "loop.call_soon_threadsafe(...)."
)
_PARENTHESES = (
    "call_soon_threadsafe was given no function. The parentheses call yours on the spot, in the "
    "device's thread, and hand over what it returned. Hand over the function itself, then a comma, "
    "then its argument."
)
_RAISED = (
    "Your callback raised {}: {}. The callback is called in the device's thread, where no loop is "
    "running: get the loop before you call `listen`, and hand over a function that takes the value."
)
_LOOKED = (
    "Your function waited by sleeping, once or again and again, until the value had to be there. "
    "Any such sleep is too long or too short. Await something that the callback sets with "
    "loop.call_soon_threadsafe(...): then you go on the moment the value is there."
)
_HELD = (
    "The value came, but until then your function held the loop: it waited by blocking, and "
    "nothing else could run. Use `await` to wait for something that the callback sets with "
    "loop.call_soon_threadsafe(...)."
)


async def next_reading(listen):
    loop = asyncio.get_running_loop()
    reading = loop.create_future()
    listen(lambda value: loop.call_soon_threadsafe(reading.set_result, value))
    return await reading


async def next_reading_by_a_queue(listen):
    loop, readings = asyncio.get_running_loop(), asyncio.Queue()
    listen(lambda value: loop.call_soon_threadsafe(readings.put_nowait, value))
    return await readings.get()


async def next_reading_by_a_coroutine(listen):
    loop, readings = asyncio.get_running_loop(), asyncio.Queue()
    listen(lambda value: asyncio.run_coroutine_threadsafe(readings.put(value), loop).result())
    return await readings.get()


async def next_reading_by_a_thread_that_waits(listen):
    readings = queue.Queue()
    listen(readings.put)
    return await asyncio.to_thread(readings.get)


async def next_reading_by_a_threads_future(listen):
    reading = concurrent.futures.Future()
    listen(reading.set_result)
    return await asyncio.wrap_future(reading)


async def next_reading_listening_in_a_thread(listen):
    loop = asyncio.get_running_loop()
    reading = loop.create_future()

    async def set_it(value):
        reading.set_result(value)

    def callback(value):
        asyncio.run_coroutine_threadsafe(set_it(value), loop)

    await asyncio.to_thread(listen, callback)
    return await reading


async def next_reading_all_in_a_thread(listen):
    def wait():
        readings = queue.Queue()
        listen(readings.put)
        return readings.get()

    return await asyncio.to_thread(wait)


async def next_reading_by_looking(listen):
    readings = []
    listen(readings.append)
    while not readings:
        await asyncio.sleep(0.01)
    return readings[0]


async def next_reading_by_looking_all_the_time(listen):
    readings = []
    listen(readings.append)
    while not readings:
        await asyncio.sleep(0)
    return readings[0]


async def next_reading_after_a_good_while(listen):
    readings = []
    listen(readings.append)
    await asyncio.sleep(3)
    return readings[0]


async def next_reading_by_call_soon(listen):
    loop = asyncio.get_running_loop()
    reading = loop.create_future()
    listen(lambda value: loop.call_soon(reading.set_result, value))
    return await reading


async def next_reading_with_parentheses(listen):
    loop = asyncio.get_running_loop()
    reading = loop.create_future()
    listen(lambda value: loop.call_soon_threadsafe(reading.set_result(value)))
    return await reading


async def next_reading_by_an_unsafe_queue(listen):
    readings = asyncio.Queue()
    listen(readings.put_nowait)
    return await readings.get()


async def next_reading_by_an_unsafe_event(listen):
    came, readings = asyncio.Event(), []

    def callback(value):
        readings.append(value)
        came.set()

    listen(callback)
    await came.wait()
    return readings[0]


async def next_reading_with_the_loop_too_late(listen):
    reading = asyncio.get_running_loop().create_future()

    def callback(value):
        asyncio.get_running_loop().call_soon_threadsafe(reading.set_result, value)

    listen(callback)
    return await reading


async def next_reading_by_blocking(listen):
    readings = queue.Queue()
    listen(readings.put)
    return readings.get()


async def next_reading_without_waiting(listen):
    loop = asyncio.get_running_loop()
    reading = loop.create_future()
    listen(lambda value: loop.call_soon_threadsafe(reading.set_result, value))
    return reading


FROM_A_THREAD = Exercise(
    id="07-from-a-thread",
    title="A reading from a thread",
    prompt=(
        "`listen(callback)` belongs to a device. It returns immediately; some time later the "
        "device calls `callback(value)`, once, **in a thread of its own**. Write "
        "`next_reading(listen)`: it waits without holding the loop, and returns the value. The "
        "version below touches the loop from the wrong thread."
    ),
    starter="""\
async def next_reading(listen):
    reading = asyncio.get_running_loop().create_future()
    listen(reading.set_result)
    return await reading
""",
    hints=(
        "A future may only be set in the loop's own thread. Which function lets any thread ask "
        "the loop to call something?",
        "`loop.call_soon_threadsafe(function, argument)`. The callback needs the loop for that: "
        "get the loop before you call `listen`.",
        "Hand `listen` a small function: `lambda value: loop.call_soon_threadsafe("
        "reading.set_result, value)`.",
    ),
    why=(
        "The device's thread only hands the value over, in a way that is safe between threads and "
        "wakes the loop; your function goes on in the loop's own thread."
    ),
    judge=judge_next_reading,
    solution=next_reading,
    also=(
        next_reading_by_a_queue,
        next_reading_by_a_coroutine,
        next_reading_by_a_thread_that_waits,
        next_reading_by_a_threads_future,
        next_reading_listening_in_a_thread,
        next_reading_all_in_a_thread,
    ),
    wrong=(
        (next_reading_by_call_soon, _WRONG_THREAD),
        (next_reading_by_an_unsafe_queue, _WRONG_THREAD),
        (next_reading_by_an_unsafe_event, _WRONG_THREAD),
        (next_reading_with_parentheses, _PARENTHESES),
        (
            next_reading_with_the_loop_too_late,
            "Your callback raised RuntimeError: no running event loop. The callback is called in "
            "the device's thread, where no loop is running: get the loop before you call `listen`, "
            "and hand over a function that takes the value.",
        ),
        (next_reading_by_blocking, _HELD),
        (next_reading_by_looking, _LOOKED),
        (next_reading_by_looking_all_the_time, _LOOKED),
        (next_reading_after_a_good_while, _LOOKED),
        (next_reading_without_waiting, sentences.a_task_came_back("future")),
    ),
)
