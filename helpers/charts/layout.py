"""Where everything in a Gantt chart goes, as plain frozen data: what `lanes` decides.

Times are seconds. A chart in pixels and one in characters are drawn from the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from helpers.charts.crowd import Crowd
from helpers.charts.words import summary

NOTHING_RAN = "Nothing was recorded: no task and no callback ran."  # where there is no lane


@dataclass(frozen=True, slots=True)
class Bar:
    """One state from `start` to `end` (seconds). `text` is what it carries; `thin` says it
    is narrower than one mark.

    States: "running", "ready", "waiting", "overdue" for a task; "busy", "asleep" and
    "callback" for the loop.
    """

    state: str
    start: float
    end: float
    text: str = ""
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A step that held the loop too long: from, to, and for how many seconds of its own.

    `real` is True where the clock stood still and the time was really spent: a
    `time.sleep` in virtual time. `where` says in which call and line, as far as that is known.
    """

    start: float
    end: float
    held: float
    real: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """How a task ended, and when; `text` is its exception."""

    outcome: str
    time: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """How full something that tasks share is, from `start` to `end`; `limit` None for none."""

    start: float
    end: float
    size: int
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a lock, or that slot of a semaphore."""

    start: float
    end: float
    slot: int
    holder: str


@dataclass(frozen=True, slots=True)
class InLine:
    """How many wait for it."""

    start: float
    end: float
    number: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One row. `kind` is "task", "fold", "callback", "kernel" or "loop"; or what tasks share and
    workers (`shared_lanes`): "queue", "slots", "marks", "worker", "note". `task` is the id, where
    it is one task's; `depth` how far below the first ancestor in the picture. Either `bars` or
    `crowd` say what happened. `seconds_in` are the sums by state; `remarks` stand below the label;
    `steps` are those of a callback's lane."""

    kind: str
    label: str
    task: int | None = None
    depth: int = 0
    bars: tuple[Bar, ...] = ()
    crowd: Crowd | None = None
    blocks: tuple[Block, ...] = ()
    end: End | None = None
    seconds_in: tuple[tuple[str, float], ...] = ()
    remarks: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    resource: int | None = None  # which of the timeline's
    levels: tuple[Level, ...] = ()
    held: tuple[Held, ...] = ()
    in_line: tuple[InLine, ...] = ()
    slots: int = 1


@dataclass(frozen=True, slots=True)
class Arrow:
    """A task is made: at `time`, from lane number `origin` to lane number `target`."""

    origin: int
    target: int
    time: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole chart: lanes from top to bottom, seen from `start` to `end` (seconds).

    `tasks` is how many tasks that stands for, without the one that entered the recording.
    """

    title: str
    clock: str
    duration: float
    tasks: int
    start: float
    end: float
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...]
    stopped: float | None = None  # when Stop ended the recording, if that is in sight

    @property
    def summary(self) -> list[str]:
        """What it is of, in words."""
        window = self.start, min(self.end, self.duration)
        return summary(self.tasks, self.clock, self.duration, window)

    @property
    def crowd_states(self) -> set[str]:
        """The states that occur in crowds."""
        crowds = (lane.seconds_in for lane in self.lanes if lane.crowd)
        return {state for sums in crowds for state, time in sums if time > 0}
