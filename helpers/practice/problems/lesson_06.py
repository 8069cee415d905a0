"""Lesson 06, whose loop: cells become a script, a run inside a run, a value from a thread."""

import asyncio
import queue
import threading
from functools import partial

from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    ran_together,
    returned,
    took,
)
from helpers.practice.exercises import Exercise

# -- from cells to a script -------------------------------------------------------------------


async def save(what):
    await asyncio.sleep(3)
    return f"{what} saved"


async def add_up():
    await asyncio.sleep(1)
    return 42


def judge_main(main):
    jobs = Jobs()
    timeline = attempt(main, jobs.watch(save), jobs.watch(add_up))
    nothing_left_over(timeline)
    ran_together(jobs.timeline, "save(orders)", "add_up")
    returned(timeline, 42)
    took(timeline, 3)


async def main(save, add_up):
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    await backup
    return bill


async def main_with_a_group(save, add_up):
    async with asyncio.TaskGroup() as group:
        group.create_task(save("orders"), name="backup")
        bill = group.create_task(add_up(), name="bill")
    return bill.result()


async def main_by_gather(save, add_up):
    _, bill = await asyncio.gather(save("orders"), add_up())
    return bill


async def main_one_by_one(save, add_up):
    await save("orders")
    return await add_up()


async def main_with_a_second_run(save, add_up):
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    asyncio.run(backup)
    return bill


async def main_and_a_guess(save, add_up):
    backup = asyncio.create_task(save("orders"), name="backup")  # noqa: F841, RUF006
    bill = await add_up()
    await asyncio.sleep(1)
    return bill


TO_A_SCRIPT = Exercise(
    id="06-to-a-script",
    title="From cells to a script",
    prompt=(
        'Three cells of a notebook: `backup = asyncio.create_task(save("orders"))`, then '
        "`bill = await add_up()`, then `bill`. The backup ended some time later, by itself. In the "
        "script, `asyncio.run(main(...))` cuts it off. Change `main` so that the backup is "
        "complete, still beside `add_up()`, and the bill is returned."
    ),
    starter="""\
async def main(save, add_up):
    backup = asyncio.create_task(save("orders"), name="backup")
    bill = await add_up()
    return bill
""",
    hints=(
        "In the notebook the kernel's loop went on after the last cell. How long does the loop of "
        "`asyncio.run` go on?",
        "It goes on until `main` returns. So `main` must not return before the backup is done.",
        "`await backup`, after `add_up()` and before the `return`; or both in a `TaskGroup`.",
    ),
    judge=judge_main,
    solution=main,
    also=(main_with_a_group, main_by_gather),
    wrong=(
        (
            main_one_by_one,
            "'add_up' began at 3 s, when 'save(orders)' had already ended: they ran one after "
            "the other. Probably 'save(orders)' was awaited to its end before 'add_up' was "
            "started. Start both first (create_task, gather or a TaskGroup), then await.",
        ),
        (
            main_with_a_second_run,
            "Your program called asyncio.run() where a loop is running already. Inside a "
            "coroutine, use `await`.",
        ),
        (
            main_and_a_guess,
            "'backup' was still going when the program ended, at 2 s, waiting for sleep(3): "
            "nobody awaited it. asyncio.run() would cancel it there. Keep the task and await "
            "it, or start it in a TaskGroup, which waits for its tasks.",
        ),
    ),
)


# -- a run inside a run ----------------------------------------------------------------------------

PRICES = {"tea": 3, "cake": 5, "sandwich": 4}


async def fetch(item):
    """Each takes as many seconds as its name has letters."""
    await asyncio.sleep(len(item))
    return PRICES[item]


def judge_shopping(shopping):
    jobs = Jobs()

    async def program(lent):
        home = asyncio.get_running_loop()

        async def fetch(item):
            if asyncio.get_running_loop() is not home:
                raise NotYet(_OTHER_LOOP.format(item=item))
            return await lent(item)

        return await shopping(fetch, ["cake", "tea", "sandwich"])

    timeline = attempt(program, jobs.watch(fetch))
    ran_together(jobs.timeline, "fetch(cake)", "fetch(tea)", "fetch(sandwich)")
    nothing_left_over(timeline)
    returned(timeline, [5, 3, 4])
    took(timeline, 8)


_OTHER_LOOP = (
    "'{item}' was fetched on another loop, in another thread. That gets round the error, at the "
    "price of a thread and a loop for each item; what belongs to this loop, such as an open "
    "connection, could not be used there. Make `price` a coroutine function, and await it."
)


async def shopping(fetch, items):
    async def price(item):
        return await fetch(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(price(item), name=item) for item in items]
    return [task.result() for task in tasks]


async def shopping_by_gather(fetch, items):
    return list(await asyncio.gather(*map(fetch, items)))


async def shopping_by_tasks(fetch, items):
    tasks = [asyncio.create_task(fetch(item), name=item) for item in items]
    return [await task for task in tasks]


async def shopping_in_turn(fetch, items):
    async def price(item):
        return await fetch(item)

    return [await price(item) for item in items]


async def shopping_until_complete(fetch, items):
    def price(item):
        return asyncio.get_running_loop().run_until_complete(fetch(item))

    return [price(item) for item in items]


async def shopping_in_threads(fetch, items):
    def price(item):
        return asyncio.run(fetch(item))

    return [await asyncio.to_thread(price, item) for item in items]


async def shopping_without_await(fetch, items):
    async def price(item):
        return await fetch(item)

    return [price(item) for item in items]


RUN_INSIDE = Exercise(
    id="06-run-inside",
    title="A run inside a run",
    prompt=(
        "Somebody wrote `price` as a plain function, so that it can be called without `await`. It "
        "works from a script's top level, and fails as soon as a coroutine calls it. Repair "
        "`shopping`: it returns the list of prices, in the order of `items`, and all are fetched "
        "at the same time, on the loop that runs `shopping`."
    ),
    starter="""\
async def shopping(fetch, items):
    def price(item):
        return asyncio.run(fetch(item))

    return [price(item) for item in items]
""",
    hints=(
        "`shopping` runs on a loop already. Who needs a new one?",
        "Nobody: where the loop is running, `await` takes the place of `asyncio.run`. So `price` "
        "becomes a coroutine function, or goes away.",
        "For all at the same time: a task for each item in a `TaskGroup`, or `gather`; both leave "
        "the results in the order of `items`.",
    ),
    judge=judge_shopping,
    solution=shopping,
    also=(shopping_by_gather, shopping_by_tasks),
    wrong=(
        (
            shopping_in_turn,
            "'fetch(sandwich)' began at 7 s, when 'fetch(cake)' had already ended: they ran one"
            " after the other. Probably 'fetch(cake)' was awaited to its end before "
            "'fetch(sandwich)' was started. Start both first (create_task, gather or a "
            "TaskGroup), then await.",
        ),
        (
            shopping_until_complete,
            "Your program raised RuntimeError: This event loop is already running",
        ),
        (shopping_in_threads, _OTHER_LOOP.format(item="cake")),
        (
            shopping_without_await,
            "What came back is a coroutine object, price(), where its result was wanted. "
            "Calling a coroutine function only makes the object, and its body never ran: write "
            "`await price(...)`, or give it to create_task or gather.",
        ),
    ),
)


# -- a reading from a thread ---------------------------------------------------------------------

READING = 21.5
PATIENCE = 0.5  # real seconds the device waits for its listener to let go of the loop


class Device:
    """Calls back once, from a thread, when the learner's function has let go of the loop.

    It notices when the callback touches the loop from that thread: `touched`. The call is
    then made safely all the same, so that the program ends; on a quiet loop it would sleep on.
    An exception of the callback is `failed`, and ends the wait for what will never come.
    """

    def __init__(self, loop):
        self.loop = loop
        self.let_go = threading.Event()
        self.touched = self.held = False
        self.failed, self.listener = None, asyncio.current_task()
        for name in ("call_soon", "call_at"):
            setattr(loop, name, self._guarded(getattr(loop, name)))

    def _guarded(self, function):
        home = threading.get_ident()

        def guarded(*args, **kwargs):
            if threading.get_ident() == home:
                return function(*args, **kwargs)
            self.touched = True
            return self.loop.call_soon_threadsafe(partial(function, *args, **kwargs))

        return guarded

    def listen(self, callback):
        self.loop.call_soon(self.let_go.set)
        self.loop.run_in_executor(None, self._call_back, callback)

    def _call_back(self, callback):
        self.held = not self.let_go.wait(PATIENCE)
        try:
            callback(READING)
        except Exception as error:
            self.failed = error
            self.loop.call_soon_threadsafe(self.listener.cancel)


def judge_next_reading(next_reading):
    async def program():
        device = Device(asyncio.get_running_loop())
        try:
            value = await next_reading(device.listen)
        except asyncio.CancelledError:
            if device.failed is None:
                raise
            raise NotYet(_RAISED.format(type(device.failed).__name__, device.failed)) from None
        if device.touched:
            raise NotYet(_WRONG_THREAD)
        if device.held:
            raise NotYet(_HELD)
        return value

    returned(attempt(program), READING)


_WRONG_THREAD = (
    "The callback touched the loop from the device's thread. It puts the reading there, but wakes "
    "nobody: a loop that sleeps would go on sleeping, until something else wakes it. Let the "
    "callback hand the work over to the loop's own thread: loop.call_soon_threadsafe(...)."
)
_RAISED = (
    "Your callback raised {}: {}. It is called in the device's thread, where no loop is running: "
    "get the loop before you call `listen`, and hand over a function that takes the value."
)
_HELD = (
    "The value came, but until then your function held the loop: it waited by blocking, and "
    "nothing else could run. Wait with `await` for something that the callback sets by "
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


async def next_reading_by_call_soon(listen):
    loop = asyncio.get_running_loop()
    reading = loop.create_future()
    listen(lambda value: loop.call_soon(reading.set_result, value))
    return await reading


async def next_reading_by_an_unsafe_queue(listen):
    readings = asyncio.Queue()
    listen(readings.put_nowait)
    return await readings.get()


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
    id="06-from-a-thread",
    title="A reading from a thread",
    prompt=(
        "`listen(callback)` belongs to a device. It returns at once; some time later it calls "
        "`callback(value)`, once, **in a thread of its own**. Write `next_reading(listen)`: it "
        "waits without holding the loop, and returns the value. The version below touches the "
        "loop from the wrong thread."
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
        "get it before you call `listen`.",
        "Hand `listen` a small function: `lambda value: loop.call_soon_threadsafe("
        "reading.set_result, value)`.",
    ),
    judge=judge_next_reading,
    solution=next_reading,
    also=(
        next_reading_by_a_queue,
        next_reading_by_a_coroutine,
        next_reading_by_a_thread_that_waits,
    ),
    wrong=(
        (next_reading_by_call_soon, _WRONG_THREAD),
        (next_reading_by_an_unsafe_queue, _WRONG_THREAD),
        (
            next_reading_with_the_loop_too_late,
            "Your callback raised RuntimeError: no running event loop. It is called in the "
            "device's thread, where no loop is running: get the loop before you call `listen`, "
            "and hand over a function that takes the value.",
        ),
        (next_reading_by_blocking, _HELD),
        (
            next_reading_without_waiting,
            "What came back is a future where its result was wanted. A future is not its result: "
            "await it, or ask it for .result() when it is done.",
        ),
    ),
)
