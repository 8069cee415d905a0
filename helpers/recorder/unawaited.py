"""Coroutine objects that nobody awaited: noticed when Python does, as they go.

Python warns about one whose last reference goes before it has begun. What composes that
warning is ours while something is recorded, and leaves it as it was.

Limits: it is known where a coroutine object was dropped, not where it was made; for a call as
a statement of its own, the usual case, that is the same line. (In asyncio's debug mode Python
notes where it was made, and so do we.) One that is still referred to when the recording ends has
not been dropped; one that goes in another thread is not noticed; one made before the recording
counts if it is dropped in it.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from threading import get_ident
from types import CodeType, FrameType, FunctionType
from typing import Any

from helpers.recorder import naming
from helpers.recorder.journal import Journal
from helpers.recorder.rows import DroppedNote, Spot


def warn_unawaited(
    journals: dict[int, Journal],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes what stands in for `warnings._warn_unawaited_coroutine`."""

    def make(plain: Callable[..., None]) -> Callable[..., None]:
        try:
            warn_for_us = _with_its_warning_raised(plain)
        except Exception:
            return plain
        if warn_for_us is None:  # another Python's: let it be, and know nothing
            return plain

        def _warn_unawaited_coroutine(coro: Any) -> None:
            journal = journals.get(get_ident())
            if journal is not None and not journal.failed:
                journal.attempt("a coroutine that was never awaited", _note, journal, coro)
            warn_for_us(coro)

        return _warn_unawaited_coroutine

    return make


def _with_its_warning_raised(plain: Callable[..., None]) -> Callable[..., None] | None:
    """That function, with a warning that passes by our two frames; None if it is not as known."""
    if type(plain) is not FunctionType or "warn" not in plain.__code__.co_names:
        return None

    def warn(message: str, category: type[Warning], stacklevel: int, source: object) -> None:
        warnings.warn(message, category, stacklevel=stacklevel + 2, source=source)

    return FunctionType(plain.__code__, {**plain.__globals__, "warn": warn}, plain.__name__)


def _note(journal: Journal, coroutine: Any) -> None:
    code: CodeType = coroutine.cr_code
    origin = coroutine.cr_origin or ()
    lines = (line[:2] for line in origin if not line[0].startswith(naming.LIBRARY))
    journal.dropped.append(
        DroppedNote(
            moment=journal.clock(),
            qualname=coroutine.__qualname__,
            code=code,
            made=next(lines, None),
            dropped=_own_spot(sys._getframe()),
        )
    )


def _own_spot(frame: FrameType | None) -> Spot | None:
    """Where the learner's innermost frame stands."""
    while frame is not None and not naming.is_own(frame.f_code):
        frame = frame.f_back
    return None if frame is None else (frame.f_code, frame.f_lasti)
