"""What if it were longer, more, fewer? Sliders that run a real program again at each move.

    async def main(delay=1.0, workers=3):
        ...

    what_if(main, delay=(0.0, 3.0), workers=(1, 8))

Nothing here is a formula: at each move the program runs in virtual time, is recorded by
the same recorder as everything else, and its chart is drawn again. The widget library sends
the next position of a slider only when the last one has been dealt with, and then the
latest, so that redraws cannot pile up behind a drag.

The axis stays while a slider moves: it goes as far as the longest run, which is looked for at
the ends of each slider beforehand, for a second at most, and grows where a move takes longer.

The limits are those of `simulate`: Python code itself costs nothing (`compute` says what it
would), and there is no real network or disk. A program that fails or never ends gets its
sentence in place of the numbers, and the sliders stay alive.
"""

from __future__ import annotations

import html
import inspect
import io
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from math import floor, isfinite, log10
from pathlib import Path
from types import UnionType
from typing import Any

import anywidget
import traitlets
from ipywidgets import HTML, Button, Checkbox, Dropdown, FloatSlider, HBox, IntSlider, Layout, VBox

from helpers.charts.arriving import come_into_view
from helpers.charts.gantt import gantt, with_room_for
from helpers.practice.markup import markup
from helpers.timeline import BLOCKING_AFTER, Timeline, seconds
from helpers.timeline.options import GanttOptions
from helpers.virtual_time import SimulationStopped, simulate

Program = Callable[..., Coroutine[Any, Any, Any]]

_HERE = Path(__file__).parent
_PATIENCE = 2.0  # real seconds a simulation may take: a slider that answers later seems dead
_AHEAD = 1.0  # real seconds in which the ends of the sliders are tried, one by one
_OPTIONS = GanttOptions(width=860, most=16)  # sliders and chart should fit on one screen


Figure = str | tuple[str, Callable[[Timeline], float]]


def what_if(program: Program, figure: Figure = "total time", /, **sliders: object) -> WhatIf:
    """Run a program in virtual time, with a slider for each of its parameters.

    `program` is a coroutine function. Each keyword names one of its parameters and says
    which values to try: (least, most) or (least, most, start) for a number, whole numbers
    if all of them are; a list of words for a choice; True or False for a flag. A number or
    choice starts at the parameter's default if there is one. Parameters that have a
    default need no slider.

    Shows the chart, and the total time, most tasks at a time, longest step and the share of
    time the loop was busy, each with its change against the start. `figure` is the one that the
    question is about, shown large: one of these, or a pair, a name and a function that reads
    seconds off the timeline: ("bell rings at", lambda timeline: timeline.output[0].time); where
    it finds nothing, that is said. Raises TypeError or ValueError, with a sentence, for a
    program or values it cannot use.
    """
    _check_program(program, sliders)
    _check_figure(figure)
    defaults = {name: p.default for name, p in inspect.signature(program).parameters.items()}
    controls = {name: _control(name, spec, defaults.get(name)) for name, spec in sliders.items()}
    return WhatIf(program, controls, figure)


# -- what was asked for ----------------------------------------------------------------


def _check_program(program: Any, sliders: dict[str, Any]) -> None:
    if inspect.iscoroutine(program):
        program.close()
        raise TypeError(
            "what_if calls the program itself, again and again, so it needs the function: write "
            f"what_if({program.__name__}, ...), without the parentheses after its name."
        )
    if not inspect.iscoroutinefunction(program):
        raise TypeError(
            f"what_if needs a coroutine function, one that begins with `async def`; this is "
            f"{program!r:.80}."
        )
    if not sliders:
        raise ValueError(
            "what_if needs something to change: give at least one of the program's parameters "
            f"a range, as in what_if({_name(program)}, delay=(0.0, 3.0))."
        )
    try:
        inspect.signature(program).bind(**sliders)
    except TypeError as error:
        raise TypeError(
            f"what_if cannot call {_name(program)} with {', '.join(sliders)}: {error}. Each "
            "slider is one of its parameters, and each parameter without a default needs one."
        ) from None


def _check_figure(figure: object) -> None:
    pair = isinstance(figure, tuple) and len(figure) == 2 and callable(figure[1])
    if not pair and figure not in NAMES:
        raise ValueError(
            f"what_if shows {figure!r} nowhere. Its figures are {', '.join(NAMES)}; or give a "
            "pair, a name and a function that reads seconds off the timeline."
        )


def _name(program: Any) -> str:
    """What it is called; a `functools.partial` has no name but that of what it calls."""
    inner = getattr(program, "func", program)
    return str(getattr(program, "__name__", None) or getattr(inner, "__name__", "the program"))


def _control(name: str, spec: Any, default: object) -> Any:
    """The widget for one parameter, labelled with its name."""
    common: dict[str, Any] = {
        "description": name.replace("_", " "),
        "style": {"description_width": "7em"},
    }
    if isinstance(spec, bool):
        return Checkbox(spec, indent=True, **common)
    if _are(spec, str) and len(spec) >= 2:
        start = default if default in spec else spec[0]
        return Dropdown(options=list(spec), value=start, **common)
    if _are(spec, int | float) and len(spec) in (2, 3):
        return _slider(name, spec, default, common)
    raise ValueError(
        f"{name}={spec!r} is nothing what_if can make a control of. Give (least, most) or "
        "(least, most, start) for a number, a list of two words or more for a choice, "
        "True or False for a flag."
    )


def _are(spec: object, kind: type | UnionType) -> bool:
    return isinstance(spec, list | tuple) and all(
        isinstance(value, kind) and not isinstance(value, bool) for value in spec
    )


def _slider(name: str, spec: Any, default: object, common: dict[str, Any]) -> Any:
    least, most, *given = spec
    if not (isfinite(least) and isfinite(most) and least < most):
        raise ValueError(f"{name}={spec!r} is no range: the first number must be the smaller one.")
    start = given[0] if given else default
    if not (isinstance(start, int | float) and least <= start <= most):
        start = _middle(spec)
    common |= {"layout": Layout(width="30em", max_width="100%")}
    if _are(spec, int) and isinstance(start, int):
        return IntSlider(start, least, most, **common)
    step = _step(most - least)
    decimals = max(0, -floor(log10(step)))
    return FloatSlider(
        start, min=least, max=most, step=step, readout_format=f".{decimals}f", **common
    )


def _middle(spec: Sequence[float]) -> float:
    least, most = spec[:2]
    return (least + most) // 2 if _are(spec, int) else (least + most) / 2


def _step(span: float) -> float:
    """A round step, 1, 2 or 5 at some decimal place, about a fiftieth of that span."""
    size = 10.0 ** floor(log10(span / 50))
    return next(size * k for k in (1, 2, 5, 10) if size * k >= span / 50.001)


# -- the numbers beside the chart ---------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """The headline numbers of one run; times in seconds, `busy` a share from 0 to 1."""

    total: float
    most_at_once: int
    longest_step: float
    busy: float
    figure: str = "total time"  # the one that is asked about
    own: float | None = None  # its value, where it is none of the others

    @classmethod
    def of(cls, timeline: Timeline, figure: Figure = "total time") -> Numbers:
        c, longest = timeline.columns, timeline.longest_step
        held = seconds(sum(c.end[i] - c.start[i] for i in range(len(c)) if c.inside[i] < 0))
        return cls(
            timeline.duration,
            timeline.most_tasks_at_once,
            longest.end - longest.start if longest else 0.0,
            held / timeline.duration if timeline.duration else 0.0,
            *((figure,) if isinstance(figure, str) else (figure[0], _read(figure[1], timeline))),
        )

    def values(self) -> dict[str, tuple[float | None, str]]:
        """Each number by its name, with its unit; first the one that is asked about."""
        of_all = (
            (round(self.total, 3), "s"),
            (self.most_at_once, "task"),
            (round(self.longest_step, 3), "s"),
            (round(100 * self.busy), "%"),
        )
        known: dict[str, tuple[float | None, str]] = dict(zip(NAMES, of_all, strict=True))
        own = None if self.own is None else round(self.own, 3)
        return {self.figure: known.get(self.figure, (own, "s")), **known}

    def lines(self) -> list[tuple[str, str]]:
        return [(name, _counted(*value)) for name, value in self.values().items()]

    def changes(self, start: Numbers) -> list[str]:
        """For each number, how it differs from the one at the start, in words."""
        pairs = zip(self.values().values(), start.values().values(), strict=True)
        return [
            "" if now is None or before is None else _change(now - before, unit)
            for (now, unit), (before, _) in pairs
        ]


NAMES = ("total time", "most together", "longest step", "loop busy")


def _read(figure: Callable[[Timeline], float], timeline: Timeline) -> float | None:
    """None where it is not to be found in that run, such as what was not printed this time."""
    try:
        return float(figure(timeline))
    except Exception:
        return None


def _counted(number: float | None, unit: str) -> str:
    """Such as "1 task", "2 tasks", "2 s"."""
    if number is None:
        return "not seen"
    plural = "s" if unit in ("task", "point") and number != 1 else ""
    return f"{number:g} {unit}{plural}"


def _change(difference: float, unit: str) -> str:
    if not difference:
        return "as at the start"
    size = _counted(abs(round(difference, 3)), "point" if unit == "%" else unit)
    return f"{size} {'more' if difference > 0 else 'less'}"


# -- one run ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Run:
    """What one run gave: a timeline (None if it never began), and a sentence if it failed."""

    timeline: Timeline | None
    complaint: str = ""


def _run(program: Program, values: dict[str, Any], patience: float = _PATIENCE) -> _Run:
    try:
        with redirect_stdout(io.StringIO()):  # else each move would print into the log
            return _Run(simulate(program(**values), lines=False, patience=patience))
    except BaseException as error:  # a CancelledError, a SystemExit of the program's, too
        timeline = getattr(error, "timeline", None)
        if timeline is None and isinstance(error, KeyboardInterrupt):  # the Stop button
            raise
        return _Run(timeline, _complaint(error, values))


def _complaint(error: BaseException, values: dict[str, Any]) -> str:
    if isinstance(error, SimulationStopped):  # simulate's own sentence
        return str(error)
    said = f"With {_written(values)} the program raised {_in_words(error)}."
    return f"{said} The chart shows how far it came." if hasattr(error, "timeline") else said


def _in_words(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}".removesuffix(": ")
    except Exception:  # an error of theirs that cannot say what it is
        return type(error).__name__


def _written(values: dict[str, Any]) -> str:
    return ", ".join(f"{name}={_short(value)!r}" for name, value in values.items())


def _short(value: object) -> object:
    return round(value, 6) if isinstance(value, float) else value


# -- the widget -----------------------------------------------------------------------------


class _Panel(anywidget.AnyWidget):
    """The numbers; and what the sliders above it lack for screen readers and keyboards."""

    _esm = _HERE / "what_if.js"
    _css = _HERE / "what_if.css"
    content = traitlets.Unicode().tag(sync=True)  # HTML
    sliders = traitlets.Int().tag(sync=True)  # how many there are


class WhatIf:
    """Sliders on top, numbers and chart below. As the last line of a cell it shows itself."""

    def __init__(self, program: Program, controls: dict[str, Any], figure: Figure = "total time"):
        self.program, self.controls, self.figure = program, controls, figure
        self._start_values = self.values
        self.run = _run(program, self.values)
        self.start = (
            Numbers.of(self.run.timeline, figure) if self.run.timeline is not None else None
        )
        self._options = _room_for_all(program, controls, self.values)
        self._numbers, self._chart = _Panel(sliders=_sliders_in(controls)), HTML()
        self._chart.add_class("loop-what-if-chart")
        back = Button(description="Back to the start", layout=Layout(margin="2px 0 2px 7.5em"))
        back.on_click(self._go_back)
        self.widget = VBox([*controls.values(), HBox([back]), self._numbers, self._chart])
        self._draw()
        for control in controls.values():
            control.observe(self._on_move, "value")

    @property
    def values(self) -> dict[str, Any]:
        """The values the program runs with now, by parameter."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def timeline(self) -> Timeline | None:
        """The latest run; None if the program never began."""
        return self.run.timeline

    def _on_move(self, change: object) -> None:
        self.run = _Run(None, "Stopped before it had ended. Move a slider to run it again.")
        try:
            self.run = _run(self.program, self.values)
        finally:
            self._draw()

    def _go_back(self, button: object) -> None:
        for name, value in self._start_values.items():
            self.controls[name].value = value

    def _draw(self) -> None:
        self._numbers.content = _shown(self._numbers_html)
        self._chart.value = _shown(self._chart_html)

    def _numbers_html(self) -> str:
        if self.run.complaint or self.timeline is None:
            return f"<p>{markup(self.run.complaint)}</p>"
        now = Numbers.of(self.timeline, self.figure)
        changes = now.changes(self.start or now)
        tiles = "".join(
            f"<div><dt>{html.escape(name)}</dt><dd><b>{number}</b><br>{change}</dd></div>"
            for (name, number), change in zip(now.lines(), changes, strict=True)
        )
        return f"<dl>{tiles}</dl>{_warning(self.timeline)}"

    def _chart_html(self, *, moving: bool = True) -> str:
        """The chart; where it is stored it does not move, since some readers drop SVG."""
        if self.timeline is None:
            return ""
        if not moving:
            return gantt(self.timeline, _OPTIONS).element(moving=False)
        self._options = _longer(self._options, self.timeline)
        return gantt(self.timeline, self._options).element(moving=True)

    def __repr__(self) -> str:
        """What is to be seen now, in text: the same at each run, since virtual time is exact."""
        call = f"What if? {_name(self.program)}({_written(self.values)})"
        if self.run.complaint or self.timeline is None:
            return f"{call}\n{self.run.complaint}"
        now = Numbers.of(self.timeline, self.figure)
        numbers = [f"  {name:<13} {number}" for name, number in now.lines()]
        return "\n".join([call, *numbers])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        come_into_view()
        words = f"<pre>{html.escape(repr(self))}</pre>"
        stored = {"text/plain": repr(self), "text/html": words + self._chart_html(moving=False)}
        return {"application/vnd.jupyter.widget-view+json": self.widget.get_view_spec()} | stored


def _room_for_all(
    program: Program, controls: dict[str, Any], start: dict[str, Any]
) -> GanttOptions:
    """Options with room for what the program does at both ends of each slider."""
    options, until = _OPTIONS, time.monotonic() + _AHEAD
    for name, control in controls.items():
        for value in _ends(control):
            if value != start[name] and time.monotonic() < until:
                ran = _run(program, {**start, name: value}, patience=_AHEAD / 2)
                if ran.timeline is not None and not ran.complaint:
                    options = with_room_for(options, ran.timeline)
    return options


def _ends(control: Any) -> list[Any]:
    if isinstance(control, IntSlider | FloatSlider):
        return [control.min, control.max]
    return [False, True] if isinstance(control, Checkbox) else [*control.options]


def _longer(options: GanttOptions, timeline: Timeline) -> GanttOptions:
    return replace(options, until=max(options.until, timeline.duration))


def _shown(part: Callable[[], str]) -> str:
    """What that gives, or why it gives nothing: the last one must not stay as if it were new."""
    try:
        return part()
    except Exception as fault:
        return f"<p>This run cannot be shown: {html.escape(_in_words(fault))}</p>"


def _sliders_in(controls: dict[str, Any]) -> int:
    return sum(isinstance(control, IntSlider | FloatSlider) for control in controls.values())


def _warning(timeline: Timeline) -> str:
    """Real time that virtual time does not show: a `time.sleep`, or a long calculation."""
    held = seconds(max(timeline.columns.real, default=0))
    if held <= BLOCKING_AFTER:
        return ""
    return (
        f"<p>One step really took {held:.1f} s, and this clock does not "
        "see it. <code>compute(seconds)</code> shows work here; a wait needs "
        "<code>await asyncio.sleep(seconds)</code>.</p>"
    )
