"""Commit before you run: a prediction is locked in, then set beside what was measured.

    guess = predict("04-first-line", "Which line is printed first?", "World", "Hello")
    ...                                     # the program runs and is recorded
    guess.compare(lines[0], because="create_task() queues the first step of the task.")

The right answer is never written down beforehand: `compare` finds the option that the
measurement says (see `matching`), and a measurement that no option foresaw is said to be
just that.

Nothing waits for the learner. Under Run All, on paper or without widgets the question is
text, the options carry letters (so a room can answer by show of hands), and `compare` shows
the answer. What a notebook stores of both never depends on what somebody predicted: that
is in the live view only.

The limit: whoever wants to can run the program first. A prediction locked in after the
measurement is shown, but not counted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import anywidget
import traitlets
from IPython.display import display
from ipywidgets import HTML

from helpers.charts.gantt import gantt
from helpers.practice import progress
from helpers.practice.markup import markup
from helpers.practice.matching import matching, words
from helpers.timeline import Timeline
from helpers.timeline.options import GanttOptions

_HERE = Path(__file__).parent
_CSS = (_HERE / "predict.css").read_text(encoding="utf-8")
_CHART_WIDTH, _CHART_CELLS = 560, 52  # of a chart among the options: CSS pixels, characters

# Answers locked in and not measured yet, by prediction id, so that running the question's
# cell once more (one Shift+Enter too many) does not lose them.
_open_answers: dict[str, int] = {}

# What is said to those without a prediction: the advice once in a session, since Run All
# compares without any, and from then on the fact alone.
_COMMIT_FIRST = (
    "You had no prediction locked in this time. Next time you may commit first: "
    "even a guess that misses makes the answer stick."
)
_NOT_LOCKED = "You had no prediction locked in."
_advice = iter([_COMMIT_FIRST])


def predict(prediction_id: str, question: str, *options: object, unit: str = "") -> Prediction:
    """Ask a question and let the learner lock in an answer before the program runs.

    `prediction_id` is the lesson's number and a word or two ("04-first-line"). `options`
    are two or more: sentences or lines, numbers (with a `unit`, such as "s"), orders (each
    a list of names), or charts (each a Timeline). A sentence that begins with a number, yes
    or no ("3 s, one after another") means it. Text between `backticks` is code.

    Shows the question immediately, and returns the prediction for its `compare`. Running the
    cell again asks again; an answer that has not been measured yet is kept, and can be
    changed. Raises ValueError with a sentence for fewer than two options, two equal ones,
    or an id without a lesson.
    """
    _check_question(prediction_id, question, options)
    prediction = Prediction(prediction_id, question, options, unit)
    prediction.show()
    return prediction


def _check_question(prediction_id: object, question: object, options: Sequence[object]) -> None:
    if not isinstance(prediction_id, str) or not re.fullmatch(r"\d\d-[\w-]+", prediction_id):
        raise ValueError(
            "A prediction's id is the lesson's number and a word, such as '04-first-line'; "
            f"this one is {prediction_id!r}."
        )
    if not isinstance(question, str) or not 2 <= len(options) <= len(ascii_uppercase):
        raise ValueError(
            "A prediction needs a question and at least two options (26 at most), as in "
            "predict('04-first-line', 'Which line is printed first?', 'Hello', 'World')."
        )
    said = [words(option) for option in options if not isinstance(option, Timeline)]
    twice = next((option for option in said if said.count(option) > 1), None)
    if twice is not None:
        raise ValueError(f"Two options say the same, {twice!r}: nobody could choose between them.")


class Prediction:
    """A question that was asked. `compare` answers it from what was measured."""

    def __init__(self, id: str, question: str, options: Sequence[object], unit: str = ""):
        self.id, self.question, self.unit = id, question, unit
        self.options = [
            _Option(*pair, unit) for pair in zip(ascii_uppercase, options, strict=False)
        ]
        self.in_time = True  # whether what is locked in was locked in before the measurement
        self._answer: _Answer | None = None
        self._widget = _Question(
            question=markup(question), options=[option.live_html for option in self.options]
        )
        self._widget.locked = self._kept_answer()
        self._widget.observe(self._on_lock, "locked")

    @property
    def locked(self) -> int | None:
        """The index of the option that is locked in, None while there is none."""
        locked: int | None = self._widget.locked
        return locked

    def lock(self, index: int | None) -> None:
        """Lock that option in, as the button does; None takes it back."""
        self._widget.locked = index

    def _kept_answer(self) -> int | None:
        kept = _open_answers.get(self.id)
        return kept if kept is not None and kept < len(self.options) else None

    def _on_lock(self, change: dict[str, Any]) -> None:
        if self._answer is not None:
            self.in_time = False
            self._answer.refresh()
        elif change["new"] is None:
            _open_answers.pop(self.id, None)
        else:
            _open_answers[self.id] = change["new"]

    def show(self) -> None:
        """Show the question: radio buttons where there are widgets, else text."""
        display(_Shown(self._widget, self._text(), self._html()))

    def _text(self) -> str:
        lines = [f"Predict: {self.question}", *(option.lines() for option in self.options)]
        return "\n".join([*lines, "Decide before you read on."])

    def _html(self) -> str:
        asked = f"<p><strong>Predict:</strong> {markup(self.question)}</p>"
        options = "".join(option.stored_html() for option in self.options)
        return f"{asked}{options}<p>Decide before you read on.</p>"

    def compare(
        self,
        measured: object,
        because: str = "",
        if_you_chose: Mapping[Any, str] | None = None,
    ) -> None:
        """Show what was measured beside what was predicted, and why it is so.

        `measured` is the value itself: seconds (a float), a count, a line, a list of names,
        an exception, a Timeline. `because` explains the result. `if_you_chose` maps an option
        (or its letter) to a sentence for those who chose it: what that idea gets wrong.
        Raises ValueError with a sentence when it names an option that is not there.
        """
        replies = {self._index(key): text for key, text in (if_you_chose or {}).items()}
        hit = matching([option.value for option in self.options], measured)
        text = self._measured_text(measured) if hit is None else self.options[hit].lines().strip()
        self._answer = _Answer(self, hit, text, because, replies)
        self._widget.measured = True
        _open_answers.pop(self.id, None)
        if self.locked is not None and self.in_time and hit is not None:
            progress.predicted(self.id, self.locked == hit)
        self._answer.show()

    def _measured_text(self, measured: object) -> str:
        if isinstance(measured, Timeline):
            return "a chart of its own"
        if isinstance(measured, float):
            return f"{measured:.1f} {self.unit}".strip()
        return words(measured)

    def _index(self, key: object) -> int:
        for index, option in enumerate(self.options):
            if key in (option.letter, option.value):
                return index
        raise ValueError(
            f"if_you_chose speaks of {key!r}, which is not an option. "
            f"The options are {', '.join(map(str, self.options))}."
        )

    def __repr__(self) -> str:
        return f"<Prediction {self.id}: {self.question}>"


class _Option:
    """One option: its letter, its value, and how it looks."""

    def __init__(self, letter: str, value: object, unit: str):
        self.letter, self.value = letter, value
        self.text = _text(value, unit)
        self.html = f"<pre>{html.escape(self.text)}</pre>" if self.tall else markup(self.text)

    @property
    def tall(self) -> bool:
        return "\n" in self.text

    def __str__(self) -> str:
        return self.letter if self.tall else f"{self.letter}. {self.text}"

    def stored_html(self) -> str:
        """The option with its letter, for a notebook (where lists are always numbered)."""
        lettered = f"<p><strong>{self.letter}.</strong>"
        return f"{lettered}</p>{self.html}" if self.tall else f"{lettered} {self.html}</p>"

    def with_letter(self) -> str:
        """The option with its letter, for the live answer."""
        return f"<b>{self.letter}.</b> {self.live_html}"

    def lines(self) -> str:
        """The option as text, with its letter."""
        if not self.tall:
            return f"  {self.letter}. {self.text}"
        return "\n     ".join([f"  {self.letter}.", *self.text.split("\n")])

    @cached_property
    def live_html(self) -> str:
        """What the browser shows: a chart as a picture, the rest as it is stored."""
        if not isinstance(self.value, Timeline):
            return self.html
        options = GanttOptions(width=_CHART_WIDTH, legend=False)
        return gantt(self.value, options).element(moving=True)


class _Answer:
    """What was measured beside what was predicted.

    What it stores is the measurement and the reason, the same for everybody; the
    prediction is in the live view, which follows when one is locked in late.
    """

    def __init__(
        self,
        asked: Prediction,
        hit: int | None,
        text: str,
        because: str,
        replies: dict[int, str],
    ):
        self.asked, self.hit, self.replies = asked, hit, replies
        self.text = text
        self.because = _SURPRISE if hit is None else because
        self._nothing_locked = next(_advice, _NOT_LOCKED) if asked.locked is None else _NOT_LOCKED
        self._widget = HTML(self._live_html())

    def refresh(self) -> None:
        self._widget.value = self._live_html()

    def show(self) -> None:
        text = f"Measured: {self.text}\n{self.because}".rstrip()
        display(_Shown(self._widget, text, self._stored_html()))

    def _stored_html(self) -> str:
        measured = "<p><strong>Measured:</strong> "
        if self.hit is None:
            return f"{measured}{markup(self.text)}</p>{_paragraph(self.because)}"
        option = self.asked.options[self.hit].stored_html().removeprefix("<p>")
        return f"{measured}{option}{_paragraph(self.because)}"

    def _live_html(self) -> str:
        options, locked = self.asked.options, self.asked.locked
        measured = markup(self.text) if self.hit is None else options[self.hit].with_letter()
        boxes = _box("Measured", measured, "measured")
        if locked is not None:
            boxes = _box("You predicted", options[locked].with_letter(), "predicted") + boxes
        said = [
            self._verdict(),
            "" if locked is None else self.replies.get(locked, ""),
            self.because,
        ]
        return (
            f'<style>{_CSS}</style><div class="loop-answer" role="status">'
            f'<div class="pair">{boxes}</div>{"".join(map(_paragraph, said))}</div>'
        )

    def _verdict(self) -> str:
        """One sentence to the learner: interest, not blame."""
        locked = self.asked.locked
        if locked is None:
            return self._nothing_locked
        if not self.asked.in_time:
            return "You chose after the run. To predict afresh, run the question's cell again."
        if self.hit is None:
            return ""
        if locked == self.hit:
            return "It went as you predicted."
        return (
            "It went differently from your prediction. That is the most useful kind of run: "
            "it shows where your picture of the loop and the loop differ."
        )


_SURPRISE = (
    "None of the options foresaw this. If you changed the program, you have found something: "
    "look in the chart for what explains it. If it is a time, the computer may have been busy: "
    "run the cell again."
)


class _Question(anywidget.AnyWidget):
    """Radio buttons and "Lock in". The browser proposes, Python keeps the answer."""

    _esm = _HERE / "predict.js"
    _css = _HERE / "predict.css"
    question = traitlets.Unicode().tag(sync=True)  # HTML
    options: traitlets.List[str] = traitlets.List().tag(sync=True)  # HTML, by letter
    locked = traitlets.Int(None, allow_none=True).tag(sync=True)
    measured = traitlets.Bool(False).tag(sync=True)


class _Shown:
    """A live view, and the text and HTML that a notebook stores in its place."""

    def __init__(self, widget: Any, text: str, markup: str):
        self.widget, self.text, self.markup = widget, text, markup

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        stored = {"text/plain": self.text, "text/html": self.markup}
        return {"application/vnd.jupyter.widget-view+json": self.widget.get_view_spec()} | stored


def _text(value: object, unit: str) -> str:
    if isinstance(value, Timeline):
        lanes, _, _ = value.text(width=_CHART_CELLS, order=False).partition("\n\n")
        return lanes  # without legend and table
    if isinstance(value, str):
        return value.strip("\n")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g} {unit}".strip()
    return words(value)


def _paragraph(text: str) -> str:
    return f"<p>{markup(text)}</p>" if text else ""


def _box(heading: str, content: str, role: str) -> str:
    return f'<div class="{role}"><h4>{heading}</h4>{content}</div>'
