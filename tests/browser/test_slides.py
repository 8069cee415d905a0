"""Slides in a real browser that is offline; and a lesson on a projector."""

import re
import shutil
from itertools import pairwise

import pytest
from convert import LESSONS, convert
from lab import ARTIFACTS

SCREEN = {"width": 1280, "height": 720}
LEGIBLE = 0.8  # the size at which a slide continues on another page instead of shrinking on
TASKS = next(path for path in LESSONS if path.stem == "04_tasks")
LOOKED_AT = {"02_coroutines": (1, 8), "04_tasks": (1, 3, 11)}  # slides kept as pictures

# Of the slide that is shown: its size, its words, and how far its content reaches.
SEEN = """() => {
  const slide = Reveal.getCurrentSlide();
  const blocks = [...slide.querySelectorAll(":scope > :not(.notes)")];
  const last = blocks.at(-1);
  const parts = [...slide.querySelectorAll(":scope > :not(.notes), :scope > :not(.notes) *")];
  const boxes = parts.map((part) => part.getBoundingClientRect());
  return {
    size: Number(slide.style.zoom),
    words: parts.map((part) => part.parentElement === slide ? part.innerText : "").join("\\n"),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
    pictures: [...slide.querySelectorAll("img")].map((image) => image.naturalWidth),
    chartFirst: blocks[0].matches(".jp-OutputArea-output") && !!blocks[0].querySelector("img"),
    note: Reveal.getSlideNotes() ?? "",
    titled: [...slide.querySelectorAll(".chart img")].map(({ alt }) => / '|, cont/.test(alt)),
    codeLast: last.matches(".code") ? last.innerText.trim().split("\\n").length : 0,
  };
}"""

OVER_ITS_PAGE = """() => [...document.querySelectorAll(".pdf-page")].filter((page) => {
  const { right, bottom } = page.getBoundingClientRect();
  return [...page.querySelectorAll("section > :not(.notes), section > :not(.notes) *")]
    .map((part) => part.getBoundingClientRect())
    .some((box) => box.right > right + 1 || box.bottom > bottom + 1);
}).map((page) => page.innerText.slice(0, 60))"""


@pytest.fixture
def offline(browser):
    """A page without a network, as large as a small projector; nothing red in its console."""
    context = browser.new_context(viewport=SCREEN, offline=True)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: m.type == "error" and errors.append(m.text))
    yield page
    context.close()
    assert errors == []


def show(page, file):
    """Every slide of that file, as SEEN sees it."""
    page.goto(file.as_uri())
    page.wait_for_function("window.Reveal?.isReady()")
    seen = []
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        seen.append(page.evaluate(SEEN))
        if number in LOOKED_AT.get(file.name.partition(".")[0], ()):
            ARTIFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTIFACTS / f"slide-{file.name.partition('.')[0]}-{number}.png")
        page.evaluate("Reveal.next()")
    return seen


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_nothing_is_cut_off_and_no_answer_stands_beside_its_prediction(tmp_path, offline, lesson):
    shown = show(offline, convert("slides", tmp_path, lesson))
    assert len(shown) > 10
    for number, slide in enumerate(shown):
        assert slide["words"].strip() or slide["pictures"], f"slide {number} is empty"
        assert slide["right"] <= SCREEN["width"], f"slide {number} is too wide"
        assert slide["bottom"] <= SCREEN["height"], f"slide {number} is too long"
        assert slide["size"] >= LEGIBLE, (
            f"slide {number} is too small: divide its one long cell: {slide['words'][:50]!r}"
        )
        assert all(slide["pictures"]), f"slide {number} lacks a picture"
        _, _, later = slide["words"].partition("Predict:")
        assert not (later and "Measured:" in later), f"slide {number} gives its answer away"
        told = slide["words"].strip() or all(slide["titled"])
        assert told, f"slide {number} has a chart without its program and its title"
        if later:
            assert "Answer:" in slide["note"], f"slide {number} has no note for its speaker"
    for number, (slide, after) in enumerate(pairwise(shown)):
        alone = after["chartFirst"] and 0 < slide["codeLast"] <= 2
        assert not alone, f"the last line of slide {number} belongs to the chart after it"


def test_a_slide_is_a_page_when_printed_and_nothing_is_cut_off(tmp_path, offline):
    offline.goto(convert("slides", tmp_path, LESSONS[0]).as_uri() + "?print-pdf")
    offline.wait_for_function("window.Reveal?.isReady()")
    offline.wait_for_selector(".pdf-page")
    offline.emulate_media(media="print")
    assert offline.evaluate(OVER_ITS_PAGE) == []
    [first, *_] = offline.locator(".pdf-page > section").all()
    assert first.evaluate("(slide) => getComputedStyle(slide).padding") == "36px 64px"
    paper = offline.pdf(prefer_css_page_size=True)
    slides = offline.evaluate("document.querySelectorAll('.pdf-page').length")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == slides > 10


def test_the_speakers_view_has_the_notes_without_a_network(tmp_path, offline):
    offline.goto(convert("slides", tmp_path, TASKS).as_uri())
    offline.wait_for_function("window.Reveal?.isReady()")
    with offline.expect_popup() as opened:
        offline.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.get_by_text("Plan (40 min)").wait_for()


def test_a_lesson_on_a_projector(screen):
    """What the teacher's guide says: Presentation Mode, Simple Interface, no side bar."""
    shutil.copy(LESSONS[4], screen.lab.folder / "on_a_projector.ipynb")
    screen.page.set_viewport_size(SCREEN)
    screen.open("on_a_projector.ipynb")
    before = type_size(screen)
    screen.command("application:toggle-presentation-mode")
    screen.command("application:toggle-mode")
    screen.command("application:toggle-left-area")
    screen.page.wait_for_selector(
        "#main.jp-mod-presentationMode[data-shell-mode='single-document']"
    )
    assert type_size(screen) > 1.2 * before
    screen.picture("on-a-projector")


def type_size(screen) -> float:
    """Pixels of the text of a lesson, as shown."""
    return screen.page.evaluate(
        """() => parseFloat(getComputedStyle(
        document.querySelector(".jp-MarkdownOutput p, .jp-RenderedMarkdown p")).fontSize)"""
    )
