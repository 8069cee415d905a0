"""The table of signs, and lengths of time in words."""

import json

import pytest

from helpers.charts import style
from helpers.charts.words import SIGNS, duration_text, in_encoding, table, window_text
from helpers.timeline import OUTCOMES


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (1e-12, "0 s"),
        (-1e-12, "0 s"),
        (5e-9, "5 ns"),
        (999.6e-9, "1 µs"),
        (4e-5, "40 µs"),
        (350e-6, "350 µs"),
        (0.99974e-3, "1 ms"),
        (0.0025, "2.5 ms"),
        (0.0123, "12.3 ms"),
        (0.099499, "99.5 ms"),
        (0.09999, "0.1 s"),
        (0.35, "0.35 s"),
        (0.5, "0.5 s"),
        (0.99996, "1 s"),
        (1.0, "1 s"),
        (1.005, "1.01 s"),  # rounded in whole nanoseconds: no binary fraction in the way
        (1.2345, "1.23 s"),
        (113.2, "113.2 s"),
        (119.994, "119.99 s"),
        (119.996, "2 min"),
        (150, "2 min 30 s"),
        (3599.999, "1 h"),
        (7200, "2 h"),
        (7262.5, "2 h 1 min 2.5 s"),
        (365 * 86_400, "365 d"),
        (-0.19, "-0.19 s"),
    ],
)
def test_a_length_of_time_in_words(seconds, words):
    assert duration_text(seconds) == words


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


UNITS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86_400}


def read(words):
    """What a length of time in words says, in seconds."""
    numbers, units = words.split()[::2], words.split()[1::2]
    return sum(float(n) * UNITS[unit] for n, unit in zip(numbers, units, strict=True))


@pytest.mark.parametrize("exponent", range(-9, 9))
def test_words_are_as_exact_as_they_say(exponent):
    """To three digits below a tenth of a second, to the hundredth above; and in order."""
    lengths = [10.0**exponent * (1 + n / 97) for n in range(9 * 97)]
    said = [read(duration_text(length)) for length in lengths]
    for length, back in zip(lengths, said, strict=True):
        assert abs(length - back) <= max(0.00501 * length if length < 0.0995 else 0.00501, 0.6e-9)
    assert said == sorted(said)


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
