"""How wide text is in a terminal, and how strange text is made safe to show."""

import pytest

from helpers.timeline.cells import cell_by_cell, cells, visible, wrapped


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
