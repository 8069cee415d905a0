"""Lesson 05, all three together: here is a chart, write the program that draws it.

The chart is a run of the solution, and the judge compares with it what the learner's
function did: when each lent function began and ended, then the rows of the chart, each as
running, ready and waiting in time. Names of tasks, the order in which they were made within
one moment, and what a row waits for may differ, so every style that behaves alike is right.
"""

import asyncio
from functools import partial
from itertools import groupby, zip_longest
from operator import attrgetter

from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import NotYet, nothing_left_over
from helpers.practice.exercises import Exercise
from helpers.timeline import Timeline
from helpers.virtual_time import compute, simulate


def chart_to_draw(exercise_id: str) -> Timeline:
    """The chart of that exercise: a recording of its solution, in virtual time."""
    solution, lent = _MODELS[exercise_id]
    return simulate(solution(*lent), title="the chart to draw", lines=False)


# -- two charts compared -----------------------------------------------------------------------


def draws(exercise_id: str, function) -> None:
    """Raises NotYet, with a sentence, unless the learner's function draws that chart."""
    model, lent = _MODELS[exercise_id]
    wanted, jobs = Jobs(), Jobs()
    chart = simulate(model(*map(wanted.watch, lent)), lines=False)
    timeline = attempt(function, *map(jobs.watch, lent))
    nothing_left_over(timeline)
    _same_jobs(timeline, jobs.timeline.tasks, wanted.timeline.tasks)
    _same_rows(timeline, chart)


def _same_jobs(timeline: Timeline, jobs, wanted) -> None:
    order = attrgetter("started", "name")
    for job, model in zip_longest(sorted(jobs, key=order), sorted(wanted, key=order)):
        if job is None or (model is not None and order(model) < order(job)):
            raise NotYet(_missing(model, jobs, wanted), timeline)
        if model is None or order(job) < order(model):
            raise NotYet(_surplus(job, wanted), timeline)


def _missing(model, jobs, wanted) -> str:
    """A sentence about a job that the chart has at that time, and the learner's run has not."""
    times = sum((m.name, m.started) == (model.name, model.started) for m in wanted)
    often, it = ("", "it") if times == 1 else (f" {times} times", "one of them")
    begins = f"In the chart '{model.name}' begins{often} at {model.started:g} s. In yours {it}"
    later = [job.started for job in jobs if job.name == model.name and job.started > model.started]
    if not later:
        return f"{begins} does not, then or later. Call it, and await what the call gives you."
    return (
        f"{begins} begins at {min(later):g} s. What does your function do at that moment: await "
        "something else, or hold the loop? What should overlap must be started (create_task, "
        "gather or a TaskGroup) before you await the other."
    )


def _surplus(job, wanted) -> str:
    """A sentence about a job that the learner's run has at that time, and the chart has not."""
    begins = f"In yours '{job.name}' begins at {job.started:g} s."
    later = [m.started for m in wanted if m.name == job.name and m.started > job.started]
    if not later:
        return f"{begins} That is once more than in the chart: which call is one too many?"
    return (
        f"{begins} In the chart it begins only at {min(later):g} s. What has ended, or for how "
        "long has the top row waited, at that moment? Await that first."
    )


def _same_rows(timeline: Timeline, chart: Timeline) -> None:
    mine, model = _rows(timeline), _rows(chart)
    if len(mine) != len(model):
        raise NotYet(_ROWS.format(mine=len(mine) - 1, model=len(model) - 1), timeline)
    for (row, name), (wanted, _) in zip(mine, model, strict=True):
        if row[0][1] != wanted[0][1]:
            raise NotYet(_BEGINS.format(name=name, mine=row[0][1], model=wanted[0][1]), timeline)
        for here, there in zip_longest(row, wanted):
            if here != there:
                raise NotYet(_differs(name, here, there), timeline)


_ROWS = (
    "Everything begins when it should, but your chart has {mine} below the top row, and the one "
    "to draw has {model}. A task has a row of its own; what you await without making a task of "
    "it runs in the row of whoever awaits it."
)
_BEGINS = (
    "The row '{name}' begins at {mine:g} s, and in the chart at {model:g} s. A row begins where "
    "its task is made, not where the task comes to do something: make the task at that moment."
)


def _rows(timeline: Timeline) -> list[tuple[list, str]]:
    """Each row as (state, start, end) in turn, with its name: the top row, then the others."""
    rows = [(_row(timeline, task.id), task.name) for task in timeline.tasks]
    top, *others = [pair for pair in rows if pair[0]]
    return [top, *sorted(others, key=lambda pair: [(start, end) for _, start, end in pair[0]])]


def _row(timeline: Timeline, task: int) -> list[tuple[str, float, float]]:
    """What is to be seen of a row: no steps of no width, nor where one wait follows another."""
    seen = [s for s in timeline.stretches(task) if s.state != "overdue" and s.end > s.start]
    together = [(state, list(part)) for state, part in groupby(seen, key=attrgetter("state"))]
    return [(state, part[0].start, part[-1].end) for state, part in together]


def _differs(name: str, here, there) -> str:
    """A sentence about the first part of a row that is not as in the chart."""
    moment = min(part[1] for part in (here, there) if part)
    if here and there and here[:2] == there[:2]:
        return (
            f"From {moment:g} s on '{name}' is {here[0]}, in the chart, too; but in yours until "
            f"{here[2]:g} s, in the chart until {there[2]:g} s. What ends it there?"
        )
    return (
        f"At {moment:g} s '{name}' is {_state(here, moment)}, and in the chart "
        f"{_state(there, moment)}. {_MEANING}"
    )


def _state(part, moment: float) -> str:
    return part[0] if part and part[1] <= moment else "not there"


_MEANING = (
    "Solid is running: Python code at work. Hatched is ready: somebody else holds the loop. A "
    "pale line is waiting: it has awaited something."
)


# -- what the learner is lent --------------------------------------------------------------


async def train():
    await asyncio.sleep(1)
    return "train"


async def hotel():
    await asyncio.sleep(3)
    return "hotel"


async def car():
    await asyncio.sleep(2)
    return "car"


async def pack():
    compute(1)
    return "suitcase"


# -- two side by side, then one ---------------------------------------------------------------


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
    id="05-two-then-one",
    title="Two rows, then none",
    prompt=(
        "`train()` takes 1 s, `hotel()` 3 s and `car()` 2 s. Write the function `first_trip` that "
        "draws this chart. Begin with two questions: what has a row of its own? What does the "
        "top row do at the end, where no row lies below it?"
    ),
    starter="""\
async def first_trip(train, hotel, car):
    await train()
    await hotel()
    await car()
""",
    hints=(
        "Two rows begin at 0 s: two tasks. The last two seconds belong to no row but the top one: "
        "a plain `await`.",
        "First make both tasks and wait until both are done: a TaskGroup does that, and gather, "
        "too. `car` comes after it.",
        "`await asyncio.gather(train(), hotel())`, and on the next line `await car()`.",
    ),
    judge=partial(draws, "05-two-then-one"),
    solution=first_trip,
    also=(first_trip_by_gather, first_trip_with_tasks),
    wrong=(
        (
            first_trip_task_by_task,
            "In the chart 'hotel' begins at 0 s. In yours it begins at 1 s. What does your "
            "function do at that moment: await something else, or hold the loop? What should "
            "overlap must be started (create_task, gather or a TaskGroup) before you await the "
            "other.",
        ),
        (
            first_trip_all_at_once,
            "In yours 'car' begins at 0 s. In the chart it begins only at 3 s. What has ended, "
            "or for how long has the top row waited, at that moment? Await that first.",
        ),
        (
            first_trip_with_a_row_too_few,
            "Everything begins when it should, but your chart has 1 below the top row, and the "
            "one to draw has 2. A task has a row of its own; what you await without making a "
            "task of it runs in the row of whoever awaits it.",
        ),
        (
            first_trip_with_a_row_too_many,
            "Everything begins when it should, but your chart has 3 below the top row, and the "
            "one to draw has 2. A task has a row of its own; what you await without making a "
            "task of it runs in the row of whoever awaits it.",
        ),
    ),
)


# -- a row begins every second -----------------------------------------------------------------


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


SECOND_TRIP = Exercise(
    id="05-every-second",
    title="A row begins every second",
    prompt=(
        "The same three jobs: `hotel()` takes 3 s, `car()` 2 s, `train()` 1 s. Here a row begins "
        "at 0 s, at 1 s and at 2 s. Write `second_trip`."
    ),
    starter="""\
async def second_trip(train, hotel, car):
    await asyncio.gather(hotel(), car(), train())
""",
    hints=(
        "A row begins where its task is made. So the task in the second row is not made before "
        "1 s. What does the top row do until then?",
        "Make a task, `await asyncio.sleep(1)`, make the next one. Do not await a task before "
        "all three are made.",
        "After the third task: `await` all three, one after the other.",
    ),
    judge=partial(draws, "05-every-second"),
    solution=second_trip,
    also=(second_trip_in_a_group,),
    wrong=(
        (
            second_trip_one_by_one,
            "In the chart 'car' begins at 1 s. In yours it begins at 4 s. What does your "
            "function do at that moment: await something else, or hold the loop? What should "
            "overlap must be started (create_task, gather or a TaskGroup) before you await the "
            "other.",
        ),
        (
            second_trip_sleeping_inside,
            "The row 'after-1' begins at 0 s, and in the chart at 1 s. A row begins where its "
            "task is made, not where the task comes to do something: make the task at that "
            "moment.",
        ),
        (
            second_trip_with_a_last_pause,
            "From 0 s on 'second_trip_with_a_last_pause' is waiting, in the chart, too; but in "
            "yours until 3.5 s, in the chart until 3 s. What ends it there?",
        ),
        (
            second_trip_blocking,
            "In the chart 'hotel' begins at 0 s. In yours it begins at 3 s. What does your "
            "function do at that moment: await something else, or hold the loop? What should "
            "overlap must be started (create_task, gather or a TaskGroup) before you await the "
            "other.",
        ),
    ),
)


# -- two rows, and a hatched part in one ---------------------------------------------------------


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
    id="05-hatched",
    title="Something hatched",
    prompt=(
        "Two travellers, two rows. `train()` takes 1 s and `hotel()` 3 s, as before; `pack()` is "
        "a coroutine function, too, but it holds the loop for 1 s. The whole takes 6 s. Write "
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
        "Put the three awaits into a coroutine function of its own, `travel()`, and start it "
        "twice.",
    ),
    judge=partial(draws, "05-hatched"),
    solution=third_trip,
    also=(third_trip_by_gather,),
    wrong=(
        (
            third_trip_packing_first,
            "In yours 'pack' begins at 0 s. In the chart it begins only at 1 s. What has ended, "
            "or for how long has the top row waited, at that moment? Await that first.",
        ),
        (
            third_trip_stage_by_stage,
            "In the chart 'hotel' begins at 2 s. In yours it begins at 3 s. What does your "
            "function do at that moment: await something else, or hold the loop? What should "
            "overlap must be started (create_task, gather or a TaskGroup) before you await the "
            "other.",
        ),
        (
            third_trip_sleeping,
            "In the chart 'pack' begins at 1 s. In yours it does not, then or later. Call it, "
            "and await what the call gives you.",
        ),
        (
            third_trip_one_by_one,
            "In the chart 'train' begins 2 times at 0 s. In yours one of them begins at 5 s. "
            "What does your function do at that moment: await something else, or hold the loop? "
            "What should overlap must be started (create_task, gather or a TaskGroup) before you "
            "await the other.",
        ),
        (
            third_trip_in_the_top_row,
            "Everything begins when it should, but your chart has 1 below the top row, and the "
            "one to draw has 2. A task has a row of its own; what you await without making a "
            "task of it runs in the row of whoever awaits it.",
        ),
        (
            third_trip_with_a_task_for_each,
            "Everything begins when it should, but your chart has 4 below the top row, and the "
            "one to draw has 2. A task has a row of its own; what you await without making a "
            "task of it runs in the row of whoever awaits it.",
        ),
    ),
)

_MODELS = {
    "05-two-then-one": (first_trip, (train, hotel, car)),
    "05-every-second": (second_trip, (train, hotel, car)),
    "05-hatched": (third_trip, (train, pack, hotel)),
}
