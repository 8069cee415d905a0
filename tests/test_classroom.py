"""In a classroom: slides and paper are whole, and charts can all be text.

What only a browser can tell (does a slide fit, does it print) is in browser/test_slides.py and
browser/test_paper.py.
"""

import re
import subprocess
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import nbformat
import notebook_rules as rules
import pytest
import refresh_notebooks as refresh
from classroom import conversion, legend, room, rounds, stills
from convert import LESSONS, ROOT, command, prepared, stored

from helpers.charts.words import SIGNS
from helpers.practice.exercises import exercises

WIDGET = "application/vnd.jupyter.widget"
KINDS = [*conversion.OF_A_LESSON]
SOME = [path for path in LESSONS if path.stem[:2] in ("00", "04", "06")]  # all there is, in three
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


# -- a page of each kind -----------------------------------------------------------------------


@pytest.fixture(scope="module", params=KINDS)
def pages(request, tmp_path_factory):
    """{lesson: (the notebook, its page of one kind, parsed)}

    Made from copies as a teacher has them who has run the lessons: with widgets in them.
    """
    folder = tmp_path_factory.mktemp(request.param)
    copies = [with_widgets(path, folder) for path in SOME]
    files = conversion.make([request.param], copies, folder / "made")
    return {
        path.stem: (rules.Lesson.read(path), Page(file.read_text(encoding="utf-8"), file))
        for path, file in zip(copies, files, strict=True)
    }


def with_widgets(path, folder):
    """A copy of that lesson in which each display names a widget, too, as after a run."""
    notebook = rules.Lesson.read(path).notebook
    for _, out in rules.Lesson(path, notebook).outputs():
        if out.output_type == "display_data":
            out.data[f"{WIDGET}-view+json"] = {"model_id": "0", "version_major": 2}
    state = {"state": {}, "version_major": 2, "version_minor": 0}
    notebook.metadata["widgets"] = {f"{WIDGET}-state+json": state}
    nbformat.write(notebook, folder / path.name)
    return folder / path.name


class Page(HTMLParser):
    """What a page would fetch, where it leads, its pictures' alt texts, its title, its words."""

    def __init__(self, text: str, file):
        super().__init__()
        self.file = file
        self.has_widgets = WIDGET in text
        self.title = unescape(re.search("<title>(.*?)</title>", text)[1])
        self.fetched, self.links, self.alts, self.words = [], [], [], ""
        self._inside = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._inside.append(tag)
        if tag == "img":
            self.alts.append(given["alt"])
        if tag == "a" and "anchor-link" not in given.get("class", ""):
            self.links.append(given["href"])
        address = given.get("src") or (tag == "link" and given.get("href"))
        if address and not address.startswith("data:"):
            self.fetched.append(address)

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, text):
        if not {"script", "style"} & set(self._inside):
            self.words += text


def test_nothing_is_fetched_from_the_network(pages):
    assert {name: page.fetched for name, (_, page) in pages.items() if page.fetched} == {}


def test_no_widget_is_left_in_a_page_that_cannot_show_it(pages):
    assert [name for name, (_, page) in pages.items() if page.has_widgets] == []


def test_no_link_is_dead(pages):
    """Also when a page is sent by mail: a link leads to the net, or to a page made with it."""
    for _, page in pages.values():
        elsewhere = [link for link in page.links if not link.startswith(("https://", "#"))]
        names = [link.partition("#")[0] for link in elsewhere]
        assert [name for name in names if not (page.file.parent / name).exists()] == []


def test_a_page_has_the_title_of_its_lesson(pages):
    for lesson, page in pages.values():
        assert lesson.notebook.cells[0].source.splitlines()[0][2:] in page.title


def test_links_between_lessons_lead_to_pages_of_the_same_kind(tmp_path):
    conversion.make(["key", "handout"], LESSONS[:2], tmp_path)
    handout = Page((tmp_path / "01_waiting.handout.html").read_text("utf-8"), tmp_path)
    assert "00_start_here.handout.html" in handout.links
    assert not [link for link in handout.links if "02_coroutines" in link]  # not made


@pytest.mark.parametrize("pages", ["slides", "handout"], indirect=True)
def test_every_stored_chart_is_in_with_its_words(pages):
    for lesson, page in pages.values():
        charts = [
            alt
            for _, cell in lesson.cells("code")
            if not stills.is_what_if(cell)
            for out in cell.outputs
            for alt in re.findall(r'<img alt="([^"]+)"', out.get("data", {}).get("text/html", ""))
        ]
        assert charts
        assert Counter(map(unescape, charts)) <= Counter(page.alts)


@pytest.mark.parametrize("pages", ["slides", "handout"], indirect=True)
def test_predictions_and_answers_are_in_and_their_code_is_not(pages):
    for lesson, page in pages.values():
        asked = sum("predict(" in cell.source for _, cell in lesson.cells("code"))
        assert page.words.count("Predict:") == asked > 0
        assert "Measured:" in page.words
        assert not re.search(r"\b(predict|compare)\(\"", page.words)


def test_the_guides_command_makes_the_pages(tmp_path):
    words = [*command(), "02_coroutines", "--only", "key", f"--into={tmp_path}"]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    assert [path.name for path in tmp_path.iterdir()] == ["02_coroutines.key.html"]


def test_the_command_names_the_lessons_when_one_is_misspelled(tmp_path):
    words = [*command(), "02_corutines", f"--into={tmp_path}"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "There is no lesson 02_corutines. The lessons are 00_start_here, " in done.stdout


def test_slides_need_reveal_js_and_say_so_when_all_else_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(conversion, "_reveal", lambda: None)
    with pytest.raises(conversion.NoReveal, match="pip install --no-deps sphinx-revealjs"):
        conversion.make(["slides", "key"], LESSONS[:1], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["00_start_here.key.html"]


# -- what a speaker knows before the room does ---------------------------------------------


@each_lesson
def test_every_prediction_has_a_note_with_its_letter_why_and_each_wrong_camp(path):
    asked = re.findall(r'^predict\("([\w-]+)"\)', "\n".join(sources(path)), re.MULTILINE)
    found = rounds.rounds_of(stored(path))
    assert [round.question.id for round in found] == asked
    for round in found:
        note = rounds.note(round)
        assert note.startswith(f"**Answer: {round.letter}.** {round.question.because}")
        assert {*round.question.letters} - {*re.findall(r"^\*\*([A-Z]):\*\* .", note, re.M)} == {
            round.letter
        }


@each_lesson
def test_a_notes_letter_is_the_one_that_the_lesson_measured(path):
    cells = stored(path).cells
    for round in rounds.rounds_of(stored(path)):
        [answer] = [
            out.data["text/plain"]
            for cell in cells
            if f'compare("{round.question.id}")' in cell.source
            for out in cell.outputs
        ]
        assert answer.startswith(f"Measured: {round.letter}.")


@each_lesson
def test_a_note_stands_with_its_question_on_the_slides_and_nowhere_on_paper(path):
    for kind in KINDS:
        shown = [html_of(cell) for cell in prepared(kind, path).cells]
        noted = [markup for markup in shown if 'class="notes"' in markup]
        assert len(noted) == (len(rounds.rounds_of(stored(path))) if kind == "slides" else 0)
        assert all('class="question"' in markup for markup in noted)


@each_lesson
def test_a_prediction_stands_beside_a_program(path):
    """But where the question is of no program of the lesson."""
    without = {"02-await-none", "07-stop", "01-clocks"}
    for round in rounds.rounds_of(stored(path)):
        assert round.program or round.question.id in without, round.question.id


@each_lesson
def test_the_teachers_note_of_a_round_is_known_before_its_answer(path):
    cells = stored(path).cells
    for round in rounds.rounds_of(stored(path)):
        assert all(rounds.is_notes(cells[number]) for number in round.notes)
        between = cells[round.at + 1 : max(round.notes, default=round.at)]
        assert not any("predict(" in cell.source for cell in between)


def sources(path):
    return [cell.source for cell in stored(path).cells if cell.cell_type == "code"]


def html_of(cell):
    return "".join(out.get("data", {}).get("text/html", "") for out in cell.get("outputs", ()))


# -- words for a room ------------------------------------------------------------------------


@each_lesson
@pytest.mark.parametrize("kind", ["slides", "handout", "worksheet"])
def test_nothing_is_asked_that_a_slide_or_a_page_cannot_follow(path, kind):
    for cell in prepared(kind, path).cells:
        if cell.cell_type == "markdown" and not rounds.is_notes(cell):
            prose = rules.without_code(cell.source)
            assert [found[0] for found in room.INSTRUCTION.finditer(prose)] == []
        elif cell.cell_type == "code":
            assert kind == "handout" or "Decide before you read on" not in html_of(cell)
            assert not re.search(r"^(# )?(check|hint|solution)\(", cell.source, re.MULTILINE)


@pytest.mark.parametrize(
    ("said", "for_a_room"),
    [
        (
            "**Look:** step through it, up to `send`. Why?",
            "**Look** at the panels, up to `send`. Why?",
        ),
        ("It waits. Click into it and press Shift+Enter. It ends.", "It waits. It ends."),
        ("(It waits. Click into it. It ends.) So it is.", "It waits. It ends. So it is."),
        ("Two. (It waits. Click into it.) It ends.", "Two. It waits. It ends."),
        ("Two. (Click into it. It waits.)", "Two. It waits."),
        ("Look there: click on the third bar.", ""),
        ("- run its cell again\n- a second", "- a second"),
        ("```python\nclick()\n```", "```python\nclick()\n```"),
        ("## What if? Move a slider", "## What if?"),
        ("Nobody clicked on anything else here.", ""),
    ],
)
def test_instructions_are_put_in_other_words_or_left_out(said, for_a_room):
    assert room.for_a_room(said) == for_a_room


@each_lesson
def test_where_a_player_stands_the_ready_queue_is_shown_step_by_step(path):
    for cell in stored(path).cells:
        if re.fullmatch(r"\w+\.player\(\)", cell.source.strip()):
            assert "the ready queue after it" in html_of(cell)


@each_lesson
@pytest.mark.parametrize("kind", ["slides", "handout"])
def test_a_what_if_is_three_stills_that_differ(path, kind):
    asked = [cell for cell in stored(path).cells if stills.is_what_if(cell)]
    shown = "".join(html_of(cell) for cell in prepared(kind, path).cells)
    told = re.findall(r'<div class="still"><p class="chart-of">(.+?)</p>', shown)
    assert len(told) == len({*told}) == 3 * len(asked)


# -- paper -----------------------------------------------------------------------------------


@each_lesson
def test_a_worksheet_asks_everything_and_answers_nothing(path):
    words = page_words("worksheet", path)
    for round in rounds.rounds_of(stored(path)):
        assert plain(round.question.ask) in words
        for sentence in (round.question.because, *round.question.replies.values()):
            assert plain(sentence) not in words
    assert "Measured:" not in words
    for id in checked(path):
        assert plain(exercises()[id].prompt.split("\n\n")[0]) in words
        assert plain(exercises()[id].starter) in words


@each_lesson
def test_a_key_has_every_letter_reply_and_solution(path):
    words = page_words("key", path)
    for number, round in enumerate(rounds.rounds_of(stored(path)), start=1):
        assert f"{number} **{round.letter}**" in prepared("key", path).cells[0].source
        for sentence in (round.question.because, *round.question.replies.values()):
            assert plain(sentence) in words
    for id in checked(path):
        assert plain(exercises()[id].why) in words
        assert f"def{exercises()[id].solution.__name__}(" in words


def test_a_worksheet_has_boxes_for_the_queue_where_the_lesson_shows_it():
    shown = [html_of(cell) for cell in prepared("worksheet", SOME[1]).cells]
    asked = [markup for markup in shown if 'class="queue"' in markup]
    assert any("Which three lines are printed first, and" in markup for markup in asked)
    assert len(asked) < len(rounds.rounds_of(stored(SOME[1])))


def test_the_legend_has_every_sign_with_its_meaning():
    page = Page(conversion.to_html(legend.page(), "legend", ()), None)
    assert {*SIGNS} - {*legend.MEANS} == {"wakes"}  # an arrow like "queues", and only moving
    assert page.title == "How to read the charts"
    assert len(page.alts) == 2
    for meaning in legend.MEANS.values():
        assert meaning in page.words


def checked(path):
    return re.findall(r'^check\("([\w-]+)"', "\n".join(sources(path)), re.MULTILINE)


def page_words(kind, path):
    """All words of a page, as `plain` has them."""
    cells = prepared(kind, path).cells
    return plain("\n".join(c.source if c.cell_type == "markdown" else html_of(c) for c in cells))


def plain(text):
    """Words without tags, marks and spaces: how they are marked up is another matter."""
    return re.sub(r"[`*\s]", "", unescape(re.sub(r"</?[a-z]\w*( [^>]*)?>", "", text)))


# -- charts as text ---------------------------------------------------------------------------


def test_with_one_setting_a_whole_lesson_has_text_for_every_chart(monkeypatch):
    path = next(path for path in LESSONS if path.stem == "04_tasks")
    stored, spoken = rules.Lesson.read(path), rules.Lesson.read(path)
    monkeypatch.setenv("SEE_THE_LOOP_CHARTS", "text")
    refresh.execute(spoken.notebook, path.parent)
    for (number, before), (_, now) in zip(stored.cells("code"), spoken.cells("code"), strict=True):
        charts = sum("<img" in out.get("data", {}).get("text/html", "") for out in before.outputs)
        shown = [str(out.get("data", {})) for out in now.outputs]
        assert not any("<img" in data or "image/" in data for data in shown), f"cell {number}"
        told = [data for data in shown if "│" in data or "|" in data or "Ready queue: " in data]
        assert len(told) >= charts, f"cell {number} shows {charts} charts, as text {len(told)}"
