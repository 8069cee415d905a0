"""Whatever fails inside the recorder, the program never sees it.

A fault is made at every reading of the clock in turn, and at every write to memory; programs
bring objects that raise when looked at, tasks that lie, loops of other kinds, and ends of all
sorts: closed loops, forks, the end of the interpreter. Each time: the program does what it
does unrecorded, everything is put back, and at most one warning is heard.
"""

import asyncio
import contextlib
import io
import itertools
import os
import subprocess
import sys
import threading
import warnings
from array import array

import pytest
from laws import steps_are_in_order
from nothing_left import patched_places

from helpers import record
from helpers.recorder import clocks, hooks, rows
from helpers.recorder.journal import Journal


@pytest.fixture(autouse=True)
def everything_is_put_back():
    before = patched_places()
    yield
    assert patched_places() == before


async def a_bit_of_everything():
    """Its own account of what it did, in order."""
    loop, told = asyncio.get_running_loop(), []

    async def nap(name, turns):
        for turn in range(turns):
            told.append((name, turn))
            await asyncio.sleep(0)
        print(name, "is done")
        return name

    async def fail():
        await asyncio.sleep(0.0001)
        raise ValueError("no good")

    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(told.append, "thread"))
    thread.start()
    thread.join()
    loop.call_soon(told.append, "soon")
    loop.call_later(30, told.append, "never").cancel()
    hanging = asyncio.create_task(asyncio.Event().wait(), name="hanging")
    told += await asyncio.gather(nap("a", 3), nap("b", 2), return_exceptions=True)
    told += [repr(end) for end in await asyncio.gather(fail(), return_exceptions=True)]
    hanging.cancel()
    with record():
        await asyncio.create_task(nap("inside", 1))
    if sys.version_info >= (3, 12):
        loop.set_task_factory(asyncio.eager_task_factory)
        told.append(await asyncio.create_task(nap("eager", 1), name="eager"))
    return told


def run_recorded(program, **options):
    """What it returned, what it printed, its timeline, and the warnings that were heard."""
    out = io.StringIO()
    with warnings.catch_warnings(record=True) as heard, contextlib.redirect_stdout(out):
        warnings.simplefilter("always")
        with record(**options) as timeline:
            result = asyncio.run(program())
        assert sys.stdout is out
    return result, out.getvalue(), timeline, [w for w in heard if "See the Loop" in str(w.message)]


def run_plain(program):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        return asyncio.run(program()), out.getvalue()


# -- at every point ------------------------------------------------------------------------


class Broken:
    """Counts how often something of the recorder's is used; raises at one of these times."""

    def __init__(self, at, for_ever, error):
        self.at, self.for_ever, self.error, self.count = at, for_ever, error, 0

    def __call__(self):
        self.count += 1
        if self.count == self.at or (self.for_ever and self.count > self.at):
            raise self.error


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "from then on"])
def test_the_clock_fails_at_every_reading_in_turn(monkeypatch, for_ever):
    plain = run_plain(a_bit_of_everything)
    clock = clocks.moment

    def run_with_fault_at(reading):
        broken = Broken(reading, for_ever, OSError("the clock is broken"))
        monkeypatch.setattr(clocks, "moment", lambda: broken() or clock())
        *done, timeline, heard = run_recorded(a_bit_of_everything)
        monkeypatch.setattr(clocks, "moment", clock)
        return broken.count, tuple(done), timeline, heard

    readings, done, timeline, heard = run_with_fault_at(0 if not for_ever else 10**9)
    assert (done, heard) == (plain, [])
    for reading in range(1, readings + 1):
        _, done, timeline, heard = run_with_fault_at(reading)
        assert done == plain, f"reading {reading}"
        assert len(heard) <= 1, "a new handle's moment is simply not known"
        assert timeline.complete
        assert 0 <= timeline.duration < 60
        assert any("stopped early" in note for note in timeline.notes) == bool(heard)
        steps_are_in_order(timeline)


class FullList(list):
    def append(self, thing):
        self.full()
        super().append(thing)

    def extend(self, things):
        self.full()
        super().extend(things)


class FullArray(array):
    def append(self, thing):
        self.full()
        super().append(thing)

    def extend(self, things):
        self.full()
        super().extend(things)

    def frombytes(self, data):
        self.full()
        super().frombytes(data)


COLUMNS = {
    "rows": ("fresh", "packed", "places"),
    "tasks": ("notes",),
    "vocabulary": ("labels", "words", "codes"),
    "": ("timers", "foreign", "output", "loops", "selectors", "notes", "idle", "polls"),
}


def fill_memory(monkeypatch, full):
    """From now on a journal's lists and arrays ask `full` before they grow."""
    make_run = hooks.make_run

    def make_run_in_full_memory(journal, plain_run):
        for part, names in COLUMNS.items():
            owner = getattr(journal, part) if part else journal
            for name in names:
                setattr(owner, name, that_may_be_full(getattr(owner, name), full))
        return make_run(journal, plain_run)

    monkeypatch.setattr(rows, "FULL", 60)  # pack often
    monkeypatch.setattr(hooks, "make_run", make_run_in_full_memory)


def that_may_be_full(plain, full):
    column = FullArray(plain.typecode, plain) if isinstance(plain, array) else FullList(plain)
    column.full = full
    return column


def test_memory_runs_out_at_every_write_in_turn(monkeypatch):
    plain = run_plain(a_bit_of_everything)
    for write in itertools.count(1):
        with monkeypatch.context() as patch:
            full = Broken(write, False, MemoryError())
            fill_memory(patch, full)
            *done, timeline, heard = run_recorded(a_bit_of_everything)
        assert tuple(done) == plain, f"write {write}"
        assert len(heard) <= 1
        assert timeline.complete
        steps_are_in_order(timeline)
        if full.count < write:
            break
    assert write > 60, "every write had its turn"


def test_where_warnings_are_errors_the_program_still_sees_nothing(monkeypatch):
    broken = Broken(20, True, OSError("the clock is broken"))
    clock = clocks.moment
    monkeypatch.setattr(clocks, "moment", lambda: broken() or clock())
    with record() as timeline:
        asyncio.run(a_bit_of_everything())
    assert any("stopped early" in note for note in timeline.notes)


def test_a_second_fault_is_heard_too(monkeypatch):
    """Python shows a warning only the first time it comes from a place."""
    for _ in range(2):
        with monkeypatch.context() as patch, warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("default")
            patch.setattr(clocks, "moment", Broken(1, True, OSError()))
            with record():
                pass
        assert len(heard) == 1


def test_what_the_program_catches_does_not_tell_of_our_fault(monkeypatch):
    told = []

    def look_around():
        told.append(sys.exc_info()[1])
        try:
            raise ValueError("the program's own")
        except ValueError as error:
            told.append(error.__context__)

    def identify(journal, handle):
        raise OSError("a fault of ours")

    async def main():
        with record() as timeline:
            monkeypatch.setattr(Journal, "identify", identify)
            asyncio.get_running_loop().call_soon(look_around)
            await asyncio.sleep(0.01)
        return timeline

    with pytest.warns(RuntimeWarning, match="stopped recording"):
        timeline = asyncio.run(main())
    assert any("stopped early" in note for note in timeline.notes)
    assert told == [None, None]


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
def test_a_task_that_lies_is_recorded_up_to_its_lie(lie):
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
    assert tuple(done) == plain
    assert len(heard) <= 1
    assert timeline.complete


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


# -- the end of the process ----------------------------------------------------------------------


def run_script(script, status=0):
    """Run it in a fresh Python; its output, when its exit status is right and stderr is empty."""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (status, "")
    return done.stdout


BEGIN = """
import asyncio, atexit, os, sys, threading, time
from helpers import record
from helpers.recorder import hooks
async def main(n=3):
    for _ in range(n):
        await asyncio.create_task(asyncio.sleep(0))
"""
ENDS = {
    "sys.exit in the block": ("with record():\n asyncio.run(main())\n print('x')\n sys.exit(3)", 3),
    "sys.exit in a task": (
        "async def leave():\n await main()\n print('x')\n sys.exit(3)\n"
        "with record():\n asyncio.run(leave())",
        3,
    ),
    "os._exit": ("with record():\n asyncio.run(main())\n print('x', flush=True)\n os._exit(4)", 4),
    "never left": ("r = record()\nr.__enter__()\nasyncio.run(main())\nprint('x')", 0),
    "printing at exit": (
        "r = record()\nr.__enter__()\natexit.register(print, 'x')\nasyncio.run(main())",
        0,
    ),
    "in a daemon thread": (
        "def work():\n with record():\n  asyncio.run(main(10**9))\n"
        "threading.Thread(target=work, daemon=True).start()\ntime.sleep(0.2)\nprint('x')",
        0,
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_interpreter_ends_in_the_middle(name):
    script, status = ENDS[name]
    assert run_script(BEGIN + script, status) == "x\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_child_process_goes_on_as_if_nothing_had_been_recorded():
    script = """
import warnings; warnings.simplefilter("ignore", DeprecationWarning)
plain = asyncio.Handle._run, asyncio.events.Handle, sys.stdout
def here():
    return (asyncio.Handle._run, asyncio.events.Handle, sys.stdout) == plain
def other():
    with record():
        asyncio.run(main(10**9))
threading.Thread(target=other, daemon=True).start()
time.sleep(0.1)
async def forks():
    await main()
    if (child := os.fork()) == 0:
        ok = here() and not hooks.journals
        with record() as timeline:
            asyncio.run(main())
        print("child", ok and here() and len(timeline.tasks) == 4, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    await main()
with record() as timeline:
    asyncio.run(forks())
print("parent", len(timeline.tasks), timeline.tasks[0].outcome, flush=True)
os._exit(0)
"""
    assert run_script(BEGIN + script) == "child True\nparent 7 returned\n"


# -- other systems -------------------------------------------------------------------------------


def test_a_system_where_users_have_no_folder_for_packages():
    script = """
import site
site.getusersitepackages = lambda: None
import asyncio
from helpers import record
async def main():
    await asyncio.sleep(0)
with record() as timeline:
    asyncio.run(main())
print(timeline.notes, timeline.task("main").outcome)
"""
    assert run_script(script) == "() returned\n"
