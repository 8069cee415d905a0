"""Async generators, and every way to leave one, as a timeline tells them."""

import asyncio
import contextlib
import gc

from stories import tells


async def numbers(upto=3):
    for number in range(upto):
        yield number
        await asyncio.sleep(0.1)


# -- async generators, and the ways to leave them ------------------------------------------


@tells("main: 0 to 0.3, returned; sleep(0.1) 0.1, sleep(0.1) 0.1, sleep(0.1) 0.1")
async def test_one_that_is_run_to_its_end():
    assert [number async for number in numbers()] == [0, 1, 2]


@tells(
    """
    main: 0 to 1.1, returned; sleep(0.1) 0.1, sleep(1) 1
    numbers.aclose-1: 0.1 to 0.1, returned
    """
)
async def test_left_by_break_the_loop_closes_it_in_a_task():
    async for number in numbers(5):
        if number == 1:
            break
    await asyncio.sleep(1)


@tells(
    """
    main: 0 to 2.1, returned; sleep(0.1) 0.1, sleep(2) 2
    careful.aclose-1: 0.1 to 0.6, returned; sleep(0.5) 0.5
    """
)
async def test_left_by_break_its_finally_may_take_time():
    async def careful():
        try:
            for number in range(3):
                yield number
                await asyncio.sleep(0.1)
        finally:
            await asyncio.sleep(0.5)

    async for number in careful():
        if number == 1:
            break
    await asyncio.sleep(2)


@tells(
    """
    main: 0 to 1.1, returned; sleep(0.1) 0.1, sleep(1) 1
    outer.aclose-1: 0.1 to 0.1, returned
    numbers.aclose-1: 0.1 to 0.1, returned
    """
)
async def test_left_by_break_with_another_one_inside():
    """Which the loop closes in a task of its own: nobody hands the break on."""

    async def outer():
        async for number in numbers():
            yield number

    async for number in outer():
        if number == 1:
            break
    await asyncio.sleep(1)


@tells("main: 0 to 0.3, returned; sleep(0.1) 0.1, sleep(0.2) 0.2")
async def test_closed_by_hand_with_aclosing():
    async def careful():
        try:
            for number in range(3):
                yield number
                await asyncio.sleep(0.1)
        finally:
            await asyncio.sleep(0.2)

    async with contextlib.aclosing(careful()) as values:
        async for number in values:
            if number == 1:
                break


@tells("main: 0 to 0.3, returned; sleep(0.3) 0.3")
async def test_an_error_thrown_into_it():
    async def patient():
        try:
            yield 1
        except ValueError:
            await asyncio.sleep(0.3)
            yield 2

    values = patient()
    await anext(values)
    assert await values.athrow(ValueError) == 2
    await values.aclose()


@tells("main: 0 to 0.6, returned; sleep(0.2) 0.2, sleep(0.4) 0.4")
async def test_values_sent_into_it():
    async def echo():
        value = yield
        while True:
            await asyncio.sleep(value)
            value = yield value

    values = echo()
    await anext(values)
    await values.asend(0.2)
    await values.asend(0.4)
    await values.aclose()


@tells(
    """
    main: 0 to 0.2, returned; gather 0.2
    anext(numbers)-1, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    anext(slow)-1, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    """
)
async def test_the_next_of_two_in_gather():
    async def slow():
        await asyncio.sleep(0.2)
        yield

    first, second = numbers(), slow()
    await anext(first)
    await asyncio.gather(anext(first), anext(second))
    await first.aclose()
    await second.aclose()


@tells(
    """
    main: 0 to 0.1, returned; asyncio.wait 0.1
    anext(numbers)-1, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    anext(slow)-1, by main: 0 to 0.1, cancelled; sleep(5) 0.1
    """
)
async def test_the_first_of_two_that_has_something():
    """How streams are merged: a task for the next item of each, again and again."""

    async def slow():
        await asyncio.sleep(5)
        yield

    first, second = numbers(), slow()
    await anext(first)
    nexts = [asyncio.create_task(anext(each)) for each in (first, second)]
    _, late = await asyncio.wait(nexts, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    await first.aclose()


@tells(
    """
    main: 0 to 0, returned
    anext(empty)-1, by main: 0 to 0, returned
    anext(empty)-2, by main: 0 to 0, raised
    """
)
async def test_the_next_of_an_empty_one_with_and_without_a_default():
    async def empty():
        return
        yield

    await asyncio.gather(anext(empty(), None), anext(empty()), return_exceptions=True)


@tells(
    """
    main: 0 to 0.5, returned; task 'sent' 0.2, task 'thrown' 0.3
    sent, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    thrown, by main: 0.2 to 0.5, returned; sleep(0.3) 0.3
    """
)
async def test_asend_and_athrow_as_tasks_with_names():
    async def patient():
        try:
            await asyncio.sleep((yield))
            yield 1
        except ValueError:
            await asyncio.sleep(0.3)
            yield 2

    values = patient()
    await anext(values)
    await asyncio.create_task(values.asend(0.2), name="sent")
    await asyncio.create_task(values.athrow(ValueError), name="thrown")
    await values.aclose()


@tells(
    """
    main: 0 to 0.2, returned; gather 0.2
    patient.asend-1, by main: 0 to 0.2, returned; sleep(0.2) 0.2
    patient.athrow-1, by main: 0 to 0.1, returned; sleep(0.1) 0.1
    """
)
async def test_what_nobody_named_is_called_as_it_was_written():
    async def patient():
        try:
            await asyncio.sleep((yield))
            yield 1
        except ValueError:
            await asyncio.sleep(0.1)
            yield 2

    first, second = patient(), patient()
    await anext(first)
    await anext(second)
    await asyncio.gather(first.asend(0.2), second.athrow(ValueError))
    await first.aclose()
    await second.aclose()


@tells(
    """
    main: 0 to 1, returned; sleep(1) 1
    forgotten.aclose-1: 0 to 0.3, returned; sleep(0.3) 0.3
    """
)
async def test_one_that_the_garbage_collector_finds():
    async def forgotten(circle):
        try:
            yield circle
        finally:
            await asyncio.sleep(0.3)

    circle = []
    circle.append(forgotten(circle))
    await anext(circle[0])
    del circle
    gc.collect()
    await asyncio.sleep(1)


@tells(
    """
    main: 0 to 0.5, returned; task 'reader' 0.5
    reader, by main: 0 to 0.5, cancelled; sleep(5) 0.5
    """
)
async def test_cancelled_in_the_middle_of_one():
    async def endless():
        while True:
            await asyncio.sleep(5)
            yield

    async def read():
        async for _ in endless():
            pass

    reader = asyncio.create_task(read(), name="reader")
    asyncio.get_running_loop().call_later(0.5, reader.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await reader


@tells("main: 0 to 0.3, returned; sleep(0.1) 0.1, sleep(0.2) 0.2")
async def test_an_async_comprehension_and_a_generator_expression():
    async def waited(seconds):
        await asyncio.sleep(seconds)
        return seconds

    lazy = (await waited(seconds) for seconds in (0.1, 0.2))
    assert [seconds async for seconds in lazy] == [0.1, 0.2]


@tells(
    """
    main: 0 to 0.3, returned; task 'countdown' 0.3
    countdown, by main: 0 to 0.3, returned; sleep(0.1) 0.1, sleep(0.2) 0.2
    """
)
async def test_an_iterator_class_with_a_native_anext():
    class Countdown:
        def __init__(self):
            self.left = [0.2, 0.1]

        def __aiter__(self):
            return self

        async def __anext__(self):
            if not self.left:
                raise StopAsyncIteration
            await asyncio.sleep(self.left.pop())

    async def count():
        async for _ in Countdown():
            pass

    await asyncio.create_task(count(), name="countdown")
