"""The table of signs, and what goes into words: windows, and marks that an encoding lacks."""

import json

import pytest

from helpers.charts import style
from helpers.charts.words import SIGNS, in_encoding, table, window_text
from helpers.timeline import OUTCOMES


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


def test_every_end_is_in_the_table_with_a_form_of_its_own():
    ends = [SIGNS[outcome] for outcome in OUTCOMES]
    assert len({sign.lines for sign in ends}) == len({sign.verb for sign in ends}) == len(OUTCOMES)
    assert all(sign.character for sign in ends)


def test_no_two_signs_look_or_sound_alike():
    characters = [sign.character for sign in SIGNS.values() if sign.character]
    assert len(set(characters)) == len(characters)
    assert len({sign.words for sign in SIGNS.values()}) == len(SIGNS)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "cp850", "shift_jis", "latin-1"])
def test_where_an_encoding_lacks_a_mark_another_one_stands_for_it(encoding):
    marks = "".join(sign.character for sign in SIGNS.values())
    written = in_encoding(f"{marks} 5 µs", encoding)
    assert written.encode(encoding).decode(encoding) == written
    assert "?" not in written
    assert len(set(written[: len(marks)])) == len(marks), "each its own"
    assert in_encoding(marks, "utf-8") == marks


def test_what_nobody_has_a_letter_for_is_a_question_mark():
    assert in_encoding("茶 \udc80", "ascii") == "? ?"
    assert in_encoding("茶 \udc80", "utf-8") == "茶 ?"


def test_the_table_is_plain_data():
    """It goes through JSON whole: this is how the player's scripts get it."""
    assert list(table()) == list(SIGNS)
    returned = json.loads(json.dumps(table()))["returned"]
    assert returned["words"], returned["filled"] == ("returned", True)
    assert returned["lines"] == [[[-0.45, 0.0], [-0.12, 0.38], [0.48, -0.4]]]


def luminance(colour):
    def linear(channel):
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["running", "overdue", "blocking", "creates", *OUTCOMES])
def test_marks_have_the_contrast_that_wcag_asks_for(name):
    on_white, on_dark = SIGNS[name].colour
    assert contrast(on_white, "#FFFFFF") >= 3
    assert contrast(on_dark, "#111111") >= 3


@pytest.mark.parametrize("ink", [style.INK, style.SOFT_INK, style.WARNING_INK])
def test_words_have_the_contrast_that_wcag_asks_for(ink):
    assert contrast(ink, style.CARD) >= 4.5


@pytest.mark.parametrize("page", [0, 1], ids=["white", "dark"])
def test_states_differ_in_grey_too(page):
    running, ready, waiting = (SIGNS[s].colour[page] for s in ("running", "ready", "waiting"))
    assert contrast(running, waiting) > 1.25
    assert contrast(running, ready) > 1.25
    assert contrast(waiting, ready) > 1.25
