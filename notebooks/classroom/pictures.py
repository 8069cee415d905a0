"""Pictures as a page can hold them: tall ones in strips, and what-ifs as three stills.

A chart of order that is taller than wide would be tiny on a slide, and leave half a page of
paper empty. It is cut where it is blank, between two rows of panels, and nowhere else.
"""

from __future__ import annotations

import base64
import html
import io
import re
from itertools import pairwise

import numpy as np
from PIL import Image

IMAGE = re.compile(r'<img alt="([^"]*)"[^>]*?src="data:image/png;base64,([^"]+)"[^>]*>')
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_TALL = 0.62  # of its width: what is taller is cut
_BLANK = 24  # rows of its pixels that are blank where it may be cut


def plain(markup: str) -> str:
    """A stored chart without the style that only JupyterLab needs."""
    return _STYLE.sub("", markup)


def in_strips(markup: str) -> list[str]:
    """That output, each tall picture in it as several `<img>`; one where nothing is tall."""
    found = IMAGE.search(markup)
    if not found:
        return [markup]
    alt, strips = found[1], _strips(base64.b64decode(found[2]))
    if len(strips) == 1:
        return [f'<div class="chart">{_image(alt, strips[0])}</div>']
    title = alt.partition(",")[0]
    alts = [alt, *(f"{title}, continued" for _ in strips[1:])]
    return [f'<div class="chart">{_image(a, s)}</div>' for a, s in zip(alts, strips, strict=True)]


def _image(alt: str, png: bytes) -> str:
    width, height = Image.open(io.BytesIO(png)).size
    data = base64.b64encode(png).decode()
    return (
        f'<img alt="{alt}" width="{width // 2}" height="{height // 2}" '
        f'src="data:image/png;base64,{data}">'
    )


def _strips(png: bytes) -> list[bytes]:
    picture = Image.open(io.BytesIO(png))
    if picture.height <= _TALL * picture.width:
        return [png]
    cuts = [0, *_cuts(picture), picture.height]
    return [_cut(picture, top, bottom) for top, bottom in pairwise(cuts)]


def _cuts(picture: Image.Image) -> list[int]:
    """Where it is blank from side to side, as far as pieces stay under what counts as tall."""
    rows = np.asarray(picture.convert("L"))
    blank = (rows == rows[0, 0]).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], blank, [0]))))
    bands = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= _BLANK]
    middles = [int(a + b) // 2 for a, b in bands if a > 0 and b < picture.height]
    cuts, begin, most = [], 0, _TALL * picture.width
    for here, after in zip(middles, [*middles[1:], picture.height], strict=False):
        if after - begin > most and here > begin:
            cuts.append(here)
            begin = here
    return cuts


def _cut(picture: Image.Image, top: int, bottom: int) -> bytes:
    out = io.BytesIO()
    picture.crop((0, top, picture.width, bottom)).save(out, "PNG")
    return out.getvalue()


def caption(words: str) -> str:
    """A line above a picture that says what it shows."""
    return f'<p class="chart-of">{html.escape(words)}</p>'
