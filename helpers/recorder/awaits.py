"""The chain of awaits: which code hangs in which, from a task's coroutine down to its future.

A native coroutine says what it awaits, and so do generators and async generators. What
`asend`, `anext` and `__await__` give, and coroutine classes of anybody's, say nothing: there
the garbage collector is asked what they hold, which runs nobody's code. Of several things
held, the one is meant that leads to the future on which the task waits.

Limit: an object that holds what it awaits outside Python (in C that the garbage collector does
not see into) ends the chain; what hangs below it is not known.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import islice
from types import (
    AsyncGeneratorType,
    CodeType,
    CoroutineType,
    FrameType,
    GeneratorType,
    GetSetDescriptorType,
    MemberDescriptorType,
)
from typing import Any

from helpers.recorder import asyncio_internals as internals

Link = Any  # a coroutine, generator or async generator; one of Cython's, too

_PREFIX = {CoroutineType: "cr", GeneratorType: "gi", AsyncGeneratorType: "ag"}
_BELOW = {"cr": "cr_await", "gi": "gi_yieldfrom", "ag": "ag_await"}
_DEEPEST = 1000  # links: Python's own limit on calls inside calls
_MOST_HELD = 50  # things in one object that are looked through


# -- down the chain ----------------------------------------------------------------------------


def chain(top: Link, waiter: object) -> Iterator[Link]:
    """The links from that coroutine down that have code, outermost first."""
    below = top
    for _ in range(_DEEPEST):
        if below is None or internals.is_futures_own(below):
            return
        if (prefix := _prefix_of(below)) is not None:
            yield below
            below = getattr(below, _BELOW[prefix])
        else:
            below = _held_by(below, waiter)


def code_of(link: Link) -> CodeType | None:
    prefix = _prefix_of(link)
    code = getattr(link, f"{prefix}_code", None) if prefix else None
    return code if type(code) is CodeType else None


def frame_of(link: Link) -> FrameType | None:
    """Its frame, None where it has ended, or is no frame of Python's own."""
    prefix = _PREFIX.get(type(link))
    return getattr(link, f"{prefix}_frame") if prefix else None


def _prefix_of(link: Link) -> str | None:
    """How the names of its attributes begin, if it has code and says what it awaits."""
    known = _PREFIX.get(type(link))
    if known is not None:
        return known
    return next((p for p in ("cr", "gi") if is_in_c(type(link), f"{p}_code")), None)  # Cython's


def is_in_c(kind: type, name: str) -> bool:
    """Whether that attribute is written in C. (Any other might run somebody's code.)"""
    found = next((vars(c)[name] for c in kind.__mro__ if name in vars(c)), None)
    return type(found) in (GetSetDescriptorType, MemberDescriptorType)


# -- objects that do not say what they await -----------------------------------------------------


def _held_by(thing: object, waiter: object) -> Link:
    """What an object passes its steps on to; None where that is not known."""
    held = [each for each in held_by(thing) if _hangs(each)]
    if len(held) < 2:
        return held[0] if held else None
    return next((each for each in held if _leads_to(each, waiter)), None)


def held_by(thing: object) -> list[Link]:
    """Whatever can be driven as a coroutine can, of what an object holds, attributes and all."""
    found: list[Link] = []
    for each in islice(gc.get_referents(thing), _MOST_HELD):
        within = islice(each.values(), _MOST_HELD) if type(each) is dict else (each,)
        found += [one for one in within if one is not thing and _can_be_driven(type(one))]
    return found


def _can_be_driven(kind: type) -> bool:
    if kind in _PREFIX:
        return True
    return all(any(name in vars(c) for c in kind.__mro__) for name in ("send", "throw", "close"))


def _hangs(link: Link) -> bool:
    """Whether it is suspended, as far as it says so itself."""
    if type(link) is CoroutineType:
        return link.cr_suspended
    if type(link) is GeneratorType:
        return link.gi_suspended
    return type(link) is not AsyncGeneratorType or link.ag_running


def _leads_to(link: Link, waiter: object) -> bool:
    """Whether the last one below it holds that future."""
    for below in chain(link, None):
        link = below
    prefix = _prefix_of(link)
    end = getattr(link, _BELOW[prefix]) if prefix else link
    return end is waiter or any(each is waiter for each in gc.get_referents(end))


# -- what the coroutine of a task is about -------------------------------------------------------


def wrapped(coroutine: Link) -> Link:
    """What has code in it: itself, the generator behind an `asend`, or the one thing that an
    object wraps. None where there is nothing, or more than one."""
    for _ in range(_DEEPEST):
        if coroutine is None or _prefix_of(coroutine) is not None:
            return coroutine
        held = held_by(coroutine)
        coroutine = held[0] if len(held) == 1 else None
    return None


def has_begun(coroutine: Link) -> bool:
    """Whether the body of that coroutine has been entered (it may have finished)."""
    if type(coroutine) is CoroutineType and coroutine.cr_frame is None:
        return True
    return is_under_way(coroutine)


def has_ended(coroutine: Link) -> bool:
    """Whether a native coroutine has been run to its end, or closed."""
    return type(coroutine) is CoroutineType and coroutine.cr_frame is None


def is_under_way(coroutine: Link) -> bool:
    """Whether its body has been entered and not finished. (To ask for its frame makes one.)"""
    link = coroutine if type(coroutine) is CoroutineType else wrapped(coroutine)
    if type(link) is CoroutineType:
        return link.cr_suspended or link.cr_running
    if type(link) is GeneratorType:
        return link.gi_suspended or link.gi_running
    if type(link) is AsyncGeneratorType:
        return link.ag_running  # also while it is suspended
    return link is not None and getattr(link, _BELOW[_prefix_of(link) or "cr"], None) is not None
