"""What one may ask of a chart: shown by its help, and refused in a sentence if it is nonsense."""

import inspect
import pydoc
import re
from dataclasses import fields

import numpy as np
import pytest

from helpers.timeline import Timeline
from helpers.timeline.options import (
    GanttOptions,
    OrderOptions,
    PictureOptions,
    PlayerOptions,
    TextOptions,
)

METHODS = {
    "gantt": GanttOptions,
    "load": PictureOptions,
    "order": OrderOptions,
    "text": TextOptions,
    "player": PlayerOptions,
}


@pytest.mark.parametrize("name", METHODS)
def test_help_shows_every_option_with_its_default_and_its_meaning(name):
    method, options = getattr(Timeline(), name), METHODS[name]
    shown = inspect.signature(method).parameters.values()
    assert {p.name: p.default for p in shown} == {f.name: f.default for f in fields(options)}
    page = pydoc.plain(pydoc.render_doc(method))
    for field in fields(options):
        assert f"{field.name}: " in page  # in the signature
        assert f"- `{field.name}" in page  # and explained


def test_the_signature_says_what_comes_back():
    assert inspect.signature(Timeline.text).return_annotation == "str"
    assert next(iter(inspect.signature(Timeline.text).parameters)) == "self"


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        (
            "gantt",
            {"colour": "red"},
            "gantt() has no option 'colour'; it takes title, between, width, legend, most, "
            "fold_libraries, until and names",
        ),
        (
            "text",
            {"legend": False},
            "text() has no option 'legend'; it takes title, between, width, most, "
            "fold_libraries, sentences, order and findings",
        ),
        ("player", {"speed": 2}, "player() has no option 'speed'; it takes most_steps"),
    ],
)
def test_an_unknown_option_is_a_sentence(name, given, sentence):
    with pytest.raises(TypeError) as caught:
        getattr(Timeline(), name)(**given)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": 3}, "title is text; 3 is not"),
        ({"width": "wide"}, "width is a number of pixels; 'wide' is not"),
        ({"width": float("nan")}, "width is a number of pixels; nan is not"),
        ({"most": -1}, "most is a number of tasks; -1 is not"),
        ({"most": 2.5}, "most is a number of tasks; 2.5 is not"),
        ({"between": 3}, "between is a first and a later moment, in seconds; 3 is not"),
        ({"between": "ab"}, "between is a first and a later moment, in seconds; 'ab' is not"),
        ({"between": (1, 2, 3)}, "between is a first and a later moment, in seconds; (1, 2, 3) is"),
    ],
)
def test_a_value_that_makes_no_sense_is_a_sentence(given, sentence):
    with pytest.raises(ValueError, match="^" + re.escape(sentence)):
        Timeline().gantt(**given)


def test_numbers_may_be_numpys():
    options = GanttOptions(width=np.int64(700), most=np.int64(3), between=np.array([0.0, 1.0]))
    assert options.width == 700
