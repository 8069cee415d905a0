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
        raise NotYet(
            f"Each city should be asked once, but the calls were {sentences.listed(asked)}."
        )
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
        "`fetch` is a coroutine function that finds out how warm a city is. `line` builds a line "
        "of the report, *Oslo: 4 degrees*, but it's a plain function in the middle: it can't wait. "
        "Repair `report`, so that it returns the lines for all cities, in order."
    ),
    starter="""\
async def report(fetch, cities):
    def line(city):
        return f"{city}: {fetch(city)} degrees"

    return [line(city) for city in cities]
""",
    hints=(
        "As it is, a line reads *Oslo: <coroutine object fetch ...> degrees*. What is missing, and "
        "can you write it inside a plain `def`?",
        "Only an `async def` can suspend, so make `line` one. What do you get then when you call "
        "it?",
        "You need `await` twice: in `line`, before `fetch(city)`; and in `report`, before "
        "`line(city)`.",
    ),
    why=(
        "Calling `fetch` only makes a coroutine object. Something has to await it, and only a "
        "coroutine function can; a plain function in the middle can't."
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
            "Each city should be asked once, but the calls were 'fetch(Lima)', 'fetch(Lima)', "
            "'fetch(Oslo)', 'fetch(Oslo)', 'fetch(Rome)' and 'fetch(Rome)'.",
        ),
    ),
)
