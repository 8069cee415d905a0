"""The one way to write a length of time, or a moment: in charts, findings and sentences.

All in whole numbers, so that the port of this in the player's scripts rounds alike.
"""

_MILLION, _BILLION = 1_000_000, 1_000_000_000
_SHORT = (("s", _BILLION), ("ms", _MILLION), ("µs", 1_000), ("ns", 1))  # in nanoseconds
_LONG = (("d", 8_640_000), ("h", 360_000), ("min", 6_000))  # in hundredths of a second
_FIRST_MINUTES = 12_000  # hundredths: below two minutes, seconds read better
_FIRST_SECONDS = 99_500_000  # nanoseconds, from which on it is "0.1 s"


def duration_text(seconds: float) -> str:
    """A length of time, or a moment, as people write it.

    From a tenth of a second on it is exact to the hundredth, below it to three digits.

    >>> [duration_text(s) for s in (350e-6, 0.0123, 0.5, 113.2, 150, 7200, -0.2)]
    ['350 µs', '12.3 ms', '0.5 s', '113.2 s', '2 min 30 s', '2 h', '-0.2 s']
    """
    ns = round(abs(seconds) * _BILLION)
    text = _long(ns) if ns >= _FIRST_SECONDS else _short(ns)
    return f"-{text}" if seconds < 0 and ns else text


def _long(ns: int) -> str:
    """Days, hours, minutes and seconds, those that are not none."""
    left = _rounded(ns, 10 * _MILLION)
    parts = []
    if left >= _FIRST_MINUTES:
        for unit, size in _LONG:
            number, left = divmod(left, size)
            parts += [f"{number} {unit}"] if number else []
    if left or not parts:
        parts.append(f"{_decimal(left, 2)} s")
    return " ".join(parts)


def _short(ns: int) -> str:
    """In the largest unit of which there is one, to three digits."""
    if not ns:
        return "0 s"
    unit, size = next((u, size) for u, size in _SHORT if ns * 2_000 >= size * 1_999)
    for digits in (2, 1, 0):
        number = _rounded(ns * 10**digits, size)
        if number < 1_000:
            break
    return f"{_decimal(number, digits)} {unit}"


def _rounded(number: int, size: int) -> int:
    """How many of that size, half ones up."""
    return (number + size // 2) // size


def _decimal(number: int, digits: int) -> str:
    """A whole number of that decimal place, without the zeros nobody needs."""
    whole, part = divmod(number, 10**digits)
    places = f"{part:0{digits}}".rstrip("0") if part else ""
    return f"{whole}.{places}" if places else str(whole)
