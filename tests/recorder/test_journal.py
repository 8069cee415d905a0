"""What one thread writes: callbacks, timers, sockets, sleeps and what is printed."""

import asyncio
import contextlib
import io

from programs import on_socket, run

from helpers import record


def test_callbacks_and_timers_are_loop_work_with_names():
    def hello():
        pass

    async def main():
        loop = asyncio.get_running_loop()
        loop.call_soon(hello)
        loop.call_later(0.001, hello)
        loop.call_later(60, hello).cancel()
        await asyncio.sleep(0.005)

    timeline = run(main())
    work = [(s.kind, s.label) for s in timeline.steps if s.task is None]
    assert work[:2] == [("callback", "hello"), ("timer", "hello")]
    hellos = [t for t in timeline.timers if t.label == "hello"]
    assert [t.made_by for t in hellos] == [0, 0]
    assert [(t.queued is None, t.cancelled is None) for t in hellos] == [
        (False, True), (True, False),
    ]  # fmt: skip
    assert timeline.idle, "the loop slept in its selector"
    assert all(i.until is not None for i in timeline.idle)


def test_a_timer_made_before_its_loop_runs_is_noted_once():
    with record() as timeline:
        loop = asyncio.new_event_loop()
        loop.call_later(0.01, loop.stop)
        loop.run_forever()
        loop.close()
    assert [timer.queued is not None for timer in timeline.timers] == [True]


def test_each_timer_knows_the_step_that_ran_it():
    """Also where several have one label and one due time."""

    async def main():
        loop, due = asyncio.get_running_loop(), asyncio.get_running_loop().time() + 0.001
        for number in range(3):
            loop.call_at(due, print, number)
        loop.call_at(due, print, "never").cancel()
        await asyncio.sleep(0.002)

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        timeline = run(main())
    said = {printed.step: printed.text for printed in timeline.output}
    ran = [said.get(timer.step) for timer in timeline.timers if timer.label == "print"]
    assert ran == ["0\n", "1\n", "2\n", None]


def test_a_ready_socket_is_a_step_of_its_own():
    timeline = run(on_socket())
    readers = [s for s in timeline.steps if s.kind == "io"]
    assert readers
    assert readers[0].woken_by == "io"
    assert readers[0].ready <= readers[0].start


def test_what_it_printed_and_when():
    async def talker(word):
        print(word, "one")
        await asyncio.sleep(0)
        print(word, "two", end="")
        print("!")

    async def main():
        await asyncio.gather(talker("a"), talker("b"))

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        timeline = run(main())
    assert [p.text for p in timeline.output] == ["a one\n", "b one\n", "a two!\n", "b two!\n"]
    assert "".join(p.text for p in timeline.output) == out.getvalue()
    labels = [timeline.steps[p.step].label for p in timeline.output]
    assert labels == ["talker-1", "talker-2", "talker-1", "talker-2"]


def test_what_is_printed_without_any_loop_is_noted_too():
    out = io.StringIO()
    with contextlib.redirect_stdout(out), record() as timeline:
        print("no loop here")
    assert [(p.text, p.step) for p in timeline.output] == [("no loop here\n", None)]
    assert timeline.notes == ()
