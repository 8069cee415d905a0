"""What every page of the site has: its head, what it may load, its bars, its addresses.

A page asks for nothing but files of the site: its content security policy forbids the rest, and
inline scripts and styles with it. Every address in a page is relative, so that the site works
in any folder of any server, and from the disk.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import public_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from notebook_rules.lesson import Lesson
from pygments.formatters import HtmlFormatter

from helpers.charts.player import Player, assets

HERE = Path(__file__).parent
SHARED = HERE / "assets"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
_CODE_ON_WHITE, _CODE_ON_DARK = "default", "github-dark"


@dataclass(frozen=True)
class Editions:
    """Where a lesson can be had: `browser` is the folder of the edition that runs there."""

    browser: str | None = None

    def links(self, lesson: str = "00_start_here") -> dict[str, str]:
        """Addresses by edition, seen from the site's root; "" where there is no such edition."""
        course = public_name.current()
        lab = f"lab/tree/my_notebooks/{lesson}.ipynb"
        run = f"{self.browser}/lab/index.html?path=notebooks/{lesson}.ipynb" if self.browser else ""
        return {
            "read": f"read/{lesson}.html",
            "browser": run,
            "binder": f"https://mybinder.org/v2/gh/{course}/main?urlpath={lab}",
            "computer": "index.html#on-your-computer",
        }


def source() -> str:
    """Where the course lies for those who change it."""
    return f"https://github.com/{public_name.current()}"


def page(template: str, place: str, **given: Any) -> str:
    """The page that will lie at `place` ("read/04_tasks.html"), made with that template."""

    def here(address: str) -> str:
        """An address seen from the site's root, as seen from this page."""
        if address.startswith(("https:", "#")):
            return address
        return os.path.relpath(address, Path(place).parent).replace(os.sep, "/")

    shared = {"here": here, "policy": POLICY, "source": source(), "place": place}
    return _templates().get_template(template).render(**shared, **given)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def put(target: Path, place: str, text: str) -> None:
    """Write one file of the site."""
    file = target / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")


def title_of(lesson: Lesson) -> str:
    """Such as "04 Tasks: how do several things go on at the same time?"."""
    return f"{lesson.title}: {lesson.question[0].lower()}{lesson.question[1:]}"


def write_shared(target: Path) -> None:
    """Style sheets and scripts: ours, the player's, and the colours of code."""
    for file in SHARED.iterdir():
        put(target, f"assets/{file.name}", file.read_text(encoding="utf-8"))
    put(target, "assets/player.css", str(Player._css))
    put(target, "assets/player.js", _as_script(assets.script()))
    put(target, "assets/code.css", _colours_of_code())


def _as_script(module: str) -> str:
    """That module as a script: from the disk a page may load no module."""
    body, mark, exported = module.rpartition("export default ")
    if not mark:
        raise ValueError("the player's script exports no default")
    return f"window.seeTheLoopPlayer = (() => {{\n{body}return {exported.strip()}\n}})();\n"


def _colours_of_code() -> str:
    """Pygments' classes, in a light and in a dark style; on paper it is the light one."""
    light = HtmlFormatter(style=_CODE_ON_WHITE).get_style_defs(".highlight")
    dark = HtmlFormatter(style=_CODE_ON_DARK).get_style_defs(".highlight")
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
