"""What a notebook stores of a chart: picture with alt text, or the chart in characters."""

import base64
import html
import io
import re

import pytest
from chart_samples import EVERY, breakfast, greetings, strange
from PIL import Image

from helpers.charts import chart, page, show_as
from helpers.charts.alt import alt_text
from helpers.charts.chart import Chart
from helpers.charts.gantt import gantt, notebook_output
from helpers.timeline import Timeline

SANITISED = r'(<img [^>]*src="data:image/png;base64,)[^"]*'  # as in tests/nbval.cfg


@pytest.fixture(autouse=True)
def as_by_default(monkeypatch):
    monkeypatch.setattr(chart, "_chosen", None)
    monkeypatch.delenv("SEE_THE_LOOP_CHARTS", raising=False)


def picture(output):
    """The PNG inside the HTML."""
    (data,) = re.findall(r'src="data:image/png;base64,([^"]*)"', output["text/html"])
    return base64.b64decode(data, validate=True)


def test_a_picture_with_alt_text_and_the_short_repr():
    output = breakfast()._repr_mimebundle_()
    assert set(output) == {"text/plain", "text/html"}
    assert output["text/plain"] == repr(breakfast())
    (alt,) = re.findall(r'alt="([^"]*)"', output["text/html"])
    assert html.unescape(alt) == alt_text(breakfast())


def test_the_picture_is_a_png_twice_as_sharp_as_it_is_wide():
    image = Image.open(io.BytesIO(picture(notebook_output(breakfast()))))
    assert image.format == "PNG"
    assert image.width == 1800
    assert 'width="900"' in notebook_output(breakfast())["text/html"]


def test_a_slow_machine_changes_nothing_but_the_pictures_bytes():
    quick, slow = (notebook_output(greetings(late)) for late in (0.0, 0.15))
    assert quick["text/html"] != slow["text/html"]
    assert re.sub(SANITISED, "", quick["text/html"]) == re.sub(SANITISED, "", slow["text/html"])
    assert quick["text/plain"] == slow["text/plain"]


def test_the_same_data_gives_the_same_bytes():
    assert notebook_output(breakfast()) == notebook_output(breakfast())


@pytest.mark.parametrize("name", ["two greetings", "breakfast", "eager", "callbacks"])
def test_a_usual_picture_is_at_most_60_kilobytes(name):
    assert len(picture(notebook_output(EVERY[name]))) <= 60_000


def test_names_are_text_never_markup():
    shown = notebook_output(strange())["text/html"].removesuffix(page.STYLE)
    image = rf'<img alt="[^"<>]*" width="900" style="[^"<>]*" class="{page.CLASS}" src="[^"<>]*">'
    assert re.fullmatch(image, shown)
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &quot;co&quot;" in shown
    assert shown.isprintable()


def test_a_chart_shows_itself_the_same_way():
    shown = breakfast().gantt(title="just this")
    output = shown._repr_mimebundle_()
    assert output == shown.chart.output("<Gantt chart 'just this'>")
    assert 'alt="Gantt chart &#x27;just this&#x27;: 5 tasks' in output["text/html"]


def test_a_recording_that_goes_on_has_no_picture_yet():
    timeline = Timeline(title="now", complete=False)
    assert notebook_output(timeline) == {
        "text/plain": "<Timeline 'now': still recording; complete when its block ends>"
    }


@pytest.mark.parametrize("name", EVERY)
def test_whatever_was_recorded_shows(name):
    assert picture(notebook_output(EVERY[name])).startswith(b"\x89PNG")


# -- charts as text -----------------------------------------------------------------------


def test_one_setting_turns_all_charts_into_text():
    show_as("text")
    assert notebook_output(breakfast()) == {"text/plain": breakfast().text()}
    few = breakfast().gantt(most=2)
    assert few._repr_mimebundle_() == {"text/plain": breakfast().text(most=2)}
    show_as("picture")
    assert "text/html" in notebook_output(breakfast())
    assert "text/html" in few._repr_mimebundle_()


def test_what_is_embedded_in_a_page_of_ours_follows_it_too():
    drawn = gantt(breakfast())
    assert drawn.element().startswith('<img alt="Gantt chart')
    assert drawn.element(moving=True).startswith("<svg")
    show_as("text")
    for moving in (False, True):
        assert html.unescape(drawn.element(moving=moving)).endswith(f">{breakfast().text()}</pre>")


@pytest.mark.parametrize(
    ("value", "kinds"),
    [("text", 1), (" TEXT ", 1), ("", 2), ("?", 2)],
)
def test_so_does_the_environment(monkeypatch, value, kinds):
    monkeypatch.setenv("SEE_THE_LOOP_CHARTS", value)
    assert len(notebook_output(greetings())) == kinds


def test_what_was_asked_for_in_the_notebook_wins(monkeypatch):
    monkeypatch.setenv("SEE_THE_LOOP_CHARTS", "text")
    show_as("picture")
    assert "text/html" in notebook_output(greetings())


def test_there_are_two_ways_and_no_third():
    with pytest.raises(ValueError, match='as "picture" or as "text", not as \'song\''):
        show_as("song")


# -- a chart of one's own -------------------------------------------------------------------


def test_a_new_chart_says_three_things_and_has_the_rest():
    """A sheet with a box on it."""

    def draw(canvas):
        canvas.sheet(500, 100)
        canvas.box("running", 10, 20, 30, 40)

    box = Chart("box chart", "mine", draw, write="#".center, describe=lambda: "One blue box")
    assert repr(box) == repr(box.picture()) == "<box chart 'mine'>"
    assert box.picture().alt == "One blue box"
    assert 'aria-label="One blue box" width="500"' in box.svg()
    assert "M10.0 20.0L30.0 20.0L30.0 40.0L10.0 40.0Z" in box.svg()
    assert box.picture().as_text(3) == " # "
    assert 'alt="One blue box" width="500"' in box.output()["text/html"]


def test_a_picture_shows_what_was_drawn_on_it_afterwards():
    changed = breakfast().gantt()
    changed.axes[0].axhline(50)
    assert picture(changed._repr_mimebundle_()) != picture(breakfast().gantt()._repr_mimebundle_())
