"""Asked to end, went on."""

import asyncio
from contextlib import suppress

from cases import SWALLOWED_CANCELLATION, fault, innocent


@fault(SWALLOWED_CANCELLATION, who="poller", does="2 tasks, 2 returned, 4 s")
async def except_base_exception_in_a_loop_goes_on_polling():
    async def poller():
        for _ in range(4):
            try:
                await asyncio.sleep(1)  # fault
            except BaseException:  # fault
                continue
        await asyncio.sleep(0.5)

    task = asyncio.create_task(poller(), name="poller")
    await asyncio.sleep(0.5)
    task.cancel()
    await task


@fault(SWALLOWED_CANCELLATION, who="worker", does="2 tasks, 2 returned, 5 s")
async def cancelled_error_is_caught_and_work_goes_on():
    async def worker():
        try:
            await asyncio.sleep(2)  # fault
        except asyncio.CancelledError:  # fault
            print("not now")
        await asyncio.sleep(4)

    task = asyncio.create_task(worker(), name="worker")
    await asyncio.sleep(1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@fault(SWALLOWED_CANCELLATION, who="heartbeat", does="2 tasks, 2 returned, 3.5 s")
async def suppress_inside_the_loop_eats_the_cancellation():
    async def heartbeat():
        for _ in range(4):
            with suppress(asyncio.CancelledError):  # fault
                await asyncio.sleep(1)  # fault

    beat = asyncio.create_task(heartbeat(), name="heartbeat")
    await asyncio.sleep(0.5)
    beat.cancel()
    await asyncio.wait([beat])


@fault(SWALLOWED_CANCELLATION, who="download", does="2 tasks, 2 returned, 7 s")
async def a_timeout_is_swallowed_by_the_download_which_starts_again():
    async def download():
        for _ in range(2):
            try:
                await asyncio.sleep(5)  # fault
                return "done"
            except asyncio.CancelledError:  # fault
                print("failed, once more")
        return "failed"

    task = asyncio.create_task(download(), name="download")
    with suppress(TimeoutError):
        await asyncio.wait_for(task, 2)


@fault(SWALLOWED_CANCELLATION, who="stubborn", does="3 tasks, 2 returned, 1 raised, 6 s")
async def one_of_a_failed_group_goes_on_and_keeps_the_group_waiting():
    async def fails():
        await asyncio.sleep(1)
        raise ValueError

    async def stubborn():
        try:
            await asyncio.sleep(10)  # fault
        except asyncio.CancelledError:  # fault
            for _ in range(5):
                await asyncio.sleep(1)

    with suppress(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            group.create_task(stubborn(), name="stubborn")
            group.create_task(fails(), name="fails")


# -- near misses ----------------------------------------------------------------------------


@innocent(near=SWALLOWED_CANCELLATION, does="2 tasks, 1 returned, 1 cancelled, 3 s")
async def it_says_goodbye_slowly_and_ends_as_asked():
    async def session():
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(2)

    task = asyncio.create_task(session())
    await asyncio.sleep(1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@innocent(near=SWALLOWED_CANCELLATION, does="2 tasks, 2 returned, 1 s")
async def it_catches_the_request_returns_what_it_has_and_is_over():
    async def count():
        number = 0
        try:
            while True:
                await asyncio.sleep(0.3)
                number += 1
        except asyncio.CancelledError:
            return number

    task = asyncio.create_task(count())
    await asyncio.sleep(1)
    task.cancel()
    return await task


@innocent(near=SWALLOWED_CANCELLATION, does="3 tasks, 2 returned, 1 cancelled, 3 s")
async def a_shield_lets_the_save_go_on_and_main_waits_for_it():
    async def save():
        await asyncio.sleep(3)

    async def request(saving):
        await asyncio.shield(saving)

    saving = asyncio.create_task(save())
    asking = asyncio.create_task(request(saving))
    await asyncio.sleep(1)
    asking.cancel()
    await asyncio.wait([asking, saving])


@innocent(near=SWALLOWED_CANCELLATION, does="1 task, 1 returned, 3 s")
async def a_timeout_is_caught_outside_and_the_program_goes_on():
    try:
        async with asyncio.timeout(1):
            await asyncio.sleep(10)
    except TimeoutError:
        await asyncio.sleep(2)
