"""Words for what runs on a loop: tasks, callbacks, waits, and whose code it is.

The recorder meets bare objects: a callback in a handle, a coroutine hanging in an await.
Here they get the names a learner knows: "Queue.get" rather than a future at an address. Only
attributes are read; nothing is called that could run a learner's code, and nothing is kept.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import os
import re
import site
import sys
import sysconfig
from pathlib import Path
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    WrapperDescriptorType,
)
from typing import Any

from helpers.recorder import asyncio_internals as internals
from helpers.recorder import awaits

# Top-level modules whose tasks and callbacks are the notebook's machinery.
KERNEL_MODULES = frozenset(
    (
        *("ipykernel", "jupyter_client", "zmq", "tornado", "IPython", "traitlets", "comm"),
        *("ipywidgets", "pyodide", "pyodide_kernel"),  # the last two in a browser
    )
)
_KERNELS = {"ipykernel", "pyodide_kernel"}
_KERNEL_CODE = tuple(f"helpers.{name}" for name in ("kernel", "browser", "browser_cells"))

NO_NAME = "None"  # what Python 3.13.0 calls a task of a task factory's that nobody named
_DEFAULT_NAME = re.compile(rf"Task-\d+|{NO_NAME}")

HERE = str(Path(__file__).parent.parent)
_ANSWERS = os.path.join(HERE, "practice", "problems")
LIBRARY = tuple(
    path
    for path in {
        *(sysconfig.get_paths().get(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")),
        *site.getsitepackages(),
        site.getusersitepackages(),
        HERE,
        str(Path(asyncio.__file__).parents[1]),  # in a browser the library is one zip file
        "<frozen",
    }
    if path  # a platform without homes has no site-packages of the user's: None
)


def is_own(code: CodeType) -> bool:
    """Whether that code is the learner's: not Python's library, no installed package, not ours."""
    return not code.co_filename.startswith(LIBRARY)


def library(coroutine: Any) -> str:
    """The installed package, or the module of Python's, whose affair a task is: the one that its
    coroutine function is from; "" for the learner's and ours.

    Of Python's own only loops' methods and what is private: a task of `asyncio.sleep` is
    a learner's. The limit: who made a task is not asked, so one that the learner makes of an
    installed package's function is that package's.
    """
    link = awaits.wrapped(coroutine)
    code = awaits.code_of(link)
    if code is None or is_own(code) or is_ours(code) or code.co_filename.startswith("<"):
        return ""
    if is_pythons(code) and (_qualname(link) in WRAPPERS or not _is_private(code.co_qualname)):
        return ""
    home = max((p for p in LIBRARY if code.co_filename.startswith(p)), key=len)
    return Path(code.co_filename).relative_to(home).parts[0].removesuffix(".py")


def _is_private(qualname: str) -> bool:
    """Whether it is of a loop's class, inside a function, or named so."""
    first = qualname.partition(".")[0]
    return first.endswith("EventLoop") or any(p.startswith(("_", "<")) for p in qualname.split("."))


def is_ours(code: CodeType) -> bool:
    """Whether that code is this package's, such as a function that an exercise lends."""
    return code.co_filename.startswith(HERE)


def is_an_answer(code: CodeType) -> bool:
    """Whether that code is an answer to an exercise, kept here, that stands for a learner's."""
    return code.co_filename.startswith(_ANSWERS)


def is_kernel_module(module: str | None) -> bool:
    """Whether code of that module is the notebook kernel's machinery."""
    if not module or not _KERNELS & sys.modules.keys():
        return False
    return module.partition(".")[0] in KERNEL_MODULES or module in _KERNEL_CODE


def is_task(thing: object) -> bool:
    """Whether it is a task: of asyncio's C class, its Python class (both may be about, under
    nest-asyncio), or another future that drives a coroutine."""
    return asyncio.isfuture(thing) and hasattr(thing, "get_coro")


@functools.lru_cache(maxsize=1000)  # many tasks run the same few functions
def short_name(qualname: object) -> str:
    """A qualified name without the `<locals>` of the function it was written in."""
    return str(qualname).rpartition("<locals>.")[2]


# The tasks that `asyncio.run` makes to close its loop: no program asked for them by name.
_CLOSING = ("BaseEventLoop.shutdown_asyncgens", "BaseEventLoop.shutdown_default_executor")


def machinery(coroutine: Any) -> str:
    """Whose machinery a task is: "kernel" (the notebook's), "loop" (asyncio's), or "" for none."""
    link = awaits.wrapped(coroutine)
    code, frame = awaits.code_of(link), awaits.frame_of(link)
    if code is not None and code.co_qualname in _CLOSING:
        return "loop"
    module = frame.f_globals.get("__name__") if frame is not None else None
    return "kernel" if is_kernel_module(module) else ""


# The coroutine in which asyncio wraps any other awaitable; up to 3.11 it is a function apart.
WRAPPERS = frozenset(("_wrap_awaitable", "ensure_future.<locals>._wrap_awaitable"))


def coroutine_name(coroutine: Any) -> str:
    """What a coroutine is called by whoever wrote it: its function, or what made it."""
    kind, link = type(coroutine), awaits.wrapped(coroutine)
    if kind.__name__ in ("async_generator_asend", "anext_awaitable"):
        sent = [each for each in gc.get_referents(coroutine) if each is not link]
        is_next = kind.__name__ == "anext_awaitable" or sent in ([], [None])
        return f"anext({_qualname(link)})" if is_next else f"{_qualname(link)}.asend"
    if kind.__name__ == "async_generator_athrow":
        throws = any(type(each) is tuple for each in gc.get_referents(coroutine))
        return f"{_qualname(link)}.{'athrow' if throws else 'aclose'}"
    if link is None:
        return short_name(kind.__qualname__)
    frame = awaits.frame_of(link)
    if frame is not None and getattr(link, "__qualname__", None) in WRAPPERS:
        return short_name(type(frame.f_locals["awaitable"]).__qualname__)
    return _qualname(link)


def _qualname(link: Any) -> str:
    """Not the code's name: a decorator's wrapper bears the name of what it wraps."""
    return short_name(getattr(link, "__qualname__", type(link).__qualname__))


def is_default_name(name: str) -> bool:
    """Whether a task's name looks as if asyncio had made it up ("Task-7"): such numbers vary and
    say nothing."""
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


def bare_function(callback: Any) -> Any:
    """The function at the bottom of partials and bound methods."""
    while True:
        if issubclass(type(callback), functools.partial):
            callback = callback.func
        elif type(callback) is MethodType:
            callback = callback.__func__
        else:
            return callback


def code_of(function: object) -> CodeType | None:
    """Its code, if it is a plain Python function."""
    return function.__code__ if type(function) is FunctionType else None


def _code(function: Any) -> int:
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


def callback_name(function: Any) -> str:
    """What a step that runs that function is called; an object that can be called, by its class."""
    if known := internals.CALLBACKS.get(id(code_of(function))):
        return known
    if not issubclass(type(function), _FUNCTIONS):
        return function.__name__ if type(function) is type else type(function).__name__
    name = function.__qualname__
    return _CALLBACKS_BY_NAME.get(name) or short_name(name)


def callback_module(function: object) -> str | None:
    maker = function if issubclass(type(function), _FUNCTIONS) else type(function)
    module = getattr(maker, "__module__", None)
    return module if type(module) is str else None


# -- calls that wait ---------------------------------------------------------------------------

SLEEP = _code(asyncio.sleep)
ASYNCIO = str(Path(asyncio.__file__).parent)
_PYTHONS = str(Path(asyncio.__file__).parent.parent)
_CALLS = {
    "TaskGroup.__aexit__": "its task group",
    "TaskGroup._aexit": "its task group",
    "to_thread": "a thread",
    "wait": "asyncio.wait",
    "_wait": "asyncio.wait",
    "as_completed.<locals>._wait_for_one": "as_completed",
    "_AsCompletedIterator._wait_for_one": "as_completed",
    "BaseSelectorEventLoop.sock_recv": "socket: data",
    "BaseSelectorEventLoop.sock_recv_into": "socket: data",
    "BaseSelectorEventLoop.sock_sendall": "socket: room to write",
    "BaseSelectorEventLoop.sock_connect": "socket: connection",
    "BaseSelectorEventLoop.sock_accept": "socket: connection",
}


def call_name(code: CodeType) -> str:
    """What a wait in that function of a library's is called; "" where its name is private.

    Another library's `sleep` says nothing: asyncio's, in which it hangs, knows how long.
    """
    known = _CALLS.get(code.co_qualname) if code.co_filename.startswith(ASYNCIO) else None
    if known:
        return known
    name = short_name(code.co_qualname)
    private = any(part.startswith("_") for part in name.split("."))
    return "" if private or name.rpartition(".")[2] == "sleep" else name


def is_pythons(code: CodeType) -> bool:
    """Whether that code is of Python's own library."""
    return code.co_filename.startswith(_PYTHONS) and "-packages" not in code.co_filename


def source_name(filename: str) -> str:
    """A short name for a source: `In [3]` for a cell, else the file's own name."""
    shell = _shell()
    if shell is not None:
        try:
            kind, name = shell.compile.format_code_name(filename)
            if kind == "Cell":
                return str(name).replace("In[", "In [")
        except Exception:  # not a cell, or another IPython than the one we know
            pass
    return Path(filename).name


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
