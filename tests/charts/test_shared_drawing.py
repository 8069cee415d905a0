"""Lanes of what tasks share as pictures: each thing is where its numbers say."""

import pytest
from shared_programs import deadlock, kitchen, pool, signal, turnstile

from helpers import simulate
from helpers.charts import shared_drawing
from helpers.charts.gantt import gantt
from helpers.charts.shared_drawing import hatched
from helpers.timeline.options import GanttOptions


class Sheet:
    """Notes what is asked of a canvas."""

    def __init__(self):
        self.boxes, self.lines, self.words = [], [], []

    def sheet(self, width, height):
        self.size = width, height

    def shape(self, name, corners):
        self.boxes.append((name, list(corners)))

    def box(self, name, left, top, right, bottom):
        self.boxes.append((name, [(left, top), (right, bottom)]))

    def line(self, name, *points):
        self.lines.append((name, points))

    def mark(self, outcome, x, y):
        pass

    def head(self, x, y):
        pass

    def write(self, x, y, text, size, **_):
        self.words.append(text)


def drawn(timeline):
    sheet = Sheet()
    gantt(timeline, GanttOptions(legend=False)).draw(sheet)
    return sheet


def count(things, name):
    return sum(each[0] == name for each in things)


def test_a_queue_has_its_area_its_limit_and_hatching_where_a_put_waits():
    sheet = drawn(simulate(kitchen()))
    assert count(sheet.lines, "limit") == 1
    assert count(sheet.boxes, "in line") == 3
    assert count(sheet.lines, "hatch") > 10
    assert "queue, up to 3 of 3" in sheet.words
    assert "3" in sheet.words
    assert count(sheet.boxes, "size") > 5


def test_slots_bear_the_names_of_their_holders():
    sheet = drawn(simulate(turnstile()))
    assert count(sheet.boxes, "held") == 10
    assert {f"guest {n}" for n in range(10)} <= set(sheet.words)
    assert "7 waiting" in sheet.words


def test_workers_and_marks():
    sheet = drawn(pool(calls=12, workers=4))
    assert count(sheet.boxes, "work") == 12
    assert count(sheet.boxes, "in line") == 2
    assert {"8 waiting", "4 waiting"} <= set(sheet.words)
    assert sheet.words.count("fetch") == 12
    assert count(drawn(simulate(signal())).lines, "mark") == 1


@pytest.mark.parametrize("make", [kitchen, turnstile, deadlock, signal], ids=lambda f: f.__name__)
def test_nothing_leaves_its_row(make):
    sheet = drawn(simulate(make()))
    width, height = sheet.size
    for name, corners in sheet.boxes:
        assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in corners), name


def test_hatching_stays_in_its_box():
    sheet = Sheet()
    hatched(sheet, 10, 0, 33, 12)
    for name, points in sheet.lines:
        assert name == "hatch"
        assert all(10 <= x <= 33 and 0 <= y <= 12 for x, y in points)


def test_both_canvases_know_how_they_look():
    chart = gantt(simulate(kitchen()))
    assert chart.svg()
    assert chart.picture().alt
    assert set(shared_drawing.KINDS) == {"queue", "slots", "marks", "worker", "note"}
