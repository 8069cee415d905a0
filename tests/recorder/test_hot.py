"""The short way and the long way round write the same row; and what a step must not keep."""

import asyncio
import sys

import pytest

from helpers import record
from helpers.recorder import hooks, hot, rows
from helpers.recorder.present import step_frames


async def a_bit_of_everything():
    """One thing after the other, so that the order of steps is no matter of time."""
    loop = asyncio.get_running_loop()

    async def fail():
        await asyncio.sleep(0)
        raise ValueError

    loop.call_soon(int)
    hanging = asyncio.create_task(asyncio.Event().wait(), name="hanging")
    await asyncio.gather(fail(), asyncio.sleep(0), return_exceptions=True)
    hanging.cancel()
    await asyncio.sleep(0.001)
    loop.call_later(0, int)
    await asyncio.sleep(0.001)
    await asyncio.create_task(asyncio.sleep(0))


@pytest.mark.parametrize("lines", [False, True], ids=["lines off", "lines on"])
def test_the_short_way_and_the_long_way_round_write_the_same_rows(monkeypatch, lines):
    """All but the moments. The long way is that of a step under way when a recording begins."""

    def roundabout(journal, plain_run):
        def run(handle):
            if not journal.takes(handle):
                return plain_run(handle)
            task, who, queued = journal.identify(handle)
            start = -journal.clock() if journal.last == 0 else journal.clock()
            plain_run(handle)
            return journal.write(queued, start, None, who, task)

        step_frames.add(run.__code__)
        return run

    def told():
        with record(lines=lines) as timeline:
            asyncio.run(a_bit_of_everything())
        return [(s.label, s.kind, s.waiting_for, s.suspended_at) for s in timeline.steps], [
            (t.name, t.outcome, t.exception, t.entered) for t in timeline.tasks
        ]

    short = told()
    with monkeypatch.context() as patch:
        patch.setattr(hooks, "make_run", roundabout)
        long = told()
    if not lines:
        assert {place for *_, place in short[0]} == {None}
    assert short == long


def test_a_traceback_that_goes_through_a_step_keeps_nothing_of_it():
    """An exit goes through the loop, and whoever keeps it keeps its frames."""

    def run():
        loop = asyncio.new_event_loop()
        loop.call_soon(sys.exit, 3)
        try:
            with record():
                loop.run_forever()
        finally:
            loop.close()

    with pytest.raises(SystemExit) as kept:
        run()
    frames = []
    traceback = kept.value.__traceback__
    while traceback is not None:
        frames.append(traceback.tb_frame)
        traceback = traceback.tb_next
    ours = [frame for frame in frames if frame.f_code.co_filename == hot.__file__]
    assert len(ours) == 1
    assert {ours[0].f_locals[name] for name in ("handle", "task")} == {None}


def test_rows_are_packed_between_iterations(monkeypatch):
    monkeypatch.setattr(rows, "FULL", 10)
    recording = record()
    with recording:
        asyncio.run(asyncio.wait_for(a_bit_of_everything(), 10))
        kept = recording.journal.rows
        assert len(kept.packed) > len(kept.fresh) > 0
        assert len(kept.fresh) <= 10 + 5 * rows.WIDTH
