"""Any recording at all: what a recorder might write, drawn by hypothesis.

Tasks, callbacks and the kernel take turns of whole seconds (or of none), one inside another,
between sleeps of the loop. Times are consistent; who woke whom, and what a task waits for, is
anything.
"""

from hypothesis import strategies as st

from helpers.timeline import Idle, Printed, Step, TaskSpan, Timeline, Timer

_OTHERS = ("callback", "timer", "io", "kernel")
_MOST_STEPS = 12


class _Program:
    """Steps as they are drawn, and when each task was last suspended."""

    def __init__(self, draw):
        self.draw, self.steps, self.idle = draw, [], []
        self.last = dict.fromkeys(range(draw(st.integers(1, 4))), 0)
        self.moves = draw(st.integers(0, 1))  # whether the clock must move in each step
        self.iterations = draw(st.booleans())  # whether they are known

    def run(self, who, start, inside=None, under_way=()):
        """A step, perhaps with others in it; when it is over."""
        draw, index = self.draw, len(self.steps)
        now, under_way = start + self.moves + draw(st.integers(0, 2)), (*under_way, who)
        self.steps.append(step := self._step(who, start, inside))
        for _ in range(draw(st.integers(0, 2)) if index < _MOST_STEPS else 0):
            if draw(st.booleans()):
                now = self.sleep(now)
            others = [other for other in (*self.last, None) if other not in under_way]
            if others:
                now = self.run(draw(st.sampled_from(others)), now, index, under_way)
        step["end"] = now
        if who is not None:
            self.last[who] = now
        return now

    def _step(self, who, start, inside):
        draw, index, mine = self.draw, len(self.steps), who is not None
        wakers = st.sampled_from([None, "thread", "io", *range(index)])
        return {
            "task": who,
            "kind": "task" if mine else draw(st.sampled_from(_OTHERS)),
            "label": f"t{who}" if mine else draw(st.sampled_from(["print", "tick"])),
            "ready": start if inside is not None else draw(st.integers(0, start)),
            "start": start,
            "inside": inside,
            "first": draw(st.booleans()) if self.iterations else None,
            "woken_by": draw(wakers),
            "waiting_for": draw(st.sampled_from([None, "sleep(1)", "a lock"])) if mine else None,
            "due": draw(st.none() | st.integers(0, start + 9)) if mine else None,
        }

    def sleep(self, now):
        self.idle.append(Idle(now, now + 1, self.draw(st.sampled_from([None, now + 1]))))
        return now + 1

    def task(self, id, end):
        draw, steps = self.draw, [step for step in self.steps if step["task"] == id]
        ended = draw(st.sampled_from([None, self.last[id]])) if steps else None
        queued = draw(st.none() | st.integers(self.last[id], end)) if ended is None else None
        ends = ("returned", "raised", "cancelled")
        outcome = "pending" if ended is None else draw(st.sampled_from(ends))
        return TaskSpan(
            id,
            f"t{id}",
            parent=draw(st.none() | st.just(0)) if id else None,
            created=draw(st.sampled_from([None, 0])),
            ended=ended,
            outcome=outcome,
            exception="Odd: it" if outcome == "raised" else None,
            queued=queued,
            role=draw(st.sampled_from(["", "recording", "main"])) if not id else "",
        )

    def timers(self, end):
        """Those that the timers' steps ran, and one that was cancelled, or never came due."""
        for index, step in enumerate(self.steps):
            if step["kind"] == "timer":
                made_by = self.draw(st.none() | st.integers(0, index))
                made = 0 if made_by is None else self.steps[made_by]["start"]
                queued, due = max(made, step["ready"]), self.draw(st.integers(0, step["ready"]))
                yield Timer(step["label"], made_by, due, queued, made=min(made, queued), step=index)
        made_by = self.draw(st.integers(0, len(self.steps) - 1))
        made = self.steps[made_by]["start"]
        cancelled = self.draw(st.none() | st.integers(made, end))
        yield Timer("timeout", made_by, made + 1, cancelled=cancelled, made=made)


@st.composite
def recordings(draw):
    """A timeline of up to some twenty steps."""
    program, clock = _Program(draw), 0
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            clock = program.sleep(clock)
        clock = program.run(draw(st.sampled_from([*program.last, None])), clock)
    end = clock + draw(st.integers(0, 2))
    printed = [(i, step["start"]) for i, step in enumerate(program.steps) if draw(st.booleans())]
    return Timeline.of(
        [program.task(id, end) for id in program.last],
        [Step(**step) for step in program.steps],
        duration=end,
        idle=tuple(program.idle),
        timers=tuple(program.timers(end)),
        output=tuple(Printed(start, f"{index}\n", index) for index, start in printed),
    )
