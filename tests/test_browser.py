"""The pieces for a browser, tried without one: a page whose clock is turned by hand."""

import asyncio
import sys
import threading
import time

import pytest
from page_by_hand import Page

from helpers import browser, record
from helpers.recorder import timing


@pytest.fixture
def page(monkeypatch):
    page = Page()
    page.move_the_clocks(browser, monkeypatch.setattr)
    monkeypatch.setattr(timing, "moment", browser.moment)
    return page


@pytest.fixture
def loop(page):
    loop = browser.PagesLoop(page.call, page.cancel)
    page.run()  # a loop that runs is told in a callback whether it is in debug mode
    return loop


# -- the loop ------------------------------------------------------------------------------------


def test_nothing_runs_before_the_page_turns_the_loop(page, loop):
    said = []
    loop.call_soon(said.append, "soon")
    assert said == []
    page.turn()
    assert said == ["soon"]


def test_callbacks_and_timers_come_in_asyncios_order(page, loop):
    said = []
    loop.call_later(0.2, said.append, "later")
    loop.call_later(0.1, said.append, "sooner")
    loop.call_soon(said.append, "first")
    loop.call_soon(said.append, "second")
    page.run()
    assert said == ["first", "second", "sooner", "later"]


def test_the_page_is_asked_for_one_call_and_for_a_sooner_one_in_its_place(page, loop):
    loop.call_later(5, print)
    assert [due for due, _ in page.asked] == pytest.approx([5])
    loop.call_later(9, print)
    loop.call_later(2, print)
    assert [due for due, _ in page.asked] == pytest.approx([2])


def test_a_timer_that_was_cancelled_wakes_nobody(page, loop):
    timer = loop.call_later(5, print)
    loop.call_soon(timer.cancel)
    page.turn()
    assert page.asked == []


def test_tasks_run_and_the_page_gets_a_word_in(page, loop):
    async def spin():
        for _ in range(3):
            page.now += browser.STRETCH
            await asyncio.sleep(0)
        return "done"

    task = loop.create_task(spin())
    page.turn()
    assert not task.done()
    page.run()
    assert task.result() == "done"


def test_a_program_on_it_knows_its_loop_and_the_page_has_its_own_back(page, loop):
    async def main():
        return asyncio.get_running_loop()

    task = loop.create_task(main())
    page.run()
    assert task.result() is loop
    assert asyncio._get_running_loop() is None


def test_it_refuses_what_a_running_loop_refuses(page, loop):
    async def main():
        refused = []
        for attempt in (loop.run_forever, loop.close, lambda: loop.run_until_complete(None)):
            with pytest.raises(RuntimeError) as refusal:
                attempt()
            refused.append(str(refusal.value))
        return refused

    task = loop.create_task(main())
    page.turn()
    running = "This event loop is already running"
    assert task.result() == [running, "Cannot close a running event loop", running]


def test_what_waits_for_nothing_says_so(page):
    inner = browser.Loop()
    with pytest.raises(browser.NotHere, match="would wait forever"):
        inner.run_until_complete(inner.create_future())
    inner.close()


def test_it_is_recorded_with_its_sleep(page, loop):
    timeline = None

    async def main():
        nonlocal timeline
        with record() as timeline:
            await asyncio.sleep(2)

    loop.create_task(main(), name="main")
    page.run()
    [(start, end)] = [(i.start, i.end) for i in timeline.idle if i.end - i.start > 1]
    assert (start, end) == (pytest.approx(0, abs=0.01), pytest.approx(2, abs=0.01))
    assert timeline.notes == ()
    assert timeline.time_waiting(0) == pytest.approx(2, abs=0.01)


# -- what is not there ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "word"),
    [("create_server", "socket"), ("create_connection", "socket"), ("subprocess_exec", "program")],
)
def test_a_loop_says_in_a_sentence_what_cannot_be(loop, name, word):
    with pytest.raises(browser.NotHere, match=rf"{word}.* open the lesson on a computer"):
        getattr(loop, name)("anything")


def test_to_thread_runs_in_the_same_step_counts_its_sleep_and_says_so(page, loop):
    def work():
        browser.sleep(1.5)
        return asyncio._get_running_loop()

    async def main():
        return await asyncio.to_thread(work), page.now

    task = loop.create_task(main())
    page.run()
    inside, moment = task.result()
    assert (inside, moment) == (None, pytest.approx(1.5, abs=0.01))
    assert loop.notes == [browser.IN_THIS_STEP]


def test_what_to_thread_is_given_finds_no_loop_and_can_run_one(page, loop):
    async def main():
        with pytest.raises(RuntimeError, match="There is no current event loop in thread"):
            await asyncio.to_thread(asyncio.get_event_loop)
        return await asyncio.to_thread(set_and_get)

    def set_and_get():
        mine = asyncio.new_event_loop()
        asyncio.set_event_loop(mine)
        mine.close()
        return asyncio.get_event_loop() is mine

    task = loop.create_task(main())
    page.run()
    assert task.result() is True


def test_what_to_thread_raised_is_raised(page, loop):
    task = loop.create_task(asyncio.wait_for(asyncio.to_thread(int, "x"), 5))
    page.run()
    with pytest.raises(ValueError, match="invalid literal"):
        task.result()


# -- aside ---------------------------------------------------------------------------------------


def test_aside_nothing_is_running_and_all_is_back_after_it(page, loop):
    async def main():
        me = asyncio.current_task()
        with browser.aside():
            number = browser.get_ident()
            result = asyncio.run(asyncio.sleep(0, "inner"))
        return result, number, asyncio.current_task() is me, asyncio.get_running_loop() is loop

    task = loop.create_task(main())
    page.turn()
    assert task.result() == ("inner", threading.get_ident() + 1, True, True)


# -- the clock -----------------------------------------------------------------------------------


def test_the_clock_never_gives_one_moment_twice(page):
    said = [browser.moment() for _ in range(1000)]
    assert said == sorted(set(said))
    assert said[-1] - said[0] < 1e-5
    page.now += 1
    assert browser.moment() == page.now


# -- programs that must end ----------------------------------------------------------------------

has_monitoring = pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is of 3.12")


class Enough(BaseException):
    pass


def _look_in_that_stops_at(number):
    looks = iter(range(number))

    def look_in():
        if next(looks, None) is None:
            raise Enough

    return look_in


@has_monitoring
def test_an_endless_loop_is_ended_where_it_spins():
    def spin():
        while True:
            pass

    with (
        pytest.raises(Enough),
        browser.Watch(_look_in_that_stops_at(100), lambda code: code is spin.__code__),
    ):
        spin()
    assert sys.monitoring.get_tool(browser.TOOL) is None


@has_monitoring
def test_a_long_sleep_is_cut_short(page):
    watch = browser.Watch(_look_in_that_stops_at(3), lambda code: False)
    with pytest.raises(Enough), watch:
        browser.sleep(60)
    assert page.now == pytest.approx(4 * browser.NAP)


def test_otherwise_sleep_is_plain(page):
    browser.sleep(60)
    assert page.now == 60


def test_nothing_of_this_is_loaded_on_a_computer():
    assert time.perf_counter is not browser.moment
    assert threading.get_ident is not browser.get_ident
