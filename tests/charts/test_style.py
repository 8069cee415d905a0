"""Words for a window, round ticks, and strange text made safe to show."""

import pytest
from chart_samples import STRANGE_NAMES

from helpers.charts.axis import time_ticks
from helpers.charts.style import (
    cells,
    drawable,
    fitted,
    shortened,
    text_width,
    visible,
    window_text,
)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (2.0, 3.0, "seen from 2 s to 3 s"),
        (1.0005, 1.0015, "seen from 1.0005 s to 1.0015 s"),
        (0.0, 20e-6, "seen from 0 s to 0.00002 s"),
        (0.123456789, 100.0, "seen from 0.1 s to 100 s"),
    ],
)
def test_a_window_in_words(start, end, words):
    assert window_text(start, end) == words


@pytest.mark.parametrize(
    ("start", "end", "labels"),
    [
        (0, 1.5, ["0 s", "0.5 s", "1.0 s", "1.5 s"]),
        (0, 0.35, ["0 s", "0.1 s", "0.2 s", "0.3 s"]),
        (0, 0.05, ["0 ms", "10 ms", "20 ms", "30 ms", "40 ms", "50 ms"]),
        (0, 80e-6, ["0 µs", "20 µs", "40 µs", "60 µs", "80 µs"]),
        (0, 5e-9, ["0 ns", "1 ns", "2 ns", "3 ns", "4 ns", "5 ns"]),
        (0, 600, ["0 min", "2 min", "4 min", "6 min", "8 min", "10 min"]),
        (0, 365 * 86_400, ["0 d", "100 d", "200 d", "300 d"]),
        (2.0, 3.0, ["2.0 s", "2.2 s", "2.4 s", "2.6 s", "2.8 s", "3.0 s"]),
        (5.0, 5.0001, ["5 s", "+20 µs", "+40 µs", "+60 µs", "+80 µs", "+100 µs"]),
        (0, 0, ["0 s"]),
    ],
)
def test_ticks_are_round_and_few(start, end, labels):
    ticks = time_ticks(start, end, most=6)
    assert [label for _, label in ticks] == labels
    assert all(start <= moment <= end + 1e-12 for moment, _ in ticks)


@pytest.mark.parametrize("exponent", range(-9, 10))
@pytest.mark.parametrize("factor", [1.0, 1.7, 3.3, 9.9])
def test_there_are_always_some_ticks_and_never_too_many(exponent, factor):
    ticks = time_ticks(0.0, factor * 10.0**exponent, most=7)
    assert 2 <= len(ticks) <= 8
    assert len({label for _, label in ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines\t", "two\\nlines\\t"),
        ("\u202eright to left", "\\u202eright to left"),
        ("\ud800", "\\ud800"),
        ("茶", "茶"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_its_escape(text, shown):
    assert visible(text) == shown


def test_a_letter_without_a_font_is_a_box():
    assert drawable("\U00012000") == "▯"  # a cuneiform sign, which hardly any machine can draw


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [("fetch-123", 9, "fetch-123"), ("fetch-page-123", 10, "fetch-…123"), ("abc", 2, "…c")],
)
def test_the_middle_of_a_long_name_goes_first(text, length, short):
    assert shortened(text, length) == short


@pytest.mark.parametrize(("text", "width"), [("tea", 3), ("茶", 2), ("e\u0301", 1), ("", 0)])
def test_cells_of_a_terminal(text, width):
    assert cells(text) == width


@pytest.mark.parametrize("name", STRANGE_NAMES)
@pytest.mark.parametrize("bold", [False, True])
def test_fitted_words_fit(name, bold):
    for width in (20, 60, 200):
        assert text_width(fitted(name, 13, width, bold), 13, bold) <= width
