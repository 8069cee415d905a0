"""The sheet of a chart: where rows stand, and which pixel is which moment."""

import numpy as np
import pytest

from helpers.charts import frame as sheet
from helpers.charts.svg import SvgCanvas


def frame(**changes):
    usual = {"width": 900, "titled": True, "names": 80, "gap": 24, "window": (1.0, 3.0)}
    return sheet.frame(**{**usual, "heights": [30, 50], "signs": (), **changes})


def test_rows_lie_below_the_heading_and_below_each_other():
    made = frame()
    assert (made.top, made.middles, made.bottom) == (62, (77, 117), 142)
    assert frame(titled=False).top == 42
    assert frame(heights=[]).middles == ()


def test_moments_lie_between_the_two_ends_of_time():
    made = frame()
    assert made.left == 20 + 81 + 24
    assert made.right == 860
    assert [made.x(moment) for moment in (1.0, 2.0, 3.0)] == pytest.approx([125, 492.5, 860])
    assert frame(window=(0.0, 0.0)).x(0.0) == made.left


def test_very_long_names_leave_room_for_time():
    assert frame(names=5000).names == 20 + 220
    assert frame(width=10).width == sheet.NARROWEST


def test_the_legend_and_each_note_make_the_sheet_longer():
    few, many = frame(), frame(signs=("running", "ready", "waiting", "overdue", "blocking"))
    assert len(many.legend) == 2
    assert many.height(0) == few.height(0) + 2 * 24
    assert few.height(3) == few.height(0) + 3 * 20


def test_an_area_has_one_step_for_each_column():
    canvas = SvgCanvas()
    canvas.sheet(900, 200)
    floor, ceiling = np.array([100.0, 100.0]), np.array([90.0, 80.0])
    sheet.area(canvas, frame(), "running", floor, ceiling)
    corners = [(125, 90), (492.5, 90), (492.5, 80), (860, 80)]
    corners += [(860, 100), (492.5, 100), (492.5, 100), (125, 100)]
    outline = "L".join(f"{x:.1f} {y:.1f}" for x, y in corners)
    assert f"M{outline}Z" in canvas.text("")


def test_a_name_is_cut_to_its_room_and_remarks_stand_below_it():
    canvas = SvgCanvas()
    canvas.sheet(900, 200)
    sheet.name(canvas, frame(), 1, "x" * 200, ["first", "second"], indent=14)
    text = canvas.text("")
    assert "xx…xx" in text
    assert text.count('x="34.0"') == 3
    assert text.index("first") < text.index("second")
