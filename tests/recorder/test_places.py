"""Where each step was resumed and suspended, in the learner's own code."""

import asyncio

from programs import nap, run


def test_lines_of_the_learners_own_code():
    async def inner():
        await asyncio.sleep(0)

    async def outer():
        await inner()

    timeline = run(outer())
    first, last = timeline.steps[0], timeline.steps[1]
    base = outer.__code__.co_firstlineno
    name = "test_places.py"
    assert first.resumed_at == (name, base)
    assert first.suspended_at == last.resumed_at == (name, inner.__code__.co_firstlineno + 1)
    assert "async def inner" in timeline.sources[name]


def test_without_lines_there_are_no_places():
    timeline = run(nap(), lines=False)
    assert timeline.places == ()
    assert timeline.steps[0].suspended_at is None
