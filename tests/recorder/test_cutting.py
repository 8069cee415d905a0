"""One recording's share of a journal: a copy, which any thread may take at any time."""

import asyncio
import threading
from types import SimpleNamespace

from programs import nap

from helpers import record
from helpers.recorder import rows
from helpers.recorder.cutting import cut


def elsewhere(ask):
    """What it gives in another thread, while this one waits for it."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join()
    return answers[0]


def within(program, **options):
    """Record a program that is handed its own recording."""
    recording = record(**options)
    with recording:
        asyncio.run(program(recording))
    assert recording.timeline.notes == ()
    return recording


def now(recording):
    return cut(recording.journal, recording)


def whole_rows(share):
    values = share.rows.tolist()
    return [values[at : at + rows.WIDTH] for at in range(0, len(values), rows.WIDTH)]


def test_the_step_under_way_is_the_last_row_and_lasts_until_now():
    async def main(recording):
        for share in (now(recording), elsewhere(lambda: now(recording))):
            (row,) = whole_rows(share)
            assert abs(row[rows.START]) <= row[rows.END] == share.end
            assert share.tasks[int(row[rows.WHO])].kind.qualname.endswith("main")
            assert not share.is_over

    within(main)


def test_a_cut_stays_as_it_is_while_the_journal_goes_on():
    async def main(recording):
        share = now(recording)
        before = share.rows[:], len(share.tasks), share.output[:], share.notes[:]
        await asyncio.create_task(nap())
        print(end="more")
        recording.journal.note("and a note")
        assert (share.rows, len(share.tasks), share.output, share.notes) == before
        after = now(recording)
        assert len(after.rows) > len(share.rows)
        assert (len(after.tasks), after.output[-1][1], after.notes) == (2, "more", ["and a note"])
        recording.journal.notes.clear()

    within(main)


def test_who_is_ready_is_told_by_the_watched_thread_itself():
    async def main(recording):
        task = asyncio.create_task(nap(), name="behind")
        share = now(recording)
        ((number, moment),) = share.queued.items()
        assert share.tasks[number].name == "behind"
        assert recording.begin <= moment <= share.end
        assert recording.journal.tasks.known(task) == number
        await task

    within(main)


def test_seen_from_outside_one_that_nobody_knows_yet_is_in_the_cut_alone():
    async def main(recording):
        tasks = recording.journal.tasks
        task = asyncio.create_task(nap(), name="behind")
        noted = len(tasks.notes)
        share = elsewhere(lambda: now(recording))
        ((number, moment),) = share.queued.items()
        assert (share.tasks[number].name, number) == ("behind", noted)
        assert recording.begin <= moment <= share.end
        assert tasks.known(task) is None
        assert len(tasks.notes) == noted
        await task

    within(main)


def test_a_window_that_is_over_is_cut_at_its_end():
    async def main(recording):
        end = recording.journal.safe_clock()
        window = SimpleNamespace(title="a", begin=recording.begin, end=end, task=None, state="left")
        await nap()
        share = cut(recording.journal, window)
        assert (share.begin, share.end, share.title) == (recording.begin, end, "a")
        assert share.is_over

    within(main)


def test_of_a_journal_that_failed_only_what_was_written_is_cut():
    async def main(recording):
        await nap()
        journal, behind = recording.journal, asyncio.create_task(nap())
        written, journal.failed = journal.rows.copy(True), True
        try:
            share = now(recording)
        finally:
            journal.failed = False
        assert (share.rows, share.queued) == (written, {})
        await behind

    within(main)


def test_whether_there_are_places_is_said():
    async def main(recording):
        shares.append(now(recording))

    shares = []
    within(main)
    within(main, lines=False)
    assert [share.has_lines for share in shares] == [True, False]
