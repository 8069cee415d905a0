"""A length of time in words: as people write it, rounded once, and as exact as it says."""

import pytest

from helpers.timeline.durations import duration_text


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


def test_charts_and_findings_write_it_the_same_way():
    from helpers.charts import words
    from helpers.findings import evidence

    assert words.duration_text is evidence.duration_text is duration_text
