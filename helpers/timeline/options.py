"""What one may ask of a chart, or of the player: plain frozen data, with defaults, and checked.

It stands here, not with the drawing, so that `help(timeline.gantt)` can show every option
before anything that draws is loaded.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import wraps
from numbers import Integral, Real
from typing import Any, Concatenate, TypeVar, get_type_hints

_Asked = TypeVar("_Asked", bound="Options")
_Shown = TypeVar("_Shown")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may be asked of one display of a recording; each class says what its own mean."""


@dataclass(frozen=True, kw_only=True)
class ChartOptions(Options):
    """- `title` stands above the chart; by default the recording's own.
    - `between=(start, end)`, in seconds, looks at a part of the recording."""

    title: str | None = None
    between: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        _require(self.title is None or isinstance(self.title, str), "title", "text", self.title)
        _require(self.between is None or _is_window(self.between), "between", _WINDOW, self.between)


@dataclass(frozen=True, kw_only=True)
class PictureOptions(ChartOptions):
    """- `width` is in CSS pixels, 96 to the inch; at least 400 are taken."""

    width: float = 900

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(_is_number(self.width), "width", "a number of pixels", self.width)


@dataclass(frozen=True, kw_only=True)
class GanttOptions(PictureOptions):
    """- `legend` explains the marks that occur.
    - `most` is how many tasks are drawn one by one; of more, some are folded into one lane.
    - `fold_libraries` folds the tasks of a library (that run its functions) into one lane.
    - `until` is a second to which the axis goes at least, also beyond the recording's end.
    - `names` is how many pixels the names take at least. (Both are for charts side by side.)"""

    legend: bool = True
    most: int = 30
    fold_libraries: bool = False
    until: float = 0
    names: float = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(_is_count(self.most), "most", "a number of tasks", self.most)
        _require(_is_number(self.until), "until", "a number of seconds", self.until)
        _require(_is_number(self.names), "names", "a number of pixels", self.names)


@dataclass(frozen=True, kw_only=True)
class OrderOptions(PictureOptions):
    """- `first` is the number of the step to begin with, counted from 1.
    - `most` is how many panels are drawn.
    - `legend` explains the marks that occur."""

    first: int = 1
    most: int = 24
    legend: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, value in (("first", self.first), ("most", self.most)):
            _require(_is_count(value) and value > 0, name, "a number of steps, 1 or more", value)


@dataclass(frozen=True, kw_only=True)
class TextOptions(ChartOptions):
    """- `width` is how many characters a line has at most; at least 60 are taken.
    - `most` is how many tasks have lines of their own; of more, some are folded into one.
    - `fold_libraries` folds the tasks of a library (that run its functions) into one line.
    - `sentences` says first what is to be seen, as the picture's alt text does.
    - `order` tells the steps one by one, above the lanes, where they are few.
    - `findings` says below them what is wrong, if anything is found."""

    width: int = 80
    most: int = 30
    fold_libraries: bool = False
    sentences: bool = True
    order: bool = True
    findings: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(_is_number(self.width), "width", "a number of characters", self.width)
        _require(_is_count(self.most), "most", "a number of tasks", self.most)


@dataclass(frozen=True, kw_only=True)
class PlayerOptions(Options):
    """- `most_steps` is how many steps travel to the browser: the first ones, if there are more."""

    most_steps: int = 100_000

    def __post_init__(self) -> None:
        _require(_is_count(self.most_steps), "most_steps", "a number of steps", self.most_steps)


_WINDOW = "a first and a later moment, in seconds"


def _require(right: bool, name: str, what: str, value: object) -> None:
    if not right:
        raise ValueError(f"{name} is {what}; {value!r} is not")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and math.isfinite(value)


def _is_count(value: object) -> bool:
    return isinstance(value, Integral) and int(value) >= 0


def _is_window(value: object) -> bool:
    values = list(value) if isinstance(value, Iterable) else []
    return len(values) == 2 and all(isinstance(v, Real) and not math.isnan(v) for v in values)


def takes(
    options: type[_Asked],
) -> Callable[[Callable[[Any, _Asked], _Shown]], Callable[Concatenate[Any, ...], _Shown]]:
    """Let a method that gets those options take them as keywords, and its help show them.

    The method then raises TypeError, naming the options there are, where one is unknown, and
    ValueError where the value of one makes no sense.
    """

    def decorate(method: Callable[[Any, _Asked], _Shown]) -> Callable[..., _Shown]:
        @wraps(method)
        def taking(self: Any, *unnamed: Any, **given: Any) -> _Shown:
            return method(self, _made(options, method.__name__, unnamed, given))

        setattr(taking, "__signature__", _signature(method, options))  # noqa: B010 (for mypy)
        taking.__doc__ = f"{inspect.getdoc(method)}\n\n{_meanings(options)}"
        return taking

    return decorate


def _made(
    options: type[_Asked], method: str, unnamed: tuple[Any, ...], given: dict[str, Any]
) -> _Asked:
    known = [field.name for field in fields(options)]
    listed = " and ".join(filter(None, [", ".join(known[:-1]), known[-1]]))
    if unnamed:
        raise TypeError(f"{method}() takes its options by name: {listed}")
    for name in given:
        if name not in known:
            raise TypeError(f"{method}() has no option {name!r}; it takes {listed}")
    return options(**given)


def _signature(method: Callable[..., Any], options: type[Options]) -> inspect.Signature:
    own = inspect.signature(method)
    kind, types = inspect.Parameter.KEYWORD_ONLY, get_type_hints(options)
    asked = [
        inspect.Parameter(field.name, kind, default=field.default, annotation=types[field.name])
        for field in fields(options)
    ]
    return own.replace(parameters=[next(iter(own.parameters.values())), *asked])


def _meanings(options: type[Options]) -> str:
    """What each option means, those of all charts first."""
    classes = [cls for cls in reversed(options.__mro__) if issubclass(cls, Options)][1:]
    return "\n".join(inspect.cleandoc(cls.__doc__ or "") for cls in classes)
