"""Makes the notebook kernel behave: Stop works while a cell awaits, `asyncio.run` can be allowed.

A notebook runs our cells on its own event loop, and two things go wrong there.

**Stop.** While a cell awaits, the kernel turns Stop (a SIGINT) into cancelling the cell's
task, by a callback on the loop. But the loop sleeps in its selector and does not see the
callback before something else wakes it, perhaps ten seconds later. A loop that minds signals
is woken by each: any handler given to `loop.add_signal_handler` brings that about, so we
give it one, for a signal nobody sends. It stays when the learner adds and removes handlers
of their own; should they undo it all the same, we do it again before the next cell. Where a
loop cannot mind signals (Windows), or somebody else's loop already does, a timer wakes ours
ten times a second while a cell runs. The kernel cancels a cell once: code that swallowed that
would be deaf to every further Stop, so we see to those. Limits: a cell that awaits is stopped
where it awaits, so code in it that computes or blocks runs on until then; and it ends with
`CancelledError`.

**asyncio.run.** It refuses to run inside a running loop. nest_asyncio, the usual remedy, is no
longer kept up: with ipykernel 7.1 and newer it loses every cell queued behind it. Its
maintained continuation nest-asyncio2 does not. So once this package is imported,
`nest_asyncio.apply()` is carried out by nest-asyncio2, and nothing happens until it is called.

Everything here may be repeated: importing or reloading this module changes nothing twice.
"""

from __future__ import annotations

import functools
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, TimerHandle

TICK = 0.1  # seconds; Stop shall work within 0.5, on a busy machine too

# Announces urgent data on a socket, which nobody sends; ignored by default.
SPARE_SIGNAL = getattr(signal, "SIGURG", None)

TOO_LATE = (
    "nest_asyncio was applied before helpers was imported, so with ipykernel 7.1 or newer"
    " Run All will lose the cells behind an asyncio.run(): restart the kernel and let"
    " `import helpers` come first, then nest_asyncio.apply() is safe."
)

_ticker: TimerHandle | None = globals().get("_ticker")  # a reload keeps the one under way
_stopped: bool = globals().get("_stopped", False)


def settle_in() -> None:
    """Make Stop work while a cell awaits, and send `nest_asyncio.apply()` to nest-asyncio2.

    Called by `import helpers`. Outside a notebook kernel only the second is done.
    asyncio itself is left as it is.
    """
    _redirect_nest_asyncio()
    shell = _shell()
    if getattr(shell, "kernel", None) is None:
        return
    if sys.platform == "emscripten":
        from helpers.browser_cells import settle_in as settle_in_a_page

        settle_in_a_page(shell)
        return
    if _old_nest_asyncio_is_applied():
        warnings.warn(TOO_LATE, RuntimeWarning, stacklevel=3)
    before_each_cell(_let_stop_wake_the_loop)
    _register(shell, "post_run_cell", _stop_ticking)
    _let_stop_wake_the_loop()


def before_each_cell(function: Callable[[], object]) -> None:
    """Have `function()` called each time a notebook cell is about to run, from the next on.

    A function takes the place of an earlier one of the same module and name, so a
    reloaded module does not run twice. What it raises is shown with the cell, and the
    cell runs all the same. Outside IPython this does nothing.
    """

    @functools.wraps(function)
    def without_info(_info: object) -> None:
        function()

    if (shell := _shell()) is not None:
        _register(shell, "pre_run_cell", without_info)


def allow_asyncio_run() -> None:
    """Make `asyncio.run(main())` work in a notebook cell, under Run All too, from now on.

    Carried out by nest-asyncio2. It lets `main()` have turns on the kernel's loop until it
    has returned, and that is not quite what `asyncio.run` does in a script:

    - tasks that `main()` leaves behind are not cancelled, they live on between cells;
    - `loop_factory` is refused or ignored, `debug=True` stays on for the kernel's loop,
      `asyncio.Runner` still fails;
    - widgets do not react while it runs;
    - up to Python 3.13 new tasks are written in Python, not in C: each step takes about half
      as long again.

    It cannot be undone but by restarting the kernel. Where no loop is running, in a script or
    a thread, `asyncio.run` works anyway and nothing is changed. Raises ModuleNotFoundError
    when nest-asyncio2 is not installed.
    """
    if _running_loop() is None:
        return
    if _old_nest_asyncio_is_applied():
        warnings.warn(TOO_LATE, RuntimeWarning, stacklevel=2)
        return
    _nest_asyncio2().apply()


# -- the notebook around us ----------------------------------------------------------------


def _shell() -> Any:
    """IPython's shell if we are in one, else None; IPython is not imported to find out."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _register(shell: Any, event: str, function: Callable[..., object]) -> None:
    for known in list(shell.events.callbacks[event]):
        if _name(known) == _name(function):
            shell.events.unregister(event, known)
    shell.events.register(event, function)


def _name(thing: object) -> tuple[object, object]:
    return getattr(thing, "__module__", None), getattr(thing, "__qualname__", thing)


def _running_loop() -> AbstractEventLoop | None:
    asyncio: Any = sys.modules.get("asyncio")  # not loaded means that no loop can be running
    try:
        return asyncio.get_running_loop() if asyncio else None
    except RuntimeError:
        return None


# -- Stop ----------------------------------------------------------------------------------


def _let_stop_wake_the_loop() -> None:
    """See to it that a SIGINT wakes this cell's loop, by its own means or by a ticker."""
    if threading.current_thread() is not threading.main_thread():
        return  # a cell in a subshell: signals do not get there
    _let_stop_be_pressed_again()
    loop = _running_loop()
    if loop is not None and not _loop_minds_signals(loop) and _ticker is None:
        _tick(loop)


def _let_stop_be_pressed_again() -> None:
    """See to it that a further Stop cancels this cell's task, too, if it swallowed the first.

    The kernel has set its handler by now, for this cell alone, and will take ours away with it.
    """
    loop, kernels = _running_loop(), cast("Any", signal.getsignal(signal.SIGINT))
    if loop is None or "_cancel_on_sigint" not in str(_name(kernels)[1]):
        return  # a cell without `await`, or ours is there
    global _stopped
    cell, _stopped = sys.modules["asyncio"].current_task(), False

    def stop(number: int, frame: FrameType | None) -> None:
        global _stopped
        kernels(number, frame)
        if _stopped:
            loop.call_soon_threadsafe(cell.cancel)
        _stopped = True

    signal.signal(signal.SIGINT, stop)


def stop_was_pressed() -> bool:
    """Whether the cell that awaits, or the last that did, was told to stop."""
    return _stopped


def _loop_minds_signals(loop: AbstractEventLoop) -> bool:
    """Let every signal wake that loop. False if it cannot, or if somebody else would lose by it.

    Python writes each signal to one file descriptor, for one loop to read.
    https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    """
    if SPARE_SIGNAL is None or not _is_spare(SPARE_SIGNAL):
        return False
    before = signal.set_wakeup_fd(-1)
    try:
        loop.add_signal_handler(SPARE_SIGNAL, _wake)  # also sets the descriptor
    except NotImplementedError:
        _put_back(before)
        return False
    return _put_back(before)


def _is_spare(number: int) -> bool:
    """Whether that signal exists here, and nobody but asyncio (for us) handles it."""
    handler = signal.getsignal(number)
    return handler is signal.SIG_DFL or _name(handler)[0] == "asyncio.unix_events"


def _put_back(before: int) -> bool:
    """Set that wake-up descriptor again. True if it was nobody else's, or has been closed."""
    if before == -1:
        return True
    try:
        # A full one has a wake-up in it already: no reason to warn.
        return signal.set_wakeup_fd(before, warn_on_full_buffer=False) == before
    except (ValueError, OSError):
        return True


def _wake() -> None:
    """What the loop calls for the spare signal. To be woken is all it is for."""


def _tick(loop: AbstractEventLoop) -> None:
    """Wake that loop again and again, so that it looks whether it was told to stop."""
    global _ticker
    _ticker = loop.call_later(TICK, _tick, loop)


def _stop_ticking(_result: object) -> None:
    global _ticker
    if _ticker is not None and threading.current_thread() is threading.main_thread():
        _ticker.cancel()
        _ticker = None


# -- nest_asyncio --------------------------------------------------------------------------


def _redirect_nest_asyncio() -> None:
    """Send `nest_asyncio.apply()` to nest-asyncio2, imported already or yet to be imported."""
    if "nest_asyncio" in sys.modules:
        _redirect(sys.modules["nest_asyncio"])
    others = [finder for finder in sys.meta_path if _name(finder) != _name(NestAsyncioFinder)]
    sys.meta_path[:] = [NestAsyncioFinder, *others]


class NestAsyncioFinder:
    """Stands on `sys.meta_path` and redirects nest_asyncio when it is imported."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "nest_asyncio":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_redirect(module: ModuleType) -> None:
                load(module)
                _redirect(module)

            spec.loader.exec_module = load_and_redirect  # type: ignore[method-assign]
        return spec


def _redirect(nest_asyncio: Any) -> None:
    """Have its `apply` do what nest-asyncio2's does."""
    # By its code: names that were bound before we came (`import nest_asyncio` in an earlier cell,
    # `from nest_asyncio import apply`) follow. Tried in its place: nest-asyncio2 in `sys.modules`
    # under that name. It serves only who imports it after us; those names kept the old one.
    if nest_asyncio.__name__ == "nest_asyncio":  # it may be nest_asyncio2 under the old name
        nest_asyncio.apply.__code__ = _apply.__code__


def _apply(loop: AbstractEventLoop | None = None) -> None:
    # Runs as the body of `nest_asyncio.apply`: no name of this module can be seen from there.
    from helpers.kernel import _nest_asyncio2

    _nest_asyncio2().apply(loop)


def _nest_asyncio2() -> Any:
    try:
        import nest_asyncio2
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "asyncio.run() in a notebook needs nest-asyncio2, and it is not installed here:"
            " run `%pip install nest-asyncio2` in a cell, then restart the kernel.",
            name=error.name,
        ) from None
    return nest_asyncio2


def _old_nest_asyncio_is_applied() -> bool:
    asyncio = sys.modules.get("asyncio")
    return hasattr(asyncio, "_nest_patched") and not hasattr(asyncio, "_nest_asyncio2")
