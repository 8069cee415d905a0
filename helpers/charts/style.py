"""How charts look: paper, ink, sizes, lettering, and how strange text is made safe to show.

The colours of what is drawn stand in `words`. Lengths are CSS pixels, 96 to the inch; type
sizes are too.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

# Charts ask for these here.
from helpers.timeline.cells import cell_by_cell as cell_by_cell
from helpers.timeline.cells import cells as cells
from helpers.timeline.cells import visible as visible
from helpers.timeline.cells import wrapped as wrapped

WIDTH = 900  # of a chart; JupyterLab's output area on a small laptop
TICK = 2.5  # the narrowest mark

CARD = "#FFFFFF"
INK, SOFT_INK, WARNING_INK, FAINT = "#1F2328", "#59636E", "#A84300", "#E7EAEE"

FONT = "DejaVu Sans"  # comes with matplotlib: the same picture on every machine
# Asked, in this order, for letters that the first does not have; few machines have any.
_MORE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Hiragino Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "WenQuanYi Zen Hei",
    "Noto Sans",
    "Segoe UI Symbol",
    "Segoe UI Emoji",
    "Apple Symbols",
    "Noto Emoji",
    "Symbola",
)
_NO_GLYPH = "▯"


def shortened(text: str, length: int) -> str:
    """At most `length` characters, the middle cut out: names often differ at their ends. Of a
    qualified name the front: "BaseEventLoop.getaddrinfo" says where it stands before what it is."""
    if len(text) <= length:
        return text
    if _QUALIFIED.fullmatch(text) and length > 2:
        return "…" + _end_of_name(text, length - 1)
    tail = max(length // 3, 1)
    return text[: length - tail - 1] + "…" + text[-tail:]


_QUALIFIED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+(-\d+)?")  # with the number the recorder gives


def _end_of_name(text: str, length: int) -> str:
    """As many of its last parts as fit; of one part, as many of its words, or its letters."""
    for mark, least in ((".", 0), ("_", length / 2)):
        ends = [text[at + 1 :] for at, c in enumerate(text) if c == mark]
        if fits := [end for end in ends if least <= len(end) <= length]:
            return fits[0]
    return text[-length:]


def cut(words: str, width: int) -> str:
    """The words, shortened until they take at most `width` cells."""
    length = width
    while cells(words) > width:
        words, length = shortened(words, length), length - 1
    return words


# -- lettering in pictures (matplotlib is imported when a picture is drawn) ------------------


@cache
def families(bold: bool = False) -> tuple[str, ...]:
    """Our font, and those of the further ones that this machine has in that very weight:
    matplotlib complains, where the learner sees it, about each it must replace."""
    from matplotlib.font_manager import fontManager, weight_dict

    numbers: dict[str | int, int] = dict(weight_dict.items())
    weight = numbers["bold" if bold else "normal"]
    faces = fontManager.ttflist
    here = {face.name for face in faces if numbers.get(face.weight, face.weight) == weight}
    return (FONT, *(name for name in _MORE_FONTS if name in here))


@cache
def _fonts(bold: bool) -> tuple[str, ...]:
    """The files of those fonts."""
    from matplotlib.font_manager import FontProperties, findfont

    weight = "bold" if bold else "normal"
    looks = (FontProperties(family=name, weight=weight) for name in families(bold))
    return tuple(findfont(look) for look in looks)


@lru_cache(maxsize=4096)
def drawable(text: str, bold: bool = False) -> str:
    """The text as `visible`, with a box for each letter that no font here has."""
    return "".join(c if _has_glyph(c, bold) else _NO_GLYPH for c in visible(text))


@lru_cache(maxsize=4096)
def _has_glyph(c: str, bold: bool) -> bool:
    from matplotlib.font_manager import get_font

    return any(get_font(path).get_char_index(ord(c)) for path in _fonts(bold))


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in pixels of text that is `drawable`, at that size in pixels."""
    from matplotlib.font_manager import get_font

    font = get_font(_fonts(bold))
    font.set_size(size * 10, 72)  # ten times too large: whole-pixel hinting hardly matters
    font.set_text(text)
    return font.get_width_height()[0] / 64 / 10


def fitted(text: str, size: float, width: float, bold: bool = False) -> str:
    """The text, shortened until it is at most `width` pixels wide; "" if nothing fits."""
    text = drawable(text, bold)
    if text_width(text, size, bold) <= width:
        return text
    length = min(len(text) - 1, int(width / size * 2) + 1)
    while length > 2 and text_width(shortened(text, length), size, bold) > width:
        length -= 1
    return shortened(text, length) if length > 2 else ""
