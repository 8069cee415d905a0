"""Coroutine objects that nobody awaited: known, and warned about as ever."""

import asyncio
import warnings

from programs import nap, run

from helpers import record, simulate


def lines_of(timeline):
    """(coroutine, text of the line where it was dropped, time) of each."""
    found = []
    for each in timeline.dropped:
        source, line = each.dropped_at
        found.append((each.coroutine, timeline.sources[source].splitlines()[line - 1].strip()))
    return found


async def forgets():
    await asyncio.sleep(1)
    nap()
    await asyncio.sleep(1)
    kept = nap()
    kept = None
    await asyncio.sleep(1)
    return kept


def test_one_that_is_dropped_tells_where_and_when():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        timeline = simulate(forgets())
    assert lines_of(timeline) == [("nap", "nap()"), ("nap", "kept = None")]
    assert [each.time for each in timeline.dropped] == [1.0, 2.0]
    assert [timeline.steps[each.step].label for each in timeline.dropped] == ["forgets", "forgets"]
    assert [str(warning.message) for warning in heard] == ["coroutine 'nap' was never awaited"] * 2


def test_the_warning_is_what_it_would_be():
    def told():
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            asyncio.run(forgets())
        return [(w.category, str(w.message), w.filename, w.lineno) for w in heard]

    async def forgets():
        nap()

    plain = told()
    with record():
        assert told() == plain
    assert plain[0][2] == __file__


def test_in_debug_mode_it_is_known_where_it_was_made():
    async def program():
        lost = nap()
        await asyncio.sleep(0)
        del lost
        await asyncio.sleep(0)

    with warnings.catch_warnings(), record() as timeline:
        warnings.simplefilter("ignore")
        asyncio.run(program(), debug=True)
    (each,) = timeline.dropped
    assert each.made_at[1] == each.dropped_at[1] - 2


def test_one_that_is_awaited_passed_on_or_closed_is_not_among_them():
    async def program():
        await nap()
        await asyncio.create_task(nap())
        nap().close()

    assert run(program()).dropped == ()
