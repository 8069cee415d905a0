"""Handouts, worksheets, keys and the legend in a real browser that is offline: on a phone, on
paper, and by axe's rules."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from classroom import conversion
from convert import LESSONS
from lab import ARTIFACTS

PAPER = {"width": 680, "height": 1009}  # A4 without its margins, in CSS pixels
PHONE = {"width": 320, "height": 640}
KINDS = ["handout", "worksheet", "key"]


@pytest.fixture
def offline(browser):
    """A page without a network."""
    context = browser.new_context(viewport=PHONE, offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_paper_of_each_kind_fits_a_phone_and_a_page(tmp_path, offline, lesson):
    for file in conversion.make(KINDS, [lesson], tmp_path):
        offline.set_viewport_size(PHONE)
        offline.emulate_media(media="screen")
        offline.goto(file.as_uri())
        assert wide(offline) == [], f"{file.name} is wider than a phone"
        widths = offline.evaluate("[...document.images].map((image) => image.naturalWidth)")
        assert all(widths)
        offline.set_viewport_size(PAPER)
        offline.emulate_media(media="print")
        assert wide(offline) == [], f"{file.name} is wider than its paper"


def wide(page) -> list[str]:
    """What reaches over the right edge, so that one would have to scroll."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")]
          .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
          .map((part) => part.outerHTML.slice(0, 80)).slice(0, 5)"""
    )


def test_a_handout_prints(tmp_path, offline):
    [file] = conversion.make(["handout"], [tasks()], tmp_path)
    offline.goto(file.as_uri())
    paper = offline.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / "handout-04_tasks.pdf").write_bytes(paper)


def test_the_legend_is_one_page(tmp_path, offline):
    [file] = conversion.make(["legend"], [], tmp_path)
    offline.goto(file.as_uri())
    assert pages(offline) == 1


def pages(page) -> int:
    """How many it is printed on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("kind", conversion.KINDS)
def test_axe_finds_nothing_in_any_kind(tmp_path, offline, kind):
    [file] = conversion.make([kind], [tasks()], tmp_path)
    offline.set_viewport_size({"width": 1280, "height": 720})
    offline.goto(file.as_uri())
    if kind == "slides":
        offline.wait_for_function("window.Reveal?.isReady()")
    found = Axe().run(offline).response["violations"]
    told = [(rule["id"], [node["html"][:100] for node in rule["nodes"][:3]]) for rule in found]
    assert told == []


def tasks() -> Path:
    return next(path for path in LESSONS if path.stem == "04_tasks")
