"""Strange text made safe to show, and how wide it is."""

import pytest
from chart_samples import STRANGE_NAMES

from helpers.charts.style import drawable, fitted, shortened, text_width


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
