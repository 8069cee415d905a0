"""Two side by side, then one."""

import asyncio

from helpers.practice import drawing
from helpers.practice.drawing import Draws
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_06.lent import car, hotel, train


async def first_trip(train, hotel, car):
    async with asyncio.TaskGroup() as group:
        group.create_task(train(), name="train")
        group.create_task(hotel(), name="hotel")
    await car()


async def first_trip_by_gather(train, hotel, car):
    await asyncio.gather(hotel(), train())
    await car()


async def first_trip_with_tasks(train, hotel, car):
    tasks = [asyncio.create_task(train()), asyncio.create_task(hotel())]
    for task in tasks:
        await task
    await car()


async def first_trip_task_by_task(train, hotel, car):
    await asyncio.create_task(train(), name="train")
    await asyncio.create_task(hotel(), name="hotel")
    await car()


async def first_trip_all_at_once(train, hotel, car):
    await asyncio.gather(train(), hotel(), car())


async def first_trip_with_a_row_too_few(train, hotel, car):
    staying = asyncio.create_task(hotel(), name="hotel")
    await train()
    await staying
    await car()


async def first_trip_with_a_row_too_many(train, hotel, car):
    await asyncio.gather(train(), hotel())
    await asyncio.create_task(car(), name="car")


FIRST_TRIP = Exercise(
    id="06-two-then-one",
    title="Two rows, then none",
    prompt=(
        "`train()` takes 1 s, `hotel()` 3 s and `car()` 2 s. Write the function `first_trip` that "
        "draws this chart. Begin with two questions: what has a row of its own? What does the top "
        "row do at the end, where there is no row below it?"
    ),
    starter="""\
async def first_trip(train, hotel, car):
    await train()
    await hotel()
    await car()
""",
    hints=(
        "Two rows begin at 0 s: two tasks. The last two seconds are in the top row only: a plain "
        "`await`.",
        "First make both tasks, and wait until both are done: a TaskGroup does that, and so does "
        "gather. `car` comes after that.",
        "`await asyncio.gather(train(), hotel())`, and on the next line `await car()`.",
    ),
    why=(
        "Each task has a row of its own; what is awaited plainly happens in the row of the task "
        "that awaits it."
    ),
    judge=Draws(first_trip, train, hotel, car),
    solution=first_trip,
    also=(first_trip_by_gather, first_trip_with_tasks),
    wrong=(
        (first_trip_task_by_task, drawing.begins_later("hotel", at=0, later=1)),
        (first_trip_all_at_once, drawing.begins_sooner("car", at=0, later=3)),
        (first_trip_with_a_row_too_few, drawing.rows_below(1, wanted=2)),
        (first_trip_with_a_row_too_many, drawing.rows_below(3, wanted=2)),
    ),
)
