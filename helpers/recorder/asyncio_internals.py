"""Every private name of asyncio that the recorder needs, each looked up here.

asyncio promises nothing about them. A Python that lacks one is no reason to fail: what hangs
on it is not recorded, and `shortcomings` says so, in notes for each timeline. Names that belong
to a class are looked up once, when this is imported; those of a loop, when it is met.

Limit: a name that is there and means something else is not found out here. (The recorder
stops with a word when it stumbles over it.)
"""

from __future__ import annotations

import asyncio
import gc
from asyncio import base_events, events, format_helpers, futures, tasks, timeouts
from collections.abc import Callable, Iterator
from types import BuiltinMethodType, FrameType, FunctionType, GeneratorType, MethodType
from typing import Any

Handle = events.Handle  # asyncio's own, and so is the next: later ours stand there
TimerHandle = events.TimerHandle
Loop = asyncio.AbstractEventLoop
BaseLoop = base_events.BaseEventLoop
AnyTask = Any  # a task of asyncio's C class, of its Python class, or of somebody else's

_lacking: dict[str, list[str]] = {}  # what is not recorded -> for want of which names


def _look_up(owner: object, name: str, lost: str) -> Any:
    """That attribute, or None; then `lost`, a whole sentence's subject, is not recorded."""
    found = getattr(owner, name, None)
    if found is None and not hasattr(owner, name):
        _lacks(f"{getattr(owner, '__qualname__', getattr(owner, '__name__', owner))}.{name}", lost)
    return found


def _lacks(name: str, lost: str) -> None:
    _lacking.setdefault(lost, []).append(name)


def shortcomings() -> list[str]:
    """What this Python's asyncio keeps from us, a sentence each; none where all is known."""
    return [
        f"not in here: {lost}, as this Python has no {' and no '.join(names)}"
        for lost, names in _lacking.items()
    ]


# -- handles -----------------------------------------------------------------------------------

STEPS = "the steps of the loop"
plain_run: Callable[[Any], None] | None = _look_up(Handle, "_run", STEPS)
_look_up(Handle, "_callback", STEPS)
_look_up(Handle, "_loop", STEPS)
shows_steps = STEPS not in _lacking

_FIELDS = {
    "_callback", "_args", "_cancelled", "_loop", "_source_traceback", "_repr", "__weakref__",
    "_context",
}  # fmt: skip
has_known_fields = set(getattr(Handle, "__slots__", ())) == _FIELDS  # then we can fill them
extract_stack: Any = getattr(format_helpers, "extract_stack", None)


# -- tasks -------------------------------------------------------------------------------------


async def _nothing() -> None:
    pass


def _deaf_loop() -> Loop:
    """A loop that is good for making futures, and no more."""
    loop = Loop()  # type: ignore[abstract]  # only to the type checker
    loop.get_debug = lambda: False  # type: ignore[method-assign]
    return loop


def _probe() -> type | None:
    """The type of the callback that runs a C task's step, for which there is no name (None where
    tasks are all Python); seen on a task that never runs. Looks what a task shows, too."""
    loop, coroutine, seen = _deaf_loop(), _nothing(), []
    loop.call_soon = lambda callback, *args, context=None: seen.append(callback)  # type: ignore
    # With a name: the numbers of default names are the program's.
    task = asyncio.Task(coroutine, loop=loop, name="probe")
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    coroutine.close()
    for name, lost in _TASK_NAMES.items():
        if not hasattr(task, name):
            _lacks(f"Task.{name}", lost)
    if type(seen[0]) is not MethodType:
        return type(seen[0])
    for name in sorted(_PYTHON_STEPS):
        if not hasattr(task, f"_Task{name}"):
            _lacks(f"Task.{name}", "the steps of tasks")
    return None


_TASK_NAMES = {
    "_fut_waiter": "what tasks wait for",
    "_must_cancel": "whether a task was cancelled before it began",
    "_exception": "which tasks raised an exception (they count as returned)",
}
_PYTHON_STEPS = {"__step", "__wakeup"}
STEP = _probe()
WAKE_UP = "task_wakeup"  # what a C task's wake-up is called

shows_waits = _TASK_NAMES["_fut_waiter"] not in _lacking

# Nobody's subclass: a task is none of them.
PLAIN_FUTURES = tuple({asyncio.Future, getattr(futures, "_PyFuture", asyncio.Future)})

_future: asyncio.Future[Any] = asyncio.Future(loop=_deaf_loop())
FUTURES_OWN = type(iter(_future)) if type(iter(_future)) is not GeneratorType else None
_PYTHON_FUTURES_OWN = getattr(getattr(futures, "_PyFuture", None), "__await__", None)


C_TASK: type = getattr(tasks, "_CTask", asyncio.Task)
_PYTHON_TASK = getattr(tasks, "_PyTask", asyncio.Task)
PYTHON_TASKS_INIT = getattr(_PYTHON_TASK.__init__, "__code__", None)


def scheduled_tasks() -> Any:
    """The set in which every task is that has not ended and is no eager one in its first step;
    None where it is out of sight."""
    return getattr(tasks, "_scheduled_tasks", None)


def is_registered(task: AnyTask, loop: Loop) -> bool:
    """Whether that task is among those that wait for their turn, or for something else."""
    scheduled = scheduled_tasks()
    return task in (asyncio.all_tasks(loop) if scheduled is None else scheduled)


def has_default_name(task: AnyTask) -> bool:
    """Whether a new task has a name that nobody gave it: in C that is a number until somebody
    asks for it. (Of a Python task it is not known; then it counts as one.)"""
    held = gc.get_referents(task) if isinstance(task, C_TASK) else [0]
    return any(type(each) is int for each in held)


def is_futures_own(link: object) -> bool:
    """Whether it is what a future's `__await__` gives: the end of a chain of awaits."""
    if type(link) is GeneratorType:
        return link.gi_code is getattr(_PYTHON_FUTURES_OWN, "__code__", None)
    return type(link) is FUTURES_OWN


def is_step(callback: object) -> bool:
    """Whether a callback bound to a task is its step or wake-up, not, say, its `cancel`."""
    if type(callback) is BuiltinMethodType:
        return callback.__name__ == WAKE_UP
    if type(callback) is MethodType:
        function = callback.__func__
        return type(function) is FunctionType and function.__name__ in _PYTHON_STEPS
    return type(callback) is STEP


def waiter_of(task: AnyTask) -> Any:
    """The future on which a suspended task hangs, None where it hangs on none."""
    return getattr(task, "_fut_waiter", None)


def callbacks_of(future: Any) -> list[Any]:
    """Who is to be called when a future is done: (callback, context) each."""
    return list(getattr(future, "_callbacks", None) or ())


def is_to_be_cancelled(task: AnyTask) -> bool:
    """Whether its next step begins with a CancelledError."""
    return bool(getattr(task, "_must_cancel", False))


def exception_of(task: AnyTask) -> BaseException | None:
    """What a task that has ended raised. (To ask for `exception()` counts as having seen it.)"""
    return getattr(task, "_exception", None)


def requests_of(task: AnyTask) -> int:
    """How often a task has been asked to be cancelled, and has not taken that back."""
    count = task.cancelling()
    if type(count) is not int:
        raise TypeError(f"a count is a whole number, and this is {type(count).__name__}")
    return count


def is_heard(task: AnyTask) -> bool | None:
    """Whether somebody has asked for what a task raised; None where it does not say."""
    untold = getattr(task, "_log_traceback", None)
    return None if untold is None else not untold


def complains_as_usual(task: AnyTask) -> bool:
    """Whether the loop of that task hands complaints to asyncio's own method."""
    loop, name = task.get_loop(), "call_exception_handler"
    known = getattr(BaseLoop, name, None)
    return known is not None and getattr(loop, name).__func__ is known


def is_in_a_step(task: AnyTask) -> bool:
    """Whether that task is in a step right now."""
    return getattr(task.get_coro(), "cr_running", False)


# -- loops -------------------------------------------------------------------------------------


def running_loop() -> Loop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def locals_of(frame: FrameType) -> dict[str, Any]:
    """A running function's variables. Up to 3.12 to look at them leaves a copy in the frame, and a
    traceback may keep that long after the function has let go of them: it is emptied."""
    seen = frame.f_locals
    found = dict(seen)
    if type(seen) is dict and seen is not frame.f_globals:
        seen.clear()
    return found


def loops_that_run(frame: FrameType | None) -> list[Loop]:
    """The loops whose iterations are under way on that stack, innermost first: several where one
    was run inside a step of another."""
    found = []
    while frame is not None:
        loop = locals_of(frame).get("self") if frame.f_code.co_name == "_run_once" else None
        if isinstance(loop, Loop):
            found.append(loop)
        frame = frame.f_back
    return found


def runs_in_its_own_way(loop: Loop) -> bool:
    """Whether an iteration of that loop is not asyncio's own, so that its steps may not show."""
    return getattr(type(loop), "_run_once", None) is not getattr(BaseLoop, "_run_once", None)


def loops_of_other_kinds() -> list[type]:
    """Classes of loops that have nothing of asyncio's own, and can be patched: not C's."""
    found, left = [], list(Loop.__subclasses__())
    while left:
        kind = left.pop()
        if not issubclass(kind, BaseLoop):
            left += kind.__subclasses__()
            if kind.__flags__ & _HEAP_TYPE and "run_forever" in dir(kind):
                found.append(kind)
    return found


_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a class statement


def keeps_handles_to_itself(loop: Loop) -> bool:
    return not hasattr(loop, "_ready")


def ready_handles(loop: Loop | None) -> list[Any]:
    """The handles in a loop's ready queue, in order."""
    return list(getattr(loop, "_ready", ()))


def timer_handles(loop: Loop) -> list[Any]:
    """A loop's timers that are not due yet, in no order."""
    return list(getattr(loop, "_scheduled", ()))


shows_ready_sockets = (
    _look_up(base_events.BaseEventLoop, "_add_callback", "what sockets brought about") is not None
)


def shortcomings_of(loop: Loop) -> list[str]:
    """What that loop keeps from us, a sentence each."""
    return [
        f"not in here: {lost}, as this loop has no {name}"
        for name, lost in _LOOP_NAMES.items()
        if not hasattr(loop, name)
    ]


_LOOP_NAMES = {
    "_scheduled": "timers that are older than the recording",
    "_thread_id": "what other threads brought about",
}


def notes_of(loop: Loop | None) -> list[str]:
    """What a loop says of itself: ours in a browser tells where it is unlike others."""
    return list(getattr(loop, "notes", ()))


def shows_timers(loop: Loop) -> bool:
    return hasattr(loop, "_scheduled")


def thread_of(loop: Loop) -> int | None:
    """The thread in which a loop runs, as `get_ident` has it."""
    return getattr(loop, "_thread_id", None)


def may_be_eager(loop: Loop, options: dict[str, Any]) -> bool:
    """Whether a task made now may have its first step at once."""
    try:
        factory = loop._task_factory  # type: ignore[attr-defined]  # quicker than to ask for it
    except AttributeError:
        factory = loop.get_task_factory()
    return factory is not None or "eager_start" in options


def is_in_debug_mode(loop: Loop) -> bool:
    try:
        return bool(loop._debug)  # type: ignore[attr-defined]
    except AttributeError:
        return loop.get_debug()


def queued_tasks(loop: Loop | None) -> Iterator[tuple[AnyTask, Any]]:
    """Callbacks of tasks in a loop's ready queue: each task with its handle."""
    for handle in ready_handles(loop):
        callback = getattr(handle, "_callback", None)
        if is_step(callback):
            yield callback.__self__, handle  # type: ignore[union-attr]


# -- functions of asyncio's own, by the identity of their code: to hash a code object is slow --


WORDS = "plain words for some of asyncio's own work"


def code_id(owner: object, name: str) -> int:
    """Of that function's code; -1, which is nobody's, where it is missing."""
    code = getattr(_look_up(owner, name, WORDS), "__code__", None)
    return -1 if code is None else id(code)


def _id_of_inner(owner: Any, name: str) -> int:
    """The same of a function inside another one."""
    consts = owner.__code__.co_consts if hasattr(owner, "__code__") else ()
    return next((id(code) for code in consts if getattr(code, "co_name", "") == name), -1)


ON_TIMEOUT = code_id(timeouts.Timeout, "_on_timeout")
CALLBACKS = {
    code_id(futures, "_set_result_unless_cancelled"): "end of a sleep",
    ON_TIMEOUT: "timeout",
    code_id(base_events, "_run_until_complete_cb"): "stop the loop: its task is done",
    code_id(asyncio.TaskGroup, "_on_task_done"): "task group: a task is done",
}
_AS_COMPLETED = getattr(tasks, "_AsCompletedIterator", None)  # of 3.13
LIMITS = {  # functions whose timers limit a wait
    ON_TIMEOUT: "timeout",
    code_id(tasks, "_release_waiter"): "wait",
    _id_of_inner(asyncio.as_completed, "_on_timeout"): "as_completed",
    id(getattr(getattr(_AS_COMPLETED, "_handle_timeout", None), "__code__", None)): "as_completed",
}


def limited_task(callback: object) -> AnyTask:
    """The task that `Timeout` will interrupt, where a timer's callback is one's; else None."""
    if type(callback) is not MethodType:
        return None
    is_limit = id(getattr(callback.__func__, "__code__", None)) == ON_TIMEOUT
    return getattr(callback.__self__, "_task", None) if is_limit else None
