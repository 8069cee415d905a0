"""The sandwich: a plain function in the middle of a chain."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import NotYet, nothing_left_over, returned
from helpers.practice.exercises import Exercise

DEGREES = {"Oslo": (2, 4), "Rome": (1, 21), "Lima": (3, 17)}


async def fetch(city):
    seconds, degrees = DEGREES[city]
    await asyncio.sleep(seconds)
    return degrees


def judge_report(report):
    jobs = Jobs()
    timeline = attempt(report, jobs.watch(fetch), ["Oslo", "Rome", "Lima"])
    nothing_left_over(timeline)
    returned(timeline, ["Oslo: 4 degrees", "Rome: 21 degrees", "Lima: 17 degrees"])
    asked = sorted(job.name for job in jobs.timeline.tasks)
    if asked != ["fetch(Lima)", "fetch(Oslo)", "fetch(Rome)"]:
        raise NotYet(f"Each city is to be asked once, and asked were {sentences.listed(asked)}.")
    returned(attempt(report, fetch, []), [])


async def report(fetch, cities):
    async def line(city):
        return f"{city}: {await fetch(city)} degrees"

    return [await line(city) for city in cities]


async def report_without_the_middle(fetch, cities):
    return [f"{city}: {await fetch(city)} degrees" for city in cities]


async def report_with_the_await_above(fetch, cities):
    def line(city, degrees):
        return f"{city}: {degrees} degrees"

    return [line(city, await fetch(city)) for city in cities]


async def report_together(fetch, cities):
    found = await asyncio.gather(*map(fetch, cities))
    return [f"{city}: {degrees} degrees" for city, degrees in zip(cities, found, strict=True)]


async def report_of_objects(fetch, cities):
    async def line(city):
        return f"{city}: {await fetch(city)} degrees"

    return [line(city) for city in cities]


async def report_in_words(fetch, cities):
    async def line(city):
        return f"{city}: {fetch(city)} degrees"

    return [await line(city) for city in cities]


async def report_with_a_loop_inside(fetch, cities):
    def line(city):
        return f"{city}: {asyncio.run(fetch(city))} degrees"

    return [line(city) for city in cities]


async def report_asking_twice(fetch, cities):
    lines = []
    for city in cities:
        await fetch(city)
        lines.append(f"{city}: {await fetch(city)} degrees")
    return lines


REPORT = Exercise(
    id="02-sandwich",
    title="The sandwich",
    prompt=(
        "`fetch(city)` is a coroutine function and gives the degrees there. `line` builds a line "
        "of the report, *Oslo: 4 degrees*, and is a plain function in the middle: it cannot wait. "
        "Repair `report`, so that it returns the lines for all cities, in order."
    ),
    starter="""\
async def report(fetch, cities):
    def line(city):
        return f"{city}: {fetch(city)} degrees"

    return [line(city) for city in cities]
""",
    hints=(
        "Put the result of the call `fetch(city)` into words, and you get "
        "*<coroutine object fetch ...>*. What is missing, and may it be written there?",
        "Only an `async def` can suspend. So `line` becomes one. And what does a call of it give?",
        "`await` twice: in `line`, before `fetch(city)`; in `report`, before `line(city)`.",
    ),
    why=(
        "Calling a coroutine function is not enough, it has to be awaited, and only a coroutine "
        "function can do that: so the middle became one."
    ),
    judge=judge_report,
    solution=report,
    also=(report_without_the_middle, report_with_the_await_above, report_together),
    wrong=(
        (report_of_objects, sentences.a_coroutine_came_back("line")),
        (report_in_words, sentences.never_awaited("fetch")),
        (report_with_a_loop_inside, sentences.ran_a_loop_inside()),
        (
            report_asking_twice,
            "Each city is to be asked once, and asked were 'fetch(Lima)', 'fetch(Lima)', "
            "'fetch(Oslo)', 'fetch(Oslo)', 'fetch(Rome)' and 'fetch(Rome)'.",
        ),
    ),
)
