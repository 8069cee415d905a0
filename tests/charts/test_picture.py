"""A chart as a matplotlib figure: one like any other, and sharp as a PNG."""

import io
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from chart_samples import EVERY, breakfast, crowd, greetings
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from PIL import Image

from helpers.timeline import Timeline


def test_it_is_a_plain_figure_that_pyplot_never_hears_of():
    code = (
        "import sys; sys.path.insert(0, 'tests/charts'); import chart_samples\n"
        "figure = chart_samples.breakfast().gantt()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "print(type(figure).__mro__[1].__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("Figure\n", "")


def test_drawing_leaves_matplotlibs_settings_alone():
    before = dict(mpl.rcParams)
    greetings().gantt().png()
    assert dict(mpl.rcParams) == before


def test_it_can_be_saved_like_any_figure(tmp_path):
    figure = breakfast().gantt()
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "chart.svg")
    figure.savefig(tmp_path / "chart.pdf")
    assert (tmp_path / "chart.svg").stat().st_size > 1000
    assert figure.dpi == 96
    figure.png()
    assert figure.dpi == 96  # it is drawn sharper, and stays what it was


@pytest.mark.parametrize(("width", "inches"), [(900, 9.375), (600, 6.25), (100, 400 / 96)])
def test_it_is_as_wide_as_asked_but_never_too_narrow_to_read(width, inches):
    assert breakfast().gantt(width=width).get_figwidth() == pytest.approx(inches)


def test_its_repr_does_not_tell_its_size():
    assert repr(breakfast().gantt()) == "<Gantt chart 'breakfast'>"
    assert repr(Timeline().gantt()) == "<Gantt chart>"


def test_many_bars_are_a_handful_of_shapes():
    """What makes a chart of many bars quick: one path for each style, not one for each bar."""
    axes = crowd(30).gantt().axes[0]
    assert len(axes.patches) <= 10
    assert len([c for c in axes.collections if isinstance(c, LineCollection)]) <= 10


@pytest.mark.parametrize("name", EVERY)
def test_a_palette_of_few_colours_changes_none_visibly(name):
    """No dot by more than 16 of 255 in red, green or blue, and the paper not at all."""
    figure = EVERY[name].gantt()
    full = figure._pixels(192).copy()[:, :, :3].astype(int)
    few = np.asarray(Image.open(io.BytesIO(figure.png())).convert("RGB")).astype(int)
    assert few.shape == full.shape
    assert abs(few - full).max() <= 16
    assert few[0, 0].tolist() == full[0, 0].tolist() == [255, 255, 255]
