"""The load chart: how many tasks run, are ready and wait, over time."""

import warnings
from xml.etree import ElementTree

import numpy as np
import pytest
from chart_samples import EVERY, breakfast, crowd, greetings, nested_loop

from helpers.charts.load import count, load
from helpers.timeline import Step, TaskSpan, Timeline
from helpers.timeline.options import PictureOptions

TEXT = """
breakfast: 5 tasks, 4.4 s, virtual time
running  ██████████████▅ ▇███████████████████████▃       ▅██████████████████▇
ready    █████████████▄▄
waiting  ▂▂▂▂▄▄▄▄▄▄▄▄▅▅███▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▄▄▂▂▂▂
         0 s             1 s             2 s             3 s             4 s

█ is the most in its row, ▁ the least, and a blank is none.
running: 82 % of the time
ready: up to 2, 0.4 on average
waiting: up to 5, 3.1 on average
Note: Mind it.
"""


def row(timeline, name, columns=44, **options):
    return next(row for row in count(timeline, columns, **options).rows if row.name == name)


def words(picture):
    return [text.get_text() for text in picture.axes[0].texts]


# -- counting -----------------------------------------------------------------------------


def test_a_column_of_a_tenth_of_a_second_each():
    """Of `breakfast`: all but the cell."""
    assert row(breakfast(), "ready").sizes[:10].tolist() == [2, 2, 2, 2, 2, 2, 2, 2, 1, 0]
    assert row(breakfast(), "waiting").sizes[:12].tolist() == [1, 1, 1, 2, 2, 2, 2, 2, 3, 5, 4, 4]
    busy = row(breakfast(), "running").sizes
    assert busy[:9] == pytest.approx(np.ones(9))
    assert busy[26:30].max() <= 1e-6


def stays(timeline, name, ids):
    """From when to when a task was in that state, in nanoseconds."""
    for id in ids:
        for state, start, end, *_ in timeline.spans(id):
            if state == name and end > start:
                yield start, end


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("state", ["ready", "waiting"])
def test_the_largest_number_in_each_column_is_that_of_the_stretches(name, state):
    timeline, columns = EVERY[name], 7
    rows = count(timeline, columns).rows
    ids = [t.id for t in timeline.tasks if t.role != "recording"] or range(len(timeline.tasks))
    spans = list(stays(timeline, state, ids))
    borders = np.rint(np.linspace(0, timeline.length or 1e9, columns + 1))
    moments = np.unique([*borders, *(moment for span in spans for moment in span)])
    expected = np.zeros(columns)
    for moment in moments:
        number = sum(start <= moment < end for start, end in spans)
        column = int(np.searchsorted(borders, moment, side="right")) - 1
        if column < columns:
            expected[column] = max(expected[column], number)
    if rows:
        assert next(r for r in rows if r.name == state).sizes.tolist() == expected.tolist()


def test_a_rush_however_short_is_not_averaged_away():
    steps = [Step(i, "task", "t", 0, i * 1e-6, (i + 1) * 1e-6) for i in range(50)]
    tasks = [TaskSpan(i, f"t{i}", ended=(i + 1) * 1e-6, outcome="returned") for i in range(50)]
    ready = row(Timeline.of(tasks, steps, duration=100.0), "ready")
    assert ready.top == ready.sizes[0] == 49
    assert ready.remarks == ("up to 49", "under 0.1 on average")


def test_a_step_of_no_length_shows():
    assert row(EVERY["no time"], "running").sizes[0] > 0
    assert row(greetings(), "running", columns=10).remarks == ("under 1 % of the time",)


def test_the_cell_counts_only_where_there_is_no_other_task():
    assert row(greetings(), "waiting").top == 2
    assert row(EVERY["callbacks"], "waiting").top == 1


def test_a_window():
    seen = count(breakfast(), 10, (2.0, 3.0))
    assert (seen.start, seen.end) == (2.0, 3.0)
    assert row(breakfast(), "running", between=(2.0, 3.0)).remarks == ("50 % of the time",)
    with pytest.raises(ValueError, match="shows nothing"):
        breakfast().load(between=(3.0, 2.0))


# -- seen and told ----------------------------------------------------------------------------


def test_in_characters():
    assert breakfast().load().as_text() == TEXT.strip()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [60, 80])
def test_no_line_is_wider_than_asked(name, width):
    lines = load(EVERY[name]).as_text(width).splitlines()
    assert all(len(line) <= width and line.isprintable() for line in lines)


@pytest.mark.parametrize("name", EVERY)
def test_whatever_was_recorded_is_drawn_and_told(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert EVERY[name].load(width=600).png(scale=1.0).startswith(b"\x89PNG")
    assert EVERY[name].load().alt.isprintable()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [400, 900])
def test_everything_is_on_the_sheet_and_no_words_lie_on_others(name, width):
    figure = EVERY[name].load(width=width)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1 + 0.5
        assert not any(box.overlaps(other) for other in boxes[number + 1 :])


def test_each_row_has_a_scale_of_its_own():
    found = words(crowd(100).load())
    assert [word for word in found if word.isdigit()] == ["0", "1", "0", "99", "0"]
    assert found[:2] == ["100 tasks", "100 tasks  ·  1 s  ·  virtual time"]
    assert "none" in found  # waits


def test_svg_says_the_same_words_as_the_picture():
    tree = ElementTree.fromstring(load(breakfast(), PictureOptions(width=700)).svg())
    texts = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == words(breakfast().load(width=700))
    assert tree.get("aria-label") == breakfast().load().alt


def test_alt_text_has_numbers_only_where_they_are_exact():
    assert breakfast().load(between=(2.0, 3.0)).alt == (
        "Load chart 'breakfast', seen from 2 s to 3 s: 5 tasks in 4.4 s of virtual time. "
        "Running: 50 % of the time. Ready: none. Waiting: up to 4, 4 on average."
    )
    assert nested_loop().load().alt == (
        "Load chart 'nested': 1 task, and over time how many run, are ready and wait."
    )
    assert greetings().load().alt == greetings(late=0.15).load().alt


# -- one name for two things ------------------------------------------------------------------


def test_a_class_loads_a_file_and_a_recording_shows_its_load(tmp_path):
    greetings().save(tmp_path / "greetings.json")
    again = Timeline.load(tmp_path / "greetings.json")
    assert repr(again.load()) == "<Load chart 'two greetings'>"
    with pytest.raises(TypeError, match=r"load\(\) takes its options by name: title, between and"):
        again.load("greetings.json")
