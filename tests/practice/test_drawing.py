"""Here is a chart, write the program that draws it: compared in time, not by names or style."""

import asyncio

import pytest

from helpers.practice import drawing
from helpers.practice.checks import NotYet
from helpers.practice.drawing import Draws, chart_to_draw
from helpers.practice.exercises import exercises
from helpers.virtual_time import compute


async def train():
    await asyncio.sleep(1)


async def hotel():
    await asyncio.sleep(3)


async def pack():
    compute(1)


async def model(train, hotel, pack):
    async with asyncio.TaskGroup() as group:
        group.create_task(train(), name="train")
        group.create_task(hotel(), name="hotel")
    await pack()


JUDGE = Draws(model, train, hotel, pack)


async def in_another_style(train, hotel, pack):
    await asyncio.gather(asyncio.create_task(hotel(), name="h"), train())
    return [await pack()]


async def one_by_one(train, hotel, pack):
    await asyncio.create_task(train())
    await asyncio.create_task(hotel())
    await pack()


async def packing_first(train, hotel, pack):
    await pack()
    await asyncio.gather(train(), hotel())


async def packing_twice(train, hotel, pack):
    await asyncio.gather(train(), hotel())
    await pack()
    await pack()


async def never_packing(train, hotel, pack):
    await asyncio.gather(train(), hotel())


async def with_a_row_too_few(train, hotel, pack):
    task = asyncio.create_task(hotel())
    await train()
    await task
    await pack()


async def sleeping_longer(train, hotel, pack):
    await asyncio.gather(train(), hotel())
    await pack()
    await asyncio.sleep(1)


async def a_nanosecond_late(train, hotel, pack):
    await asyncio.gather(train(), hotel())
    await pack()
    await asyncio.sleep(1e-9)


def said(function):
    try:
        JUDGE(function)
    except NotYet as not_yet:
        return not_yet.sentence
    return None


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (model, None),
        (in_another_style, None),
        (one_by_one, drawing.begins_later("hotel", at=0, later=1)),
        (packing_first, drawing.begins_later("hotel", at=0, later=1)),
        (packing_twice, drawing.begins_sooner("pack", at=4)),
        (never_packing, drawing.begins_later("pack", at=3)),
        (with_a_row_too_few, drawing.rows_below(1, wanted=2)),
        (sleeping_longer, drawing.part_is("sleeping_longer", 4, "waiting", "not there")),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_what_a_program_is_told(function, sentence):
    assert said(function) == sentence


def test_what_no_sentence_could_say_is_not_judged():
    assert said(a_nanosecond_late) is None


def test_the_chart_of_an_exercise_is_a_run_of_its_solution():
    drawn = [e for e in exercises().values() if isinstance(e.judge, Draws)]
    assert drawn
    for exercise in drawn:
        chart = chart_to_draw(exercise.id)
        assert (chart.title, chart.clock) == ("the chart to draw", "virtual")
        assert chart.duration == exercise.judge.chart().duration > 0


@pytest.mark.parametrize("id", ["00-breakfast", "no-such-exercise", 7])
def test_an_exercise_without_a_chart_is_told(id):
    with pytest.raises(LookupError, match="asks for a chart"):
        chart_to_draw(id)
