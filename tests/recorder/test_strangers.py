"""Objects that raise when looked at, tasks that lie, loops of other kinds: the program never sees
that it is recorded, and what can be seen of it is."""

import asyncio
import contextlib
import io
import sys

import pytest
from programs import run_plain, run_recorded

from helpers import record

# -- objects that raise when looked at ---------------------------------------------------------


class Hostile:
    """An object that cannot be asked anything."""

    def _raise(self, *args):
        raise ZeroDivisionError("do not look at me")

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __format__ = __len__ = _raise

    def __getattr__(self, name):
        raise ZeroDivisionError(f"do not ask me for {name}")


class HostileCallback(Hostile):
    def __call__(self, *args):
        called.append("called")

    def method(self, *args):
        called.append("method")


class HostileError(Exception):
    __repr__ = __str__ = __eq__ = __hash__ = Hostile._raise


called = []


async def with_hostile_objects():
    called.clear()
    loop, callback = asyncio.get_running_loop(), HostileCallback()
    loop.call_soon(callback, Hostile())
    loop.call_soon(callback.method, Hostile())
    loop.call_later(0, callback, Hostile())
    future = loop.create_future()
    future.add_done_callback(callback)
    future.set_result(Hostile())

    async def fail():
        await asyncio.sleep(0, Hostile())
        raise HostileError

    async def give(thing):
        await asyncio.sleep(0)
        return thing

    task = asyncio.create_task(fail(), name="fail")
    with contextlib.suppress(HostileError):
        await task
    thing = await asyncio.create_task(give(Hostile()), name="give")
    await asyncio.sleep(0.001)
    return [type(thing).__name__, *called]


def test_objects_that_raise_when_looked_at_are_not_looked_at():
    plain = run_plain(with_hostile_objects)
    *done, timeline, heard = run_recorded(with_hostile_objects)
    assert tuple(done) == plain
    assert heard == []
    assert timeline.task("fail").exception == "HostileError: (its text cannot be read)"
    assert timeline.task("give").outcome == "returned"
    labels = [step.label for step in timeline.steps if step.task is None]
    assert labels.count("HostileCallback") == 3
    assert "HostileCallback.method" in labels


class LyingTask(asyncio.Task):
    """A task that says nothing true of itself, when it says anything."""

    lie = ""

    def __getattribute__(self, name):
        if name == type(self).lie:
            raise ZeroDivisionError(f"{name}? Never heard of it.")
        return super().__getattribute__(name)


LIES = ["get_name", "get_coro", "done", "cancelled", "_fut_waiter", "_must_cancel", "_exception"]


@pytest.mark.parametrize("lie", LIES)
def test_a_task_that_lies_costs_what_it_lies_about(lie):
    async def program():
        async def nap(name):
            told.append(name)
            await asyncio.sleep(0)
            told.append(name)

        told, loop = [], asyncio.get_running_loop()
        first = loop.create_task(nap("true"))
        lying = type("Lying", (LyingTask,), {"lie": lie})(nap("lying"), loop=loop)
        for _ in range(5):
            await asyncio.sleep(0)
        del lying, first
        return told

    plain = run_plain(program)
    *done, timeline, heard = run_recorded(program)
    assert (tuple(done), heard) == (plain, [])
    ends = [(task.coroutine, task.outcome) for task in timeline.tasks if task.coroutine != "?"]
    assert len(timeline.tasks) == 3
    assert len(ends) == 3 - (lie == "get_coro")
    assert [end for end in ends[:2] if end[1] != "returned"] == []


class StrangeCoroutine:
    """A coroutine in the abstract only."""

    def __init__(self):
        self.turns = 2

    def send(self, value):
        self.turns -= 1
        if self.turns == 0:
            raise StopIteration("strange")

    def throw(self, *error):
        raise error[0]

    def close(self):
        pass

    def __await__(self):
        return self

    def __getattr__(self, name):
        raise ZeroDivisionError(f"do not ask me for {name}")


def test_a_strange_coroutine_runs_as_ever():
    import collections.abc

    collections.abc.Coroutine.register(StrangeCoroutine)

    async def program():
        return await asyncio.create_task(StrangeCoroutine())

    *done, _, heard = run_recorded(program)
    assert tuple(done) == ("strange", "")
    assert len(heard) <= 1


def test_odd_things_from_a_task_factory_get_through():
    odd = [None, 7, "text", object(), Hostile]

    async def program():
        got, loop = [], asyncio.get_running_loop()

        def factory(loop, coroutine, **options):
            coroutine.close()
            return thing

        plain = asyncio.BaseEventLoop.create_task
        for thing in odd:
            loop.set_task_factory(factory)
            try:
                got.append(loop.create_task(asyncio.sleep(0)) is thing)
            except Exception as error:  # asyncio itself would name it
                got.append(repr(error))
        loop.set_task_factory(None)
        assert plain is asyncio.BaseEventLoop.create_task
        return got

    plain = run_plain(program)
    *done, _, heard = run_recorded(program)
    assert tuple(done) == plain
    assert heard == []


# -- loops of other kinds ----------------------------------------------------------------------


class OwnLoop(asyncio.SelectorEventLoop):
    """A loop that does everything itself, and counts."""

    made = 0

    def create_task(self, coro, **options):
        self.made += 1
        return super().create_task(coro, **options)

    def call_soon(self, callback, *args, context=None):
        self.made += 1
        return super().call_soon(callback, *args, context=context)

    def time(self):
        return super().time() * 2


def run_on(loop, program):
    try:
        return loop.run_until_complete(program())
    finally:
        loop.close()


def test_a_loop_of_its_own_class():
    async def program():
        await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.001))
        return asyncio.get_running_loop().made

    plain = run_on(OwnLoop(), program)
    with record() as timeline:
        assert run_on(OwnLoop(), program) == plain
    assert [t.outcome for t in timeline.tasks] == ["returned"] * 3


def test_a_loop_whose_selector_cannot_be_watched():
    import selectors

    class Fixed:
        """A selector without room for anything new."""

        __slots__ = ("_selector",)

        def __init__(self):
            self._selector = selectors.DefaultSelector()

        def select(self, timeout=None):
            return self._selector.select(timeout)

        def __getattr__(self, name):
            return getattr(self._selector, name)

    async def program():
        await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.001))
        return "fine"

    with record() as timeline:
        assert run_on(asyncio.SelectorEventLoop(Fixed()), program) == "fine"
    assert [t.outcome for t in timeline.tasks] == ["returned"] * 3
    assert any("selector" in note for note in timeline.notes)


def test_uvloop_keeps_its_handles_to_itself_and_the_timeline_says_so():
    uvloop = pytest.importorskip("uvloop")

    async def program():
        await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.001))
        return "fine"

    with record() as around:
        assert run_on(uvloop.new_event_loop(), program) == "fine"
    assert any("uvloop" in note for note in around.notes)

    async def inside():
        with record() as timeline:
            await program()
        return timeline

    timeline = run_on(uvloop.new_event_loop(), inside)
    assert timeline.recording_task.coroutine.endswith("inside")
    assert any("uvloop" in note for note in timeline.notes)


def test_a_loop_closed_in_the_middle():
    async def program():
        asyncio.get_running_loop().stop()
        await asyncio.sleep(30)

    loop = asyncio.new_event_loop()
    with record() as timeline:
        task = loop.create_task(program(), name="cut off")
        loop.run_forever()
        loop.close()
    assert timeline.task("cut off").outcome == "pending"
    task._log_destroy_pending = False
    task.get_coro().close()


def test_without_a_stdout_there_is_nothing_to_listen_to(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with record() as timeline:
        asyncio.run(asyncio.sleep(0))
        print("nowhere")
    assert timeline.output == ()
    assert sys.stdout is None


def test_a_redirection_that_outlives_the_recording():
    out = io.StringIO()
    with contextlib.ExitStack() as stack:
        before = sys.stdout
        with record():
            stack.enter_context(contextlib.redirect_stdout(out))
        print("into the string")
    with record():
        pass
    assert sys.stdout is before
    assert out.getvalue() == "into the string\n"
