"""Where a recording begins and ends, also when it is cut short or misused."""

import asyncio
import contextlib

import pytest
from programs import nap

from helpers import record
from helpers.recorder import hooks
from helpers.recorder.recording import Recording, finish_leftovers


def test_a_task_still_pending_is_said_to_be():
    async def main():
        with record() as timeline:
            task = asyncio.create_task(nap(), name="left over")
        await task
        return timeline

    timeline = asyncio.run(main())
    task = timeline.task("left over")
    assert (task.outcome, task.ended, task.started) == ("pending", None, None)
    assert task.queued == task.created
    assert "pending" in repr(timeline)
    assert any("left over" in note for note in timeline.notes)


def test_an_interrupt_is_the_recordings_end_and_is_told():
    recording = record()
    with pytest.raises(KeyboardInterrupt), recording:
        raise KeyboardInterrupt
    timeline = recording.timeline
    assert (timeline.complete, timeline.stopped) == (True, True)
    assert timeline.notes[-1].startswith("Stopped after ")


def test_a_timeout_around_a_recording_is_no_stop():
    async def main():
        recording = record()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                with recording:
                    await asyncio.sleep(60)
        return recording.timeline

    timeline = asyncio.run(main())
    assert (timeline.complete, timeline.stopped, timeline.notes) == (True, False, ())


def test_an_exception_goes_through_and_the_timeline_is_complete():
    async def main():
        await nap()
        raise ZeroDivisionError

    recording = record()
    with pytest.raises(ZeroDivisionError), recording:
        asyncio.run(main())
    assert recording.timeline.complete
    assert recording.timeline.tasks[0].outcome == "raised"


def test_cancelled_in_the_middle():
    async def recorded(box):
        with record() as timeline:
            box.append(timeline)
            await asyncio.sleep(60)

    async def main():
        box = []
        task = asyncio.create_task(recorded(box), name="recorded")
        await asyncio.sleep(0.001)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return box[0]

    timeline = asyncio.run(main())
    assert timeline.complete
    assert timeline.recording_task.name == "recorded"


def test_recordings_nest_and_overlap():
    async def main():
        outer, inner = record("outer"), record("inner")
        first = outer.__enter__()
        await asyncio.create_task(nap(), name="a")
        second = inner.__enter__()
        await asyncio.create_task(nap(), name="b")
        outer.__exit__(None, None, None)
        await asyncio.create_task(nap(), name="c")
        inner.__exit__(None, None, None)
        return first, second

    first, second = asyncio.run(main())
    assert [t.name for t in first.tasks] == ["main", "a", "b"]
    assert [t.name for t in second.tasks] == ["main", "b", "c"]


def test_record_wants_a_title_not_a_program():
    program = nap()
    with pytest.raises(TypeError, match="The program to record goes into the block"):
        record(program)
    program.close()


def test_a_recording_is_used_once():
    recording = record()
    with recording:
        pass
    with pytest.raises(RuntimeError, match="used already"), recording:
        pass


def test_an_exit_cut_short_by_an_interrupt_is_finished_by_the_next(monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Recording, "snapshot", interrupted)
        patch.setattr(hooks, "leave_journal", interrupted)
        recording = record()
        with pytest.raises(KeyboardInterrupt), recording:
            asyncio.run(nap())
    assert hooks.journals, "it was left in the middle"
    finish_leftovers()
    assert recording.timeline.complete
    assert recording.timeline.tasks[0].name == "nap"
