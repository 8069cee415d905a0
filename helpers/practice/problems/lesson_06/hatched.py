"""Two rows, and a hatched part in one."""

import asyncio

from helpers.practice import drawing
from helpers.practice.drawing import Draws
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_06.lent import hotel, pack, train


async def third_trip(train, pack, hotel):
    async def travel():
        await train()
        await pack()
        await hotel()

    async with asyncio.TaskGroup() as group:
        group.create_task(travel(), name="north")
        group.create_task(travel(), name="south")


async def third_trip_by_gather(train, pack, hotel):
    async def travel():
        return [await train(), await pack(), await hotel()]

    await asyncio.gather(travel(), travel())


async def third_trip_packing_first(train, pack, hotel):
    async def travel():
        await pack()
        await train()
        await hotel()

    await asyncio.gather(travel(), travel())


async def third_trip_stage_by_stage(train, pack, hotel):
    await asyncio.gather(train(), train())
    await asyncio.gather(pack(), pack())
    await asyncio.gather(hotel(), hotel())


async def third_trip_sleeping(train, pack, hotel):
    async def travel():
        await train()
        await asyncio.sleep(1)
        await hotel()

    await asyncio.gather(travel(), travel())


async def third_trip_one_by_one(train, pack, hotel):
    for _ in range(2):
        await train()
        await pack()
        await hotel()


async def third_trip_in_the_top_row(train, pack, hotel):
    async def travel():
        await train()
        await pack()
        await hotel()

    north = asyncio.create_task(travel(), name="north")
    await travel()
    await north


async def third_trip_with_a_task_for_each(train, pack, hotel):
    async def travel():
        await asyncio.create_task(train())
        await pack()
        await hotel()

    await asyncio.gather(travel(), travel())


THIRD_TRIP = Exercise(
    id="06-hatched",
    title="Something hatched",
    prompt=(
        "Two travellers, two rows. `train()` takes 1 s and `hotel()` 3 s, as before; `pack()` is a "
        "coroutine function, too, but it holds the loop for 1 s. It all takes 6 s. Write "
        "`third_trip`."
    ),
    starter="""\
async def third_trip(train, pack, hotel):
    await train()
    await pack()
    await hotel()
""",
    hints=(
        "Read one row from left to right: a wait of 1 s, something solid, a wait of 3 s. Which "
        "three calls are that?",
        "The lower row does the same three things. It is hatched where the upper one is solid: "
        "only one of them can pack at a time.",
        "Put the three awaits into a coroutine function of their own, `travel()`, and make two "
        "tasks with it.",
    ),
    why=(
        "Both travellers are ready to pack at 1 s. The loop runs one of them, and for that second "
        "the other stays ready: that's the hatched part."
    ),
    judge=Draws(third_trip, train, pack, hotel),
    solution=third_trip,
    also=(third_trip_by_gather,),
    wrong=(
        (third_trip_packing_first, drawing.begins_sooner("pack", at=0, later=1)),
        (third_trip_stage_by_stage, drawing.begins_later("hotel", at=2, later=3)),
        (third_trip_sleeping, drawing.begins_later("pack", at=1)),
        (third_trip_one_by_one, drawing.begins_later("train", at=0, later=5, number=2)),
        (third_trip_in_the_top_row, drawing.rows_below(1, wanted=2)),
        (third_trip_with_a_task_for_each, drawing.rows_below(4, wanted=2)),
    ),
)
