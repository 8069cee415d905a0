"""A row begins every second."""

import asyncio

from helpers.practice import drawing, sentences
from helpers.practice.drawing import Draws
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_06.lent import car, hotel, train
from helpers.virtual_time import compute


async def second_trip(train, hotel, car):
    staying = asyncio.create_task(hotel(), name="hotel")
    await asyncio.sleep(1)
    driving = asyncio.create_task(car(), name="car")
    await asyncio.sleep(1)
    riding = asyncio.create_task(train(), name="train")
    for task in (staying, driving, riding):
        await task


async def second_trip_in_a_group(train, hotel, car):
    async with asyncio.TaskGroup() as group:
        for job in (hotel, car, train):
            group.create_task(job())
            if job is not train:
                await asyncio.sleep(1)


async def second_trip_one_by_one(train, hotel, car):
    for job in (hotel, car, train):
        await asyncio.create_task(job())
        await asyncio.sleep(1)


async def second_trip_sleeping_inside(train, hotel, car):
    async def after(seconds, job):
        await asyncio.sleep(seconds)
        await job()

    await asyncio.gather(hotel(), after(1, car), after(2, train))


async def second_trip_with_a_last_pause(train, hotel, car):
    async with asyncio.TaskGroup() as group:
        for job in (hotel, car, train):
            group.create_task(job())
            await asyncio.sleep(1.5 if job is train else 1)


async def second_trip_blocking(train, hotel, car):
    async with asyncio.TaskGroup() as group:
        for job in (hotel, car, train):
            group.create_task(job())
            compute(1)


async def second_trip_until_the_clock_says_three(train, hotel, car):
    tasks = []
    for job in (hotel, car, train):
        tasks.append(asyncio.create_task(job(), name=job.__name__))
        await asyncio.sleep(0)
        await asyncio.sleep(1)


SECOND_TRIP = Exercise(
    id="06-every-second",
    title="A row begins every second",
    prompt=(
        "Here are the same three jobs: `hotel()` takes 3 s, `car()` 2 s, `train()` 1 s. This time "
        "a row begins at 0 s, at 1 s and at 2 s. Write `second_trip`."
    ),
    starter="""\
async def second_trip(train, hotel, car):
    await asyncio.gather(hotel(), car(), train())
""",
    hints=(
        "A row begins where its task is made. So the task in the second row is not made before "
        "1 s. What does the top row do until then?",
        "Make a task, `await asyncio.sleep(1)`, make the next one. Don't await any of the tasks "
        "before all three are made.",
        "After making the third task, `await` all three, one after the other.",
    ),
    why=("A row begins where its task is made, and these three were made a second apart."),
    judge=Draws(second_trip, train, hotel, car),
    solution=second_trip,
    also=(second_trip_in_a_group,),
    wrong=(
        (
            second_trip_until_the_clock_says_three,
            "It draws the chart, but were each job half a second longer: "
            + sentences.left_over("hotel", at=3, waiting_for="sleep(0.5)"),
        ),
        (second_trip_one_by_one, drawing.begins_later("car", at=1, later=4)),
        (second_trip_sleeping_inside, drawing.row_begins("after-1", at=0, wanted=1)),
        (
            second_trip_with_a_last_pause,
            drawing.part_ends(
                "second_trip_with_a_last_pause", "waiting", since=0, end=3.5, wanted=3
            ),
        ),
        (second_trip_blocking, drawing.begins_later("hotel", at=0, later=3)),
    ),
)
