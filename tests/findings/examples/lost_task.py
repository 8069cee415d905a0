"""Tasks nobody waits for: destroyed while pending, or still pending at the end."""

import asyncio
import gc
import weakref

from cases import LOST_TASK, fault, innocent


@fault(LOST_TASK, who="listener", does="2 tasks, 1 returned, 1 destroyed, 2 s")
async def nobody_keeps_the_listener_and_the_collector_takes_it():
    async def listener():
        await asyncio.get_running_loop().create_future()

    asyncio.create_task(listener(), name="listener")  # noqa: RUF006  # fault
    await asyncio.sleep(1)
    gc.collect()
    await asyncio.sleep(1)


@fault(LOST_TASK, who="save", does="2 tasks, 1 returned, 1 pending, 1 s")
async def main_returns_before_the_save_is_done():
    async def save():
        await asyncio.sleep(3)

    task = asyncio.create_task(save(), name="save")  # fault
    await asyncio.sleep(1)
    return task.done()


@fault(LOST_TASK, who="watcher", does="2 tasks, 1 returned, 1 destroyed, 2 s")
async def a_weak_set_is_all_that_remembers_the_watcher():
    async def watcher():
        changed = asyncio.Event()
        await changed.wait()

    watchers = weakref.WeakSet()
    watchers.add(asyncio.create_task(watcher(), name="watcher"))  # fault
    await asyncio.sleep(1)
    gc.collect()
    await asyncio.sleep(1)


@fault(LOST_TASK, who="mirror C", does="3 tasks, 2 returned, 1 pending, 1 s")
async def the_first_mirror_answers_and_the_slower_one_is_left_behind():
    async def mirror(seconds):
        await asyncio.sleep(seconds)
        return seconds

    fast = asyncio.create_task(mirror(1), name="mirror A")
    slow = asyncio.create_task(mirror(5), name="mirror C")  # fault
    done, _ = await asyncio.wait([fast, slow], return_when=asyncio.FIRST_COMPLETED)
    return [task.result() for task in done]


@fault(LOST_TASK, who="mail-2, mail-3", does="4 tasks, 2 returned, 2 pending, 3 s")
async def mails_are_sent_in_tasks_and_the_program_ends_before_them():
    async def mail(seconds):
        await asyncio.sleep(seconds)

    sending = set()
    for seconds in (1, 4, 6):
        sending.add(asyncio.create_task(mail(seconds)))  # fault
        await asyncio.sleep(1)


# -- near misses ----------------------------------------------------------------------------


@innocent(near=LOST_TASK, does="2 tasks, 1 returned, 1 cancelled, 2.5 s")
async def a_background_task_is_cancelled_and_awaited():
    async def heartbeat():
        while True:
            await asyncio.sleep(1)

    beat = asyncio.create_task(heartbeat())
    await asyncio.sleep(2.5)
    beat.cancel()
    try:
        await beat
    except asyncio.CancelledError:
        return


@innocent(near=LOST_TASK, does="4 tasks, 4 returned, 3 s")
async def background_tasks_are_kept_in_a_set_and_all_end_in_time():
    async def mail(seconds):
        await asyncio.sleep(seconds)

    sending = set()
    for seconds in (1, 2, 3):
        task = asyncio.create_task(mail(seconds))
        sending.add(task)
        task.add_done_callback(sending.discard)
    while sending:
        await asyncio.wait(sending)


@innocent(near=LOST_TASK, does="3 tasks, 2 returned, 1 cancelled, 1 s")
async def the_slower_mirror_is_cancelled_when_the_first_has_answered():
    async def mirror(seconds):
        await asyncio.sleep(seconds)

    tasks = [asyncio.create_task(mirror(seconds)) for seconds in (1, 5)]
    done, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in done:
        task.result()
