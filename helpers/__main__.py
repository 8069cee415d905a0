"""Record a script of your own, and see it: `python -m helpers my_script.py its arguments`.

The script runs as `python my_script.py` would run it: as `__main__`, with its arguments and
its folder on the path, and its exit status is ours. Afterwards the chart is printed in
characters; options before the script's name write it as a picture, as a recording, or for
Perfetto. A script that fails is shown its own traceback, without our frames.

Limits: what the main thread's event loops do is recorded, not those of other threads or
processes. `os._exit` leaves nothing to draw. A module called `helpers` beside the script is
hidden by ours.
"""

from __future__ import annotations

import argparse
import runpy
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from helpers.recorder import record
from helpers.timeline import Timeline

INTERRUPTED = 130  # what a shell calls a program that Ctrl-C has ended
_OURS = (__file__, "<frozen runpy>", runpy.__file__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Record the script those arguments name, show what was recorded; its exit status."""
    options = _options(arguments)
    script = options.script
    with _as_if_started(script, options.arguments), record(script.name) as timeline:
        status, ending = _run(script)
    if ending:
        _say(f"{script.name} {ending}")
    if not timeline.steps:
        _say(
            f"{script.name} ran no event loop in its main thread, so there is nothing to draw. "
            "Does it call asyncio.run(...)?"
        )
    else:
        _print(timeline.text(width=options.text_width))
    _write(timeline, options)
    return status


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
    parser.add_argument("script", type=_script, help="the Python file to run")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="the script's own arguments")
    return parser.parse_args(arguments)


def _script(name: str) -> Path:
    if not Path(name).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {name!r}; is the path right?")
    return Path(name)


def _file(name: str) -> Path:
    if not Path(name).parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(Path(name).parent)!r}; make it")
    return Path(name)


def _png(name: str) -> Path:
    if not name.lower().endswith(".png"):
        raise argparse.ArgumentTypeError(f"{name!r} does not end in .png, the kind we write")
    return _file(name)


# -- running the script ---------------------------------------------------------------------


@contextmanager
def _as_if_started(script: Path, arguments: list[str]) -> Iterator[None]:
    """Let the script see the arguments and the path it would see if Python had started it."""
    before = sys.argv, sys.path
    sys.argv = [str(script), *arguments]
    sys.path = [str(script.resolve().parent), *sys.path[1:]]
    try:
        yield
    finally:
        sys.argv, sys.path = before


def _run(script: Path) -> tuple[int, str]:
    """The script's exit status, and how it ended if not simply by its last line."""
    try:
        runpy.run_path(str(script.absolute()), run_name="__main__")
    except SystemExit as leaving:
        return _left(leaving.code)
    except BaseException as error:
        error = error.with_traceback(_without_ours(error.__traceback__))
        sys.excepthook(type(error), error, error.__traceback__)
        status = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
        return status, f"was ended by {type(error).__name__}; recorded until then:"
    return 0, ""


def _left(code: object) -> tuple[int, str]:
    """`sys.exit(code)` as Python understands it: a number, nothing, or last words."""
    if code is not None and not isinstance(code, int):
        _say(str(code))
        code = 1
    return code or 0, f"left by sys.exit, with status {code or 0}; recorded until then:"


def _without_ours(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback from the script's first frame on."""
    while traceback and traceback.tb_frame.f_code.co_filename in _OURS:
        traceback = traceback.tb_next
    return traceback


# -- what comes out -------------------------------------------------------------------------


def _write(timeline: Timeline, options: argparse.Namespace) -> None:
    if options.save:
        timeline.save(options.save)
    if options.perfetto:
        timeline.save_trace_events(options.perfetto)
    if options.picture:
        options.picture.write_bytes(timeline.gantt().png())


def _print(chart: str) -> None:
    """Print it, also where the terminal has no sign for some of its marks."""
    encoding = sys.stdout.encoding or "utf-8"
    print(chart.encode(encoding, "replace").decode(encoding))


def _say(sentence: str) -> None:
    """A word of ours: not into the script's own output."""
    print(sentence, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
