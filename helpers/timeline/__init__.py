"""What happened: a recording as plain, frozen data. No asyncio, no clock, no picture.

`records` has the records a recording is made of, and the columns of its steps; `data` the
`Timeline`, which holds them all and answers questions; `states` works out, in columns, when
each task was running, ready, waiting and overdue; `resources` has what tasks share, and what
ran in workers; `storage` keeps recordings on disk (`stored` and `shared_tables` help it);
`options` says what its charts can be asked for; `durations` is the one way to write a time,
`phrases` to say names, lists and numbers, and `cells` how much room text takes in a terminal.
`states` and `storage` are imported when first asked for.
"""

from helpers.timeline.data import Timeline
from helpers.timeline.records import (
    BLOCKING_AFTER,
    BY_IO,
    BY_THREAD,
    CLOCKS,
    COLUMN_NAMES,
    KINDS,
    NANOSECONDS,
    NOTHING,
    OUTCOMES,
    Dropped,
    Idle,
    Printed,
    Step,
    StepColumns,
    Steps,
    Stretch,
    TaskSpan,
    Timer,
    nanoseconds,
    seconds,
)
from helpers.timeline.resources import Resource, WorkerSpan

__all__ = [
    "BLOCKING_AFTER",
    "BY_IO",
    "BY_THREAD",
    "CLOCKS",
    "COLUMN_NAMES",
    "KINDS",
    "NANOSECONDS",
    "NOTHING",
    "OUTCOMES",
    "Dropped",
    "Idle",
    "Printed",
    "Resource",
    "Step",
    "StepColumns",
    "Steps",
    "Stretch",
    "TaskSpan",
    "Timeline",
    "Timer",
    "WorkerSpan",
    "nanoseconds",
    "seconds",
]
