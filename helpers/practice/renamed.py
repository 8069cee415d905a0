"""What predictions and exercises were called before, so that what was done stays done.

In the second edition the lesson on tasks became two, and the lessons after it moved up by one
number. A progress file, or a learner's own copy of a lesson, may still say the older names.

A new line is added here whenever an id changes; none is ever taken away.
"""

from __future__ import annotations

_ENDS = "too-early again heard never door cancel cancel-early one-fails give-up"
_TOGETHER = (
    "tasks steps goes-on up down toy chart-1 chart-2 chart-3 chart-4 chart-5 limit mistake "
    "two-then-one every-second hatched"
)
_WHOSE_LOOP = (
    "in-a-cell left-over callback heart nested bell deadlock stop to-a-script run-inside "
    "from-a-thread"
)

RENAMED: dict[str, str] = {
    f"{before}-{name}": f"{now}-{name}"
    for before, now, names in (
        ("04", "05", _ENDS),
        ("05", "06", _TOGETHER),
        ("06", "07", _WHOSE_LOOP),
    )
    for name in names.split()
}


def today(id: str) -> str:
    """What that prediction or exercise is called today."""
    return RENAMED.get(id, id)
