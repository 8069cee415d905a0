"""Record a script of your own, and see it: `python -m helpers my_script.py its arguments`.

The script runs as `python my_script.py` would run it: as `__main__`, with its arguments and
its folder on the path, and its exit status is ours. Afterwards the chart is printed in
characters; options before the script's name write it as a picture, as a recording, or for
Perfetto. A script that fails is shown its own traceback, without our frames.

Whatever the script does to its surroundings, the recording is kept: it may change its folder,
close or redirect its output, or be cut off by `| head`; what was to be written is written
first. A child process that it forks and that comes back here draws nothing: the parent does.

Limits: what the main thread's event loops do is recorded, not those of other threads or
processes. `os._exit` leaves nothing to draw. A module called `helpers` beside the script is
hidden by ours, and we say so.
"""

from __future__ import annotations

import argparse
import builtins
import linecache
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from pkgutil import get_importer
from types import ModuleType, TracebackType
from typing import Any, TextIO

from helpers.recorder import record
from helpers.timeline import Timeline

INTERRUPTED = 130  # what a shell calls a program that Ctrl-C has ended
_PACKAGE = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Record the script those arguments name, show what was recorded; its exit status."""
    options = _options(arguments)
    try:
        return _record_and_show(options, Path(options.script), sys.stdout)
    except KeyboardInterrupt:
        _say("interrupted while the chart was made")
        return INTERRUPTED


def _record_and_show(options: argparse.Namespace, script: Path, out: TextIO | None) -> int:
    _tell_of_hidden_helpers(script if script.is_dir() else script.resolve().parent)
    process = os.getpid()
    with record(script.name) as timeline, _as_if_started(options.script, options.arguments):
        status, ending = _run(script.absolute())
    if os.getpid() != process:  # a child that the script forked
        return status
    fault = _write(timeline, options)
    _tell_how_it_ended(script.name, ending, timeline)
    if timeline.steps:
        asked = {"order": not options.no_steps, "fold_libraries": options.fold_libraries}
        fault |= _print(_told(timeline, width=options.text_width, **asked), out)
    return status or int(fault)


def _tell_how_it_ended(name: str, ending: str, timeline: Timeline) -> None:
    because = f"{ending}, and " if ending else ""
    if timeline.notes and not timeline.steps:
        _say(f"{name} {because}left nothing to draw: {'; '.join(timeline.notes)}.")
    elif not timeline.steps:
        _say(
            f"{name} {because}ran no event loop in its main thread, so there is nothing to draw. "
            "Does it call asyncio.run(...)?"
        )
    elif ending:
        _say(f"{name} {ending}; recorded until then:")


# -- the command line -----------------------------------------------------------------------


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m helpers",
        description="Run a script, record its event loop, and print what every task did.",
    )
    parser.add_argument("--picture", type=_png, metavar="OUT.png", help="draw the Gantt chart")
    parser.add_argument("--save", type=_file, metavar="OUT.json", help="keep the recording")
    parser.add_argument(
        "--perfetto",
        type=_file,
        metavar="OUT.json",
        help="write trace events for https://ui.perfetto.dev (OUT.json.gz: compressed)",
    )
    parser.add_argument(
        "--text-width",
        type=int,
        metavar="N",
        default=shutil.get_terminal_size().columns,
        help="characters to a line of the printed chart (default: as wide as the terminal)",
    )
    parser.add_argument(
        "--no-steps",
        action="store_true",
        help="print the lanes without the steps one by one (which are told where they are few)",
    )
    parser.add_argument(
        "--fold-libraries",
        action="store_true",
        help="make one line of the tasks that run a library's functions, for each library",
    )
    parser.add_argument("script", type=_script, help="the file, zip archive or folder to run")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="the script's own arguments")
    return parser.parse_args(arguments)


def _script(name: str) -> str:
    if not Path(name).exists():
        raise argparse.ArgumentTypeError(f"there is no file {name!r}; is the path right?")
    if Path(name).is_dir() and _bundled(Path(name)) is None:
        raise argparse.ArgumentTypeError(
            f"{name!r} is a folder without a __main__.py: name the script that begins it all"
        )
    return name


def _file(name: str) -> Path:
    if not Path(name).parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(Path(name).parent)!r}; make it")
    return Path(name).absolute()  # the script may change the folder


def _png(name: str) -> Path:
    if not name.lower().endswith(".png"):
        raise argparse.ArgumentTypeError(f"{name!r} does not end in .png, the kind we write")
    return _file(name)


# -- running the script ---------------------------------------------------------------------


@contextmanager
def _as_if_started(script: str, arguments: list[str]) -> Iterator[None]:
    """Let the script see the arguments and the path it would see if Python had started it."""
    before = sys.argv, sys.path, sys.modules["__main__"]
    sys.argv = [script, *arguments]
    first = [] if sys.flags.safe_path else [str(Path(script).resolve().parent)]
    if _bundled(Path(script)) is not None:
        first = [str(Path(script).absolute())]  # what is in there can be imported
    # With safe_path there is no folder of a script, nor of ours, to begin with.
    sys.path = [*first, *(sys.path if sys.flags.safe_path else sys.path[1:])]
    try:
        yield
    finally:
        sys.argv, sys.path, sys.modules["__main__"] = before


def _start(script: Path) -> None:
    """What Python itself does with it: its code, in a module `__main__` of its own."""
    module, spec = ModuleType("__main__"), _bundled(script)
    if spec is None:
        code: Any = compile(script.read_bytes(), script, "exec", dont_inherit=True)
        module.__file__, module.__loader__ = str(script), SourceFileLoader("__main__", str(script))
    else:
        code = spec.loader.get_code("__main__")
        module.__file__, module.__loader__, module.__spec__ = spec.origin, spec.loader, spec
        module.__package__ = ""
    vars(module).update(__builtins__=builtins, __cached__=None)
    sys.modules["__main__"] = module
    linecache.lazycache(code.co_filename, vars(module))  # its lines, where it lies in an archive
    exec(code, vars(module))


def _bundled(script: Path) -> Any:
    """Where the `__main__` of a folder or a zip archive is; None where it is neither."""
    importer: Any = get_importer(str(script))
    return None if importer is None else importer.find_spec("__main__")


def _run(script: Path) -> tuple[int, str]:
    """The script's exit status, and how it ended if not simply by its last line."""
    try:
        _start(script)
    except SystemExit as leaving:
        return _left(leaving.code)
    except BaseException as error:
        _take_our_frames_out(error, set())
        _show_traceback(error)
        status = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
        return status, f"was ended by {type(error).__name__}"
    return 0, ""


def _left(code: object) -> tuple[int, str]:
    """`sys.exit(code)` as Python understands it: a number, nothing, or last words."""
    if code is not None and not isinstance(code, int):
        _say(str(code))
        code = 1
    return code or 0, f"left by sys.exit, with status {code or 0}"


def _show_traceback(error: BaseException) -> None:
    """By the script's own hook if it has set one."""
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except Exception:  # its hook fails; Python's does not
        sys.__excepthook__(type(error), error, error.__traceback__)


def _take_our_frames_out(error: BaseException | None, seen: set[int]) -> None:
    """In the tracebacks of that exception, and of all that are shown with it."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    error.__traceback__ = _without_ours(error.__traceback__)
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        _take_our_frames_out(other, seen)


def _without_ours(traceback: TracebackType | None) -> TracebackType | None:
    theirs = []
    while traceback:
        if _PACKAGE not in Path(traceback.tb_frame.f_code.co_filename).parents:
            theirs.append(traceback)
        traceback = traceback.tb_next
    for each in reversed(theirs):
        each.tb_next, traceback = traceback, each
    return traceback


def _tell_of_hidden_helpers(folder: Path) -> None:
    """A script that imports its own `helpers` would wonder what it gets."""
    for theirs in (folder / "helpers.py", folder / "helpers" / "__init__.py"):
        if theirs.is_file() and theirs.parent != _PACKAGE.resolve():
            _say(
                f"{theirs} is hidden by the course's own package `helpers`: a script that "
                "imports it needs it under another name here."
            )


# -- what comes out -------------------------------------------------------------------------


def _write(timeline: Timeline, options: argparse.Namespace) -> bool:
    """The files that were asked for. True if one could not be written, which is said."""
    wanted: list[tuple[Path | None, Callable[[Path], object]]] = [
        (options.save, timeline.save),
        (options.perfetto, timeline.save_trace_events),
        (options.picture, lambda path: path.write_bytes(timeline.gantt().png())),
    ]
    fault = False
    for path, write in wanted:
        try:
            if path is not None:
                write(path)
        except (OSError, ValueError) as error:  # no such place, no room; or it is too long
            fault = True
            _say(f"{path} could not be written: {getattr(error, 'strerror', None) or error}")
    return fault


def _told(timeline: Timeline, **asked: Any) -> str:
    """The chart in characters; whoever has asked hears it, too, when nothing is wrong with it."""
    chart, found = timeline.text(**asked), timeline.findings()
    return chart if found else f"{chart}\n\n{found}"


def _print(chart: str, out: TextIO | None) -> bool:
    """Print it where output went before the script began. True if that could not be done."""
    if out is None or out.closed:
        _say(f"The script has closed its output, so its chart comes here.\n{chart}")
        return False
    from helpers.charts.words import in_encoding

    try:
        print(in_encoding(chart, out.encoding or "utf-8"), file=out, flush=True)
    except BrokenPipeError:  # `| head` has seen enough
        _let_go_of(out)
    except OSError as error:
        _let_go_of(out)
        _say(f"The chart could not be printed: {error.strerror or error}")
        return True
    return False


def _let_go_of(out: TextIO) -> None:
    """Or Python would try once more when it ends, and complain.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    with suppress(OSError, ValueError):  # it may have no descriptor of its own
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def _say(sentence: str) -> None:
    """A word of ours: not into the script's own output."""
    with suppress(AttributeError, OSError, ValueError):  # there may be nobody to hear it
        print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
