"""The legend is of what occurs in the chart, and of nothing else."""

import asyncio

import pytest
from chart_samples import breakfast, crowd, eager, greetings

from helpers import record, simulate
from helpers.charts.words import LANES, SIGNS


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


ALL = {sign.words for sign in SIGNS.values()}
ALWAYS = {"loop busy"}


@pytest.mark.parametrize(
    ("timeline", "signs"),
    [
        (
            greetings(),
            {"waiting", "running, too", "creates", "returned", "loop asleep", "callback"},
        ),
        (
            breakfast(),
            {"running", "running, too", "ready", "waiting", "overdue", "blocking", "creates"}
            | {"returned", "raised", "cancelled", "still pending", "loop asleep", "callback"},
        ),
        (eager(), {"running", "waiting", "blocking", "creates", "returned"}),
        (
            crowd(100),
            {"running", "running, too", "ready", "waiting", "how many", "creates", "returned"},
        ),
    ],
    ids=["greetings", "breakfast", "eager", "crowd"],
)
def test_the_legend_is_of_what_occurs_and_of_nothing_else(timeline, signs):
    found = set(words(timeline.gantt())) & ALL
    expected = {text for text in ALL if any(starts(text, s) for s in signs | ALWAYS)}
    assert found == expected


def starts(text, sign):
    """`running` is an entry of its own beside `running, too short ...`."""
    return text == sign if sign == "running" else text.startswith(sign)


def test_the_legend_can_be_left_out():
    assert "creates a task" not in words(greetings().gantt(legend=False))


async def with_a_limit():
    limit = asyncio.Semaphore(1)

    async def hold():
        async with limit:
            await asyncio.sleep(1)

    await asyncio.gather(hold(), hold())


async def with_a_queue():
    orders = asyncio.Queue(2)
    for number in (1, 2):
        await orders.put(number)
    await asyncio.gather(orders.put(3), take_later(orders))


async def take_later(orders):
    await asyncio.sleep(1)
    await orders.get()
    await asyncio.sleep(1)


async def with_a_thread():
    await asyncio.to_thread(int)


def lanes_explained(timeline):
    found = set(words(timeline.gantt()))
    return {sign for sign, said in LANES.items() if said in found}


def test_what_lies_in_the_lanes_of_what_tasks_share_is_explained_too():
    assert lanes_explained(simulate(with_a_limit())) == {"held", "in line"}
    assert lanes_explained(simulate(with_a_queue())) == {"size", "limit", "in line"}
    with record() as timeline:
        asyncio.run(with_a_thread())
    assert "work" in lanes_explained(timeline)  # a thread may take its time to begin


def test_without_such_lanes_nothing_is_said_of_them():
    assert not lanes_explained(greetings())
