"""What is put in place is taken back, and shows nowhere meanwhile."""

import asyncio
import io
import sys

from programs import nap

from helpers import record


def test_the_loop_is_given_back_whole():
    async def main():
        loop = asyncio.get_running_loop()
        before = vars(loop._selector).copy(), loop.get_task_factory(), type(loop._ready)
        with record():
            await nap()
        assert (vars(loop._selector), loop.get_task_factory(), type(loop._ready)) == before
        assert loop.get_exception_handler() is None

    asyncio.run(main())


def test_what_the_program_changed_stays_changed():
    def factory(loop, coro, **options):
        return asyncio.Task(coro, loop=loop, **options)

    mine = io.StringIO()

    async def main():
        with record():
            asyncio.get_running_loop().set_task_factory(factory)
            sys.stdout = mine
        assert asyncio.get_running_loop().get_task_factory() is factory

    before = sys.stdout
    try:
        asyncio.run(main())
        assert sys.stdout is mine
    finally:
        sys.stdout = before


def test_reprs_and_debug_mode_do_not_change():
    async def look():
        loop = asyncio.get_running_loop()
        soon, later = loop.call_soon(nap.__name__.upper), loop.call_later(9, nap.__name__.upper)
        task = asyncio.create_task(nap(), name="x")
        safe = loop.call_soon_threadsafe(nap.__name__.upper)
        stacks = [[f.name for f in h._source_traceback] for h in (soon, later, task)]
        made = [frame.name for frame in safe._source_traceback]
        words = [type(soon).__name__, repr(later).split()[0]]
        later.cancel()
        await task
        return [*stacks, made], words

    plain = asyncio.run(look(), debug=True)
    with record():
        recorded = asyncio.run(look(), debug=True)
    assert recorded[1] == plain[1]
    for ours, theirs in zip(recorded[0], plain[0], strict=True):  # of so many frames, less ours
        assert len(ours) >= 5
        assert ours == theirs[-len(ours) :]
