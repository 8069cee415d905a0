"""The search over all lessons: a small index, made here, and the page that looks in it.

An entry is a section: where it is, its heading, and its words. The page's script finds sections
that have every word asked for, or a word that begins so.

Limits: it knows no other forms of a word than longer ones. The index is a script, because a page
that lies on the disk may read no other file.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import page_frame
from page_parts import Parts

PLACE, INDEX = "search.html", "assets/search_index.js"
Entry = tuple[str, str, str, str]  # address from the site's root, page, heading, text


def entries(parts: Parts, place: str, page: str) -> list[Entry]:
    """What one page has to say, a section an entry."""
    return [
        (f"{place}#{quote(section.anchor)}", page, section.title, section.text)
        for section in parts.sections()
        if section.text
    ]


def write(target: Path, found: list[Entry]) -> None:
    told = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    page_frame.put(target, INDEX, f"window.seeTheLoopIndex = {told};\n")
    page_frame.put(target, PLACE, page_frame.page("search.html.j2", PLACE, title="Search"))
