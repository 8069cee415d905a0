"""Round moments for an axis."""

import pytest

from helpers.charts.axis import time_ticks


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
