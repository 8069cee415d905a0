"""Strange text made safe to show, and how wide it is."""

import pytest
from chart_samples import STRANGE_NAMES

from helpers.charts.style import (
    cell_by_cell,
    cells,
    drawable,
    fitted,
    shortened,
    text_width,
    visible,
    wrapped,
)


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("", 0),
        ("tea", 3),
        ("茶", 2),
        ("한국어", 6),
        ("e\u0301", 1),  # an accent of its own
        ("❤", 1),
        ("❤\ufe0f", 2),  # the same, as an emoji
        ("🍞\ufe0f", 2),
        ("नमस्ते", 4),
        ("\u0301", 1),
    ],
)
def test_how_many_cells_a_text_takes(text, wide):
    assert cells(text) == wide == len(cell_by_cell(text))
    assert "".join(cell_by_cell(text)) == text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("茶を入れる人", ["茶を入れ", "る人"]),
        ("a\nb", ["a\\nb"]),
    ],
)
def test_lines_are_wrapped_by_cells(text, lines):
    assert wrapped(text, 8) == lines


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


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("BaseEventLoop.getaddrinfo", 25, "BaseEventLoop.getaddrinfo"),
        ("BaseEventLoop.getaddrinfo", 16, "…getaddrinfo"),
        ("BaseEventLoop.getaddrinfo-12", 16, "…getaddrinfo-12"),
        ("aiohttp.ClientSession.get", 20, "…ClientSession.get"),
        ("TCPConnector._resolve_host_with_throttle-1", 30, "…_resolve_host_with_throttle-1"),
        ("TCPConnector._resolve_host_with_throttle-1", 20, "…with_throttle-1"),
        ("Chef.makescrambledeggs", 10, "…mbledeggs"),
        ("abc.d", 3, "…d"),
        ("a.b is no name of a function", 10, "a.b is…ion"),
        ("https://example.org/page", 10, "https:…age"),
    ],
)
def test_the_telling_end_of_a_qualified_name_stays(text, length, short):
    assert shortened(text, length) == short
    assert len(short) <= length


@pytest.mark.parametrize("name", STRANGE_NAMES)
@pytest.mark.parametrize("bold", [False, True])
def test_fitted_words_fit(name, bold):
    for width in (20, 60, 200):
        assert text_width(fitted(name, 13, width, bold), 13, bold) <= width
