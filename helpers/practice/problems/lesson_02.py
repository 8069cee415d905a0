"""Lesson 02, coroutines: an order is carried out once, nothing runs uncalled for, and by hand."""

import asyncio
import types

from helpers.practice.attempts import Jobs, Raised, attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    ran_one_after_another,
    returned,
    took,
)
from helpers.practice.exercises import Exercise

# -- two cups: an object can be awaited once ----------------------------------------------------


def cups():
    """A `make` that numbers its cups. The first takes 1 s, the second 2 s, and so on."""
    made = 0

    async def make():
        nonlocal made
        made += 1
        number = made
        await asyncio.sleep(number)
        return f"cup {number}"

    return make


def judge_two_cups(two_cups):
    jobs = Jobs()
    timeline = attempt(two_cups, jobs.watch(cups()), may_raise=RuntimeError)
    _awaited_each_order_once(timeline)
    orders = jobs.timeline.tasks
    if len(orders) != 2:
        raise NotYet(
            f"make() was carried out {_times(len(orders))}, and two cups were wanted. Each cup is "
            "an order of its own: call `make()` again for the second.",
            timeline,
        )
    if orders[1].started < 1:
        raise NotYet(
            "The second cup was begun at 0 s, before the first was ready (1 s): both were brewed "
            "at the same time. Await the first before you call for the second.",
            timeline,
        )
    nothing_left_over(timeline)
    returned(timeline, ["cup 1", "cup 2"])
    took(timeline, 3)


def _awaited_each_order_once(timeline):
    if not isinstance(timeline.result, RuntimeError):
        return
    if "already awaited" not in str(timeline.result):
        raise Raised(timeline.result, timeline)
    raise NotYet(
        f"The second await of the same order raised RuntimeError: {timeline.result}. An order is "
        "carried out once; a second cup is a second order: call `make()` again.",
        timeline,
    )


def _times(number):
    return {0: "not once", 1: "once"}.get(number, f"{number} times")


async def two_cups(make):
    first = await make()
    second = await make()
    return [first, second]


async def two_cups_in_one_line(make):
    return [await make(), await make()]


async def two_cups_by_counting(make):
    return [await make() for _ in range(2)]


async def two_cups_of_one_order(make):
    order = make()
    first = await order
    second = await order
    return [first, second]


async def two_cups_that_are_one(make):
    cup = await make()
    return [cup, cup]


async def two_cups_of_one_task(make):
    order = asyncio.create_task(make(), name="order")
    return [await order, await order]


async def two_cups_at_once(make):
    return await asyncio.gather(make(), make())


async def two_cups_never_begun(make):
    return [make(), make()]


ONE_CUP = (
    "make() was carried out once, and two cups were wanted. Each cup is an order of its own: call "
    "`make()` again for the second."
)

TWO_CUPS = Exercise(
    id="02-two-cups",
    title="Two cups",
    prompt=(
        "`make()` brews one cup and returns it. The function below is given `make` and should "
        "return a list of two cups, brewed one after the other. It fails. Why? Change it."
    ),
    starter="""\
async def two_cups(make):
    order = make()
    return [await order, await order]
""",
    hints=(
        "Run it as it is, with `await two_cups(...)` and a small `make` of your own: which "
        "message do you get, and from which of the two awaits?",
        "`order` is one coroutine object, and an object runs once. How do you get a second one?",
        "Each call of `make()` is a new order: call it twice, and await each call.",
    ),
    judge=judge_two_cups,
    solution=two_cups,
    also=(two_cups_in_one_line, two_cups_by_counting),
    wrong=(
        (
            two_cups_of_one_order,
            "The second await of the same order raised RuntimeError: cannot reuse already awaited "
            "coroutine. An order is carried out once; a second cup is a second order: call "
            "`make()` again.",
        ),
        (two_cups_that_are_one, ONE_CUP),
        (two_cups_of_one_task, ONE_CUP),
        (
            two_cups_at_once,
            "The second cup was begun at 0 s, before the first was ready (1 s): both were brewed "
            "at the same time. Await the first before you call for the second.",
        ),
        (
            two_cups_never_begun,
            "What came back is a coroutine object, make(), where its result was wanted. Calling a "
            "coroutine function only makes the object, and its body never ran: write "
            "`await make(...)`, or give it to create_task or gather.",
        ),
    ),
)


# -- nothing was fetched: two forgotten awaits --------------------------------------------------


async def fetch(page):
    """Each page takes as many seconds as its name has letters."""
    await asyncio.sleep(len(page))
    return page.upper()


async def save(text):
    if not isinstance(text, str):
        kind = type(text).__name__
        raise TypeError(f"save needs a text, and got a {kind}: was fetch(...) awaited?")
    await asyncio.sleep(0.5)


def judge_copy_pages(copy_pages):
    jobs = Jobs()
    timeline = attempt(copy_pages, jobs.watch(fetch), jobs.watch(save), ["menu", "map"])
    _saved_before_the_next(jobs.timeline)
    ran_one_after_another(jobs.timeline, "fetch(menu)", "save(MENU)", "fetch(map)", "save(MAP)")
    nothing_left_over(timeline)
    returned(timeline, 2)
    took(timeline, 8)
    returned(attempt(copy_pages, fetch, save, []), 0)


def _saved_before_the_next(timeline):
    jobs = {span.name: span for span in timeline.tasks}
    if list(jobs) != ["fetch(menu)", "fetch(map)", "save(MENU)", "save(MAP)"]:
        return
    if jobs["fetch(map)"].ended <= jobs["save(MENU)"].started:
        raise NotYet(
            "Both pages were fetched before the first text was saved. Fetch and save in the same "
            "loop: save a text as soon as it is there, then go on to the next page.",
            timeline,
        )


async def copy_pages(fetch, save, pages):
    count = 0
    for page in pages:
        text = await fetch(page)
        await save(text)
        count += 1
    return count


async def copy_pages_one_inside_the_other(fetch, save, pages):
    for page in pages:
        await save(await fetch(page))
    return len(pages)


async def copy_pages_without_saving(fetch, save, pages):
    count = 0
    for page in pages:
        text = await fetch(page)
        save(text)
        count += 1
    return count


async def copy_pages_without_fetching(fetch, save, pages):
    count = 0
    for page in pages:
        text = fetch(page)
        await save(text)
        count += 1
    return count


async def copy_pages_fetching_all_of_them_first(fetch, save, pages):
    texts = [await fetch(page) for page in pages]
    for text in texts:
        await save(text)
    return len(pages)


async def copy_pages_all_at_once(fetch, save, pages):
    async def copy(page):
        await save(await fetch(page))

    await asyncio.gather(*map(copy, pages))
    return len(pages)


async def copy_pages_and_leave_saving_behind(fetch, save, pages):
    for page in pages:
        asyncio.create_task(save(await fetch(page)))  # noqa: RUF006  (this is the mistake)
    return len(pages)


COPY_PAGES = Exercise(
    id="02-nothing-fetched",
    title="Nothing was fetched",
    prompt=(
        "`fetch(page)` returns a text after a while, and `save(text)` stores it, which takes a "
        "while, too. The function below ends at once, and nothing is stored. Mend it: fetch a "
        "page, save its text, then go on to the next; at the end return how many were saved."
    ),
    starter="""\
async def copy_pages(fetch, save, pages):
    count = 0
    for page in pages:
        text = fetch(page)
        save(text)
        count += 1
    return count
""",
    hints=(
        "`fetch` and `save` are coroutine functions. What does a call of one give you?",
        "`text` is not a text yet, but a coroutine object. Nobody runs it.",
        "Two words are missing: an `await` before each of the two calls.",
    ),
    judge=judge_copy_pages,
    solution=copy_pages,
    also=(copy_pages_one_inside_the_other,),
    wrong=(
        (
            copy_pages_without_saving,
            "save() was called, but never awaited: the call only made a coroutine object, and its "
            "body never ran. Write `await save(...)`, or give it to create_task.",
        ),
        (
            copy_pages_without_fetching,
            "Your program raised TypeError: save needs a text, and got a coroutine: was fetch(...) "
            "awaited?",
        ),
        (
            copy_pages_fetching_all_of_them_first,
            "Both pages were fetched before the first text was saved. Fetch and save in the same "
            "loop: save a text as soon as it is there, then go on to the next page.",
        ),
        (
            copy_pages_all_at_once,
            "'fetch(map)' began at 0 s, before 'save(MENU)' had ended (4.5 s). Probably both were "
            "started at once: await 'save(MENU)' before you start 'fetch(map)'.",
        ),
        (
            copy_pages_and_leave_saving_behind,
            "'fetch(map)' began at 4 s, before 'save(MENU)' had ended (4.5 s). Probably both were "
            "started at once: await 'save(MENU)' before you start 'fetch(map)'.",
        ),
    ),
)


# -- drive it yourself --------------------------------------------------------------------------


@types.coroutine
def pause(message):
    return (yield message)


async def walk():
    """Suspends three times, at two depths, and returns. Nobody may send it anything but None."""
    await stroll("over the bridge")
    await pause("to the mill")
    return "home"


async def stroll(place):
    for message in ("out of the door", place):
        if await pause(message) is not None:
            raise ValueError("what is sent into a pause here should be None")


async def stay():
    return 42


async def stumble():
    await pause("up the hill")
    raise LookupError("no path")


def judge_drive(drive):
    _drove(drive, stay, ([], 42))
    _drove(drive, walk, (["out of the door", "over the bridge", "to the mill"], "home"))
    timeline = _driving(drive, stumble)
    if not isinstance(timeline.result, LookupError):
        raise NotYet(
            "The coroutine raised LookupError, and it did not come out of drive(). Only "
            "StopIteration is the sign of a normal end: catch that one and let all else pass.",
            timeline,
        )


def _drove(drive, function, expected):
    timeline = _driving(drive, function)
    result = timeline.result
    if isinstance(result, tuple) and result[:1] == expected[:1] and result[1:] == (None,):
        raise NotYet(
            f"What came out is right, but the result is None, and {expected[1]!r} was wanted. It "
            "is inside the StopIteration: `except StopIteration as stop:`, then `stop.value`.",
            timeline,
        )
    returned(timeline, expected)


def _driving(drive, function):
    """Hand a coroutine object to `drive`, outside of which StopIteration means a mistake."""

    async def program():
        coroutine = function()
        try:
            return drive(coroutine)
        except StopIteration:
            raise NotYet(
                f"StopIteration came out of drive() for a coroutine, {function.__name__}(), that "
                "had come to its end. That is how send(None) says that it is over: catch it, and "
                "take the result from its `value`."
            ) from None
        except RuntimeError as error:
            if "asyncio.run()" not in str(error):
                raise
            raise NotYet(
                "drive() called asyncio.run(), which starts a loop. It should do without: call "
                "`coroutine.send(None)` yourself, again and again."
            ) from None
        finally:
            coroutine.close()

    return attempt(program, may_raise=LookupError)


def drive(coroutine):
    came_out = []
    while True:
        try:
            came_out.append(coroutine.send(None))
        except StopIteration as stop:
            return came_out, stop.value


def drive_as_an_iterator(coroutine):
    result = None

    def steps():
        nonlocal result
        result = yield from coroutine.__await__()

    came_out = list(steps())
    return came_out, result


def drive_once(coroutine):
    came_out = [coroutine.send(None)]
    return came_out, None


def drive_to_the_first(coroutine):
    try:
        return [coroutine.send(None)], None
    except StopIteration as stop:
        return [], stop.value


def drive_without_a_result(coroutine):
    return list(coroutine.__await__()), None


def drive_and_swallow(coroutine):
    came_out, result = [], None
    while True:
        try:
            came_out.append(coroutine.send(None))
        except StopIteration as stop:
            result = stop.value
            break
        except Exception:
            break
    return came_out, result


def drive_by_asyncio_run(coroutine):
    return [], asyncio.run(coroutine)


def drive_and_answer(coroutine):
    came_out, answer = [], None
    while True:
        try:
            answer = coroutine.send(answer)
        except StopIteration as stop:
            return came_out, stop.value
        came_out.append(answer)


DRIVE = Exercise(
    id="02-drive",
    title="Drive it yourself",
    prompt=(
        "Write `drive(coroutine)`, an ordinary function: it runs a coroutine object to its end "
        "with `send(None)`, without any loop, and returns a pair: a list of everything that came "
        "out on the way, and the result. If the coroutine raises an exception of its own, let it "
        "pass through."
    ),
    starter="""\
def drive(coroutine):
    came_out = []
    return came_out, None
""",
    hints=(
        "You do not know how often it will suspend. So send again and again; what tells you that "
        "it is over?",
        "`while True:` around a `try:`. What `send(None)` returns goes into the list.",
        "At the end `send` raises StopIteration, and its `value` is the result: "
        "`except StopIteration as stop: return came_out, stop.value`.",
    ),
    judge=judge_drive,
    solution=drive,
    also=(drive_as_an_iterator,),
    wrong=(
        (
            drive_once,
            "StopIteration came out of drive() for a coroutine, stay(), that had come to its end. "
            "That is how send(None) says that it is over: catch it, and take the result from its "
            "`value`.",
        ),
        (
            drive_to_the_first,
            "(['out of the door'], None) came back, and (['out of the door', 'over the bridge', "
            "'to the mill'], 'home') was wanted.",
        ),
        (
            drive_without_a_result,
            "What came out is right, but the result is None, and 42 was wanted. It is inside the "
            "StopIteration: `except StopIteration as stop:`, then `stop.value`.",
        ),
        (
            drive_and_swallow,
            "The coroutine raised LookupError, and it did not come out of drive(). Only "
            "StopIteration is the sign of a normal end: catch that one and let all else pass.",
        ),
        (
            drive_and_answer,
            "Your program raised ValueError: what is sent into a pause here should be None",
        ),
        (
            drive_by_asyncio_run,
            "drive() called asyncio.run(), which starts a loop. It should do without: call "
            "`coroutine.send(None)` yourself, again and again.",
        ),
    ),
)
