"""Checks on timelines written by hand: silent when right, else exactly this sentence."""

import asyncio
import concurrent.futures

import pytest

from helpers.practice import checks
from helpers.practice.checks import NotYet
from helpers.timeline import Printed, Step, TaskSpan, Timeline
from helpers.virtual_time import simulate


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
            "'toast' began at 3 s, when 'tea' had already ended, although it was there from 0 s "
            "on. Probably 'tea' never lets go of the loop: between its start and its end it "
            "awaits nothing that suspends.",
        ),
        (
            [("tea", None, None), ("toast", 0, 2)],
            "'tea' never began: it was made, but never got its turn. A task takes its first step "
            "only when the one who made it suspends: await something.",
        ),
        (
            [("soup", 0, 3), ("toast", 0, 2)],
            "Nothing called 'tea' was started; there was 'soup', 'toast'.",
        ),
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
        (
            lambda: both(quick, slow),
            "'toast' began at 0 s, when 'tea' had already ended, although it was there from 0 s "
            "on. Probably 'tea' never lets go of the loop",
            True,
        ),
        (toast_then_tea, "'tea' began at 0 s, when 'toast' had already ended: they ran", False),
    ],
)
def test_what_happens_at_one_moment_is_judged_by_the_order_of_steps(program, together, one_by_one):
    timeline = simulate(program())
    assert timeline.duration == 0
    said = sentence(checks.ran_together, timeline, "tea", "toast")
    assert (said or "").startswith("" if together is True else together)
    assert (said is None) == (together is True)
    assert (sentence(checks.ran_one_after_another, timeline, "tea", "toast") is None) == one_by_one


def test_ran_together_knows_that_the_second_was_not_there_yet():
    tea = TaskSpan(0, "tea", created=0.0, started=0.0, ended=3.0, outcome="returned")
    toast = TaskSpan(1, "toast", created=3.0, started=3.0, ended=5.0, outcome="returned")
    assert sentence(checks.ran_together, Timeline.of([tea, toast]), "tea", "toast") == (
        "'toast' began at 3 s, when 'tea' had already ended: they ran one after the other. "
        "Probably 'tea' was awaited to its end before 'toast' was started. Start both first "
        "(create_task, gather or a TaskGroup), then await."
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("boil", 0, 1), ("brew", 1, 4)], None),
        (
            [("boil", 0, 1), ("brew", 0.5, 4)],
            "'brew' began at 0.5 s, before 'boil' had ended (1 s). Probably both were started at "
            "once: await 'boil' before you start 'brew'.",
        ),
        (
            [("boil", 0, None), ("brew", 1, 4)],
            "'brew' began at 1 s, before 'boil' had ended (it never did). Probably both were "
            "started at once: await 'boil' before you start 'brew'.",
        ),
    ],
)
def test_ran_one_after_another(rows, said):
    assert sentence(checks.ran_one_after_another, spans(*rows), "boil", "brew") == said


def test_ran_in_order_is_about_first_steps():
    tasks = [TaskSpan(0, "a", started=0.0, ended=0.0), TaskSpan(1, "b", started=0.0, ended=0.0)]
    steps = [Step(task, "task", "", 0, 0, 0) for task in (0, 1)]
    timeline = Timeline.of(tasks, steps)
    assert sentence(checks.ran_in_order, timeline, "a", "b") is None
    assert sentence(checks.ran_in_order, timeline, "b", "a") == (
        "'a' took its first step at 0 s, before 'b' (0 s). First steps come in the order in "
        "which tasks are made: start 'b' before 'a'."
    )


@pytest.mark.parametrize(
    ("duration", "begins"),
    [
        (3.0, None),
        (6.0, "It took 6 s, and 3 s would do. Something waited for its turn that could have"),
        (3.000000001, "It took 3 s, and 3 s would do."),
        (2.0, "It ended after 2 s, and the work needs 3 s. Something was left out"),
    ],
)
def test_took(duration, begins):
    said = sentence(checks.took, Timeline.of(duration=duration), 3)
    assert (said is None) if begins is None else said.startswith(begins)


@pytest.mark.parametrize(
    ("end", "real", "begins"),
    [
        (0.1, 0.0, None),
        (0.1, 0.24, None),
        (0.3, 0.0, "'tea' held the loop for 0.3 s, from 0 s on, and nothing else could run."),
        (0.0, 1.04, "'tea' held the loop for 1 s of real time, from 0 s on"),
    ],
)
def test_never_held_the_loop_longer_than(end, real, begins):
    step = Step(0, "task", "tea", 0, 0, end, real_seconds=real)
    timeline = Timeline.of([TaskSpan(0, "tea", started=0, ended=end)], [step], clock="virtual")
    said = sentence(checks.never_held_the_loop_longer_than, timeline, 0.1)
    assert (said is None) if begins is None else said.startswith(begins)
    if said:
        assert "time.sleep" in said


def test_a_callback_can_hold_the_loop_and_the_kernel_is_nobodys_fault():
    for kind, said in (("callback", "'ring' held the loop for 1 s"), ("kernel", None)):
        timeline = Timeline.of(steps=[Step(None, kind, "ring", 0, 0, 1)])
        found = sentence(checks.never_held_the_loop_longer_than, timeline, 0.1)
        assert found is None if said is None else found.startswith(said)


FIVE = [(name, start, start + 2) for start, name in enumerate("abcde")]


def test_in_progress_at_most_and_at_least():
    timeline = spans(*FIVE)
    assert sentence(checks.at_most_in_progress, timeline, 2) is None
    assert sentence(checks.at_least_in_progress, timeline, 2) is None
    assert sentence(checks.at_most_in_progress, timeline, 1, "ac") is None
    assert sentence(checks.at_most_in_progress, timeline, 1) == (
        "At 1 s 2 were in progress at once ('a', 'b'), and at most 1 may be. Probably all were "
        "started without anything that holds them back: an asyncio.Semaphore(1) around the work "
        "does."
    )
    assert sentence(checks.at_least_in_progress, timeline, 3) == (
        "At no time were more than 2 in progress at once, and there should be 3. Probably one is "
        "awaited to its end before the next is started: start them first, then await."
    )


# -- ends --------------------------------------------------------------------------------


def test_nothing_left_over():
    main = TaskSpan(0, "main", started=0, role="main")
    b = TaskSpan(1, "b", started=0)
    step = Step(1, "task", "b", 0, 0, 0, waiting_for="sleep(3)")
    assert sentence(checks.nothing_left_over, Timeline.of([main])) is None
    assert sentence(checks.nothing_left_over, spans(*FIVE)) is None
    assert sentence(checks.nothing_left_over, Timeline.of([main, b], [step], duration=1)) == (
        "'b' was still going when the program ended, at 1 s, waiting for sleep(3): nobody awaited "
        "it. asyncio.run() would cancel it there. Keep the task and await it, or start it in a "
        "TaskGroup, which waits for its tasks."
    )


@pytest.mark.parametrize(
    ("ended", "outcome", "begins"),
    [
        (2, "cancelled", None),
        (5, "returned", "'slow' was not cancelled: it went on and returned, at 5 s."),
        (2, "raised", "'slow' did not end as cancelled: it raised"),
        (None, "pending", "'slow' was still going when the program ended, at 9 s."),
        (3, "cancelled", "'slow' was cancelled at 3 s, and should be at 2 s."),
    ],
)
def test_cancelled_cleanly(ended, outcome, begins):
    timeline = spans(("slow", 0, ended, outcome), duration=9)
    said = sentence(checks.cancelled_cleanly, timeline, "slow", at=2)
    assert (said is None) if begins is None else said.startswith(begins)


def test_cancelled_before_its_first_step_is_not_cleanly():
    slow = TaskSpan(0, "slow", started=0, ended=0, outcome="cancelled", entered=False)
    said = sentence(checks.cancelled_cleanly, Timeline.of([slow]), "slow")
    assert said.startswith("'slow' never began: it was cancelled before its first step.")


def test_ended_as():
    slow = TaskSpan(0, "slow", started=0, ended=1, outcome="raised", exception="ValueError: no")
    timeline = Timeline.of([slow])
    assert sentence(checks.ended_as, timeline, "slow", "raised") is None
    assert sentence(checks.ended_as, timeline, "slow", "returned") == (
        "'slow' ended as raised (ValueError: no), at 1 s, and should end as returned."
    )


# -- what came out --------------------------------------------------------------------------


def printed(*pieces):
    return Timeline.of(output=tuple(Printed(time, text) for time, text in pieces), duration=9)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([(0, "a\n"), (1, "b\n")], None),
        ([(0, "a"), (0, "\n"), (0, "x\nb"), (1, "\n")], None),
        (
            [(0, "b\n"), (1, "a\n")],
            "'b' was printed at 0 s, and should come after 'a'. Ask which task ran first, and "
            "what it awaited.",
        ),
        (
            [(0, "a\n")],
            "The line 'b' was never printed. Look at what should print it: was it awaited, and "
            "did it reach that line?",
        ),
    ],
)
def test_printed_in_order(pieces, said):
    assert sentence(checks.printed_in_order, printed(*pieces), "a", "b") == said


class Contrary:
    def __repr__(self):
        return "contrary"


@pytest.mark.parametrize(
    ("result", "begins"),
    [
        ([1, 2], None),
        ([2, 1], "The right results came back in another order: [2, 1], and [1, 2] was wanted."),
        ((1, 2), "(1, 2) came back, and [1, 2] was wanted."),
        (None, "Nothing came back (None), and [1, 2] was wanted. Is there a `return`?"),
        (Contrary(), "contrary came back, and [1, 2] was wanted."),
    ],
)
def test_returned(result, begins):
    said = sentence(checks.returned, Timeline.of(result=result), [1, 2])
    assert (said is None) if begins is None else said.startswith(begins)


def test_a_task_a_future_or_a_coroutine_object_is_no_result():
    async def fetch():
        return 1

    async def not_awaited():
        task = asyncio.ensure_future(fetch())
        await task
        return task, asyncio.gather(task), concurrent.futures.Future()

    for result, said in zip(
        asyncio.run(not_awaited()),
        [
            "a task where its result was wanted. A task is not its result: await it, or ask it "
            "for .result() when it is done.",
            "a future where its result was wanted. A future is not its result: await it, or ask "
            "it for .result() when it is done.",
            "a future where its result was wanted. A future is not its result: it comes from "
            "another thread, so `await asyncio.wrap_future(...)` around it.",
        ],
        strict=True,
    ):
        for held in (result, [1, result]):
            told = sentence(checks.returned, Timeline.of(result=held), [1, 2])
            assert told == f"What came back is {said}"
    for result in (fetch(), [fetch(), fetch()], {"one": fetch()}):
        said = sentence(checks.holds_results, Timeline.of(result=result))
        assert said.startswith("What came back is a coroutine object, fetch(), where its result")
