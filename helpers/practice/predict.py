"""Commit before you run: a prediction is locked in, then set beside what was measured.

    predict("04-first-lines")        # the question, and its options
    ...                              # the program runs and is recorded
    compare("04-first-lines")        # what was measured, and why

What is asked and said is not in the notebook, where a click or a traceback would tell, but
in the package: see `predictions`. The right answer is not written down there either:
`compare` reads it off the notebook's recording, and finds the option that says it
(`said_by`). A measurement that no option foresaw is said to be just that.

Nothing waits for the learner. Under Run All, on paper or without widgets the question is
text, the options carry letters (so a room can answer by show of hands), and `compare` shows
the answer. What a notebook stores of both never depends on what somebody predicted: that
is in the live view only.

The limit: whoever wants to can run the program first. A prediction made after the
measurement is shown, but not counted.
"""

from __future__ import annotations

import difflib
import html
import inspect
from functools import cached_property
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython.display import display
from ipywidgets import HTML

from helpers.charts.arriving import come_into_view
from helpers.charts.gantt import gantt
from helpers.practice import progress
from helpers.practice.markup import markup
from helpers.practice.matching import matching, words
from helpers.practice.notes import Note
from helpers.practice.predictions import (
    Question,
    TooEarly,
    called,
    measure,
    predictions,
    said_by,
)
from helpers.timeline import Timeline
from helpers.timeline.options import GanttOptions

_HERE = Path(__file__).parent
_CSS = (_HERE / "predict.css").read_text(encoding="utf-8")
_CHART_WIDTH, _CHART_CELLS = 560, 52  # of a chart among the options: CSS pixels, characters

_asked: dict[str, Prediction] = {}  # by id, as the question was last asked in this session

# What is said to those who predicted nothing: the advice once in a session, since Run All
# compares without any, and from then on the fact alone.
_COMMIT_FIRST = (
    "You chose nothing this time. Next time, choose before you run: "
    "even a guess that misses makes the answer stick."
)
_NOTHING_CHOSEN = "You chose nothing this time."
_advice = iter([_COMMIT_FIRST])


def predict(prediction_id: str) -> None:
    """Ask that question, and let the learner choose an answer before the program runs.

    `prediction_id` is such as "04-first-lines"; an id that is not there gets a sentence.
    Running the cell again asks again; an answer that has not been measured yet is kept,
    and can be changed.
    """
    question = called(prediction_id)
    if question is None:
        display(_unknown(prediction_id))
        return
    prediction = Prediction(question, _variables(), _asked.get(question.id))
    _asked[question.id] = prediction
    prediction.show()


def compare(prediction_id: str) -> None:
    """Show what was measured beside what was predicted, and why it is so.

    The answer is read off the notebook's variables, as the question says. Where the question
    or the program has not run yet, a sentence says what to run first.
    """
    question = called(prediction_id)
    if question is None:
        display(_unknown(prediction_id))
    elif question.id not in _asked:
        display(Note("too early", "the question comes first", _ASK_FIRST.format(id=question.id)))
    else:
        _asked[question.id].compare(_variables())


_ASK_FIRST = (
    'You have not been asked yet. Run the cell `predict("{id}")` above, then the program '
    "below it, then this cell again."
)


def _variables() -> dict[str, Any]:
    """The variables of the cell that called one of the two verbs."""
    frame = inspect.currentframe()
    caller = frame.f_back.f_back if frame and frame.f_back else None
    return caller.f_globals if caller else {}


def _unknown(prediction_id: object) -> Note:
    near = difflib.get_close_matches(str(prediction_id), predictions(), n=1, cutoff=0.4)
    guess = f'Did you mean "{near[0]}"?' if near else ""
    sentence = f"There is no prediction called {prediction_id!r}. {guess}".rstrip()
    return Note("not attempted", "No such prediction", sentence)


class Prediction:
    """A question that was asked. `compare` answers it from what was measured."""

    def __init__(self, question: Question, names: dict[str, Any], before: Prediction | None = None):
        self.question = question
        letters = zip(question.letters, question.values, strict=True)
        self.options = [_Option(letter, value, question.unit) for letter, value in letters]
        self.in_time = True  # whether what was chosen was chosen before the measurement
        self.was_chosen = False  # and not locked in: taken for the answer
        self._names = {name: names.get(name) for name in question.reads}
        self._answer: _Answer | None = None
        self._widget = _Form(
            question=markup(question.ask),
            options=[option.live_html for option in self.options],
            spoken=[option.spoken for option in self.options],
        )
        if before is not None and before._answer is None:
            self._widget.chosen, self._widget.locked = before._widget.chosen, before.locked
        self._widget.observe(self._on_lock, "locked")

    @property
    def locked(self) -> int | None:
        """The index of the option that is locked in, None while there is none."""
        locked: int | None = self._widget.locked
        return locked

    def choose(self, index: int | None) -> None:
        """Choose that option, as a click on it does."""
        self._widget.chosen = index

    def lock(self, index: int | None) -> None:
        """Lock that option in, as the button does; None takes it back."""
        self._widget.locked = index

    def _on_lock(self, change: dict[str, Any]) -> None:
        if self._answer is not None:
            self.in_time = False
            self._answer.refresh()

    def show(self) -> None:
        """Show the question: radio buttons where there are widgets, else text."""
        display(_Shown(self._widget, self._text(), self._html()))

    def _text(self) -> str:
        lines = [f"Predict: {self.question.ask}", *(option.lines() for option in self.options)]
        return "\n".join([*lines, "Decide before you read on."])

    def _html(self) -> str:
        asked = f"<p><strong>Predict:</strong> {markup(self.question.ask)}</p>"
        options = "".join(option.stored_html() for option in self.options)
        return f"{asked}{options}<p>Decide before you read on.</p>"

    def compare(self, names: dict[str, Any]) -> None:
        """Show the answer, read off those variables of the notebook; or what to run first."""
        try:
            measured = measure(self.question, names, self._names)
        except TooEarly as early:
            display(Note("too early", "run the program first", str(early)))
            return
        if self._answer is None and self.locked is None and self._widget.chosen is not None:
            self.was_chosen = True
            self.lock(self._widget.chosen)
        self._names = {}  # what was there before is of no more use, and may be large
        hit = said_by(self.question, measured, names)
        text = self._measured_text(measured) if hit is None else self.options[hit].lines().strip()
        near = matching(self.question.values, measured) is not None  # but no more than that
        surprise = _ANOTHER_PROGRAM if near else _SURPRISE
        self._answer = _Answer(self, hit, text, surprise)
        self._widget.measured = True
        if self.locked is not None and self.in_time and hit is not None:
            progress.predicted(self.question.id, self.locked == hit)
        self._answer.show()

    def _measured_text(self, measured: object) -> str:
        if isinstance(measured, Timeline):
            return "a chart of its own"
        if isinstance(measured, float):
            return f"{measured:.1f} {self.question.unit}".strip()
        return words(measured)

    def __repr__(self) -> str:
        return f"<Prediction {self.question.id}: {self.question.ask}>"


class _Option:
    """One option: its letter, its value, and how it looks."""

    def __init__(self, letter: str, value: object, unit: str):
        self.letter, self.value = letter, value
        self.text = _text(value, unit)
        self.html = f"<pre>{html.escape(self.text)}</pre>" if self.tall else markup(self.text)

    @property
    def tall(self) -> bool:
        return "\n" in self.text

    @property
    def spoken(self) -> str:
        """What a screen reader says for several lines, which it would run together; else ""."""
        if not self.tall or isinstance(self.value, Timeline):
            return ""
        numbered = enumerate(self.text.split("\n"), start=1)
        return f"{self.letter}: " + "; ".join(f"{n}, {line.strip()}" for n, line in numbered)

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

    def __init__(self, asked: Prediction, hit: int | None, text: str, surprise: str):
        self.asked, self.hit, self.text = asked, hit, text
        foreseen = hit is not None and asked.options[hit].letter not in asked.question.replies
        if hit is None:
            self.because = surprise
        else:
            self.because = asked.question.because if foreseen else _ANOTHER_PROGRAM
        self.replies = asked.question.replies if foreseen else {}
        self._nothing = next(_advice, _NOTHING_CHOSEN) if asked.locked is None else _NOTHING_CHOSEN
        self._widget = HTML(self._live_html())

    def refresh(self) -> None:
        self._widget.value = self._live_html()

    def show(self) -> None:
        text = f"Measured: {self.text}\n{self.because}".rstrip()
        display(_Shown(self._widget, text, self._stored_html()))
        come_into_view()

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
        said = [self._verdict(), self.because]
        return (
            f'<style>{_CSS}</style><div class="loop-answer" role="status">'
            f'<div class="pair">{boxes}</div>{"".join(map(_paragraph, said))}</div>'
        )

    def _verdict(self) -> str:
        """What is said about the learner's own choice: interest, not blame."""
        locked = self.asked.locked
        if locked is None:
            return self._nothing
        if self.hit is None:
            return "" if self.asked.in_time else _LATE
        said = _LATE if not self.asked.in_time else _NOT_LOCKED if self.asked.was_chosen else ""
        if locked == self.hit:
            reply = _RIGHT if self.asked.in_time else ""
        else:
            reply = self.replies.get(self.asked.options[locked].letter, _MISSED)
        return f"{said} {reply}".strip()


_LATE = "You chose after the run. To predict afresh, run the question's cell again."
_NOT_LOCKED = "You had chosen this, and not locked it in: it counts."
_RIGHT = "It went as you predicted."
_MISSED = "It went differently from your prediction."
_LOOK = (
    " If you changed the program, look in the chart for what explains this. If it is a time, the "
    "computer may have been busy: run the program again."
)
_SURPRISE = "None of the options foresaw this." + _LOOK
_ANOTHER_PROGRAM = "The program as the lesson has it does something else." + _LOOK


class _Form(anywidget.AnyWidget):
    """Radio buttons and "Lock in". The browser proposes, Python keeps the answer."""

    _esm = _HERE / "predict.js"
    _css = _HERE / "predict.css"
    question = traitlets.Unicode().tag(sync=True)  # HTML
    options: traitlets.List[str] = traitlets.List().tag(sync=True)  # HTML, by letter
    spoken: traitlets.List[str] = traitlets.List().tag(sync=True)  # text, "" where it is not needed
    chosen = traitlets.Int(None, allow_none=True).tag(sync=True)
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
        lanes_alone = dict.fromkeys(("sentences", "order", "findings"), False)
        lanes, _, _ = value.text(width=_CHART_CELLS, **lanes_alone).partition("\n\n")
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
