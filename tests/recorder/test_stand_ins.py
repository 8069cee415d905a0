"""What stands in for asyncio's own does what that does, and tells the journal of its thread."""

import asyncio
import io
import threading
from asyncio import events
from threading import get_ident
from types import SimpleNamespace

import pytest

from helpers import record
from helpers.recorder import rows, stand_ins
from helpers.recorder.journal import Journal


def nothing():
    pass


def elsewhere(action):
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


@pytest.fixture
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def recording():
    recording = record()
    with recording:
        yield recording
    assert recording.timeline.notes == ()


@pytest.fixture
def journal(monkeypatch):
    """This thread's journal, where nothing is in place."""
    journal = Journal(get_ident())
    monkeypatch.setattr(stand_ins, "journals", {journal.thread: journal})
    return journal


# -- handles -----------------------------------------------------------------------------------


def test_a_handle_says_when_it_was_queued(clock, loop, recording):
    before = clock()
    handle = loop.call_soon(nothing)
    assert before < handle.queued < clock()


def test_the_moment_is_unknown_where_the_clock_fails(monkeypatch, loop):
    def broken():
        raise ValueError

    monkeypatch.setattr(stand_ins, "_queued_at", broken)
    for kind in (stand_ins._Handle, stand_ins._UnknownHandle):
        assert kind(nothing, (), loop).queued == rows.UNKNOWN


@pytest.mark.parametrize("kind", [stand_ins._Handle, stand_ins._UnknownHandle])
def test_a_handle_of_ours_has_all_that_asyncios_has(loop, kind):
    plain, ours = events.Handle(nothing, (1,), loop), kind(nothing, (1,), loop)
    names = [name for name in events.Handle.__slots__ if not name.startswith("__")]
    for name in set(names) - {"_context"}:
        assert getattr(ours, name) == getattr(plain, name), name
    assert dict(ours._context) == dict(plain._context)
    assert ours._context is not plain._context


def test_each_timer_is_one_of_asyncios_and_equal_to_them(loop):
    before = loop.call_at(7.0, nothing)
    with record():
        after = loop.call_at(7.0, nothing)
        assert isinstance(before, events.TimerHandle)
        assert type(before) is not type(after)
        assert before == after
        assert not before < after
    assert isinstance(after, asyncio.TimerHandle)


def test_a_timer_is_noted_when_it_is_made_and_when_it_is_cancelled_once(clock, loop, recording):
    start = clock()
    timer = loop.call_at(7.0, nothing)
    made = clock()
    timer.cancel()
    cancelled = clock()
    timer.cancel()
    (note,) = recording.journal.timers
    assert start < note.made < made < note.cancelled < cancelled
    assert (note.when, timer.cancelled()) == (7.0, True)


def test_a_timer_of_an_earlier_recording_is_not_taken_for_one_of_this(loop):
    with record():
        timer = loop.call_at(7.0, nothing)
    second = record()
    with second:
        loop.call_at(8.0, nothing)
        timer.cancel()
        assert [note.cancelled for note in second.journal.timers] == [None]
    assert timer.cancelled()


def test_what_the_program_puts_into_a_class_of_ours_goes_to_asyncios(loop):
    def logged(handle):
        return "logged"

    with record():
        ours = events.Handle
        ours.logged = logged
    try:
        assert events.Handle is not ours
        assert events.Handle.logged is logged
        assert "logged" not in vars(ours)
    finally:
        del events.Handle.logged


# -- methods -----------------------------------------------------------------------------------


def test_a_call_from_another_thread_is_noted_and_one_from_its_own_is_not(recording):
    async def main():
        running = asyncio.get_running_loop()
        running.call_soon_threadsafe(nothing)
        assert recording.journal.foreign == []
        elsewhere(lambda: handles.append(running.call_soon_threadsafe(nothing)))

    handles = []
    asyncio.run(main())
    called, queued = recording.journal.foreign[0]
    assert called <= queued == handles[0].queued


def test_a_name_that_was_given_is_known_for_one(recording):
    async def main():
        given = asyncio.create_task(asyncio.sleep(0), name="Task-7")
        unnamed = asyncio.create_task(asyncio.sleep(0))
        await asyncio.wait([given, unnamed])

    asyncio.run(main())
    notes = recording.journal.tasks.notes[:3]  # the first is that of `main`
    assert [note.is_given for note in notes] == [False, True, False]


def test_a_method_that_stands_in_gives_what_the_plain_one_gives(journal, loop):
    def plain(*told, **options):
        asked.append((told[1:], options))
        return answer

    asked, answer = [], object()
    owner = asyncio.base_events.BaseEventLoop
    call = stand_ins.STAND_INS[owner, "call_soon_threadsafe"](plain)
    assert call(loop, nothing, 1) is answer
    assert asked.pop() == ((nothing, 1), {"context": None})
    assert stand_ins.STAND_INS[owner, "create_task"](plain)(loop, None, name="x") is answer
    assert asked.pop() == ((None,), {"name": "x"})


def test_a_loop_of_another_kind_runs_as_ever_and_is_known_to_have_run(monkeypatch):
    told, other = [], object()
    listens = SimpleNamespace(
        attempt=lambda part, action, *args: action(*args),
        runs=lambda loop: told.append(("noticed", loop)),
    )
    monkeypatch.setattr(stand_ins, "journals", {get_ident(): listens})
    stand_ins.note_that_it_runs(lambda loop: told.append(("runs", loop)))(other)
    assert told == [("noticed", other), ("runs", other)]


# -- what is printed ---------------------------------------------------------------------------


def test_what_is_written_is_passed_on_and_noted(journal):
    out = io.StringIO()
    tee = stand_ins.Tee(out)
    assert tee.write("one\n") == 4
    tee.writelines(["two\n", "three\n"])
    assert tee.getvalue() == out.getvalue() == "one\ntwo\nthree\n"
    assert [(text, mine) for _, text, mine in journal.output] == [
        ("one\n", True), ("two\n", True), ("three\n", True),
    ]  # fmt: skip


def test_what_a_thread_writes_that_records_nothing_is_noted_by_those_that_do(journal):
    tee = stand_ins.Tee(io.StringIO())
    elsewhere(lambda: tee.write("for somebody"))
    assert [(text, mine) for _, text, mine in journal.output] == [("for somebody", False)]


def test_what_could_not_be_written_is_not_noted(journal):
    out = io.StringIO()
    out.close()
    with pytest.raises(ValueError, match="closed file"):
        stand_ins.Tee(out).write("lost")
    assert journal.output == []


def test_a_handles_own_methods_are_called_as_asyncio_calls_them():
    async def main():
        loop = asyncio.get_running_loop()
        timer, handle = loop.call_later(10, nothing), loop.call_soon(nothing)
        loop.call_soon(timer.cancel)
        loop.call_soon(handle.cancel)
        await asyncio.sleep(0)
        return repr(timer.cancel), type(timer).__qualname__, type(handle).__qualname__

    plain = asyncio.run(main())
    with record() as timeline:
        recorded = asyncio.run(main())
    labels = [step.label for step in timeline.steps]
    assert {"TimerHandle.cancel", "Handle.cancel"} <= set(labels)
    assert [text.partition(" of ")[0] for text in recorded] == [
        text.partition(" of ")[0] for text in plain
    ]
