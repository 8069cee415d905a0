"""In a classroom: slides and handouts are whole, the plan is in step, charts can all be text.

What only a browser can tell (does a slide fit, does it print) is in browser/test_slides.py.
"""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import nbformat
import notebook_rules as rules
import pytest
import refresh_notebooks as refresh
from convert import GUIDE, LESSONS, convert

from helpers.practice.progress import Done

WIDGET = "application/vnd.jupyter.widget"


# -- slides and handouts ---------------------------------------------------------------------


@pytest.fixture(scope="module", params=["slides", "html"])
def pages(request, tmp_path_factory):
    """{lesson: (the notebook, its slides or handout as a parsed page)}

    Made from copies as a teacher has them who has run the lessons: with widgets in them.
    """
    folder = tmp_path_factory.mktemp(request.param)
    copies = [with_widgets(path, folder) for path in LESSONS]
    files = convert(request.param, folder, copies)
    return {
        path.stem: (rules.Lesson.read(path), Page(files[path.stem].read_text(encoding="utf-8")))
        for path in copies
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
    """What a page would fetch, its pictures' alt texts, and its words."""

    def __init__(self, text: str):
        super().__init__()
        self.has_widgets = WIDGET in text
        self.fetched, self.alts, self.words = [], [], ""
        self._inside = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._inside.append(tag)
        if tag == "img":
            self.alts.append(given["alt"])
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


def test_every_stored_chart_is_in_with_its_words(pages):
    for lesson, page in pages.values():
        stored = [
            alt
            for _, out in lesson.outputs()
            for alt in re.findall(r'<img alt="([^"]+)"', out.get("data", {}).get("text/html", ""))
        ]
        assert stored
        assert Counter(map(unescape, stored)) <= Counter(page.alts)


def test_predictions_and_answers_are_in_and_their_code_is_not(pages):
    for lesson, page in pages.values():
        asked = sum("predict(" in cell.source for _, cell in lesson.cells("code"))
        assert page.words.count("Decide before you read on.") >= asked > 0
        assert "Measured:" in page.words
        assert not re.search(r"\b(predict|compare)\(", page.words)


def test_slides_need_reveal_js_and_say_so(tmp_path, monkeypatch):
    """To a Python that cannot find the package it comes in."""
    hides_it = "import sys; sys.modules['sphinx_revealjs'] = None\n"
    (tmp_path / "sitecustomize.py").write_text(hides_it)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(AssertionError, match="pip install --no-deps sphinx-revealjs"):
        convert("slides", tmp_path, LESSONS[:1])


# -- the teacher's guide -----------------------------------------------------------------------


def guide():
    return GUIDE.read_text(encoding="utf-8")


def promised(path) -> int:
    """The minutes a lesson names itself."""
    return int(re.search(r"(\d+) minutes", rules.Lesson.read(path).notebook.cells[0].source)[1])


def section(heading) -> str:
    return re.search(rf"^## {heading}\n(.+?)(?=^## |\Z)", guide(), re.M | re.S)[1]


def plans():
    """{heading: [(minutes, what), ...]} of the guide's plans."""
    found = {}
    for part in re.split(r"^### ", section("Three plans"), flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| (\d+) \| (.+) \|$", part, re.MULTILINE)
        found[part.splitlines()[0]] = [(int(minutes), what) for minutes, what in rows]
    return found


def test_each_plan_fills_its_time():
    total = {name: sum(minutes for minutes, _ in rows) for name, rows in plans().items()}
    assert total == {
        "A class of 90 minutes": 90,
        "Half a day, four hours": 4 * 60,
        "A full day, seven hours with lunch": 7 * 60,
    }


def test_a_plan_gives_each_lesson_the_minutes_it_names_itself():
    rows = [row for plan in plans().values() for row in plan]
    planned = [(re.match(r"\[.*?\]\((\S+)\)", what), minutes) for minutes, what in rows]
    given = {(link[1], minutes) for link, minutes in planned if link}
    named = {(path.name, promised(path)) for path in LESSONS}
    assert given - named == set(), "a plan has other minutes than the lesson, or an older name"
    last = max(name for name, _ in given)  # lessons after it may still be without a plan
    assert {(name, minutes) for name, minutes in named - given if name < last} == set()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_has_its_page_in_the_guide(path):
    title = rules.Lesson.read(path).notebook.cells[0].source.splitlines()[0]
    name = re.match(r"# (\d\d [^:]+)", title)[1]
    found = re.search(rf"^### {re.escape(name)}\n\n(.+?)(?=^##|\Z)", guide(), re.M | re.S)
    assert found, f"the teacher's guide has no page '### {name}'"
    page = found[1]
    assert page.startswith(f"{promised(path)} minutes. **To get across:**")
    for part in ("**What they get wrong:**", "**Ask:**", "**Stop at**", "**If time is short:**"):
        assert part in page
    source = "\n".join(cell.source for _, cell in rules.Lesson.read(path).cells("code"))
    exposed = re.findall(r"`(\d\d-[\w-]+)`", page)
    assert exposed
    assert [name for name in exposed if f'"{name}"' not in source] == []


def test_each_of_the_sixteen_points_is_in_the_notes_of_every_section_that_the_guide_names():
    rows = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", section("The sixteen points"), re.MULTILINE)
    assert [int(point) for point, _ in rows] == [*range(1, 17)]
    named = {(int(point), link) for point, where in rows for _, link in rules.links_in(where)}
    assert {point for point, _ in named} == {*range(1, 17)}
    assert named - points_in_the_notes() == set()


def points_in_the_notes() -> set[tuple[int, str]]:
    """(point, link to its section) of each "Point 4" or "points 7 and 8" in a teacher's note."""
    found = set()
    for path in LESSONS:
        lesson = rules.Lesson.read(path)
        for number, cell in lesson.cells("markdown"):
            if cell.metadata["slideshow"]["slide_type"] == "notes":
                words = [words for at, _, words in lesson.headings if at < number][-1]
                link = f"{path.name}#{rules.anchor_in_a_notebook(words)}"
                for numbers in re.findall(r"\b[Pp]oints? (\d+(?:(?:, | and )\d+)*)", cell.source):
                    found |= {(int(point), link) for point in re.findall(r"\d+", numbers)}
    return found


def test_the_guides_program_says_what_a_class_solved_and_got_wrong(tmp_path, monkeypatch, capsys):
    (tmp_path / "handed_in").mkdir()
    for name, done in {
        "ada": Done({"04-fetch-all", "04-first-step"}, {"04-total": True, "04-busy": False}),
        "grace": Done(set(), {"04-total": False, "04-busy": False}),
    }.items():
        (tmp_path / "handed_in" / f"{name}.json").write_text(done.to_json())
    monkeypatch.chdir(tmp_path)
    [program] = re.findall(r"^```python\n(.+?)^```$", guide(), re.MULTILINE | re.DOTALL)
    exec(program, {})
    said = capsys.readouterr().out.splitlines()
    assert sorted(said[:2]) == ["ada: 2 exercises solved", "grace: 0 exercises solved"]
    assert said[2] == "[('04-busy', 2), ('04-total', 1)]"


def test_links_of_the_guide_lead_somewhere():
    links = [target for _, target in rules.links_in(rules.without_code(guide()))]
    assert {t: why for t in links if (why := rules.trouble_with(t, GUIDE))} == {}


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
