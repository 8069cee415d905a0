"""Every state, end and mark of our charts in one table.

Chart, text chart, alt text, player and narration take from here what a thing is called, how it
is written and what colour it has, so that a newcomer learns one language. `table()` is all of it
as plain data: the player's scripts are given that, and hold no words of their own.

The limit: *where* something is drawn, and how large, is each chart's own affair.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import floor, log10
from typing import Any

from helpers.timeline.durations import duration_text as duration_text  # charts ask for it here

Lines = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """One of them. `words` stand in legends; `verb` is what a task does, in a sentence;
    `character` is its mark in the text chart, `ascii` the same where an encoding lacks it.
    `colour` and `edge` (of the hatching) are each (on white, on a dark page). `lines` is the sign
    of an end, in a field from -0.5 to 0.5 with y downwards; `filled` says whether its disc is
    filled with the colour or only outlined."""

    name: str
    words: str
    verb: str = ""
    character: str = ""
    colour: tuple[str, str] = ("", "")
    edge: tuple[str, str] = ("", "")
    lines: Lines = ()
    filled: bool = False
    ascii: str = ""


# The colours are Okabe and Ito's, which colour-blind readers can tell apart
# (https://jfly.uni-koeln.de/color/); each also differs in lightness and in form, so that grey
# paper is enough.
_BLUE, _GREEN = ("#0072B2", "#3D9FDC"), ("#009E73", "#2FC79B")
_VERMILLION, _GREY = ("#D55E00", "#FF8A47"), ("#6E7781", "#A3ADB8")
_DARK, _ARROW = ("#3D444D", "#CDD4DB"), ("#59636E", "#CDD4DB")

_CHECK: Lines = (((-0.45, 0.0), (-0.12, 0.38), (0.48, -0.4)),)
_CROSS: Lines = (((-0.4, 0.4), (0.4, -0.4)), ((-0.4, -0.4), (0.4, 0.4)))
_SLASH: Lines = (((-0.5, 0.5), (0.5, -0.5)),)
_DAGGER: Lines = (((0.0, -0.5), (0.0, 0.5)), ((-0.3, -0.15), (0.3, -0.15)))
_DOTS: Lines = (((-0.5, 0.0), (-0.4, 0.0)), ((-0.06, 0.0), (0.06, 0.0)), ((0.4, 0.0), (0.5, 0.0)))

SIGNS = {  # in the order in which a legend has them
    sign.name: sign
    for sign in (
        Sign("running", "running", "", "█", _BLUE, ascii="#"),
        Sign("tick", "running, too short to draw to scale", "", "|", _BLUE),
        Sign(
            "ready",
            "ready: queued for its turn",
            "",
            "░",
            ("#FFF3D6", "#4A3811"),
            ("#C98500", "#F0B429"),
            ascii=":",
        ),
        Sign(
            "waiting",
            "waiting, for what is written on it",
            "waits for",
            "─",
            ("#9CC9E8", "#4D7896"),
            ascii="-",
        ),
        Sign("crowd", "how many in each state (pale: waiting)", colour=("#DCECF8", "#2B4559")),
        Sign("overdue", "overdue: time is up, loop is held", "", "!", _VERMILLION),
        Sign(
            "blocking", "blocking: holds the loop over 0.1 s", "holds the loop", colour=_VERMILLION
        ),
        Sign("creates", "creates a task", colour=_ARROW),
        Sign("wakes", "wakes it", colour=_ARROW),
        Sign("queues", "puts it in the ready queue", colour=_ARROW),
        Sign("returned", "returned", "returns", "✓", _GREEN, lines=_CHECK, filled=True, ascii="v"),
        Sign("raised", "raised", "raises", "✗", _VERMILLION, lines=_CROSS, filled=True, ascii="x"),
        Sign("cancelled", "cancelled", "ends, cancelled", "⊘", _GREY, lines=_SLASH, ascii="o"),
        Sign(
            "destroyed",
            "destroyed: nobody kept it",
            "is destroyed by the garbage collector",
            "†",
            _VERMILLION,
            lines=_DAGGER,
            ascii="+",
        ),
        Sign(
            "pending",
            "still pending",
            "is still pending at the end",
            "…",
            _GREY,
            lines=_DOTS,
            ascii="~",
        ),
        Sign("busy", "loop busy", "", "=", ("#8C959F", "#8C959F")),
        Sign("asleep", "loop asleep", "", "·", ("#D5DAE0", "#3A424B"), ascii="."),
        Sign("callback", "callback or timer", "", "^", _DARK),
    )
}

LANES = {  # what is drawn in the lanes below the tasks, for a legend; the looks are `canvas`'s
    "size": "how many are in it, or use it",
    "limit": "as many as fit",
    "held": "held, by whom",
    "in line": "somebody waits in line",
    "work": "a call, in a worker",
}

_WITHOUT_A_SIGN = {"µ": "u"}  # what else we write that an encoding may lack


def window_text(start: float, end: float) -> str:
    """A part of a recording in words: "seen from 1.0005 s to 1.0015 s"."""
    digits = min(max(2 - floor(log10(max(end - start, 1e-9))), 0), 9)
    first, last = (f"{round(moment, digits):.9f}" for moment in (start, end))
    return f"seen from {first.rstrip('0').rstrip('.')} s to {last.rstrip('0').rstrip('.')} s"


def summary(
    tasks: int, clock: str, duration: float, window: tuple[float, float] | None = None
) -> list[str]:
    """What a chart is of: how many tasks, how long, on which clock, and which part is shown."""
    number = f"{tasks:,}" if tasks else "no"
    parts = [f"{number} task" + "s" * (tasks != 1), duration_text(duration)]
    if clock == "virtual":
        parts.append("virtual time")
    if window and (window[0] > 0 or window[1] < duration):
        parts.append(window_text(*window))
    return parts


def table() -> dict[str, Any]:
    """All signs by name, in the legend's order, as plain data fit for JSON."""
    return {name: asdict(sign) for name, sign in SIGNS.items()}


def in_encoding(text: str, encoding: str) -> str:
    """The text with what that encoding lacks replaced: our marks by letters that any has, all
    else by "?". As wide as before.

    >>> in_encoding("main ██─✓ 5 µs 茶", "cp1252")
    'main ##-v 5 µs ?'
    """
    plain = _WITHOUT_A_SIGN | {s.character: s.ascii for s in SIGNS.values() if s.ascii}
    lacking = {character for character in text if not _has(encoding, character)}
    return text.translate({ord(character): plain.get(character, "?") for character in lacking})


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
