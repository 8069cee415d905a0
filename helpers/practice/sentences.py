"""What a check says to the learner: every sentence that several exercises share, stored once.

A sentence says what happened (who, when), guesses at the misconception behind it, and says
what to do. An exercise names the sentence that a wrong answer gets by the same function:

    wrong=((breakfast_one_by_one, sentences.one_after_the_other("boil", "brew", at=5)), ...)

Names are tasks' names, `at` and other times are seconds of the recording. A sentence must
hold for whatever it is given: two equal times, nothing, one, an empty name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from helpers.timeline import phrases
from helpers.timeline.phrases import times as times  # exercises ask for it here

MOST_SHOWN = 200  # characters of a value that came back
MOST_NAMES = 6


def in_seconds(seconds: float) -> str:
    """A time as a sentence says it, to the microsecond: "0.5 s"."""
    return f"{round(seconds, 6) + 0.0:.6f}".rstrip("0").rstrip(".") + " s"


def alike(seconds: float, others: float) -> bool:
    """Whether a sentence would say both times alike: then they are not judged apart either."""
    return in_seconds(seconds) == in_seconds(others)


def quoted(name: str) -> str:
    return phrases.quoted(name) if name.strip() else "a task with an empty name"


def listed(names: Iterable[str]) -> str:
    """'a', 'b' and 'c'; of many, the first six and how many more."""
    return phrases.listed(map(quoted, names), MOST_NAMES)


def shown(value: object, most: int = MOST_SHOWN) -> str:
    """The value as Python shows it, cut to that many characters."""
    try:
        text = in_their_names(repr(value))
    except Exception:  # a __repr__ of the learner's own
        return f"<{type(value).__name__} object>"
    return text if len(text) <= most else f"{text[:most]}..."


def in_their_names(text: str) -> str:
    """What Python said, without addresses, and without the function of ours around a name:
    "<function judge_both.<locals>.fetch at 0x7f...>" is "<function fetch>" to the learner."""
    return _AROUND.sub("", _ADDRESS.sub("", text))


_AROUND = re.compile(r"(\w+\.<locals>\.)+")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def _who(name: str) -> str:
    return _capital(quoted(name))


def _capital(words: str) -> str:
    """As a sentence begins."""
    return words[0].upper() + words[1:]


# -- who was there ----------------------------------------------------------------------------


def nothing_called(name: str, there: Collection[str]) -> str:
    others = f"there was {listed(there)}" if there else "the program made no task at all"
    return f"Nothing called {quoted(name)} was started; {others}."


def never_began(name: str, *, cancelled: bool = False) -> str:
    fate = "was cancelled before its first step, so its body" if cancelled else "was made, but it"
    return (
        f"{_who(name)} {fate} never ran. A task takes its first step only once the code that made "
        "it suspends: await something there."
    )


# -- in time ----------------------------------------------------------------------------------


def one_after_the_other(late: str, early: str, at: float) -> str:
    return (
        f"{_began_when_ended(late, early, at)}: they ran one after the other. Probably "
        f"{quoted(early)} was awaited to its end before {quoted(late)} was started. Start "
        f"{quoted(late)} (create_task, gather or a TaskGroup) before you await {quoted(early)}."
    )


def carried_out_again(name: str, number: int) -> str:
    """`number` is how often it was carried out; once was asked for."""
    return (
        f"{_who(name)} was carried out {times(number)}, and should be once: each call does the "
        "work again. Keep the result of the first call, or its task."
    )


def never_lets_go(late: str, early: str, at: float, since: float) -> str:
    return (
        f"{_began_when_ended(late, early, at)}, although it was ready from {in_seconds(since)} on. "
        f"Probably {quoted(early)} never lets go of the loop: between its start and its end it "
        "awaits nothing that suspends."
    )


def _began_when_ended(late: str, early: str, at: float) -> str:
    ended = f"when {quoted(early)} had already ended"
    return f"{_who(late)} began at {in_seconds(at)}, {ended}"


def began_too_early(second: str, first: str, at: float, ended: float | None) -> str:
    """`ended` is when the first one did, None if never."""
    if ended is None:
        when = f"before {quoted(first)} had ended, which it never did"
    elif alike(ended, at):
        when = f"before {quoted(first)} took its last step, at that same moment"
    else:
        when = f"before {quoted(first)} had ended ({in_seconds(ended)})"
    return (
        f"{_who(second)} began at {in_seconds(at)}, {when}. Probably both were started "
        f"together: await {quoted(first)} before you start {quoted(second)}."
    )


def took_longer(seconds: float, wanted: float) -> str:
    return (
        f"It took {in_seconds(seconds)}, and {in_seconds(wanted)} would do. Something waited until "
        "then that could have gone on at the same time as the rest: start each thing as soon as "
        "it can begin, and await it later."
    )


def ended_early(seconds: float, needed: float) -> str:
    return (
        f"It ended after {in_seconds(seconds)}, but the work takes {in_seconds(needed)}. Something "
        "was left out, or wasn't waited for: await everything you start."
    )


def held_the_loop(name: str, seconds: float, at: float, *, in_reality: bool = False) -> str:
    """In reality, where lengths vary from run to run, a tenth is all a sentence can promise."""
    length = in_seconds(round(seconds, 1)) + " of real time" if in_reality else in_seconds(seconds)
    return (
        f"{_who(name)} held the loop for {length}, from {in_seconds(at)} on, and nothing else "
        "could run. Look for a blocking call, such as time.sleep: wait with `await "
        "asyncio.sleep(...)` instead, and move work that blocks to a thread with `await "
        "asyncio.to_thread(...)`."
    )


def too_many_in_progress(busy: Collection[str], most: int, at: float) -> str:
    return (
        f"At {in_seconds(at)}, {len(busy)} were in progress at the same time ({listed(busy)}), and "
        f"at most {most} may be. Probably nothing holds them back once they are started: an "
        f"asyncio.Semaphore({most}) around the work does."
    )


def too_few_in_progress(most: int, least: int) -> str:
    """`most` is how many were in progress at the fullest moment."""
    if most == 0:
        return f"Nothing was ever in progress, and {least} should be at the same time."
    return (
        f"There was never more than {most} in progress, and {least} should be at the same time. "
        "Probably one is awaited to its end before the next is started: start them first, then "
        "await."
    )


# -- ends -------------------------------------------------------------------------------------


def left_over(name: str, at: float, waiting_for: str | None = None) -> str:
    """`at` is when the program ended."""
    waiting = f", waiting for {waiting_for}" if waiting_for else ""
    return (
        f"{_who(name)} was still going when the program ended, at {in_seconds(at)}{waiting}. "
        "asyncio.run() would cancel it there. Keep the task and await it to its end, or start it "
        "in a TaskGroup, which waits for its tasks."
    )


def went_on(name: str, at: float) -> str:
    return (
        f"{_who(name)} was not cancelled: it went on and returned, at {in_seconds(at)}. Probably "
        "cancel() wasn't called in time, or the task catches CancelledError without raising it "
        "again."
    )


def raised_instead(name: str, exception: str | None) -> str:
    return (
        f"{_who(name)} did not end as cancelled: it raised {exception or 'an exception'}. Clean up "
        "in `finally`, and let the CancelledError through."
    )


def asked_and_left(name: str, at: float) -> str:
    return (
        f"{_who(name)} was still going when the program ended, at {in_seconds(at)}. "
        "cancel() only asks: await the task afterwards, so that it can take its last step."
    )


def lost(name: str) -> str:
    return (
        f"{_who(name)} was destroyed while it waited: nothing kept the task, or what it waited "
        "for. Keep a reference to the task, and await it."
    )


def cancelled_at_another_time(name: str, at: float, wanted: float) -> str:
    return (
        f"{_who(name)} was cancelled at {in_seconds(at)}, and should be at "
        f"{in_seconds(wanted)}. Look at what you await before you cancel."
    )


def ended_otherwise(
    name: str, ended: str, wanted: str, at: float, exception: str | None = None
) -> str:
    """`ended` and `wanted` are outcomes: "returned", "raised" or "cancelled"."""
    raised = f"raised {exception}," if exception else "raised an exception"
    did = {"returned": "returned", "raised": raised, "cancelled": "was cancelled"}
    should = {"returned": "return", "raised": "raise", "cancelled": "be cancelled"}
    return f"{_who(name)} {did[ended]} at {in_seconds(at)}, and should {should[wanted]}."


# -- what came out ----------------------------------------------------------------------------


def printed_too_early(line: str, after: str, at: float) -> str:
    return (
        f"{_capital(_line(line))} was printed at {in_seconds(at)}, and should come after "
        f"{_line(after)}. Ask which task ran first, and what it awaited."
    )


def never_printed(line: str) -> str:
    return f"{_capital(_line(line))} was never printed. {_WHY_NOT_PRINTED}"


def printed_too_seldom(line: str, number: int, wanted: int) -> str:
    often = f"{times(number)}, and should be {times(wanted)}"
    return f"{_capital(_line(line))} was printed {often}. {_WHY_NOT_PRINTED}"


_WHY_NOT_PRINTED = (
    "Look at what should print it: was it awaited, and did it reach that line of your code?"
)


def printed_at_another_time(line: str, at: float, wanted: float) -> str:
    return (
        f"{_capital(_line(line))} was printed at {in_seconds(at)}, and should be at "
        f"{in_seconds(wanted)}. What comes before the print, and what only after it?"
    )


def printed_too_often(line: str, number: int, wanted: int) -> str:
    often = f"{times(number)}, and should be {times(wanted)}"
    return f"{_capital(_line(line))} was printed {often}. Which of your lines printed it again?"


def _line(line: str) -> str:
    return f"the line '{line}'" if line.strip() else "an empty line"


def nothing_came_back(wanted: object) -> str:
    return f"Nothing came back (None), but {wanted!r} was wanted. Is there a `return`?"


def came_back_in_another_order(result: object, wanted: object) -> str:
    return (
        f"The right results came back in the wrong order: {shown(result)}, but {wanted!r} was "
        "wanted. Collect them in the order in which you asked, not in the order in which they "
        "came."
    )


def something_else_came_back(result: object, wanted: object) -> str:
    if shown(result) != repr(wanted):
        return f"{shown(result)} came back, but {wanted!r} was wanted."
    return (
        f"What came back looks right, {shown(result)}, but it is of type "
        f"{type(result).__name__}, and {type(wanted).__name__} was wanted."
    )


def a_coroutine_came_back(name: str) -> str:
    return (
        f"What came back is a coroutine object, {name}(), where its result was wanted. Calling a "
        "coroutine function only makes the object, and its body never ran: write "
        f"`await {name}(...)`, or give it to create_task or gather."
    )


def a_task_came_back(kind: str = "task") -> str:
    """`kind` is "task" or "future"."""
    return (
        f"What came back is a {kind} where its result was wanted. A {kind} is not its result: "
        "await it, or ask it for .result() when it is done."
    )


def a_threads_future_came_back() -> str:
    return (
        "What came back is a future where its result was wanted. A future is not its result. This "
        "one comes from another thread, so put `await asyncio.wrap_future(...)` around it."
    )


# -- what can be wrong with any program -------------------------------------------------------


def never_awaited(name: str) -> str:
    return (
        f"{name}() was called, but never awaited: the call only made a coroutine object, and its "
        f"body never ran. Write `await {name}(...)`, or give it to create_task."
    )


def raised(kind: str, text: str) -> str:
    """`kind` is the exception's type by name, `text` what it says, which may be nothing."""
    text = in_their_names(text)
    return f"Your program raised {kind}: {text}" if text.strip() else f"Your program raised {kind}."


def advice_on(text: str, line: str) -> str:
    """What Python's message means where it does not say so itself, "" where it does; `line` is
    the learner's line of code that raised, "" if that is not known."""
    fits = (said for words, code, said in _ADVICE if words.search(text) and code.search(line))
    return next(fits, "")


_ADVICE = [
    (re.compile(words), re.compile(code), said)
    for words, code, said in (
        (
            "unhashable type: 'list'|awaitable is required|bad yield: <(coroutine|generator)",
            r"\bgather\(",
            "gather takes each awaitable as an argument of its own, and was given all of them in "
            "one: put a star in front, as in `gather(*jobs)`.",
        ),
        (
            "Passing coroutines is forbidden",
            "",
            "asyncio.wait takes tasks: first make a task of each coroutine, with create_task.",
        ),
        (
            "a coroutine was expected, got <(function|bound method)"
            "|object (function|method) can't be used in 'await'"
            "|'(function|method)' object can't be awaited",  # 3.14
            "",
            "That is the function itself. Call it, with parentheses: only the call makes a "
            "coroutine object.",
        ),
        (
            r"object \w+ can't be used in 'await'|'\w+' object can't be awaited",
            "",
            "What comes after `await` was worked out first, and gave something that can't be "
            "awaited. Is there one `await` too many, or a call of a plain function?",
        ),
    )
]


def ran_a_loop_inside() -> str:
    return (
        "Your program called asyncio.run() where a loop was already running. Inside a coroutine, "
        "use `await`."
    )


def ended_as_cancelled() -> str:
    return (
        "Your function itself ended as cancelled. Probably it cancelled a task and then awaited "
        "it: catch the CancelledError around that await."
    )
