"""The live chart's thread: bounded in what it costs, and of no consequence to the program."""

import subprocess
import sys
import threading
import time

import films
import pytest

from helpers.charts import live, player
from helpers.charts.live import LiveChart


class Screen:
    """Stands for the browser: keeps what it is shown."""

    def __init__(self, timeline, *, live):
        self.shown, self.new, self.closed = [], threading.Semaphore(0), False

    def view(self):
        return {}

    def show(self, timeline, *, live):
        self.shown.append((timeline, live))
        self.new.release()

    def close(self):
        self.closed = True


def few():
    """The size of a recording that is cheap to look at."""
    return 10


class Output:
    def __init__(self):
        self.updates = []

    def update(self, bundle, raw):
        self.updates.append(bundle)


@pytest.fixture
def screens(monkeypatch):
    """A notebook without a browser: the screens and outputs it was asked for."""
    import IPython.display

    made, output = [], Output()

    def new_screen(timeline, *, live):
        made.append(Screen(timeline, live=live))
        return made[-1]

    monkeypatch.setattr(live, "in_notebook", lambda: True)
    monkeypatch.setattr(player, "Player", new_screen)
    monkeypatch.setattr(IPython.display, "display", lambda *args, **kwargs: output)
    monkeypatch.setattr(live, "EVERY", 0.001)
    made.append(output)
    return made


def test_it_shows_what_there_is_again_and_again_and_ends_as_a_player(screens):
    chart = LiveChart(films.breakfast, few, "breakfast")
    chart.start()
    output, screen = screens
    for _ in range(3):
        assert screen.new.acquire(timeout=30)
    chart.stop(finished := films.breakfast())
    *growing, (last, is_live) = screen.shown
    assert all(live and not timeline.complete for timeline, live in growing)
    assert (last, is_live) == (finished, False)
    assert "see-the-loop-still" in output.updates[0]["text/html"]


def test_after_the_end_nothing_more_is_shown(screens):
    chart = LiveChart(films.breakfast, few)
    chart.start()
    chart.stop(films.breakfast())
    chart._thread.join(timeout=30)
    shown = list(screens[1].shown)
    assert not chart._thread.is_alive()
    assert [live for _, live in shown].count(False) == 1
    assert shown[-1][1] is False


def test_a_fault_in_the_view_ends_the_view_and_not_the_run(screens):
    answers = iter([films.breakfast()])
    chart = LiveChart(lambda: next(answers), few)  # the second look fails
    chart.start()
    chart._thread.join(timeout=30)
    chart.stop(films.breakfast())
    assert screens[1].shown[-1][1] is False


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ZeroDivisionError])
def test_what_is_stopped_before_it_grows_does_not_stay_as_a_live_chart(screens, fault):
    def snapshot():
        raise fault

    with pytest.raises(fault):
        LiveChart(snapshot, few).start()
    assert screens[1].closed


class Looks:
    """A chart whose clocks are ours: a turn of its thread takes one second of the program."""

    def __init__(self, monkeypatch, *, size, cost):
        self.turns, self.looks, self.spent = 0, [], 0.0
        self.size, self.cost = size, cost
        self.chart = LiveChart(films.breakfast, lambda: self.size(self.turns))
        self.chart._over, self.chart._look = self, self.look
        monkeypatch.setattr(live.time, "perf_counter", lambda: float(self.turns))
        monkeypatch.setattr(live.time, "thread_time", lambda: self.spent)

    def wait(self, pause):
        self.turns += 1
        return self.turns == 1000

    def is_set(self):
        return False

    def look(self):
        self.looks.append(self.turns)
        self.spent += self.cost * self.size(self.turns)


def test_a_look_is_earned_by_the_program_having_run(monkeypatch):
    """What looks take of the processor is at most a fifteenth of the time around them."""
    cheap = Looks(monkeypatch, size=lambda turn: 100, cost=1e-6)
    cheap.chart._feed()
    assert cheap.looks == list(range(1, 1000))
    growing = Looks(monkeypatch, size=lambda turn: turn * 10_000, cost=1e-6)
    growing.chart._feed()
    assert 10 < len(growing.looks) < 100
    assert growing.spent <= 1000 / live.REST
    sudden = Looks(monkeypatch, size=lambda turn: 10**9, cost=1e-6)
    sudden.chart._feed()
    assert sudden.looks == [], "a thousand seconds for each look is not earned in a thousand"


def test_a_slow_snapshot_does_not_hold_up_the_end(screens):
    go_on = threading.Event()
    looks = iter([films.breakfast])

    def snapshot():
        quick = next(looks, None)
        return quick() if quick else (go_on.wait(60), films.breakfast())[1]

    chart = LiveChart(snapshot, few)
    chart.start()
    before = time.perf_counter()
    chart.stop(films.breakfast())
    took = time.perf_counter() - before
    go_on.set()
    chart._thread.join(timeout=30)
    assert took < 30
    assert screens[1].shown[-1][1] is False  # what came too late was not shown


def test_outside_a_notebook_it_does_nothing():
    script = (
        "import asyncio, sys\nfrom helpers import record\n"
        "with record(live=True) as timeline:\n    asyncio.run(asyncio.sleep(0.01))\n"
        "print(len(timeline.tasks), timeline.notes, 'ipywidgets' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == ("1 () False", "")
