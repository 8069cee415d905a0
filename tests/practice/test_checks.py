"""Checks on timelines written by hand: silent when right, else exactly this sentence.

What the sentences say, whatever they are given, is tried in test_sentences.py.
"""

import asyncio
import concurrent.futures
import inspect
from pathlib import Path

import pytest

from helpers.practice import checks, sentences
from helpers.practice.checks import NotYet
from helpers.timeline import Printed, Step, TaskSpan, Timeline
from helpers.virtual_time import simulate

AWAITED = {  # asked by no exercise yet, but by those of Part II
    "at_most_in_progress",
    "at_least_in_progress",
    "ended_as",
    "never_held_the_loop_longer_than",
}


def test_every_check_is_asked_by_an_exercise_or_awaited():
    problems = Path(checks.__file__).with_name("problems")
    asked = "".join(path.read_text(encoding="utf-8") for path in problems.rglob("*.py"))
    public = {
        name
        for name, value in inspect.getmembers(checks, inspect.isfunction)
        if value.__module__ == checks.__name__ and not name.startswith("_")
    }
    by_attempt = {"holds_results", "circumstance"}  # what any program is asked
    assert {name for name in public if f"{name}(" not in asked} == AWAITED | by_attempt


def spans(*rows, **rest):
    """A timeline of tasks only: (name, started, ended) or (name, started, ended, outcome)."""
    tasks = []
    for number, (name, started, ended, *outcome) in enumerate(rows):
        outcome = outcome[0] if outcome else ("pending" if ended is None else "returned")
        tasks.append(
            TaskSpan(number, name, created=0.0, started=started, ended=ended, outcome=outcome)
        )
    return Timeline.of(tasks, clock="virtual", **rest)


def sentence(check, *args, **options):
    """What the check says; None when it is silent."""
    try:
        check(*args, **options)
    except NotYet as not_yet:
        return not_yet.sentence if not_yet.timeline is args[0] else "it shows another timeline"
    return None


# -- in time ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("tea", 0, 3), ("toast", 0, 2)], None),
        ([("tea", 0, 3), ("toast", 2.9, 5)], None),
        ([("tea", 0, None), ("toast", 2, 5)], None),
        (
            [("tea", 0, 3), ("toast", 3, 5)],
            sentences.never_lets_go("toast", "tea", at=3, since=0),
        ),
        ([("tea", None, None), ("toast", 0, 2)], sentences.never_began("tea")),
        ([("soup", 0, 3), ("toast", 0, 2)], sentences.nothing_called("tea", ["soup", "toast"])),
        ([], sentences.nothing_called("tea", [])),
    ],
)
def test_ran_together(rows, said):
    assert sentence(checks.ran_together, spans(*rows), "tea", "toast") == said


async def quick():
    """One step, of no length."""


async def slow():
    """Two steps, of no length."""
    await asyncio.sleep(0)


async def both(tea, toast):
    async with asyncio.TaskGroup() as group:
        group.create_task(tea(), name="tea")
        group.create_task(toast(), name="toast")


async def toast_then_tea():
    await asyncio.create_task(quick(), name="toast")
    await asyncio.create_task(quick(), name="tea")


@pytest.mark.parametrize(
    ("program", "together", "one_by_one"),
    [
        (lambda: both(slow, slow), True, False),
        (lambda: both(slow, quick), True, False),
        (lambda: both(quick, slow), sentences.never_lets_go("toast", "tea", at=0, since=0), True),
        (toast_then_tea, sentences.one_after_the_other("tea", "toast", at=0), False),
    ],
)
def test_what_happens_at_one_moment_is_judged_by_the_order_of_steps(program, together, one_by_one):
    timeline = simulate(program())
    assert timeline.duration == 0
    said = sentence(checks.ran_together, timeline, "tea", "toast")
    assert said == (None if together is True else together)
    too_early = sentences.began_too_early("toast", "tea", at=0, ended=0)
    said = sentence(checks.ran_one_after_another, timeline, "tea", "toast")
    assert said == (None if one_by_one else too_early)


def test_ran_together_knows_that_the_second_was_not_there_yet():
    tea = TaskSpan(0, "tea", created=0.0, started=0.0, ended=3.0, outcome="returned")
    toast = TaskSpan(1, "toast", created=3.0, started=3.0, ended=5.0, outcome="returned")
    said = sentence(checks.ran_together, Timeline.of([tea, toast]), "tea", "toast")
    assert said == sentences.one_after_the_other("toast", "tea", at=3)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("boil", 0, 1), ("brew", 1, 4)], None),
        (
            [("boil", 0, 1), ("brew", 0.5, 4)],
            sentences.began_too_early("brew", "boil", at=0.5, ended=1),
        ),
        (
            [("boil", 0, None), ("brew", 1, 4)],
            sentences.began_too_early("brew", "boil", at=1, ended=None),
        ),
    ],
)
def test_ran_one_after_another(rows, said):
    assert sentence(checks.ran_one_after_another, spans(*rows), "boil", "brew") == said


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (3.0, None),
        (6.0, sentences.took_longer(6, 3)),
        (2.0, sentences.ended_early(2, 3)),
        (3.000001, sentences.took_longer(3.000001, 3)),
        (3.000000001, None),  # a sentence would say the same time twice
        (2.999999999, None),
    ],
)
def test_took(duration, said):
    assert sentence(checks.took, Timeline.of(duration=duration), 3) == said


@pytest.mark.parametrize(
    ("end", "real", "said"),
    [
        (0.1, 0.0, None),
        (0.1, 0.24, None),
        (0.1000000001, 0.0, None),
        (0.3, 0.0, sentences.held_the_loop("tea", 0.3, at=0)),
        (0.0, 1.04, sentences.held_the_loop("tea", 1, at=0, in_reality=True)),
    ],
)
def test_never_held_the_loop_longer_than(end, real, said):
    step = Step(0, "task", "tea", 0, 0, end, real_seconds=real)
    timeline = Timeline.of([TaskSpan(0, "tea", started=0, ended=end)], [step], clock="virtual")
    assert sentence(checks.never_held_the_loop_longer_than, timeline, 0.1) == said


def test_a_callback_can_hold_the_loop_and_the_kernel_is_nobodys_fault():
    for kind, said in (("callback", sentences.held_the_loop("ring", 1, at=0)), ("kernel", None)):
        timeline = Timeline.of(steps=[Step(None, kind, "ring", 0, 0, 1)])
        assert sentence(checks.never_held_the_loop_longer_than, timeline, 0.1) == said


FIVE = [(name, start, start + 2) for start, name in enumerate("abcde")]


def test_in_progress_at_most_and_at_least():
    timeline = spans(*FIVE)
    assert sentence(checks.at_most_in_progress, timeline, 2) is None
    assert sentence(checks.at_least_in_progress, timeline, 2) is None
    assert sentence(checks.at_most_in_progress, timeline, 1, "ac") is None
    too_many = sentences.too_many_in_progress(["a", "b"], most=1, at=1)
    assert sentence(checks.at_most_in_progress, timeline, 1) == too_many
    too_few = sentences.too_few_in_progress(2, least=3)
    assert sentence(checks.at_least_in_progress, timeline, 3) == too_few
    nothing = sentences.too_few_in_progress(0, least=3)
    assert sentence(checks.at_least_in_progress, spans(), 3) == nothing


# -- ends --------------------------------------------------------------------------------


def test_nothing_left_over():
    main = TaskSpan(0, "main", started=0, role="main")
    b = TaskSpan(1, "b", started=0)
    step = Step(1, "task", "b", 0, 0, 0, waiting_for="sleep(3)")
    assert sentence(checks.nothing_left_over, Timeline.of([main])) is None
    assert sentence(checks.nothing_left_over, spans(*FIVE)) is None
    said = sentence(checks.nothing_left_over, Timeline.of([main, b], [step], duration=1))
    assert said == sentences.left_over("b", at=1, waiting_for="sleep(3)")
    lost = spans(("b", 0, None, "destroyed"))
    assert sentence(checks.nothing_left_over, lost) == sentences.lost("b")


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("await task", None),
        ("task.cancel(); await asyncio.wait([task])", None),
        ("task.cancel()", sentences.asked_and_left("slow", at=0)),
        ("await asyncio.sleep(0)", None),
        ("await asyncio.sleep(1)", sentences.left_over("slow", at=1)),  # its own timer is later
    ],
)
def test_what_ends_a_step_after_the_program_is_left_over_too(ending, said):
    source = f"""
async def main():
    task = asyncio.create_task(slow(), name="slow")
    {"" if "sleep(1)" in ending else "await asyncio.sleep(0)"}
    {ending}
"""

    async def slow():
        if "sleep(0)" not in ending:
            await asyncio.sleep(1)

    exec(source, names := {"asyncio": asyncio, "slow": slow})
    assert sentence(checks.nothing_left_over, simulate(names["main"]())) == said


def test_carried_out_once():
    twice = spans(("boil", 0, 1), ("brew", 0, 3), ("boil", 0, 1))
    assert sentence(checks.carried_out_once, twice) == sentences.carried_out_again("boil", 2)
    assert sentence(checks.carried_out_once, twice, "brew") is None
    said = sentence(checks.carried_out_once, twice, "toast")
    assert said == sentences.nothing_called("toast", ["boil", "brew"])


def test_what_was_different_is_told_first():
    def judge(timeline):
        with checks.where("With a slower kettle"):
            checks.took(timeline, 1)

    assert sentence(judge, Timeline.of([], duration=1)) is None
    said = sentence(judge, Timeline.of([], duration=2))
    assert said == f"With a slower kettle: {sentences.took_longer(2, 1)}"


@pytest.mark.parametrize(
    ("ended", "outcome", "said"),
    [
        (2, "cancelled", None),
        (2.0000000001, "cancelled", None),
        (5, "returned", sentences.went_on("slow", at=5)),
        (2, "raised", sentences.raised_instead("slow", None)),
        (None, "pending", sentences.asked_and_left("slow", at=9)),
        (3, "cancelled", sentences.cancelled_at_another_time("slow", at=3, wanted=2)),
        (None, "destroyed", sentences.lost("slow")),
    ],
)
def test_cancelled_cleanly(ended, outcome, said):
    timeline = spans(("slow", 0, ended, outcome), duration=9)
    assert sentence(checks.cancelled_cleanly, timeline, "slow", at=2) == said


def test_cancelled_before_its_first_step_is_not_cleanly():
    slow = TaskSpan(0, "slow", started=0, ended=0, outcome="cancelled", entered=False)
    said = sentence(checks.cancelled_cleanly, Timeline.of([slow]), "slow")
    assert said == sentences.never_began("slow", cancelled=True)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("raised", None),
        ("returned", sentences.ended_otherwise("slow", "raised", "returned", 1, "ValueError: no")),
        (
            "cancelled",
            sentences.ended_otherwise("slow", "raised", "cancelled", 1, "ValueError: no"),
        ),
    ],
)
def test_ended_as(outcome, said):
    slow = TaskSpan(0, "slow", started=0, ended=1, outcome="raised", exception="ValueError: no")
    assert sentence(checks.ended_as, Timeline.of([slow]), "slow", outcome) == said


def test_what_never_ended_did_not_end_otherwise():
    pending, lost = spans(("slow", 0, None), duration=9), spans(("slow", 0, None, "destroyed"))
    said = sentence(checks.ended_as, pending, "slow", "returned")
    assert said == sentences.left_over("slow", at=9)
    assert sentence(checks.ended_as, lost, "slow", "returned") == sentences.lost("slow")


# -- what came out --------------------------------------------------------------------------


def printed(*pieces):
    return Timeline.of(output=tuple(Printed(time, text) for time, text in pieces), duration=9)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([(0, "a\n"), (1, "b\n")], None),
        ([(0, "a"), (0, "\n"), (0, "x\nb"), (1, "\n")], None),
        ([(0, "b\n"), (1, "a\n")], sentences.printed_too_early("b", after="a", at=0)),
        ([(0, "a\n")], sentences.never_printed("b")),
    ],
)
def test_printed_in_order(pieces, said):
    assert sentence(checks.printed_in_order, printed(*pieces), "a", "b") == said


def test_a_line_that_comes_twice_must_be_printed_twice():
    once, twice = printed((0, "tick\n")), printed((0, "tick\n"), (1, "tick\n"))
    assert sentence(checks.printed_in_order, twice, "tick", "tick") is None
    said = sentence(checks.printed_in_order, once, "tick", "tick")
    assert said == sentences.printed_too_seldom("tick", 1, wanted=2)
    early = printed((0, "tick\n"), (1, "tock\n"), (2, "tick\n"))
    said = sentence(checks.printed_in_order, early, "tock", "tick", "tick")
    assert said == sentences.printed_too_early("tick", after="tock", at=0)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([(0.5, "tea\n")], None),
        ([(0.25, "tea\n")], sentences.printed_at_another_time("tea", 0.25, 0.5)),
        ([(0.5, "tea\n"), (0.5, "tea\n")], sentences.printed_too_often("tea", 2, 1)),
        ([(0.5, "eggs\n")], sentences.never_printed("tea")),
    ],
)
def test_printed_at(pieces, said):
    assert sentence(checks.printed_at, printed(*pieces), "tea", 0.5) == said


class Contrary:
    def __repr__(self):
        raise ValueError("no")


class OfOurOwn(list):
    """A list, as far as one can see."""


@pytest.mark.parametrize(
    ("result", "say"),
    [
        ([1, 2], None),
        ([2, 1], sentences.came_back_in_another_order),
        ((1, 2), sentences.something_else_came_back),
        ([], sentences.something_else_came_back),
        (Contrary(), sentences.something_else_came_back),
        (OfOurOwn([1, 2]), sentences.something_else_came_back),
        (OfOurOwn([2, 1]), sentences.came_back_in_another_order),
    ],
)
def test_returned(result, say):
    said = sentence(checks.returned, Timeline.of(result=result), [1, 2])
    assert said == (say and say(result, [1, 2]))
    nothing = sentence(checks.returned, Timeline.of(result=None), [1, 2])
    assert nothing == sentences.nothing_came_back([1, 2])


def test_a_task_a_future_or_a_coroutine_object_is_no_result():
    async def fetch():
        return 1

    async def not_awaited():
        task = asyncio.ensure_future(fetch())
        await task
        return task, asyncio.gather(task), concurrent.futures.Future()

    task, future, of_a_thread = asyncio.run(not_awaited())
    for result, said in (
        (task, sentences.a_task_came_back()),
        (future, sentences.a_task_came_back("future")),
        (of_a_thread, sentences.a_threads_future_came_back()),
    ):
        for held in (result, [1, result]):
            assert sentence(checks.returned, Timeline.of(result=held), [1, 2]) == said
    for result in (fetch(), [fetch(), fetch()], {"one": fetch()}):
        said = sentence(checks.holds_results, Timeline.of(result=result))
        assert said == sentences.a_coroutine_came_back("fetch")
