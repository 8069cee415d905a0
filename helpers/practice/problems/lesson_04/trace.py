"""Explain: the order in which a program prints, worked out with a pencil."""

import asyncio
import contextlib
import inspect
import io

from helpers.practice.attempts import attempt
from helpers.practice.checks import NotYet
from helpers.practice.exercises import Exercise
from helpers.virtual_time import simulate


async def sing(voice):
    print(voice, "begins")
    await asyncio.sleep(0)
    print(voice, "ends")


async def choir():
    alto = asyncio.create_task(sing("alto"), name="alto")
    print("choir waits")
    await sing("tenor")
    bass = asyncio.create_task(sing("bass"), name="bass")
    await alto
    print("choir bows")
    await bass


# What helps with each line, once all lines before it are right.
WHERE_IT_IS = (
    "At the beginning only choir is running, and making a task runs none of its code.",
    "choir is still running: does anything in its next line suspend before it prints?",
    "At the tenor's sleep(0), choir has let go, and the ready queue holds alto, then choir.",
    "alto has suspended, and the ready queue holds choir, then alto.",
    "choir waits for alto now, and the ready queue holds alto, then bass.",
    "The end of alto has queued choir: the ready queue holds bass, then choir.",
    "bass has suspended, and the ready queue holds choir, then bass.",
    "Only one is left in the ready queue.",
)


def judge_printed(printed):
    wanted, answer = _sung(), _lines(attempt(printed).result)
    if answer == wanted:
        return
    pairs = zip(wanted, answer, strict=False)
    right = next((n for n, (line, given) in enumerate(pairs) if line != given), len(answer))
    if right >= len(wanted):
        raise NotYet(f"The first {len(wanted)} lines are right, and nothing more is printed.")
    missing = right == len(answer)
    what = f"line {right + 1} is missing" if missing else f"'{answer[right]}' is not next"
    before = f"{_first(right)} right" if right else "No line is right yet"
    raise NotYet(f"{before}; {what}. {WHERE_IT_IS[right]}")


def _sung() -> list[str]:
    """What the choir really prints; caught here, so that no verdict shows it."""
    with contextlib.redirect_stdout(io.StringIO()):
        timeline = simulate(choir(), lines=False)
    return "".join(piece.text for piece in timeline.output).splitlines()


def _first(number: int) -> str:
    return "The first line is" if number == 1 else f"The first {number} lines are"


def _lines(answer: object) -> list[str]:
    """The lines of the answer, whether given as a list or as one text."""
    lines = answer.splitlines() if isinstance(answer, str) else answer
    if not isinstance(lines, list | tuple) or not all(isinstance(line, str) for line in lines):
        raise NotYet(
            "Return a list of lines, each in quotes, in the order in which they are printed."
        )
    return [" ".join(line.split()) for line in lines if line.strip()]


def printed():
    return [
        "choir waits",
        "tenor begins",
        "alto begins",
        "tenor ends",
        "alto ends",
        "bass begins",
        "choir bows",
        "bass ends",
    ]


def printed_as_text():
    return """
        choir waits
        tenor begins
        alto begins
        tenor ends
        alto ends
        bass begins
        choir bows
        bass ends
    """


def printed_if_making_starts():
    return ["alto begins", "choir waits", "tenor begins"]


def printed_if_each_await_switches():
    return ["choir waits", "alto begins", "tenor begins"]


def printed_if_who_wakes_jumps_the_queue():
    return [*printed()[:5], "choir bows", "bass begins", "bass ends"]


def printed_in_part():
    return printed()[:4]


def printed_with_more():
    return [*printed(), "choir ends"]


def printed_as_a_number():
    return 8


TRACE = Exercise(
    id="04-trace",
    title="What does the choir print?",
    prompt=(
        "Don't run this program: take a pencil. Write down the ready queue after each step, and "
        "the eight lines that `choir()` prints, in order. Have `printed()` return those lines as "
        f"a list.\n\n```python\n{inspect.getsource(sing)}\n{inspect.getsource(choir)}```"
    ),
    starter="""\
def printed():
    return []
""",
    hints=(
        "`await sing('tenor')` makes no task. In whose steps does it run?",
        "Keep two lists, the ready queue and the lines. When a task suspends at `sleep(0)`, write "
        "its name at the end of the queue; when a task ends, write there the name of whatever "
        "waits for it.",
        "After the first step of `choir` the queue is: alto, choir. Two lines have been printed by "
        "then.",
    ),
    why=(
        "Step by step, first in, first out: the ready queue alone decides this order. The loop "
        "does nothing else."
    ),
    judge=judge_printed,
    solution=printed,
    also=(printed_as_text,),
    wrong=(
        (
            printed_if_making_starts,
            f"No line is right yet; 'alto begins' is not next. {WHERE_IT_IS[0]}",
        ),
        (
            printed_if_each_await_switches,
            f"The first line is right; 'alto begins' is not next. {WHERE_IT_IS[1]}",
        ),
        (
            printed_if_who_wakes_jumps_the_queue,
            f"The first 5 lines are right; 'choir bows' is not next. {WHERE_IT_IS[5]}",
        ),
        (
            printed_in_part,
            f"The first 4 lines are right; line 5 is missing. {WHERE_IT_IS[4]}",
        ),
        (printed_with_more, "The first 8 lines are right, and nothing more is printed."),
        (
            printed_as_a_number,
            "Return a list of lines, each in quotes, in the order in which they are printed.",
        ),
    ),
)
