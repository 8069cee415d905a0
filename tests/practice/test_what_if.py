"""What-if: a real program, run again in virtual time at each move of a control."""

import asyncio
import re
import time
from dataclasses import dataclass
from functools import partial

import pytest
from ipywidgets import Checkbox, Dropdown, FloatSlider, IntSlider

from helpers.practice import what_if as module
from helpers.practice.what_if import Numbers, what_if
from helpers.virtual_time import compute


async def job(seconds, work):
    await asyncio.sleep(seconds)
    compute(work)


async def jobs(delay=1.0, workers=3, work=0.0, together=True):
    """So many jobs, together or one after another."""
    names = [f"job {k + 1}" for k in range(workers)]
    if not together:
        for name in names:
            await asyncio.create_task(job(delay, work), name=name)
        return
    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(job(delay, work), name=name)


async def shop(bakers, oven="gas", open_late=False):
    await asyncio.sleep(bakers)


def numbers(widget):
    return dict(Numbers.of(widget.timeline, widget.figure).lines())


# -- controls ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "sliders", "kind", "start"),
    [
        (jobs, {"delay": (0.0, 3.0)}, FloatSlider, 1.0),  # the program's own default
        (jobs, {"delay": (0, 3)}, FloatSlider, 1.0),
        (jobs, {"delay": (2.0, 3.0)}, FloatSlider, 2.5),  # the default is out of range
        (jobs, {"delay": (0.0, 3.0, 0.5)}, FloatSlider, 0.5),
        (jobs, {"workers": (1, 8)}, IntSlider, 3),
        (jobs, {"workers": (1, 8, 5)}, IntSlider, 5),
        (shop, {"bakers": (1, 8)}, IntSlider, 4),
        (shop, {"bakers": (1, 2), "oven": ["wood", "gas"]}, Dropdown, "gas"),
        (shop, {"bakers": (1, 2), "oven": ("wood", "oil")}, Dropdown, "wood"),
        (shop, {"bakers": (1, 2), "open_late": True}, Checkbox, True),
    ],
)
def test_each_parameter_gets_the_control_that_fits_it(program, sliders, kind, start):
    widget = what_if(program, **sliders)
    name = list(sliders)[-1]
    control = widget.controls[name]
    assert type(control) is kind
    assert control.value == start
    assert control.description == name.replace("_", " ")


@pytest.mark.parametrize(
    ("span", "step"),
    [(3.0, 0.1), (1.0, 0.02), (0.5, 0.01), (10.0, 0.2), (2.5, 0.05), (600.0, 20.0)],
)
def test_a_slider_moves_in_round_steps(span, step):
    assert module._step(span) == pytest.approx(step)


WRONG = [
    (jobs(), {"delay": (0, 3)}, TypeError, r"write what_if\(jobs, \.\.\.\), without"),
    (len, {"delay": (0, 3)}, TypeError, "one that begins with `async def`"),
    (jobs, {}, ValueError, "give at least one of the program's parameters a range"),
    (jobs, {"dleay": (0, 3)}, TypeError, r"cannot call jobs with dleay: .*'dleay'"),
    (shop, {"oven": ["a", "b"]}, TypeError, "cannot call shop with oven: .*'bakers'"),
    (jobs, {"delay": (3, 0)}, ValueError, r"delay=\(3, 0\) is no range"),
    (jobs, {"delay": (0, float("inf"))}, ValueError, "is no range"),
    (jobs, {"delay": 3}, ValueError, "delay=3 is nothing what_if can make a control of"),
    (jobs, {"delay": (1,)}, ValueError, "Give .least, most. or .least, most, start."),
    (jobs, {"delay": ["only"]}, ValueError, "a list of two words or more"),
    (jobs, {"delay": (True, False)}, ValueError, "True or False for a flag"),
]


@pytest.mark.parametrize(("program", "sliders", "error", "says"), WRONG)
def test_what_it_cannot_use_gets_a_sentence(program, sliders, error, says):
    with pytest.raises(error, match=says):
        what_if(program, **sliders)


# -- each move runs the program ----------------------------------------------------------


def test_at_each_move_the_program_runs_again_and_the_numbers_are_exact():
    widget = what_if(jobs, delay=(0.0, 3.0), workers=(1, 8), work=(0.0, 1.0), together=True)
    assert numbers(widget) == {
        "total time": "1 s",
        "most together": "3 tasks",
        "longest step": "0 s",
        "loop busy": "0 %",
    }
    widget.controls["delay"].value = 2.5
    assert numbers(widget)["total time"] == "2.5 s"
    widget.controls["workers"].value = 5
    assert numbers(widget)["most together"] == "5 tasks"
    widget.controls["work"].value = 0.5
    assert numbers(widget) == {
        "total time": "5 s",
        "most together": "5 tasks",
        "longest step": "0.5 s",
        "loop busy": "50 %",
    }
    widget.controls["together"].value = False
    assert numbers(widget)["total time"] == "15 s"
    assert numbers(widget)["most together"] == "1 task"


def shown(widget):
    """The numbers' words, without markup."""
    text = re.sub(r"<[^>]+>", " ", widget._numbers.content)
    return re.sub(r"\s+", " ", text)


def test_the_numbers_say_how_they_differ_from_the_start():
    widget = what_if(jobs, delay=(0.0, 3.0), workers=(1, 8), work=(0.0, 1.0))
    assert "total time 1 s as at the start" in shown(widget)
    widget.controls["delay"].value = 2.5
    assert "total time 2.5 s 1.5 s more" in shown(widget)
    widget.controls["workers"].value = 1
    assert "most together 1 task 2 tasks less" in shown(widget)
    widget.controls["workers"].value = 4
    assert "most together 4 tasks 1 task more" in shown(widget)
    widget.controls["workers"].value = 1
    widget.controls["work"].value = 2.5 / 9
    assert "loop busy 10 % 10 points more" in shown(widget)


def test_the_chart_follows():
    widget = what_if(jobs, workers=(1, 8))
    before = widget._chart.value
    widget.controls["workers"].value = 4
    assert widget._chart.value != before
    assert [task.name for task in widget.timeline.tasks][-4:] == [f"job {k}" for k in (1, 2, 3, 4)]


def axis(widget):
    """The last second that the chart's axis names."""
    return max(float(at) for at in re.findall(r">(\d+(?:\.\d+)?) s</text>", widget._chart.value))


def test_the_axis_stays_while_a_slider_moves_and_grows_where_it_must(monkeypatch):
    monkeypatch.setattr(module, "_AHEAD", 60)  # a busy machine would try no end in a second
    widget = what_if(jobs, delay=(0.0, 3.0), workers=(1, 8))
    assert widget.timeline.duration == 1
    assert axis(widget) == 3
    widget.controls["delay"].value = 0.5
    assert axis(widget) == 3
    slower = what_if(jobs, delay=(0.0, 3.0), work=(0.0, 2.0))
    slower.controls["delay"].value, slower.controls["work"].value = 3.0, 2.0
    assert axis(slower) >= 9 - 1
    assert widget._repr_mimebundle_()["text/html"].count("<img") == 1, "stored as it is"


def test_the_ends_of_its_sliders_may_fail_or_never_end(capsys):
    async def picky(n=1):
        print("picky")
        if n == 9:
            raise ValueError(n)
        while n == 0:
            await asyncio.sleep(0)
        await asyncio.sleep(n)

    widget = what_if(picky, n=(0, 9))
    assert axis(widget) == 1
    assert capsys.readouterr().out == ""


def bell_rings(timeline):
    return timeline.output[0].time


async def evening(delay=1.0, rings=True):
    await asyncio.sleep(delay)
    if rings:
        print("bell")


def test_the_figure_that_is_asked_about_comes_first():
    widget = what_if(jobs, "loop busy", work=(0.0, 1.0))
    assert next(iter(numbers(widget))) == "loop busy"
    assert len(numbers(widget)) == 4
    own = what_if(evening, ("bell rings at", bell_rings), delay=(0.0, 3.0), rings=True)
    assert next(iter(numbers(own).items())) == ("bell rings at", "1 s")
    own.controls["delay"].value = 2.5
    assert "bell rings at 2.5 s 1.5 s more total time 2.5 s" in shown(own)
    own.controls["rings"].value = False
    assert "bell rings at not seen total time" in shown(own)


def test_a_figure_that_is_none_is_a_sentence():
    with pytest.raises(ValueError, match="what_if shows 'speed' nowhere"):
        what_if(jobs, "speed", delay=(0.0, 3.0))


class Kitchen:
    async def cook(self, n=1, heat=2.0):
        await asyncio.sleep(n * heat)


@pytest.mark.parametrize(
    ("program", "call", "seconds"),
    [
        (partial(jobs, workers=2), "jobs", None),
        (partial(Kitchen().cook, heat=3.0), "cook(n=3)", 9),
        (partial(partial(Kitchen().cook), heat=0.5), "cook(n=3)", 1.5),
        (partial(shop, 2), "shop", None),
        (Kitchen().cook, "cook(n=3)", 6),
    ],
)
def test_a_function_with_some_parameters_filled_in_is_a_program_too(program, call, seconds):
    if seconds is None:
        with pytest.raises(TypeError, match=f"what_if cannot call {call} with n:"):
            what_if(program, n=(1, 5))
        return
    widget = what_if(program, n=(1, 5, 3))
    assert repr(widget).startswith(f"What if? {call}")
    assert widget.timeline.duration == seconds


def test_back_to_the_start_puts_every_control_back():
    widget = what_if(jobs, delay=(0.0, 3.0), workers=(1, 8))
    widget.controls["delay"].value, widget.controls["workers"].value = 2.0, 7
    widget._go_back(None)
    assert widget.values == {"delay": 1.0, "workers": 3}
    assert "total time 1 s as at the start" in shown(widget)


def test_one_move_is_one_run(monkeypatch):
    runs = []

    async def counted(n=1):
        runs.append(n)

    widget = what_if(counted, n=(1, 9))
    assert runs == [1, 9], "as it starts, and the other end of the slider"
    runs.clear()
    for value in (2, 3, 3, 4):
        widget.controls["n"].value = value
    assert runs == [2, 3, 4]


# -- programs that fail --------------------------------------------------------------------


async def fragile(n=1):
    await asyncio.sleep(1)
    if n == 2:
        raise ValueError("two is <too> many")
    if n == 3:
        raise SystemExit("enough")
    while n == 4:
        await asyncio.sleep(0)
    if n == 5:
        await asyncio.Event().wait()
    while n == 6:
        pass


@pytest.mark.parametrize(
    ("n", "says"),
    [
        (2, "With n=2 the program raised ValueError: two is &lt;too&gt; many. The chart shows"),
        (3, "With n=3 the program raised SystemExit: enough."),
        (4, "did not end within a few seconds of real time"),
        (5, "The program waits forever"),
        (6, "One step held the loop for seconds"),
    ],
)
def test_a_program_that_fails_gets_a_sentence_and_the_sliders_stay_alive(monkeypatch, n, says):
    monkeypatch.setattr(module, "_PATIENCE", 60.0)
    widget = what_if(fragile, n=(1, 6))
    if n in (4, 6):  # these do not end by themselves
        monkeypatch.setattr(module, "_PATIENCE", 1.0)
    widget.controls["n"].value = n
    monkeypatch.setattr(module, "_PATIENCE", 60.0)
    assert says in widget._numbers.content
    assert "<svg" in widget._chart.value, "the chart shows how far it came"
    widget.controls["n"].value = 1
    assert "total time 1 s as at the start" in shown(widget)


class Mute(Exception):
    def __str__(self):
        raise ValueError


@dataclass(frozen=True)
class Closed(Exception):
    """Lets nobody add anything to it."""


RAISED = {  # by an ordinary program; not all of them are Exceptions
    "cancelled": (asyncio.CancelledError("by itself"), "raised CancelledError: by itself. The"),
    "interrupted": (KeyboardInterrupt("by itself"), "raised KeyboardInterrupt: by itself. The"),
    "left": (GeneratorExit(), "raised GeneratorExit. The chart shows"),
    "a group": (BaseExceptionGroup("all", [KeyboardInterrupt()]), "raised BaseExceptionGroup: all"),
    "mute": (Mute(), "raised Mute. The chart shows"),
    "closed": (Closed(), "With n=2 the program raised Closed.</p>"),
}


@pytest.mark.parametrize(("error", "says"), RAISED.values(), ids=RAISED)
def test_whatever_it_raises_nothing_old_stays_as_if_it_were_new(error, says):
    async def program(n=1):
        await asyncio.sleep(n)
        if n == 2:
            raise error

    widget = what_if(program, n=(1, 6))
    old = widget._chart.value
    widget.controls["n"].value = 2
    assert says in widget._numbers.content
    assert widget._chart.value != old
    widget.controls["n"].value = 1
    assert widget._chart.value == old


def test_a_program_that_cannot_begin_has_no_chart(monkeypatch):
    def no_threads(coroutine, **_):
        coroutine.close()
        raise RuntimeError("can't start new thread")

    widget = what_if(jobs, workers=(1, 6))
    monkeypatch.setattr(module, "simulate", no_threads)
    widget.controls["workers"].value = 2
    assert (widget.timeline, widget._chart.value) == (None, "")
    assert widget._numbers.content.endswith("raised RuntimeError: can't start new thread.</p>")


def test_a_chart_that_cannot_be_drawn_says_so(monkeypatch):
    widget = what_if(jobs, workers=(1, 6))
    monkeypatch.setattr(module, "gantt", lambda *_: 1 / 0)
    widget.controls["workers"].value = 2
    assert "This run cannot be shown: ZeroDivisionError" in widget._chart.value
    assert "2 tasks" in shown(widget)


def test_stop_at_a_move_is_told_and_passed_on(monkeypatch):
    def stopped(coroutine, **_):
        coroutine.close()
        raise KeyboardInterrupt

    widget = what_if(jobs, workers=(1, 6))
    monkeypatch.setattr(module, "simulate", stopped)
    with pytest.raises(KeyboardInterrupt):
        widget.controls["workers"].value = 2
    assert widget._chart.value == ""
    assert "Stopped before it had ended" in widget._numbers.content


def test_a_program_that_fails_at_the_start_comes_to_life_later():
    widget = what_if(fragile, n=(1, 6, 2))
    assert repr(widget).startswith("What if? fragile(n=2)\nWith n=2 the program raised ValueError")
    widget.controls["n"].value = 1
    assert "total time 1 s as at the start" in shown(widget)


def test_what_the_program_prints_at_each_move_stays_out_of_the_notebook(capsys):
    async def talks(n=1):
        print("hello", n)

    what_if(talks, n=(1, 6)).controls["n"].value = 2
    assert capsys.readouterr().out == ""


def test_real_waiting_that_virtual_time_does_not_see_is_said():
    async def blocks(n=1):
        time.sleep(0.15 if n == 2 else 0)

    widget = what_if(blocks, n=(1, 6))

    def is_said(n):
        widget.controls["n"].value = n
        return "this clock does not see it" in widget._numbers.content

    assert is_said(2)
    assert not all(is_said(n) for n in (1, 3, 4, 5, 6))  # a busy machine may hold up some


# -- what a notebook stores -----------------------------------------------------------------


def test_it_is_stored_as_a_picture_with_alt_text_and_stable_words():
    def stored():
        widget = what_if(jobs, delay=(0.0, 3.0), workers=(1, 8), work=(0.0, 1.0, 0.25))
        return widget._repr_mimebundle_()

    bundle = stored()
    assert bundle["text/plain"] == (
        "What if? jobs(delay=1.0, workers=3, work=0.25)\n"
        "  total time    1.75 s\n"
        "  most together 3 tasks\n"
        "  longest step  0.25 s\n"
        "  loop busy     43 %"
    )
    assert re.search(r'<img alt="[^"]*job 1[^"]*"', bundle["text/html"])
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert (stored()["text/plain"], stored()["text/html"]) == (
        bundle["text/plain"],
        bundle["text/html"],
    )


def test_who_prefers_text_gets_the_chart_in_characters(monkeypatch):
    monkeypatch.setenv("SEE_THE_LOOP_CHARTS", "text")
    widget = what_if(jobs, workers=(1, 8))
    assert "<svg" not in widget._chart.value
    assert "<img" not in widget._repr_mimebundle_()["text/html"]
    assert "job 3" in widget._chart.value
