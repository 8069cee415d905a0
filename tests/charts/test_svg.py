"""The chart as SVG: the same drawing as the figure's, with the browser's own letters."""

from xml.etree import ElementTree

import pytest

from helpers.charts import style
from helpers.charts.gantt import gantt
from helpers.charts.words import SIGNS
from helpers.timeline import Idle, Step, TaskSpan, Timeline
from helpers.timeline.options import GanttOptions

SVG = "{http://www.w3.org/2000/svg}"


def kitchen() -> Timeline:
    """Tea runs, eggs are ready meanwhile and then fail, and toast is never begun."""
    tasks = [
        TaskSpan(0, "tea <hot>", "brew", None, 0.0, 0.0, 0.5, "returned"),
        TaskSpan(1, "eggs", "boil", 0, 0.0, 0.5, 1.0, "raised", "ValueError: cracked"),
        TaskSpan(2, "toast", "toast", 0, 0.5, 0.6, 0.6, "cancelled", entered=False),
        TaskSpan(3, "jam", "open", 0, 0.5, None, None, "pending"),
    ]
    steps = [
        Step(0, "task", "brew", 0.0, 0.0, 0.5),
        Step(1, "task", "boil", 0.0, 0.5, 0.6, None, None, None, None, "sleep(0.4)", 1.0),
        Step(2, "task", "toast", 0.5, 0.6, 0.6),
        Step(1, "task", "boil", 1.0, 1.0, 1.0),
    ]
    return Timeline.of(tasks, steps, idle=(Idle(0.6, 1.0, 1.0),), clock="virtual", title="Kitchen")


def drawn(timeline, **options):
    """The picture as an XML tree: it must be well-formed, whatever the names are."""
    return ElementTree.fromstring(gantt(timeline, GanttOptions(**options)).svg())


def words(tree):
    return [text.text for text in tree.iter(f"{SVG}text")]


def test_it_says_the_same_words_as_the_figure():
    figure = kitchen().gantt()
    assert words(drawn(kitchen())) == [text.get_text() for text in figure.axes[0].texts]


def test_it_has_the_size_and_the_alt_text_of_the_figure():
    tree, figure = drawn(kitchen(), width=700), kitchen().gantt(width=700)
    width, height = figure.get_size_inches() * 96
    assert (float(tree.get("width")), float(tree.get("height"))) == pytest.approx((width, height))
    assert tree.get("aria-label") == figure.alt
    assert tree.get("role") == "img"


def test_running_ready_and_each_end_have_their_looks():
    tree = drawn(kitchen(), legend=False)
    fills = [path.get("fill") for path in tree.iter(f"{SVG}path")]
    assert colour("running") in fills
    assert "url(#loop-hatch)" in fills
    discs = [(c.get("fill"), c.get("stroke")) for c in tree.iter(f"{SVG}circle")]
    assert discs[:4] == [  # a fifth may stand beside the exception's words
        (colour("returned"), colour("returned")),
        (colour("raised"), colour("raised")),
        (style.CARD, colour("cancelled")),
        (style.CARD, colour("pending")),
    ]


def test_bars_are_as_long_as_their_times():
    """Tea runs for 0.5 s, then eggs for 0.1 s."""
    bars = next(p.get("d") for p in drawn(kitchen()).iter(f"{SVG}path") if is_running(p))
    (left, right), (next_left, next_right) = map(extent, bars.split("Z")[:2])
    assert right - left == pytest.approx(5 * (next_right - next_left), rel=0.01)
    assert next_left == pytest.approx(right, abs=0.2)


def colour(name):
    return SIGNS[name].colour[0]


def is_running(path) -> bool:
    return path.get("fill") == colour("running")


def extent(outline: str) -> tuple[float, float]:
    """From where to where an outline such as "M1 2L3 2L3 5" goes, left to right."""
    xs = [float(point.split()[0]) for point in outline[1:].split("L")]
    return min(xs), max(xs)


def test_an_empty_recording_draws_and_says_what_it_is():
    assert any("Nothing was recorded" in text for text in words(drawn(Timeline.of())))
