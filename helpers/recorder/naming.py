"""Words for what runs on a loop: tasks, callbacks, waits, and whose code it is.

The recorder meets bare objects: a callback in a handle, a coroutine hanging in an await.
Here they get the names a learner knows: "Queue.get" rather than a future at an address. Only
attributes are read; nothing is called that could run a learner's code, and nothing is kept.

Limits: a plain future does not know who made it. What a task waits for is read from the
innermost coroutine of its chain of awaits, so a future awaited by the learner's own code is
just "future".
"""

import asyncio
import functools
import re
import site
import sys
import sysconfig
from asyncio import locks, queues, streams
from pathlib import Path
from types import (
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    WrapperDescriptorType,
)

from helpers.recorder import asyncio_internals as internals

# Top-level modules whose tasks and callbacks are the notebook's machinery.
KERNEL_MODULES = frozenset(
    ("ipykernel", "jupyter_client", "zmq", "tornado", "IPython", "traitlets", "comm", "ipywidgets")
)
_KERNEL_CODE = ("helpers.kernel",)

# "None" is what Python 3.13.0 calls a task of a task factory's that nobody named.
_DEFAULT_NAME = re.compile(r"Task-\d+|None")

_HERE = str(Path(__file__).parent.parent)
_LIBRARY = tuple(
    path
    for path in {
        *(sysconfig.get_paths().get(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")),
        *site.getsitepackages(),
        site.getusersitepackages(),
        _HERE,
        "<frozen",
    }
    if path  # a platform without homes has no site-packages of the user's: None
)


def is_own(code: CodeType) -> bool:
    """Whether that code is the learner's: not Python's library, no installed package, not ours."""
    return not code.co_filename.startswith(_LIBRARY)


def is_kernel_module(module: str | None) -> bool:
    """Whether code of that module is the notebook kernel's machinery."""
    if not module or "ipykernel" not in sys.modules:
        return False
    return module.partition(".")[0] in KERNEL_MODULES or module in _KERNEL_CODE


def is_task(thing) -> bool:
    """Whether it is a task: of asyncio's C class, its Python class (both may be about, under
    nest-asyncio), or another future that drives a coroutine."""
    return asyncio.isfuture(thing) and hasattr(thing, "get_coro")


@functools.lru_cache(maxsize=1000)  # many tasks run the same few functions
def short_name(qualname: object) -> str:
    """A qualified name without the `<locals>` of the function it was written in."""
    return str(qualname).rpartition("<locals>.")[2]


# The tasks that `asyncio.run` makes to close its loop: no program asked for them by name.
_CLOSING = ("BaseEventLoop.shutdown_asyncgens", "BaseEventLoop.shutdown_default_executor")


def machinery(coroutine) -> str:
    """Whose machinery a task is: "kernel" (the notebook's), "loop" (asyncio's), or "" for none."""
    if getattr(coroutine, "__qualname__", None) in _CLOSING:
        return "loop"
    frame = getattr(coroutine, "cr_frame", None)
    module = frame.f_globals.get("__name__") if frame is not None else None
    return "kernel" if is_kernel_module(module) else ""


def has_begun(coroutine) -> bool:
    """Whether the body of that coroutine has been entered (it may have finished)."""
    return is_under_way(coroutine) or (
        type(coroutine) is CoroutineType and coroutine.cr_frame is None
    )


def is_under_way(coroutine) -> bool:
    """Whether its body has been entered and not finished. (To ask for its frame makes one.)"""
    return type(coroutine) is CoroutineType and (coroutine.cr_suspended or coroutine.cr_running)


def is_default_name(name: str) -> bool:
    """Whether asyncio made that task name up ("Task-7"): such numbers vary and say nothing."""
    return _DEFAULT_NAME.fullmatch(name) is not None


def exception_text(exception: BaseException) -> str:
    """`Type: message`, also when the exception's own `__str__` raises."""
    try:
        message = str(exception)
    except Exception:
        message = "(its text cannot be read)"
    name = type(exception).__name__
    return f"{name}: {message}" if message else name


# -- callbacks ---------------------------------------------------------------------------


def bare_function(callback):
    """The function at the bottom of partials and bound methods."""
    while True:
        if issubclass(type(callback), functools.partial):
            callback = callback.func
        elif type(callback) is MethodType:
            callback = callback.__func__
        else:
            return callback


def code_of(function) -> CodeType | None:
    """Its code, if it is a plain Python function."""
    return function.__code__ if type(function) is FunctionType else None


def _code(function) -> int:
    return id(function.__code__)


# asyncio's own callbacks, in a learner's words; others are called by their function.
_CALLBACKS_BY_NAME = {
    "BaseSelectorEventLoop._read_from_self": "wake-up from outside",
    "gather.<locals>._done_callback": "gather: one is done",
    "shield.<locals>._inner_done_callback": "shield: it is done",
    "_wait.<locals>._on_completion": "wait: one is done",
    "_release_waiter": "timeout",
    "_chain_future.<locals>._set_state": "result from a thread",
    "_chain_future.<locals>._call_set_state": "result from a thread",
}
# Their attributes are what they seem; another object might run a learner's code when asked.
_FUNCTIONS = (
    FunctionType, BuiltinFunctionType, MethodWrapperType, MethodDescriptorType,
    WrapperDescriptorType,
)  # fmt: skip


def callback_name(function) -> str:
    """What a step that runs that function is called; an object that can be called, by its class."""
    if known := internals.CALLBACKS.get(id(code_of(function))):
        return known
    if not issubclass(type(function), _FUNCTIONS):
        return function.__name__ if type(function) is type else type(function).__name__
    name = function.__qualname__
    return _CALLBACKS_BY_NAME.get(name) or short_name(name)


def callback_module(function) -> str | None:
    maker = function if issubclass(type(function), _FUNCTIONS) else type(function)
    module = getattr(maker, "__module__", None)
    return module if type(module) is str else None


# -- waits ---------------------------------------------------------------------------------


def innermost(task):
    """The coroutine at the end of a suspended task's chain of awaits."""
    coroutine = task.get_coro()
    while type(inner := getattr(coroutine, "cr_await", None)) is CoroutineType:
        coroutine = inner
    return coroutine


def sleep_of(coroutine) -> tuple[object, float] | None:
    """`(delay, when)` of a coroutine that hangs in `asyncio.sleep`, in the loop's own seconds."""
    inside = coroutine.cr_frame.f_locals
    timer = inside.get("h")
    return None if timer is None else (inside["delay"], timer.when())


def delay_text(delay) -> str:
    """A delay in seconds as one writes it; of a number of another kind (a fraction) its type."""
    return f"{delay:g}" if isinstance(delay, int | float) else type(delay).__name__


SLEEP = _code(asyncio.sleep)

# The function in which a task hangs, by the identity of its code: hashing a code object is slow.
_WAITS = internals.WAITS_IN | {
    _code(queues.Queue.get): "Queue.get",
    _code(queues.Queue.put): "Queue.put",
    _code(queues.Queue.join): "Queue.join",
    _code(locks.Lock.acquire): "Lock.acquire",
    _code(locks.Event.wait): "Event.wait",
    _code(locks.Condition.wait): "Condition.wait",
    _code(locks.Semaphore.acquire): "Semaphore.acquire",
    _code(locks.Barrier.wait): "Barrier.wait",
    _code(asyncio.TaskGroup.__aexit__): "its task group",
    _code(asyncio.to_thread): "a thread",
    _code(asyncio.wait_for): "wait_for",
    _code(streams.StreamWriter.drain): "socket: room to write",
}
_WAITS_BY_NAME = {
    "TaskGroup._aexit": "its task group",
    "Barrier._block": "Barrier.wait",
    "Barrier._wait": "Barrier.wait",
    "BaseSelectorEventLoop.sock_recv": "socket: data",
    "BaseSelectorEventLoop.sock_recv_into": "socket: data",
    "BaseSelectorEventLoop.sock_sendall": "socket: room to write",
    "BaseSelectorEventLoop.sock_connect": "socket: connection",
    "BaseSelectorEventLoop.sock_accept": "socket: connection",
}


def wait_name(coroutine, waiter) -> str:
    """What a task waits for, from its innermost coroutine and the future it hangs on."""
    code = getattr(coroutine, "cr_code", None)
    known = _WAITS.get(id(code))
    if known:
        return known
    if type(waiter).__name__ == "_GatheringFuture":
        return "gather"
    if code is None or is_own(code):
        return "future"
    return _WAITS_BY_NAME.get(code.co_qualname) or short_name(code.co_qualname)


def source_name(filename: str) -> str:
    """A short name for a source: `In [3]` for a cell, else the file's own name."""
    shell = _shell()
    if shell is not None:
        try:
            kind, name = shell.compile.format_code_name(filename)
            if kind == "Cell":
                return name.replace("In[", "In [")
        except Exception:  # not a cell, or another IPython than the one we know
            pass
    return Path(filename).name


def _shell():
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
