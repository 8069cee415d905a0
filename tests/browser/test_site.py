"""The public site in a real browser, from the disk and offline: landing page, lessons, search.

Two lessons are enough here, each player with a small recording of its own: what is in every
page is told in tools/test_site.py. No page may ask for anything but files of the site.
"""

import building
import films
import lesson_films
import page_frame
import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import LONG
from notebook_rules import Lesson

from helpers.charts.packing import packed

pytestmark = pytest.mark.timeout(600)  # on a busy machine the site alone took 74 s to build

LESSONS = Lesson.every()[:2]
FILM = packed(films.breakfast())
FILMS = {
    lesson.path.stem: {cell.id: FILM for cell in lesson_films.cells_with_players(lesson)}
    for lesson in LESSONS
}
FIRST = "read/00_start_here.html"
PLACES = ["index.html", FIRST, "search.html?q=task", "help.html"]
PLAYER, CHART = ".stl-player", ".stl-chart"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a site with two lessons."""
    target = tmp_path_factory.mktemp("site")
    building.begin(target)
    building.write(target, LESSONS, FILMS, page_frame.Editions())
    return target


@pytest.fixture
def visit(browser, site):
    """A function that opens a page of the site, offline, as a reader asks for it.

    At the end nothing red was in a console, where a policy says what it forbade, too, and no
    page had asked for anything outside of the site's folder.
    """
    contexts, errors, asked = [], [], []

    def visit(place, **reader):
        context = browser.new_context(offline=True, **reader)
        context.set_default_timeout(LONG)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: m.type == "error" and errors.append(m.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{site.as_uri()}/{place}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith((site.as_uri(), "blob:", "data:"))] == []


def phone(scheme="light"):
    return {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme}


def unfold(page):
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("place", PLACES)
def test_a_page_fits_a_phone_and_a_desk(visit, place, width):
    page = visit(place, viewport={"width": width, "height": 900})
    unfold(page)
    assert page.evaluate(TOO_WIDE) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", [place for place in PLACES if place != FIRST])
def test_a_page_has_nothing_that_axe_objects_to(visit, place, scheme):
    page = visit(place, **phone(scheme))
    unfold(page)
    found = Axe().run(page, options={"preload": False})  # it would ask for style sheets
    assert found.violations_count == 0, found.generate_report()


def test_a_player_is_stepped_by_keyboard_and_mouse_without_a_kernel(visit):
    page = visit(FIRST)
    page.locator(".see-the-loop-still").first.wait_for(state="hidden")
    page.locator(CHART).first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{PLAYER}[data-frame='3']")
    page.locator(PLAYER).first.get_by_role("button", name="Previous moment (left arrow)").click()
    page.wait_for_selector(f"{PLAYER}[data-frame='2']")


def test_a_player_takes_on_the_colours_that_the_reader_asks_for(visit):
    page = visit(FIRST, color_scheme="dark")
    page.wait_for_selector(PLAYER)
    paper = "getComputedStyle(document.querySelector('.stl-player')).backgroundColor"
    dark = page.evaluate(paper)
    page.emulate_media(color_scheme="light")
    page.wait_for_selector("body[data-jp-theme-light=true]")
    assert (dark, page.evaluate(paper)) == ("rgb(20, 24, 29)", "rgb(255, 255, 255)")


def test_an_option_that_is_chosen_unfolds_the_run_and_is_answered(visit):
    page = visit(FIRST)
    run, answer = page.locator("[data-answers='00-soup']"), page.locator("#answer-00-soup")
    assert not answer.is_visible()
    page.locator("#predict-00-soup input[value=A]").check()
    assert run.evaluate("fold => fold.open")
    said = page.locator("#predict-00-soup .chosen").inner_text()
    assert said.startswith("You chose A. What happened is unfolded below")
    yours = answer.locator(".yours")
    told = answer.locator("[data-letter=A] span").text_content()
    assert yours.inner_text() == f"You predicted A. {told}"
    for letter in "BC":
        page.locator(f"#predict-00-soup input[value={letter}]").check()
        assert yours.inner_text().startswith(f"You predicted {letter}. ")


def test_all_answers_can_be_unfolded_by_those_who_only_read(visit):
    page = visit(FIRST)
    page.get_by_role("button", name="Unfold all").click()
    for answer in page.locator(".answer").all():
        assert answer.is_visible()
    page.get_by_role("button", name="Fold all").click()
    assert not page.locator("#answer-00-soup").is_visible()


def test_without_javascript_everything_can_be_read(visit):
    page = visit(FIRST, java_script_enabled=False)
    assert page.locator(".see-the-loop-still img").first.is_visible()
    page.locator("[data-answers='00-soup'] > summary").click()
    assert page.locator("#answer-00-soup").get_by_text("Measured:").is_visible()
    page.locator("#exercise-00-breakfast summary").first.click()
    assert page.locator("#exercise-00-breakfast p").first.is_visible()


def test_the_search_finds_a_word_in_a_fold_and_leads_there(visit):
    page = visit("read/01_waiting.html")
    page.get_by_role("searchbox", name="Search all lessons").fill("toast")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results li")
    assert page.locator("#found").inner_text().endswith("have “toast”.")
    assert {mark.lower() for mark in page.locator("mark").all_inner_texts()} == {"toast"}
    page.get_by_role("link", name="1. Breakfast in three seconds").click()
    page.wait_for_url("**/read/00_start_here.html#*")
    assert page.get_by_role("heading", name="1. Breakfast in three seconds").is_visible()


def test_the_search_says_that_nothing_was_found(visit):
    page = visit("search.html?q=zebra")
    assert page.locator("#found").inner_text().startswith("No section has “zebra”.")


def test_on_paper_nothing_is_folded_and_a_picture_stands_for_the_player(visit):
    page = visit(FIRST, color_scheme="dark")
    page.wait_for_selector(PLAYER)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#answer-00-soup").is_visible()
    assert page.locator(PLAYER).first.is_hidden()
    assert page.locator(".see-the-loop-still img").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert not page.locator("#answer-00-soup").is_visible()


def test_one_can_go_from_the_landing_page_through_the_lessons(visit):
    page = visit("index.html")
    page.get_by_role("link", name="Begin by reading").click()
    page.get_by_role("link", name="01 Waiting →").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("01 Waiting")
    page.get_by_role("link", name="← 00 Start here").first.click()
    page.get_by_role("link", name="Contents").first.click()
    page.wait_for_url("**/index.html#the-map")
