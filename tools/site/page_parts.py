"""What nbconvert made, as parts of a page: tidied, its links led on, its pictures put beside it.

Inline styles go, since the site's content security policy forbids them; so do prompts, empty
boxes and places for the keyboard to stop at where there is nothing to do. Pictures become files,
which a page can load when they come into sight.

Limits: of a picture it reads the size of PNGs, the one kind that our charts are stored as.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from pathlib import Path
from typing import NamedTuple

import page_frame
from bs4 import BeautifulSoup, Tag

PICTURES = "pictures"
_NOT_NEEDED = (
    "style, .jp-Collapser, .jp-InputPrompt, .jp-OutputPrompt, a.anchor-link, "
    ".jp-OutputArea-child:empty"
)
_DATA = re.compile(r'src="data:image/png;base64,([^"]+)"')
_INSIDE_A_LINE = {"a", "b", "code", "em", "i", "span", "strong"}
_HEADINGS = re.compile(r"^h[1-6]$")


class Section(NamedTuple):
    """What stands under a heading: its level, its anchor, its words, the text up to the next."""

    level: int
    anchor: str
    title: str
    text: str


class Parts:
    """A piece of HTML that is still being worked on; as a `str` it is the HTML."""

    def __init__(self, markup: str):
        self.soup = BeautifulSoup(markup, "html.parser")

    def __str__(self) -> str:
        return str(self.soup)

    def tidy(self, *, like_github: bool = False) -> None:
        """Take out what the site does not need, and lead links to its pages.

        `like_github` gives headings the anchors that a page on GitHub has.
        """
        for tag in self.soup.select(_NOT_NEEDED):
            tag.decompose()
        for tag in self.soup.find_all(True):
            for name in ("style", "tabindex", "data-mime-type"):
                del tag[name]
        for heading in self.soup.find_all(_HEADINGS) if like_github else ():
            heading["id"] = re.sub(r"[^\w -]", "", heading.get_text()).lower().replace(" ", "-")
        for link in self.soup.find_all("a", href=True):
            link["href"] = led_on(str(link["href"]))

    def has_film(self) -> bool:
        return self.soup.select_one("[data-film]") is not None

    def sections(self) -> list[Section]:
        """Its sections in order; what stands before the first heading is in none."""
        heads = self.soup.find_all(_HEADINGS)
        return [
            Section(int(head.name[1]), str(head.get("id", "")), head.get_text(), _text_after(head))
            for head in heads
        ]

    def frame_pictures(self, sizes: Pictures) -> None:
        """Give each of these pictures its height, before it is there, and a box that scrolls."""
        for image in self.soup.find_all("img", src=sizes.known):
            width, height = sizes.of[str(image["src"])]
            shown = int(str(image.get("width") or width))
            image["width"], image["height"] = str(shown), str(round(height * shown / width))
            image["loading"] = "lazy"
            _frame(image)


class Pictures:
    """The pictures of the pages in one folder, each written once, by its content."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.of: dict[str, tuple[int, int]] = {}  # width and height by address

    def known(self, address: str | None) -> bool:
        return address in self.of

    def taken_out(self, markup: str) -> str:
        """That HTML with addresses of files, where it had the pictures themselves."""
        return _DATA.sub(lambda found: f'src="{self._put(base64.b64decode(found[1]))}"', markup)

    def _put(self, content: bytes) -> str:
        address = f"{PICTURES}/{hashlib.sha256(content).hexdigest()[:16]}.png"
        if address not in self.of:
            file = self.folder / address
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            width, height = struct.unpack(">II", content[16:24])
            self.of[address] = width, height
        return address


def _frame(image: Tag) -> None:
    """A box of its own around a picture, which scrolls where the page is too narrow for it."""
    box = BeautifulSoup('<div class="picture"></div>', "html.parser").div
    assert box is not None
    image.wrap(box)


def _text_after(heading: Tag) -> str:
    """The words between that heading and the next."""
    words: list[str] = []
    for part in heading.next_elements:
        if isinstance(part, Tag):
            if _HEADINGS.match(part.name):
                break
            words.append("" if part.name in _INSIDE_A_LINE else " ")
        elif heading not in part.parents:
            words.append(str(part))
    return " ".join("".join(words).split())


def led_on(address: str) -> str:
    """Where a link of a lesson leads in the site; to the web, and in its page, as before."""
    place, mark, anchor = address.partition("#")
    name = place.rpartition("/")[2]
    if address.startswith(("http:", "https:", "mailto:")) or not place:
        return address
    if name.endswith(".ipynb") or (name.endswith(".html") and name[:2].isdigit()):
        inside = f"{name.rpartition('.')[0]}.html"
        return ("" if place == name else "read/") + inside + mark + anchor
    if name == "README.md":
        return "../index.html"
    if name == "HELP.md":
        return f"../help.html{mark}{anchor}"
    return f"{page_frame.source()}/blob/main/{place.removeprefix('../')}{mark}{anchor}"
