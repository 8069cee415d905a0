"""Lesson 03's toy loop calls what asyncio's loop calls: in the same iteration, at the same time.

The toy loop is taken out of the notebook's own cells, so what is tested is what is read. Both
loops run programs of callbacks made at random: callbacks that ask for callbacks, now or later,
cancel what was asked for, hold the loop, raise, and send to a socket that others wait at. Both
run in virtual time, so hundreds of programs take seconds; the sockets are real.

The limits: timers for the same moment are compared in the order in which they were made, which
asyncio's documentation leaves open; `VirtualLoop` and the toy loop settle it alike. Iterations
in which nothing was called are not counted: the virtual clock needs one now and then.
"""

import ast
import heapq
import itertools
import selectors
import socket
from collections import deque
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import compute
from helpers.recorder import record_virtual
from helpers.virtual_time import VirtualLoop

LESSON = Path(__file__).parent.parent / "notebooks" / "03_the_event_loop.ipynb"
TOY = ("Handle", "ThreePlaces", "Iterations", "ToyLoop")  # the classes the lesson builds it of
CALLBACKS = ("lights", "music", "guests", "bell", "curtain", "applause")
PROGRAMS = ("evening", "performance", "short_evening", "rehearsal", "patient")
END, TOO_MANY = 200, 2000  # seconds, iterations; no program made here needs as many


DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


# -- from the notebook -------------------------------------------------------------------


@cache
def cells_that_define(*names):
    """Sources of the lesson's cells that define these functions and classes, in its order."""
    found = {}
    for cell in nbformat.read(LESSON, as_version=4).cells:
        for node in ast.parse(cell.source).body if cell.cell_type == "code" else ():
            if getattr(node, "name", None) in names:
                assert node.name not in found, f"{node.name} is defined twice"
                found[node.name] = only_definitions(cell.source)
    assert set(found) == set(names)
    return "\n\n".join(dict.fromkeys(found.values()))


def only_definitions(source):
    """A cell without its predictions and runs."""
    body = [node for node in ast.parse(source).body if isinstance(node, DEFINITIONS)]
    return "\n\n".join(ast.get_source_segment(source, node) for node in body)


def run_cells(source, **imported):
    """What that source defines, with `imported` in the place of the lesson's imports."""
    exec(compile(source, LESSON.name, "exec"), imported)
    return imported


# -- two loops, each on a clock that jumps -----------------------------------------------------


class Clock:
    """Stands in the toy loop's cells for the modules `time` and `selectors`."""

    EVENT_READ = selectors.EVENT_READ

    def __init__(self):
        self.now = 0.0
        self.wakes = []  # seconds

    def monotonic(self):
        return self.now

    def hold(self, seconds):
        self.now += seconds

    def DefaultSelector(self):  # the name it has in `selectors`
        return JumpingSelector(self)


class JumpingSelector(selectors.DefaultSelector):
    """Asks its sockets without waiting; if none is ready, it moves the clock instead. Without
    any socket it refuses, as Windows does."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def select(self, timeout=None):
        if not self.get_map():
            raise OSError(10022, "An invalid argument was supplied")
        ready = super().select(0)
        if timeout and not ready:
            self.clock.hold(timeout)
            self.clock.wakes.append(self.clock.now)
        return ready


def toy_loop(tell, source=None, clock=None):
    """The lesson's loop, how to hold it, and a list with one entry for each iteration."""
    clock = clock or Clock()
    modules = {"deque": deque, "heapq": heapq, "itertools": itertools, "socket": socket}
    source = source or cells_that_define(*TOY)
    lesson = run_cells(source, time=clock, selectors=clock, tell=tell, **modules)
    loop = lesson["ToyLoop"]()
    loop.run_once = counted(loop.run_once, iterations := [])
    return loop, clock.hold, iterations


def asyncios_loop(tell):
    """The same three of asyncio's."""
    loop = VirtualLoop()
    loop.set_exception_handler(tell)
    loop._run_once = counted(loop._run_once, iterations := [])
    return loop, compute, iterations


def counted(run_once, iterations):
    def run_once_and_count():
        iterations.append("one more")
        assert len(iterations) < TOO_MANY, "the loop goes on for ever"
        run_once()

    return run_once_and_count


# -- programs ----------------------------------------------------------------------------------

# A program is what one callback does: a list of actions, (what, how much, what the callback
# asked for does). Times are halves of seconds, which floats hold exactly.

HALVES = st.integers(0, 6).map(lambda number: number / 2)
SIMPLE = st.one_of(
    st.tuples(st.just("cancel"), st.integers(0, 20)),
    st.tuples(st.just("hold"), HALVES),
    st.tuples(st.sampled_from(["fail", "send", "watch", "look away"]), st.just(None)),
)


def asking(inner):
    return st.one_of(
        st.tuples(st.just("soon"), st.just(None), inner),
        st.tuples(st.sampled_from(["later", "at"]), HALVES, inner),
    )


PROGRAM = st.recursive(
    st.lists(SIMPLE, max_size=2),
    lambda inner: st.lists(asking(inner) | SIMPLE, min_size=1, max_size=6),
    max_leaves=15,
)


class Performance:
    """One program on one loop, and its diary: (time, what was called), iteration by iteration."""

    def __init__(self, make_loop):
        self.loop, self.hold, self.iterations = make_loop(self.tell)
        self.diary, self.handles, self.watching = {}, [], False
        self.ours, self.theirs = socket.socketpair()
        self.ours.setblocking(False)

    def of(self, program):
        try:
            self.use_the_socket("watch")
            self.loop.call_soon(self.play, "it", program)
            self.loop.call_at(END, self.loop.stop)
            self.loop.run_forever()
        finally:
            self.loop.close()
            self.ours.close()
            self.theirs.close()
        return list(self.diary.values())

    def note(self, what):
        this_iteration = self.diary.setdefault(len(self.iterations), [])
        this_iteration.append((self.loop.time(), what))

    def tell(self, loop, context):
        self.note(repr(context["exception"]))

    def play(self, name, program):
        self.note(name)
        for number, action in enumerate(program):
            self.act(f"{name}.{number}", *action)

    def act(self, name, what, amount, then=()):
        if what == "soon":
            self.handles.append(self.loop.call_soon(self.play, name, then))
        elif what == "later":
            self.handles.append(self.loop.call_later(amount, self.play, name, then))
        elif what == "at":
            self.handles.append(self.loop.call_at(amount, self.play, name, then))
        elif what == "cancel" and self.handles:
            self.handles[amount % len(self.handles)].cancel()
        elif what == "hold":
            self.hold(amount)
        elif what == "fail":
            raise RuntimeError(name)
        else:
            self.use_the_socket(what)

    def use_the_socket(self, what):
        if what == "send":
            self.theirs.send(b".")
        elif what == "watch" and not self.watching:
            self.loop.add_reader(self.ours, self.read)
            self.watching = True
        elif what == "look away" and self.watching:
            self.loop.remove_reader(self.ours)
            self.watching = False

    def read(self):
        self.note(f"read {self.ours.recv(1)!r}")


# -- the two orders ----------------------------------------------------------------------------


@settings(max_examples=400)
@given(PROGRAM)
def test_the_toy_loop_calls_the_same_at_the_same_time_in_the_same_iteration(program):
    assert Performance(toy_loop).of(program) == Performance(asyncios_loop).of(program)


# Another rule: the words to replace in the lesson's cells, and a program that tells the two apart.
SOON, NOTHING = ("soon", None), []
WRONG = {
    "last in, first out": (
        *("self.ready.popleft()", "self.ready.pop()"),
        [(*SOON, NOTHING), (*SOON, NOTHING)],
    ),
    "empties the queue before it looks at timers": (
        *("for _ in range(len(self.ready))", "while self.ready"),
        [("later", 1, NOTHING), (*SOON, [("hold", 2), (*SOON, NOTHING)])],
    ),
    "makes one call an iteration": (
        *("range(len(self.ready))", "range(min(1, len(self.ready)))"),
        [("later", 1, NOTHING), (*SOON, [("hold", 2)]), (*SOON, NOTHING)],
    ),
    "calls what was cancelled": (
        *("if not self.cancelled:", "if True:"),
        [(*SOON, NOTHING), ("cancel", 0)],
    ),
    "misses the moment a timer is due": (
        *("[0][0] <= self.time()", "[0][0] < self.time()"),
        [("later", 1, NOTHING)],
    ),
    "calls a reader that was removed": (
        *(".data.cancel()", ".data"),
        [("send", None), (*SOON, [("look away", None)])],
    ),
    "sleeps while something is ready": (
        *("if self.ready:", "if False:"),
        [(*SOON, NOTHING)],
    ),
    "ends with the first exception": (
        *("tell(loop, ", "raise error from None; (loop, "),
        [("fail", None)],
    ),
}


@pytest.mark.parametrize(("right", "wrong", "program"), WRONG.values(), ids=WRONG)
def test_a_loop_with_another_rule_is_found_out(right, wrong, program):
    source = cells_that_define(*TOY)
    assert source.count(right) == 1
    another_loop = partial(toy_loop, source=source.replace(right, wrong))
    try:
        diary = Performance(another_loop).of(program)
    except (AssertionError, RuntimeError) as error:  # it goes on for ever, or ends too soon
        diary = error
    assert diary != Performance(toy_loop).of(program) == Performance(asyncios_loop).of(program)


# -- the lesson's own programs -----------------------------------------------------------------


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_the_lesson_reads_from_a_recording_is_what_the_toy_loop_had_in_its_queue(
    program, capsys
):
    names = (*CALLBACKS, "run", "queues", program)
    lesson = run_cells(cells_that_define(*names), pairwise=pairwise, compute=compute)
    loop = VirtualLoop()
    with record_virtual(loop.time) as timeline:
        lesson["run"](lesson[program], loop)
    printed = capsys.readouterr().out

    toy, hold, _ = toy_loop(tell=None, clock=(clock := Clock()))
    queues = noting_queues(toy)
    lesson["compute"] = hold
    lesson["run"](lesson[program], toy)
    assert capsys.readouterr().out == printed != ""
    assert lesson["queues"](timeline) == queues
    assert [asleep.end for asleep in timeline.idle] == clock.wakes


def noting_queues(toy):
    """A list that gets, at each iteration, the names of what the toy loop calls in it."""
    queues, run_once = [], toy.run_once

    class Noting(deque):
        def popleft(self):
            handle = super().popleft()
            if not handle.cancelled:
                queues[-1].append(handle.callback.__name__)
            return handle

    def run_once_and_note():
        queues.append([])
        run_once()

    toy.ready, toy.run_once = Noting(toy.ready), run_once_and_note
    return queues
