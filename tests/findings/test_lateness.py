"""Sleeps and timeouts that came late, and by whom."""

import asyncio
from contextlib import suppress

from helpers import compute, simulate
from helpers.findings.evidence import Evidence
from helpers.findings.lateness import behind_a_crowd, late_because_of, late_waits
from helpers.timeline import NOTHING


async def one_long_step():
    async def ask():
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await asyncio.sleep(10)

    asking = asyncio.create_task(ask())
    waiting = asyncio.create_task(asyncio.sleep(0.5))
    await asyncio.sleep(0.1)
    compute(1)
    await asyncio.gather(asking, waiting)


def test_what_one_long_step_made_late_is_told_with_it_and_not_again():
    timeline = simulate(one_long_step())
    (found,) = timeline.findings()
    assert found.kind == "loop held"
    assert "The timeout of 'ask-1' fired 0.8 s late, at" in found.sentence
    assert [one.kind for one in found.also] == ["late timers, late deadlines"] * 2


def test_its_cause_is_that_step():
    evidence = Evidence(simulate(one_long_step()))
    (step,) = evidence.states.blocking.tolist()
    assert [one.timeout for one in late_waits(evidence)] == [False, True]
    assert [len(waits) for waits in late_because_of(evidence, [step])] == [1, 1]


async def three_long_steps():
    async def parse():
        compute(0.3)

    await asyncio.gather(asyncio.sleep(0.1), parse(), parse(), parse())


def test_what_three_long_steps_of_one_line_made_late_is_told_with_it_too():
    (found,) = simulate(three_long_steps()).findings()
    assert found.kind == "loop held"
    assert [one.kind for one in found.also] == ["late timers, late deadlines"]


async def a_crowd(number=40):
    async def worker():
        await asyncio.sleep(0.1)
        compute(0.02)
        await asyncio.sleep(0.1)

    await asyncio.gather(*(worker() for _ in range(number)))


def test_a_crowd_that_makes_itself_late_is_counted_and_its_worst_is_named():
    (found,) = simulate(a_crowd()).findings()
    assert "tasks ran in turn meanwhile, 'worker-" in found.sentence
    assert found.sentence.endswith("the longest, 20 ms.")


async def an_outsider():
    late = asyncio.create_task(asyncio.sleep(0.105), name="outsider")
    await a_crowd()
    await late


def test_whoever_did_not_make_others_late_is_told_alone():
    evidence = Evidence(simulate(an_outsider()))
    late = late_waits(evidence)
    assert {one.cause for one in late} == {NOTHING}
    names = {evidence.tasks[one.task].name for one in behind_a_crowd(evidence, late)}
    assert names == {"outsider"}


def test_nobody_late_is_nobody():
    evidence = Evidence(simulate(asyncio.sleep(1)))
    assert late_waits(evidence) == behind_a_crowd(evidence, []) == []
