"""What the lessons record, and which of it is wrong on purpose.

All other recordings are right, and without a fault: a new one comes along by itself, and is
taken for right until it is listed here. A lesson is run as it is, in a kernel of its own, and
after each cell what it has recorded is saved.
"""

from dataclasses import dataclass
from pathlib import Path

import nbformat
import refresh_notebooks as refresh
from cases import (
    BUSY_WAITING,
    DEADLOCK,
    ERROR_NOBODY_HEARD,
    LATE,
    LOOP_HELD,
    LOST_TASK,
    NEVER_AWAITED,
    ONE_AFTER_THE_OTHER,
    SWALLOWED_CANCELLATION,
)

from helpers.timeline import Timeline

UNKNOWN = "a fault of no kind that we know"  # nothing is asked of it

# A piece of the cell that records it, by which it is known in its lesson, and the fault it shows.
ON_PURPOSE = {
    "00": {
        'record("one by one")': ONE_AFTER_THE_OTHER,
        "simulate(kitchen()": LOOP_HELD,
        "simulate(dinner()": LOOP_HELD,
        'record("nothing happened")': NEVER_AWAITED,
    },
    "01": {
        'record("waiting with time.sleep")': LOOP_HELD,
        "simulate(with_asyncio(forecast)": LOOP_HELD,
        'record("async in front, blocking inside")': LOOP_HELD,
    },
    "02": {"simulate(take_order())": NEVER_AWAITED},
    "03": {
        "(watch, rehearsal)": LOOP_HELD,
        "simulate(rehearse_in_pieces())": LOOP_HELD,
        "(watch, stormy_evening)": UNKNOWN,  # a callback raises
    },
    "04": {
        "simulate(busy_page())": LOOP_HELD,
        "simulate(wrapped(), ": ONE_AFTER_THE_OTHER,
        "simulate(page_with_a_clock())": LOST_TASK,
        "simulate(for_a_minute())": LOST_TASK,
        "simulate(careless())": LOST_TASK,
        "(in_a_thread, careless_client)": LOST_TASK,
        'record("asking again and again"': BUSY_WAITING,
    },
    "05": {
        "simulate(curious_shop())": ONE_AFTER_THE_OTHER,
        "simulate(shop())": ERROR_NOBODY_HEARD,
        "simulate(shop_with_gather())": LOST_TASK,
        "simulate(forgetful_shop())": ERROR_NOBODY_HEARD,
        "simulate(forgetful_host())": DEADLOCK,
        "simulate(owner(stubborn))": SWALLOWED_CANCELLATION,
    },
    "06": {
        "simulate(two_naps())": ONE_AFTER_THE_OTHER,
        "simulate(too_many_awaits())": ONE_AFTER_THE_OTHER,
        'chart_to_draw("06-hatched")': LOOP_HELD,
    },
    "07": {
        'Timeline.load("shop.json")\nshop': LOST_TASK,
        'record("a later cell")': LOOP_HELD,
        'record_python("bell.py")': UNKNOWN,  # a future is set from another thread
        'record("stopped while it blocks")': LOOP_HELD,
        'record("asked from the loop\'s own thread")': LOOP_HELD,
        'record_python("cells.py")': UNKNOWN,  # a context that is entered twice
    },
}

# Faults that are not named, and why.
NOT_NAMED = {
    'record("asking again and again"': "it is recorded without lines",
    "simulate(curious_shop())": "the second task is made after the first was awaited, by name",
    "simulate(two_naps())": "what is awaited is an object of a class, not a function",
    'record("asked from the loop\'s own thread")': "nobody else had anything to do meanwhile",
}

_KEEP = """
from helpers.timeline import Timeline as _Timeline
_kept = globals().get("_kept", [])
for _value in list(globals().values()):
    if isinstance(_value, _Timeline) and not any(_value is _one for _one in _kept):
        _kept.append(_value)
        _value.save({path!r}.format(len(_kept)))
"""


@dataclass(frozen=True)
class Recorded:
    """A recording of a lesson, and the source of the cell that made it."""

    lesson: str
    cell: str
    timeline: Timeline

    @property
    def fault(self) -> str:
        """The kind of fault it shows on purpose; "" where it is right."""
        known = ON_PURPOSE.get(self.lesson, {})
        return next((kind for piece, kind in known.items() if piece in self.cell), "")

    @property
    def is_named(self) -> bool:
        """Whether its findings are what they should be: its fault, or none."""
        found = {finding.kind for finding in self.timeline.findings()}
        if self.fault:
            unnamed = any(piece in self.cell for piece in NOT_NAMED)
            return self.fault == UNKNOWN or unnamed or self.fault in found
        stalls = {LOOP_HELD, LATE} if self.timeline.clock == "real" else set()
        return found <= stalls  # the machine itself may hold a loop


def recordings(lesson: Path, folder: Path) -> list[Recorded]:
    """Run that lesson, and give what each of its cells recorded; `folder` is for the files."""
    notebook, cells = nbformat.read(lesson, 4), []
    for number, cell in enumerate(notebook.cells):
        cells.append(cell)
        if cell.cell_type == "code":
            path = str(folder / f"{number}-{{}}.json")
            cells.append(nbformat.v4.new_code_cell(_KEEP.format(path=path)))
    written = [cell.source for cell in notebook.cells]
    notebook.cells = cells
    refresh.execute(notebook, lesson.parent)
    return [
        Recorded(lesson.name[:2], written[int(file.name.split("-")[0])], Timeline.load(file))
        for file in sorted(folder.glob("*.json"))
    ]
