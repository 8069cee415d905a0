"""Predictions as they are written: a question, its options, and what is said about each.

A lesson's cells name a prediction and no more, so that nothing in the notebook tells:

    predict("00-soup")       # asks
    ...                      # the program runs and is recorded
    compare("00-soup")       # answers

How to write one
----------------
It is a `Question` at the top level of `predictions.py` in the lesson's folder in
`helpers/practice/problems/`. It is found by being there.

    SOUP = Question(
        id="00-soup",
        ask="`soup` sleeps for 0.5 s. When does it end?",
        options=(0.5, 0.7, 1.2),
        unit="s",
        measured=lambda timeline: timeline.task("soup").ended,
        because="The loop was held, and looked at its timers again at 0.7 s.",
        replies={"A": "Its time was up then, and `dinner` held the loop.", "C": "..."},
    )

- **options**, two or more: sentences or lines, numbers (with a `unit`), orders (each a list
  of names), or charts (each a Timeline). A sentence that begins with a number, yes or no
  ("3 s, one after another") means it. Text between `backticks` is code. Where they take
  work, such as charts, give a function that makes them.
- **measured** reads the answer off what was run, and never knows it: its parameters are
  variables of the notebook. It gives the value itself: seconds (a float), a count, a line,
  a list of names, an exception, a Timeline. `matching` finds the option that it says.
- **because** explains the result. **replies** has a sentence for every other option, by its
  letter: what that idea gets wrong in this program.
- **run_before** is True where what `measured` reads is there before the question is asked.

Limits: the one option without a reply is taken for the right one. If the measurement says
another, the program was changed, and neither `because` nor the replies are said.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from string import ascii_uppercase
from typing import Any

from helpers.practice import problems
from helpers.practice.matching import is_longer, matching
from helpers.practice.renamed import today
from helpers.timeline import Timeline

Options = Sequence[object]


@dataclass(frozen=True)
class Question:
    """One prediction, as its author wrote it. See this file's first lines."""

    id: str
    ask: str
    options: Options | Callable[[], Options]
    measured: Callable[..., object]
    because: str
    replies: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    run_before: bool = False

    @cached_property
    def values(self) -> Options:
        """The options, made if they had to be."""
        return self.options() if callable(self.options) else self.options

    @property
    def letters(self) -> str:
        """The options' letters, such as "ABC"."""
        return ascii_uppercase[: len(self.values)]

    @property
    def right(self) -> int | None:
        """The index of the one option without a reply; None if there is not exactly one."""
        found = [index for index, letter in enumerate(self.letters) if letter not in self.replies]
        return found[0] if len(found) == 1 else None

    @property
    def reads(self) -> tuple[str, ...]:
        """The variables of the notebook that the answer is read off."""
        return tuple(inspect.signature(self.measured).parameters)


@cache
def predictions() -> dict[str, Question]:
    """All predictions by id, from the `predictions.py` of each lesson."""
    found: dict[str, Question] = {}
    modules = pkgutil.walk_packages(problems.__path__, f"{problems.__name__}.")
    for name in sorted(m.name for m in modules if m.name.endswith(".predictions")):
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Question) and found.setdefault(value.id, value) is not value:
                raise ValueError(f"two predictions are called {value.id!r}; rename one")
    return found


def called(prediction_id: object) -> Question | None:
    """The prediction of that id, also by an older name; None if there is none."""
    return predictions().get(today(prediction_id)) if isinstance(prediction_id, str) else None


class TooEarly(Exception):
    """What a question asks about has not been run; the message says what to do."""


def measure(question: Question, names: Mapping[str, Any], before: Mapping[str, Any]) -> object:
    """The answer, read off the notebook's variables `names`.

    `before` holds what `reads` named when the question was asked: an older program's run
    must not answer for one that has not been run. Raises TooEarly.
    """
    if any(name not in names for name in question.reads):
        raise TooEarly(_RUN_FIRST)
    given = {name: names[name] for name in question.reads}
    told_apart = [name for name in given if not isinstance(given[name], _ALIKE)]
    same = [given[name] is before.get(name, before) for name in told_apart]
    if same and all(same) and not question.run_before:
        raise TooEarly(_RUN_FIRST)
    try:
        return question.measured(**given)
    except Exception as error:
        raise TooEarly(f"{_RUN_FIRST} {_OTHER_RUN.format(error=_in_words(error))}") from None


def said_by(question: Question, measured: object, names: Mapping[str, Any]) -> int | None:
    """The index of the option that this answer says; None if none foresaw it.

    Nothing stretches a time in virtual time, so there it is exact. On the real clock one that
    is longer than the right option may be no more than a machine that stood still: it never
    says an option that is longer than the right one.
    """
    read = [names.get(name) for name in question.reads]
    exact = all(isinstance(value, Timeline) and value.clock == "virtual" for value in read)
    hit = matching(question.values, measured, exact=exact)
    if exact or question.right is None or hit == question.right:
        return hit
    return None if is_longer(measured, question.values[question.right]) else hit


# Two values of these that are the same may well be of two runs.
_ALIKE = (int, float, str, bytes, type(None))
_RUN_FIRST = (
    "There is nothing to compare yet. Run the cells between the question and this one first: "
    "the program has not run since you were asked."
)
_OTHER_RUN = (
    "(What is there now is of another program: reading it gave {error}. If you changed this "
    "program, look in its chart for the answer.)"
)


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
