"""An interpreter that runs the random programs, and keeps its own account of what happened.

Each operation of a program is a method here, `do_` and its word: a plain function, or a
coroutine that is awaited. The account owes nothing to the recorder.
"""

import asyncio
import contextlib
import gc
import threading
from collections import Counter
from types import FunctionType

from helpers.recorder import record
from helpers.virtual_time import compute

LONG = 1_000  # virtual seconds after which a program that hangs is ended


class Oops(Exception):
    """What programs raise."""


class _InOrder(dict):
    """A set that keeps its order, for the tasks of a group."""

    def add(self, thing):
        self[thing] = None

    def discard(self, thing):
        self.pop(thing, None)


class Nap:
    """No coroutine, but can be awaited."""

    def __init__(self, delay):
        self.delay = delay

    def __await__(self):
        yield from asyncio.sleep(self.delay).__await__()


class World:
    """One run of a program, and its own account of it.

    `log` holds (who, what, virtual time); `entered` the tasks whose body was entered,
    `parents` who made each task. `timelines` are those of the recordings the program made.
    """

    def __init__(self, recording: bool):
        self.recording = recording
        self.log: list[tuple[str, str, float]] = []
        self.entered: dict[str, asyncio.Task] = {}
        self.parents: dict[str, str | None] = {}
        self.others: Counter[str] = Counter()  # tasks that bear no name of ours, by coroutine
        self.lost: dict[str, str] = {}  # how those ended that nobody held
        self.itself: asyncio.Task | None = None
        self.is_over = False
        self.tasks: list[asyncio.Task] = []
        self.open: list = []
        self.timelines: list = []
        self.locks = [asyncio.Lock() for _ in range(3)]
        self.semaphores = [asyncio.Semaphore(2) for _ in range(3)]
        self.conditions = [asyncio.Condition() for _ in range(3)]
        self.events = [asyncio.Event() for _ in range(3)]
        self.barriers = [asyncio.Barrier(parties) for parties in (1, 2, 2)]
        self.queues = [asyncio.Queue(size) for size in (0, 1, 2)]

    def say(self, me: str, what: str) -> None:
        """Log it; to the timeline it says, by printing, which iteration of the loop this is."""
        loop = asyncio.get_running_loop()
        self.log.append((me, what, loop.time()))
        print(loop.iteration)

    async def main(self, program) -> None:
        """Run the program as task t0; end what it leaves behind, and what waits for ever."""
        self.itself = asyncio.current_task()
        await asyncio.wait([self.make("main", program)], timeout=LONG)
        await self._end_the_rest()
        for recording in self.open:
            recording.__exit__(None, None, None)
        self.is_over = True

    async def _end_the_rest(self) -> None:
        while True:
            await asyncio.sleep(LONG)  # callbacks make tasks; those that swallow it get another one
            left = asyncio.all_tasks() - {asyncio.current_task()}
            if not left:
                return
            for task in sorted(left, key=lambda task: task.get_name()):
                task.cancel()
            del left, task  # or those that nobody holds would be held

    async def run(self, me: str, operations) -> None:
        for word, *rest in operations:
            self.say(me, word)
            did = getattr(self, "do_" + word.replace(" ", "_"))(me, *rest)
            if did is not None:
                await did
            self.say(me, f"{word}, done")

    async def body(self, me: str, operations) -> str:
        """What every task of the program runs."""
        self.entered[me] = asyncio.current_task()
        self.say(me, "begins")
        await self.run(me, operations)
        return me

    def end(self, name: str) -> tuple[str, str | None]:
        """How that task ended, by its own word."""
        if name in self.lost:
            return self.lost[name], None
        task = self.entered.get(name)
        if task is None or task.cancelled():
            return "cancelled", None
        if (error := task.exception()) is None:
            return "returned", None
        return "raised", f"{type(error).__name__}: {error}".removesuffix(": ")

    def new(self, maker: str | None, operations):
        """A coroutine of a name of its own."""
        return self.named(maker, World.body, operations)

    def named(self, maker: str | None, body, *args):
        """The same, of another body."""
        name = f"t{len(self.parents)}"
        self.parents[name] = maker
        code = body.__code__.replace(co_name=name, co_qualname=name)
        return FunctionType(code, globals())(self, name, *args)

    def make(self, maker: str | None, operations) -> asyncio.Task:
        coroutine = self.new(maker, operations)
        task = asyncio.create_task(coroutine, name=coroutine.__qualname__)
        self.tasks.append(task)
        return task

    def task(self, me: str | None, number: int) -> asyncio.Task:
        """One of the tasks made so far, or a new one."""
        return self.tasks[number % len(self.tasks)] if self.tasks else self.make(me, ())

    # Operations: plain functions, or coroutines to be awaited.

    def do_sleep(self, me, delay):
        return asyncio.sleep(delay)

    def do_compute(self, me, seconds):
        compute(seconds)

    def do_raise(self, me):
        raise Oops(me)

    def do_spawn(self, me, operations):
        self.make(me, operations)

    def do_eager(self, me, operations):
        loop = asyncio.get_running_loop()
        loop.set_task_factory(asyncio.eager_task_factory)
        coroutine = self.new(me, operations)
        try:
            task = asyncio.create_task(coroutine, name=coroutine.__qualname__)
        finally:
            loop.set_task_factory(None)
        self.tasks.append(task)

    def do_eager_by_hand(self, me, operations):
        loop, coroutine = asyncio.get_running_loop(), self.new(me, operations)
        name = coroutine.__qualname__
        self.tasks.append(asyncio.Task(coroutine, loop=loop, name=name, eager_start=True))

    async def do_lost(self, me):
        """A task that nobody holds, waiting for what nobody will do: the collector takes it."""
        coroutine = self.named(me, World.waits_for_ever)
        asyncio.create_task(coroutine, name=coroutine.__qualname__)  # noqa: RUF006
        del coroutine
        await asyncio.sleep(1)
        gc.collect()

    async def waits_for_ever(self, me):
        self.lost[me] = "raised"
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            self.lost[me] = "cancelled"
            raise
        except GeneratorExit:
            self.lost[me] = "destroyed"
            raise

    def do_by_callback(self, me, operations):
        asyncio.get_running_loop().call_soon(self.make, None, operations)

    def do_by_thread(self, me, operations):
        loop, coroutine = asyncio.get_running_loop(), self.new(None, operations)
        self._in_a_thread(asyncio.run_coroutine_threadsafe, coroutine, loop)

    def _in_a_thread(self, function, *args):
        thread = threading.Thread(target=function, args=args)
        thread.start()
        thread.join()

    async def do_join(self, me, number):
        """Wait for a younger task: older ones may wait for us, and a circle never ends."""
        task = self.task(me, number)
        names = list(self.parents)
        if names.index(task.get_name()) > names.index(me):
            await task

    def do_cancel(self, me, number):
        self.task(me, number).cancel()

    def do_cancel_later(self, me, number, delay):
        asyncio.get_running_loop().call_later(delay, self.do_cancel, None, number)

    def do_watch(self, me, number):
        def seen(task):
            self.say("callback", "a task is done")

        self.task(me, number).add_done_callback(seen)

    async def do_gather(self, me, bodies):
        await asyncio.gather(*(self.new(me, body) for body in bodies))

    async def do_gather_all(self, me, bodies):
        tasks = (self.make(me, body) for body in bodies)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def do_group(self, me, bodies):
        async with asyncio.TaskGroup() as group:
            group._tasks = _InOrder()
            for body in bodies:
                coroutine = self.new(me, body)
                try:
                    task = group.create_task(coroutine, name=coroutine.__qualname__)
                except RuntimeError:  # an eager task has failed: the group takes no more
                    coroutine.close()
                    del self.parents[coroutine.__qualname__]
                    raise
                self.tasks.append(task)

    async def do_as_completed(self, me, bodies):
        """Of those that an eager factory has not brought to their end yet: of those it has, a set
        says which comes first."""
        tasks = [self.make(me, body) for body in bodies]
        for each in asyncio.as_completed([task for task in tasks if not task.done()]):
            self.say(me, await each)

    async def do_first(self, me, delay, operations):
        tasks = [self.make(me, operations), self.make(me, (("sleep", 1),))]
        done, _ = await asyncio.wait(tasks, timeout=delay, return_when=asyncio.FIRST_COMPLETED)
        self.say(me, f"{len(done)} done")

    async def do_shield(self, me, operations):
        await asyncio.shield(self.make(me, operations))

    async def do_timeout(self, me, delay, operations):
        async with asyncio.timeout(delay):
            await self.run(me, operations)

    async def do_timeout_moved(self, me, delay, operations):
        async with asyncio.timeout(None) as limit:
            limit.reschedule(asyncio.get_running_loop().time() + delay)
            await self.run(me, operations)

    async def do_wait_for(self, me, delay, operations):
        await asyncio.wait_for(self.make(me, operations), delay)

    async def do_lock(self, me, number, operations):
        async with self.locks[number]:
            await self.run(me, operations)

    async def do_semaphore(self, me, number, operations):
        async with self.semaphores[number]:
            await self.run(me, operations)

    async def do_condition(self, me, number, operations):
        async with self.conditions[number]:
            await self.conditions[number].wait()
            await self.run(me, operations)

    async def do_notify(self, me, number):
        async with self.conditions[number]:
            self.conditions[number].notify()

    async def do_barrier(self, me, number):
        with contextlib.suppress(asyncio.BrokenBarrierError):
            await self.barriers[number].wait()

    async def do_reset(self, me, number):
        await self.barriers[number].reset()

    async def do_abort(self, me, number):
        await self.barriers[number].abort()

    def do_done(self, me, number):
        with contextlib.suppress(ValueError):  # more often than there were things in it
            self.queues[number].task_done()

    async def do_join_queue(self, me, number):
        await self.queues[number].join()

    async def do_put(self, me, number):
        await self.queues[number].put(me)

    async def do_get(self, me, number):
        self.say(me, await self.queues[number].get())

    def do_set(self, me, number):
        self.events[number].set()

    def do_clear(self, me, number):
        self.events[number].clear()

    async def do_wait(self, me, number):
        await self.events[number].wait()

    async def do_await(self, me, number):
        """A bare future, that a timer brings to its end."""
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(number, future.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await future

    async def do_future(self, me, delay):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.call_later(delay, lambda: future.done() or future.set_result(None))
        await future

    async def do_left(self, me, delay):
        """The loop closes the generator, in a task."""
        async for number in self.clock(delay, "clock.aclose"):
            self.say(me, f"tick {number}")
            break

    async def do_closed(self, me, delay):
        clock = self.clock(delay, "")
        self.say(me, f"tick {await anext(clock)}")
        await clock.aclose()

    async def do_anext(self, me, delay, operations):
        """A bare step of a generator, in a task that `gather` makes."""
        self.others["anext(clock)"] += 1  # no variable holds the clock: a traceback holds those
        await asyncio.gather(anext(self.clock(delay, "clock.aclose")), self.new(me, operations))

    def clock(self, delay, closed_by):
        async def clock():
            try:
                for number in range(2):
                    await asyncio.sleep(delay)
                    yield number
            except GeneratorExit:
                self.say("callback", "is closed")
                self.others.update([closed_by] if closed_by and not self.is_over else [])
                await asyncio.sleep(delay)
                raise

        return clock()

    async def do_object(self, me, delay):
        await Nap(delay)

    async def do_object_task(self, me, delay):
        self.others["Nap"] += 1
        await asyncio.ensure_future(Nap(delay))

    async def do_ticks(self, me, delay):
        async def ticker():
            for number in range(2):
                await asyncio.sleep(delay)
                yield number

        async with contextlib.aclosing(ticker()) as ticks:
            async for number in ticks:
                self.say(me, f"tick {number}")

    def hello(self):
        self.say("callback", "hello")

    def do_soon(self, me):
        asyncio.get_running_loop().call_soon(self.hello)

    def do_soon_cancelled(self, me):
        asyncio.get_running_loop().call_soon(self.hello).cancel()

    def do_cancels_itself(self, me):
        def callback():
            handle.cancel()
            self.hello()

        handle = asyncio.get_running_loop().call_soon(callback)

    def do_later(self, me, delay):
        asyncio.get_running_loop().call_later(delay, self.hello)

    def do_later_cancelled(self, me, delay):
        timer = asyncio.get_running_loop().call_later(delay, self.hello)
        asyncio.get_running_loop().call_soon(timer.cancel)

    def from_thread(self):
        self.say("callback", "from a thread")

    def do_thread(self, me):
        self._in_a_thread(asyncio.get_running_loop().call_soon_threadsafe, self.from_thread)

    async def do_try(self, me, operations):
        try:
            await self.run(me, operations)
        except Exception as error:
            self.say(me, type(error).__name__)

    async def do_swallow(self, me, operations):
        try:
            await self.run(me, operations)
        except asyncio.CancelledError:
            self.say(me, "was cancelled, and goes on")

    async def do_finally(self, me, operations, at_last):
        try:
            await self.run(me, operations)
        finally:
            await self.run(me, at_last)

    async def do_record(self, me, operations):
        with self.record():
            await self.run(me, operations)

    def do_enter(self, me):
        recording = self.record()
        recording.__enter__()
        self.open.append(recording)

    def do_leave(self, me):
        if self.open:
            self.open.pop(0).__exit__(None, None, None)

    def record(self):
        if not self.recording:
            return contextlib.ExitStack()
        recording = record()
        self.timelines.append(recording.timeline)
        return recording
