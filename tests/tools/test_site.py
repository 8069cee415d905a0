"""The public site as files: what is in its pages, where links lead, what they may load.

The pages of every lesson are made here, from the stored lessons; what only a browser can tell
is in browser/test_site.py. No lesson is run: films are packed from small recordings.
"""

import base64
import json
import re
from itertools import pairwise
from urllib.parse import unquote

import building
import course_map
import films
import landing_page
import lesson_cells
import lesson_films
import nbformat
import nbformat.v4 as new
import page_frame
import pytest
import reading_edition
import search_index
from bs4 import BeautifulSoup
from notebook_rules import LESSONS, Lesson
from page_parts import Parts, Pictures, led_on

from helpers.charts.packing import packed
from helpers.practice.exercises import exercises
from helpers.practice.predictions import predictions

EVERY = Lesson.every()
NAMES = [lesson.path.stem for lesson in EVERY]
NEITHER, BOTH = page_frame.Editions(), page_frame.Editions(browser="run")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A function from a lesson's name to its page as made, and to its parts; each once."""
    target, made = tmp_path_factory.mktemp("site"), {}
    pictures = Pictures(target / reading_edition.FOLDER)

    def page_of(name):
        if name not in made:
            lesson = EVERY[NAMES.index(name)]
            told = {cell.id: FILM for cell in lesson_films.cells_with_players(lesson)}
            parts = reading_edition.parts_of(lesson, {name: told}, pictures)
            around = {"previous": EVERY[0], "next": EVERY[-1]}
            reading_edition.write_lesson(target, lesson, parts, BOTH, around)
            text = (target / reading_edition.place_of(lesson)).read_text(encoding="utf-8")
            made[name] = BeautifulSoup(text, "html.parser"), parts
        return (target, *made[name])

    return page_of


FILM = packed(films.breakfast())


def loaded(page):
    """What a browser fetches for that page."""
    tags = page.select("script[src], img[src], link[href]")
    return [str(tag.get("src") or tag.get("href")) for tag in tags]


# -- the pages of the lessons ----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_page_loads_files_of_the_site_alone_and_needs_no_inline_style_or_script(pages, name):
    target, page, _ = pages(name)
    addresses = loaded(page)
    assert [a for a in addresses if re.match(r"\w+:|/", a)] == []
    pictures = [a for a in addresses if a.startswith("pictures/")]
    assert pictures
    assert [a for a in pictures if not (target / "read" / a).exists()] == []
    assert page.select("style, script:not([src]), [style], [onclick]") == []
    [policy] = page.select('meta[http-equiv="Content-Security-Policy"]')
    assert policy["content"] == page_frame.POLICY
    assert "unsafe" not in page_frame.POLICY
    assert "http" not in page_frame.POLICY


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_page_leads_to_a_page_of_the_site_or_to_the_web(pages, name):
    _, page, _ = pages(name)
    anchors = {tag["id"] for tag in page.select("[id]")}
    known = {f"{other}.html" for other in NAMES} | {"../index.html", "../help.html"}
    for link in page.select("a[href]"):
        place, _, anchor = link["href"].partition("#")
        if not place:
            assert unquote(anchor) in anchors
        elif not place.startswith("https://"):
            assert place in known or place.startswith("../run/lab/index.html?path=")


@pytest.mark.parametrize("name", NAMES)
def test_every_stored_picture_is_in_its_page_with_its_words(pages, name):
    _, page, _ = pages(name)
    stored = [
        alt
        for _, out in EVERY[NAMES.index(name)].outputs()
        for alt in re.findall(r'<img alt="([^"]+)"', out.get("data", {}).get("text/html", ""))
    ]
    wanted = {BeautifulSoup(alt, "html.parser").get_text() for alt in stored}
    shown = {image["alt"] for image in page.select("img")}
    assert wanted <= shown
    assert all(image["width"] and image["height"] for image in page.select(".lesson img"))


@pytest.mark.parametrize("name", NAMES)
def test_every_prediction_is_a_form_and_its_run_and_answer_are_folded(pages, name):
    _, page, _ = pages(name)
    [course] = [c for c in json.loads(course_map.COURSE.read_text()) if c["lesson"] == name]
    assert [form["data-asks"] for form in page.select("form.predict")] == course["predictions"]
    for id in course["predictions"]:
        question = predictions()[id]
        form = page.select_one(f"#predict-{id}")
        letters = [field["value"] for field in form.select("input")]
        assert letters == list(question.letters)
        answer = page.select_one(f"#answer-{id}")
        [fold] = page.select(f'details[data-answers~="{id}"]')
        assert fold in answer.parents
        assert form not in fold.descendants
        assert not fold.has_attr("open")
        told = {reply["data-letter"] for reply in answer.select("[data-letter]")}
        assert told == set(question.replies)
        assert "Measured:" in answer.get_text()


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_its_hints_and_a_solution_folded_and_no_call_that_judges(pages, name):
    _, page, _ = pages(name)
    [course] = [c for c in json.loads(course_map.COURSE.read_text()) if c["lesson"] == name]
    for id in course["exercises"]:
        folds = page.select(f"#exercise-{id} > details")
        assert len(folds) == len(exercises()[id].hints) + 1
        assert exercises()[id].solution.__name__ in folds[-1].get_text()
    code = "\n".join(part.get_text() for part in page.select(".lesson .code"))
    assert not re.search(r"^(# )?(check|hint|solution|predict|compare)\(", code, re.MULTILINE)


def test_a_teachers_note_is_not_in_the_page(pages):
    assert "For teachers" in EVERY[0].notebook.cells[2].source
    _, page, _ = pages(NAMES[0])
    assert page.select("details:not(.run):not(.others):not(.contents):not(.help > details)") == []


@pytest.mark.parametrize("name", NAMES)
def test_headings_of_a_page_go_down_one_at_a_time_and_no_id_is_there_twice(pages, name):
    _, page, _ = pages(name)
    levels = [int(head.name[1]) for head in page.select("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_player_has_its_film_beside_its_picture(pages):
    lesson = EVERY[0]
    _, page, _ = pages(NAMES[0])
    boxes = page.select("[data-film]")
    assert len(boxes) == len(lesson_films.cells_with_players(lesson)) == 2
    for box in boxes:
        assert base64.b64decode(box["data-film"]) == FILM
        assert box.select_one(".see-the-loop-still img[alt]")
    assert "../assets/player.js" in loaded(page)
    assert "Run this cell to step through it" not in page.get_text()


def test_a_page_without_a_film_keeps_the_picture_and_loads_no_player(tmp_path):
    lesson = EVERY[0]
    parts = reading_edition.parts_of(lesson, {}, Pictures(tmp_path))
    reading_edition.write_lesson(tmp_path, lesson, parts, NEITHER, {"previous": None, "next": None})
    text = (tmp_path / reading_edition.place_of(lesson)).read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert len(page.select(".see-the-loop-still img")) == 2
    assert page.select("[data-film]") == []
    assert [address for address in loaded(page) if "player" in address] == []
    assert "../run/" not in text


# -- cells -----------------------------------------------------------------------------------


def code(*sources):
    return [new.new_code_cell(source) for source in sources]


def test_two_questions_before_one_run_share_its_fold():
    cells = code('predict("a")', 'predict("b")', "run()", 'compare("a")', "x", 'compare("b")')
    assert lesson_cells.folds(cells) == [lesson_cells.Fold(["a", "b"], 2, 5)]


def test_an_answer_right_after_its_question_is_folded_alone():
    cells = code('predict("a")', 'compare("a")', 'predict("b")', "run()", 'compare("b")')
    assert lesson_cells.folds(cells) == [
        lesson_cells.Fold(["a"], 1, 1),
        lesson_cells.Fold(["b"], 3, 4),
    ]


# -- films -----------------------------------------------------------------------------------


def test_films_are_read_off_the_widgets_of_players_alone():
    from helpers.charts.player import Player

    ours = {"_anywidget_id": f"{Player.__module__}.{Player.__qualname__}"}
    sent = [{"path": ["data"], "encoding": "base64", "data": base64.b64encode(FILM).decode()}]
    state = {"1": {"state": ours, "buffers": sent}, "2": {"state": {}}}
    kind = "application/vnd.jupyter.widget"
    notebook = new.new_notebook(cells=code("a", "b", "c"))
    for cell, model in zip(notebook.cells, "123", strict=True):
        view = {f"{kind}-view+json": {"model_id": model}}
        cell.outputs = [new.new_output("display_data", view)]
    notebook.metadata["widgets"] = {f"{kind}-state+json": {"state": state}}
    notebook = nbformat.from_dict(notebook)
    assert lesson_films.films_in(notebook) == {notebook.cells[0].id: FILM}


@pytest.mark.slow
def test_a_lesson_that_is_run_gives_a_film_for_each_of_its_players():
    cells = code(
        "import sys; sys.path.insert(0, '../tests')",
        "import films\nfilms.breakfast().player()",
        "1 / 0  # comes after the last player: not run",
    )
    lesson = Lesson(LESSONS / "09_none.ipynb", new.new_notebook(cells=cells))
    assert lesson_films.films_of([lesson]) == {
        "09_none": {cells[1].id: packed(films.breakfast(), films.breakfast().findings())}
    }


# -- what is around the lessons -----------------------------------------------------------------


@pytest.fixture(scope="module")
def landing(tmp_path_factory):
    """The landing page of a site that has every edition."""
    target = tmp_path_factory.mktemp("landing")
    (target / "assets").mkdir()
    landing_page.write(target, EVERY, BOTH)
    assert (target / landing_page.PICTURE).exists()
    return BeautifulSoup((target / "index.html").read_text(encoding="utf-8"), "html.parser")


def test_the_landing_page_offers_each_lesson_in_every_way(landing):
    rows = landing.select(".map > li")
    assert [row.h3.get_text() for row in rows] == [lesson.title for lesson in EVERY]
    for row, name in zip(rows, NAMES, strict=True):
        ways = {link.get_text(): link["href"] for link in row.select("a")}
        assert list(ways) == ["Read", "Run in the browser", "Binder", "On your computer"]
        assert ways["Read"] == f"read/{name}.html"
        assert ways["Run in the browser"] == f"run/lab/index.html?path=notebooks/{name}.ipynb"
        assert ways["Binder"].endswith(f"/my_notebooks/{name}.ipynb")
    told = {term.get_text() for term in landing.select(".what dt")}
    assert told == set(ways)


def test_the_landing_page_has_the_readmes_picture_and_no_script(landing):
    readme = course_map.README.read_text(encoding="utf-8")
    [image] = landing.select("img")
    assert f"![{image['alt']}]" in readme
    assert landing.select("script") == []
    assert len(str(landing)) < 20_000


def test_a_site_without_the_browser_edition_offers_none(tmp_path):
    (tmp_path / "assets").mkdir()
    landing_page.write(tmp_path, EVERY, NEITHER)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Run in the browser" not in text
    assert "run/" not in text.replace("/run/", "")


@pytest.mark.parametrize(
    ("address", "led"),
    [
        ("https://docs.python.org/3/", "https://docs.python.org/3/"),
        ("#Words", "#Words"),
        ("04_tasks.ipynb", "04_tasks.html"),
        ("04_tasks.html#Words", "04_tasks.html#Words"),
        ("notebooks/04_tasks.ipynb", "read/04_tasks.html"),
        ("../README.md", "../index.html"),
        ("../HELP.md#glossary", "../help.html#glossary"),
        ("notebooks/teachers_guide.md", "SOURCE/blob/main/notebooks/teachers_guide.md"),
    ],
)
def test_where_links_of_lessons_lead_in_the_site(address, led):
    assert led_on(address) == led.replace("SOURCE", page_frame.source())


def test_help_is_a_page_whose_links_lead_to_lessons(tmp_path):
    parts = reading_edition.write_help(tmp_path)
    page = BeautifulSoup((tmp_path / "help.html").read_text(encoding="utf-8"), "html.parser")
    assert "glossary" in {head.get("id") for head in page.select("h2")}
    places = {link["href"].partition("#")[0] for link in page.select("article a")}
    inside = {p for p in places if p and not p.startswith("https:")}
    assert inside <= {f"read/{name}.html" for name in NAMES}
    assert "Glossary" in [section.title for section in parts.sections()]


def test_a_section_is_the_words_between_two_headings_code_as_it_is_written():
    parts = Parts(
        '<p>x</p><h2 id="a">One</h2><p>All <code>at<span>.</span>once</code></p><p>now</p>'
        '<div><h3 id="b">Two</h3></div><pre>a = 1\n</pre>'
    )
    found = search_index.entries(parts, "read/x.html", "X")
    assert found == [
        ("read/x.html#a", "X", "One", "All at.once now"),
        ("read/x.html#b", "X", "Two", "a = 1"),
    ]


def test_the_search_index_is_a_script_that_holds_its_entries(tmp_path):
    search_index.write(tmp_path, [("read/x.html#a", "X", "One", "All é")])
    text = (tmp_path / search_index.INDEX).read_text(encoding="utf-8")
    told = re.fullmatch(r"window\.seeTheLoopIndex = (.+);\n", text)[1]
    assert json.loads(told) == [["read/x.html#a", "X", "One", "All é"]]
    assert "assets/search_index.js" in (tmp_path / "search.html").read_text(encoding="utf-8")


def test_what_pages_share_is_written_and_the_player_is_a_script_that_the_disk_may_give(tmp_path):
    page_frame.write_shared(tmp_path)
    assets = tmp_path / "assets"
    assert {"site.css", "reading.css", "reading.js", "search.js", "player.css", "code.css"} <= {
        file.name for file in assets.iterdir()
    }
    script = (assets / "player.js").read_text(encoding="utf-8")
    assert script.startswith("window.seeTheLoopPlayer = ")
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(building.NotOursError, match="Name a new or an empty folder"):
        building.begin(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_site_that_was_built_before_is_made_anew(tmp_path):
    building.begin(tmp_path / "site")
    (tmp_path / "site/old.html").write_text("old")
    building.begin(tmp_path / "site")
    assert [file.name for file in (tmp_path / "site").iterdir()] == [building.BUILT]
