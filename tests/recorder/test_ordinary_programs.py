"""Ordinary programs of the kinds that people ask about and report, told as they are."""

import asyncio

from stories import tells

sleep = asyncio.sleep


@tells(
    """
    main: 0 to 2, returned; wait_for 2
    sleep-1, by main: 0 to 2, cancelled; sleep(3) 2
    sleep-2, by main: 0 to 1, returned; sleep(1) 1
    """
)
async def test_wait_for_gather():
    try:
        await asyncio.wait_for(asyncio.gather(sleep(3), sleep(1)), 2)
    except TimeoutError:
        return asyncio.get_running_loop().time()


@tells(
    """
    main: 0 to 1, returned; sleep(0.5) 0.5, task 'next' 0.5
    next, by main: 0 to 1, returned; sleep(1) 1
    g.aclose-1: 1 to the end, pending
    """
)
async def test_close_running():

    async def g():
        await sleep(1)
        yield 1

    a = g()
    t = asyncio.create_task(anext(a), name="next")
    await sleep(0.5)
    try:
        await a.aclose()
    except RuntimeError as e:
        r = str(e)
    else:
        r = "no error"
    return (r, await t)


@tells(
    """
    main: 0 to 2, returned; gather 2
    t, by main: 0 to 2, returned; sleep(2) 2
    a, by main: 0 to 1, raised; wait_for 1
    b, by main: 0 to 2, returned; wait_for 2
    """
)
async def test_shield_twice():
    t = asyncio.create_task(sleep(2, "v"), name="t")
    a = asyncio.create_task(asyncio.wait_for(asyncio.shield(t), 1), name="a")
    b = asyncio.create_task(asyncio.wait_for(asyncio.shield(t), 3), name="b")
    r = await asyncio.gather(a, b, return_exceptions=True)
    return [type(x).__name__ for x in r]


@tells(
    """
    main: 0 to 2, returned; sleep(0.5) 0.5, asyncio.wait 1.5
    a, by main: 0 to 1, returned; sleep(1) 1
    b, by main: 0 to 0.5, cancelled; Lock.acquire 0.5
    c, by main: 0 to 2, returned; Lock.acquire 1, sleep(1) 1
    """
)
async def test_lock_cancel():
    lock = asyncio.Lock()
    order = []

    async def use(n, s):
        async with lock:
            order.append(n)
            await sleep(s)

    a, b, c = [asyncio.create_task(use(n, 1), name=n) for n in "abc"]
    await sleep(0.5)
    b.cancel()
    await asyncio.wait([a, b, c])
    return order


@tells(
    """
    main: 0 to 2, returned; task 'w' 2
    w, by main: 0 to 2, returned; sleep(5) 1, sleep(1) 1
    """
)
async def test_uncancel():

    async def w():
        try:
            async with asyncio.timeout(1):
                await sleep(5)
        except TimeoutError:
            pass
        await sleep(1)
        return asyncio.current_task().cancelling()

    return await asyncio.create_task(w(), name="w")


@tells(
    """
    main: 0 to 1.2, returned; sleep(0.1) 0.1, sleep(0.1) 0.1, sleep(0.5) 0.5, sleep(0.5) 0.5
    f1, by main: 0 to 0.1, cancelled; sleep(0.3) 0.1
    f2, by main: 0.1 to 0.2, cancelled; sleep(0.3) 0.1
    f3, by main: 0.2 to 0.5, returned; sleep(0.3) 0.3
    f4, by main: 0.7 to 1, returned; sleep(0.3) 0.3
    """
)
async def test_debounce():
    calls = []
    pending = None

    async def fire(x):
        await sleep(0.3)
        calls.append((x, asyncio.get_running_loop().time()))

    for x, gap in ((1, 0.1), (2, 0.1), (3, 0.5), (4, 0.5)):
        if pending:
            pending.cancel()
        pending = asyncio.create_task(fire(x), name=f"f{x}")
        await sleep(gap)
    return calls


@tells(
    """
    main: 0 to 0.6, returned; Queue.get 0.2, Queue.get 0.2, Queue.get 0.2
    p0, by main: 0 to 0.4, returned; sleep(0.2) 0.2, sleep(0.2) 0.2
    p1, by main: 0 to 0.6, returned; sleep(0.2) 0.2, sleep(0.2) 0.2, sleep(0.2) 0.2
    """
)
async def test_stream():

    async def produce(n):
        for i in range(n):
            await sleep(0.2)
            yield i

    async def merge(*gens):
        q = asyncio.Queue()
        left = len(gens)

        async def pump(g):
            async for x in g:
                await q.put(x)
            await q.put(None)

        ts = [asyncio.create_task(pump(g), name=f"p{i}") for i, g in enumerate(gens)]
        while left:
            x = await q.get()
            if x is None:
                left -= 1
            else:
                yield x
        await asyncio.wait(ts)

    return [x async for x in merge(produce(2), produce(3))]
