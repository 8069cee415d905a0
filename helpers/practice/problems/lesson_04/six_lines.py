"""A program of one's own: given are the lines that it has to say, in their order."""

import asyncio

from helpers.practice.attempts import attempt
from helpers.practice.checks import NotYet, nothing_left_over
from helpers.practice.exercises import Exercise
from helpers.practice.sentences import alike, in_seconds

WANTED = (
    "both are made",
    "b begins",
    "a begins",
    "both have begun",
    "a ends",
    "b ends",
)


def judge_program(program):
    said = []

    def say(line):
        said.append((line, asyncio.current_task()))

    timeline = attempt(program, say)
    nothing_left_over(timeline)
    lines = [line for line, _ in said]
    for place, wanted in enumerate(WANTED):
        if lines[place : place + 1] != [wanted]:
            raise NotYet(_not_in_order(lines, place), timeline)
    if len(lines) > len(WANTED):
        raise NotYet(
            f"The six lines are right, but then '{lines[len(WANTED)]}' was said.", timeline
        )
    _each_says_its_own(dict(said), timeline)
    if not alike(timeline.duration, 0):
        raise NotYet(
            f"The lines are right, but it took {in_seconds(timeline.duration)}. Let the ready "
            "queue make the order, not the clock: how often does each task let the others go "
            "first?",
            timeline,
        )


def _not_in_order(lines: list, place: int) -> str:
    wanted = f"'{WANTED[place]}' was wanted as line {place + 1}"
    if place >= len(lines):
        return (
            f"{wanted}, but the program had ended. What should say that line, and was it awaited?"
        )
    before = f"After '{WANTED[place - 1]}'" if place else "At the beginning"
    return (
        f"{wanted}, but '{lines[place]}' was said. {before}: what was running, and what came next "
        "in the ready queue?"
    )


def _each_says_its_own(speaker: dict, timeline) -> None:
    speakers = [{speaker[f"{name} begins"], speaker[f"{name} ends"]} for name in "ab"]
    speakers.append({speaker["both are made"], speaker["both have begun"]})
    if any(len(who) > 1 for who in speakers) or len(set().union(*speakers)) < len(speakers):
        raise NotYet(
            "The lines are right, but each of the two tasks should say its own two: `a begins` and "
            "`a ends` in one task, `b begins` and `b ends` in another, the rest in `program`.",
            timeline,
        )
    if speaker["a begins"].get_name() == "b" or speaker["b begins"].get_name() == "a":
        raise NotYet(_SWAPPED, timeline)


_SWAPPED = (
    "The lines are right, but the task named a says the lines of b, or the other way round: check "
    "the names you gave."
)


async def program(say):
    async def a():
        say("a begins")
        await asyncio.sleep(0)
        say("a ends")

    async def b():
        say("b begins")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        say("b ends")

    async with asyncio.TaskGroup() as group:
        group.create_task(b(), name="b")
        group.create_task(a(), name="a")
        say("both are made")
        await asyncio.sleep(0)
        say("both have begun")


async def program_where_b_waits_for_a(say):
    async def a():
        say("a begins")
        await asyncio.sleep(0)
        say("a ends")

    async def b():
        say("b begins")
        await other
        say("b ends")

    task = asyncio.create_task(b())
    other = asyncio.create_task(a())
    say("both are made")
    await asyncio.sleep(0)
    say("both have begun")
    await task


async def program_by_an_event(say):
    begun = asyncio.Event()

    async def speak(name, pauses):
        say(f"{name} begins")
        await begun.wait()
        for _ in range(pauses):
            await asyncio.sleep(0)
        say(f"{name} ends")

    tasks = [asyncio.create_task(speak("b", 1)), asyncio.create_task(speak("a", 0))]
    say("both are made")
    await asyncio.sleep(0)
    say("both have begun")
    begun.set()
    await asyncio.wait(tasks)


async def program_in_the_wrong_order(say):
    async def speak(name):
        say(f"{name} begins")
        await asyncio.sleep(0)
        say(f"{name} ends")

    a = asyncio.create_task(speak("a"), name="a")
    b = asyncio.create_task(speak("b"), name="b")
    say("both are made")
    await asyncio.sleep(0)
    say("both have begun")
    await a
    await b


async def program_first_in_first_out(say):
    async def speak(name):
        say(f"{name} begins")
        await asyncio.sleep(0)
        say(f"{name} ends")

    b = asyncio.create_task(speak("b"), name="b")
    a = asyncio.create_task(speak("a"), name="a")
    say("both are made")
    await asyncio.sleep(0)
    say("both have begun")
    await a
    await b


async def program_by_the_clock(say):
    async def speak(name, seconds):
        say(f"{name} begins")
        await asyncio.sleep(seconds)
        say(f"{name} ends")

    async with asyncio.TaskGroup() as group:
        group.create_task(speak("b", 2))
        group.create_task(speak("a", 1))
        say("both are made")
        await asyncio.sleep(0)
        say("both have begun")


async def program_that_says_it_all(say):
    for line in WANTED:
        say(line)


async def program_with_swapped_names(say):
    async def speak(name, pauses):
        say(f"{name} begins")
        for _ in range(pauses):
            await asyncio.sleep(0)
        say(f"{name} ends")

    async with asyncio.TaskGroup() as group:
        group.create_task(speak("b", 2), name="a")
        group.create_task(speak("a", 1), name="b")
        say("both are made")
        await asyncio.sleep(0)
        say("both have begun")


async def program_that_ends_too_soon(say):
    async def speak(name):
        say(f"{name} begins")

    tasks = [asyncio.create_task(speak(name)) for name in "ba"]
    say("both are made")
    await asyncio.wait(tasks)


SIX_LINES = Exercise(
    id="04-six-lines",
    title="Six lines",
    prompt=(
        "Write a program of your own: `program(say)` makes two tasks, `a` and `b`, and with "
        '`say("...")` the three say these lines, in this order and all at 0 s: *both are made*, '
        "*b begins*, *a begins*, *both have begun*, *a ends*, *b ends*. Each task says its own two "
        "lines; `program` says the others."
    ),
    starter="""\
async def program(say):
    ...  # two tasks, six lines
""",
    hints=(
        "Which of the two must be made first, if `b` begins before `a`?",
        "`both have begun` comes after two first steps. What must `program` do after it has said "
        "`both are made`?",
        "If both tasks await `sleep(0)` after their first line, the queue after `both have begun` "
        "is: b, a. For `a` to end first, `b` has to let it go ahead: with one more `sleep(0)`, or "
        "by waiting for `a`.",
    ),
    why=(
        "First steps come when the code that made the tasks lets go, and whatever is queued later "
        "comes later: the order of the ready queue is all you need."
    ),
    judge=judge_program,
    solution=program,
    also=(program_where_b_waits_for_a, program_by_an_event),
    wrong=(
        (
            program_in_the_wrong_order,
            "'b begins' was wanted as line 2, but 'a begins' was said. After 'both are made': what "
            "was running, and what came next in the ready queue?",
        ),
        (
            program_first_in_first_out,
            "'a ends' was wanted as line 5, but 'b ends' was said. After 'both have begun': what "
            "was running, and what came next in the ready queue?",
        ),
        (
            program_by_the_clock,
            "The lines are right, but it took 2 s. Let the ready queue make the order, not the "
            "clock: how often does each task let the others go first?",
        ),
        (
            program_that_says_it_all,
            "The lines are right, but each of the two tasks should say its own two: `a begins` and "
            "`a ends` in one task, `b begins` and `b ends` in another, the rest in `program`.",
        ),
        (program_with_swapped_names, _SWAPPED),
        (
            program_that_ends_too_soon,
            "'both have begun' was wanted as line 4, but the program had ended. What should say "
            "that line, and was it awaited?",
        ),
    ),
)
