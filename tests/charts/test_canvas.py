"""What any canvas draws, and what it refuses."""

import pytest

from helpers.charts.canvas import FILLS, STROKES
from helpers.charts.chart import Chart
from helpers.charts.words import SIGNS


@pytest.mark.parametrize("canvas", ["picture", "svg"])
def test_an_unknown_style_is_a_clear_sentence(canvas):
    def draws(method, *where):
        return getattr(Chart("", "", lambda c: getattr(c, method)(*where), str, str), canvas)

    with pytest.raises(ValueError, match=r"as 'runing'; there are paper, .*running"):
        draws("box", "runing", 1, 2, 3, 4)()
    with pytest.raises(ValueError, match=r"nothing is drawn as 'dotted'; there are grid, .*arrow"):
        draws("line", "dotted", (1, 2), (3, 4))()
    with pytest.raises(ValueError, match=r"as 'exploded'; there are .*returned"):
        draws("mark", "exploded", 1, 2)()


@pytest.mark.parametrize("canvas", ["picture", "svg"])
def test_every_style_can_be_drawn(canvas):
    def draw(sheet):
        sheet.sheet(400, 400)
        for name in FILLS:
            sheet.box(name, 10, 20, 30, 40)
        for name in STROKES:
            sheet.line(name, (10, 20), (30, 40), (50, 20))
        for name, sign in SIGNS.items():
            if sign.lines:
                sheet.mark(name, 50, 50)
        sheet.head(60, 60)
        sheet.write(10, 100, "words", 13, align="right", bold=True)

    assert getattr(Chart("", "", draw, str, str), canvas)()


def test_what_is_drawn_over_what():
    """Words on paper hide arrows; a step hides what it interrupts; its bracket hides nothing."""
    layers = {name: look.layer for name, look in {**FILLS, **STROKES}.items()}
    assert layers["arrow"] < layers["paper"] < layers["ready"] < layers["running"]
    assert layers["waiting"] < layers["overdue"] < layers["blocking"]
