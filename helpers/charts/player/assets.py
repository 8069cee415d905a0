"""The player's script and style, each one text: from the files beside this one, and from `words`.

What Python knows the player is told, not taught again: modules that its own modules import are
made here, and lie nowhere. `words.js` has the signs and their words, from `words`; `numbers.js`
says what numbers mean in what travels. The signs' colours become custom properties for the
style sheet, one set on white and one on a dark page.
"""

from __future__ import annotations

import json
from pathlib import Path

from helpers.charts.film import FRAME_KINDS
from helpers.charts.player.joining import joined
from helpers.charts.words import table
from helpers.timeline import BLOCKING_AFTER, KINDS, nanoseconds

HERE = Path(__file__).parent
SHEETS = ("player", "panels", "widths")  # the last one changes what those before it say
_TOLD = ("words", "verb", "lines", "filled")  # of each sign; its colours are in the style sheet
_ON_WHITE, _ON_DARK = ".stl-player", 'body[data-jp-theme-light="false"] .stl-player'


def script(first: str = "widget") -> str:
    """That module of the player and all it imports, as one ES module."""
    return joined(HERE / f"{first}.js", made())


def made() -> dict[str, str]:
    """The modules that are no files, by name without ".js"."""
    return {"words": _words(), "numbers": _numbers()}


def _words() -> str:
    signs = {name: {key: sign[key] for key in _TOLD} for name, sign in table().items()}
    names = " | ".join(map(json.dumps, signs))
    return (
        f"/** @typedef {{{names}}} SignName */\n"
        '/** @type {Record<SignName, import("./signs.js").Sign>} */\n'
        f"export const SIGNS = {json.dumps(signs, ensure_ascii=False)};\n"
    )


def _numbers() -> str:
    """What numbers mean in a packed recording; from when on a step is blocking."""
    known = {
        "KINDS": KINDS,
        **{kind.upper(): number for number, kind in enumerate(FRAME_KINDS)},
        "BLOCKING": nanoseconds(BLOCKING_AFTER),
    }
    return "".join(f"export const {name} = {json.dumps(v)};\n" for name, v in known.items())


def style() -> str:
    """The style sheet, after the colours of the signs that it uses."""
    sheets = [(HERE / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS]
    return f"{_colours(_ON_WHITE, 0)}{_colours(_ON_DARK, 1)}{''.join(sheets)}"


def _colours(selector: str, page: int) -> str:
    """A rule that sets each sign's colour (`--stl-ready`) and the edge of its hatching."""
    lines = []
    for name, sign in table().items():
        for suffix, colour in (("", sign["colour"][page]), ("-edge", sign["edge"][page])):
            lines += [f"  --stl-{name}{suffix}: {colour};\n"] if colour else []
    return f"{selector} {{\n{''.join(lines)}}}\n"
