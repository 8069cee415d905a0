"""One attempt: what a judge gets to see of the learner's program, and of the lent functions."""

import asyncio

import pytest

from helpers.practice.attempts import Jobs, Raised, attempt, watching_attempts
from helpers.practice.checks import NotYet


async def fetch(page):
    await asyncio.sleep(len(page))
    if page == "x":
        raise LookupError(page)
    return page.upper()


def spans(jobs):
    return [(s.name, s.started, s.ended, s.outcome) for s in jobs.timeline.tasks]


def test_it_gives_the_timeline_with_the_result():
    timeline = attempt(fetch, "map")
    assert (timeline.result, timeline.duration, timeline.clock) == ("MAP", 3.0, "virtual")


def test_a_plain_function_runs_inside_a_loop():
    def plain(number):
        asyncio.get_running_loop().call_soon(print)
        return number + 1

    assert attempt(plain, 1).result == 2


def test_what_it_may_raise_is_its_result():
    timeline = attempt(fetch, "x", may_raise=LookupError)
    assert isinstance(timeline.result, LookupError)
    assert timeline.duration == 1.0
    with pytest.raises(NotYet, match="Your program raised LookupError: x"):
        attempt(fetch, "x", may_raise=(KeyError, OSError))


def test_what_it_prints_is_kept_and_not_shown(capsys):
    timeline = attempt(print, "hello")
    assert "".join(piece.text for piece in timeline.output) == "hello\n"
    assert capsys.readouterr() == ("", "")


def test_jobs_are_seen_whether_they_are_tasks_or_not():
    jobs = Jobs()

    async def program(fetch):
        task = asyncio.create_task(fetch("map"))
        await fetch("menu")
        with pytest.raises(LookupError):
            await fetch("x")
        await task

    timeline = attempt(program, jobs.watch(fetch))
    assert [task.coroutine for task in timeline.tasks][1:] == ["fetch"]
    assert spans(jobs) == [
        ("fetch(menu)", 0.0, 4.0, "returned"),
        ("fetch(map)", 0.0, 3.0, "returned"),
        ("fetch(x)", 4.0, 5.0, "raised"),
    ]
    assert jobs.timeline.task("fetch(x)").exception == "LookupError: x"
    assert jobs.timeline.duration == 5.0


def test_a_job_that_is_cancelled_and_one_that_is_left_over():
    jobs = Jobs()

    async def program(fetch):
        lost = asyncio.create_task(fetch("breakfast"))
        await asyncio.wait([task := asyncio.create_task(fetch("menu"))], timeout=1)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(1)
        return len([lost])

    attempt(program, jobs.watch(fetch))
    assert spans(jobs) == [
        ("fetch(breakfast)", 0.0, None, "pending"),
        ("fetch(menu)", 0.0, 1.0, "cancelled"),
    ]
    assert jobs.timeline.duration == 2.0


def test_attempts_can_be_watched_and_the_failed_ones_are_among_them():
    with watching_attempts() as seen:
        attempt(fetch, "map")
        with pytest.raises(NotYet):
            attempt(fetch, "x")
    assert [timeline.duration for timeline in seen] == [3.0, 1.0]


# -- Python's own messages, in a learner's words ------------------------------------------------


async def a_list_in_gather():
    await asyncio.gather([fetch("map"), fetch("menu")])


async def a_generator_in_gather():
    await asyncio.gather(fetch(page) for page in ("map", "menu"))


async def coroutines_in_wait():
    await asyncio.wait([fetch("map")])


async def a_function_awaited():
    await fetch


async def a_task_of_a_function():
    await asyncio.create_task(fetch)


async def one_await_too_many():
    await (await asyncio.gather(fetch("map")))


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (a_list_in_gather, ": unhashable type: 'list'. gather takes each awaitable as an argument"),
        (a_generator_in_gather, ". gather takes each awaitable as an argument"),
        (coroutines_in_wait, "use tasks explicitly. asyncio.wait takes tasks"),
        (a_function_awaited, ". That is the function itself. Call it"),
        (a_task_of_a_function, "got <function fetch>. That is the function itself."),
        (one_await_too_many, ". What comes after `await` was worked out first"),
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine 'fetch' was never awaited:RuntimeWarning")
def test_what_python_says_is_said_again_with_what_to_do(program, says):
    with pytest.raises(Raised) as raised:
        attempt(program)
    assert raised.value.sentence.startswith("Your program raised ")
    assert says in raised.value.sentence


def test_names_are_the_learners_own_in_sentence_and_traceback():
    async def lent():
        return None

    async def program():
        await asyncio.create_task(lent)

    with pytest.raises(Raised, match="got <function lent>") as raised:
        attempt(program)
    assert "<locals>" not in raised.value.sentence
    assert "got <function lent>" in raised.value.trace
