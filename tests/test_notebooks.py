"""The lessons keep the rules and are stored clean; and each rule sees what it should see."""

import re
from pathlib import Path

import lesson_index
import nbformat
import nbformat.v4 as new
import notebook_rules as rules
import pytest
import refresh_notebooks as refresh

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SLIDE = {"slideshow": {"slide_type": "slide"}}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_keeps_the_rules(path):
    assert rules.complaints(rules.Lesson.read(path)) == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_stored_clean(path):
    assert refresh.is_clean(path), "run: python tools/refresh_notebooks.py --clean"


def test_few_cells_are_not_compared():
    cells = [c for path in LESSONS for _, c in rules.Lesson.read(path).cells("code")]
    ignored = [c for c in cells if "nbval-ignore-output" in c.metadata.get("tags", [])]
    assert len(ignored) * 10 <= len(cells)


def test_the_index_of_asyncio_names_is_up_to_date():
    assert (ROOT / "README.md").read_text(encoding="utf-8") == lesson_index.current(), (
        "run: python tools/lesson_index.py"
    )


# -- the rules, each on a small lesson that breaks it --------------------------------------


def text(source, **metadata):
    return new.new_markdown_cell(source, metadata=SLIDE | metadata)


def code(source, *outputs, count=1, **metadata):
    return new.new_code_cell(
        source, execution_count=count, outputs=list(outputs), metadata=SLIDE | metadata
    )


def shows(**data):
    """An output; `html="..."` is its text/html."""
    kinds = {"html": "text/html", "plain": "text/plain", "png": "image/png"}
    return new.new_output("display_data", {kinds[kind]: what for kind, what in data.items()})


def error(name="ZeroDivisionError"):
    return new.new_output("error", ename=name, evalue="", traceback=[])


OPENING = "# Tasks\n\nYou will be able to see them. 20 minutes."
SETUP = "from helpers import record"
CLOSING = """## Takeaways
## Words
## Go deeper
[Tasks](https://docs.python.org/3/library/asyncio-task.html)
## Next
[The contents](../README.md)"""


@pytest.fixture
def course(tmp_path):
    """A folder with a README and one lesson, 04_tasks, that keeps every rule."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "README.md").write_text("# Course\n\n## The map\n")
    return tmp_path / "notebooks"


def lesson(folder, *middle, opening=OPENING, setup=SETUP, closing=CLOSING):
    cells = [text(opening), code(setup), *middle, text(closing)]
    notebook = new.new_notebook(cells=cells, metadata={"kernelspec": refresh.KERNELSPEC})
    path = folder / "04_tasks.ipynb"
    nbformat.write(notebook, path)
    return rules.Lesson(path, notebook)


def test_a_good_lesson_gets_no_complaint(course):
    good = lesson(
        course,
        text(
            "## First\n![a bar that grows](../README.md)\n[map](../README.md#the-map) [up](#First)"
        ),
        text("```python\n# a comment in a block is no heading\n```"),
        code("1 / 0", error(), tags=["raises-exception"]),
        code("draw()", shows(png="...", html='<img alt="three bars, one long" src="x">')),
        code("skipped", count=None, tags=["nbval-skip"]),
    )
    assert rules.complaints(good) == []


CELLS_THAT_BREAK_A_RULE = [
    ("stored without having been run", [code("1", count=None)]),
    ("raises ZeroDivisionError; tag it", [code("1 / 0", error())]),
    ("a path of one machine: /home/ada/x.py", [code("p", shows(plain="in /home/ada/x.py:1"))]),
    (r"a path of one machine: C:\\Users\\ada", [code("p", shows(plain=r"in C:\Users\ada"))]),
    ("an address: at 0x7f3a5c00", [code("p", shows(plain="<Task at 0x7f3a5c00>"))]),
    ("heading 'Deep' skips a level", [text("### Deep")]),
    ("a second title, 'Again'", [text("# Again")]),
    ("has 21 lines of code, over 20", [code("x = 1\n" * 21)]),
    ("ends with a semicolon", [code("gc.collect();")]),
    ("has 121 words, over 120", [text("word " * 121)]),
    ("half its text cells have over 61 words", [text("word " * 61) for _ in range(3)]),
    ("has the tag 'slow'; known are", [code("1", tags=["slow"])]),
    ("has the slide type None", [new.new_markdown_cell("no slideshow")]),
    ("has the slide type 'big'", [text("x", slideshow={"slide_type": "big"})]),
    ("links to 99_none.ipynb: there is no such file", [text("[x](99_none.ipynb)")]),
    ("links to image.png: there is no such file", [text("![three words here](image.png)")]),
    ("links to #Nowhere: there is no such heading", [text("[x](#Nowhere)")]),
    ("../README.md#none: there is no such heading", [text("[x](../README.md#none)")]),
    ("neither relative nor https", [text("[x](http://example.org)")]),
    ("neither relative nor https", [text("[x](/etc/motd)")]),
    ("whose alt text is 'chart'", [text("![chart](../README.md)")]),
    ("whose alt text is ''", [text('<img src="../README.md">')]),
    ("whose alt text is ''", [code("draw()", shows(png="...", html='<img alt="" src="x">'))]),
    ("a picture without words", [code("draw()", shows(png="...", plain="<Figure size 640x480>"))]),
]


@pytest.mark.parametrize(
    ("complaint", "cells"),
    CELLS_THAT_BREAK_A_RULE,
    ids=[what for what, _ in CELLS_THAT_BREAK_A_RULE],
)
def test_a_rule_sees_the_cell_that_breaks_it(course, complaint, cells):
    [said] = rules.complaints(lesson(course, *cells))
    assert re.search(complaint.replace("(", r"\(").replace(".", r"\."), said)


@pytest.mark.parametrize(
    ("complaint", "frame"),
    [
        ("does not begin with the title", {"opening": "By Ada\n\n" + OPENING}),
        ("does not say You will be able to", {"opening": "# Tasks\n20 minutes"}),
        ("does not say its minutes", {"opening": "# Tasks\nYou will be able to see."}),
        ("does more than import", {"setup": "from helpers import record\nx = 1"}),
        ("needs one line `from helpers import", {"setup": "import asyncio"}),
        ("its last sections are", {"closing": CLOSING.replace("## Words\n", "")}),
        ("no section of Python's documentation", {"closing": CLOSING.replace("python.org", "x")}),
        (
            "no link to the contents",
            {"closing": CLOSING.replace("../README.md", "#Next")},
        ),
    ],
)
def test_a_rule_sees_the_frame_that_breaks_it(course, complaint, frame):
    [said] = rules.complaints(lesson(course, **frame))
    assert complaint in said


def test_a_lesson_links_to_the_lessons_before_and_after_it(course):
    for name in ("03_the_event_loop", "05_together"):
        nbformat.write(new.new_notebook(), course / f"{name}.ipynb")
    assert rules.complaints(lesson(course)) == [
        "its last cell has no link to the contents, 00_start_here.ipynb",
        "its last cell has no link to the previous lesson, 03_the_event_loop.ipynb",
        "its last cell has no link to the next lesson, 05_together.ipynb",
    ]


def test_a_notebook_without_kernel_ids_or_cells_is_told(course):
    good = lesson(course)
    good.notebook.metadata.kernelspec.name = "conda-env"
    del good.notebook.cells[0]["id"]
    assert rules.complaints(good) == [
        "its metadata name the kernel 'conda-env', not 'python3'",
        "cell 0 has no id",
    ]
    assert rules.complaints(rules.Lesson(course / "x.ipynb", new.new_notebook()))


# -- the index -----------------------------------------------------------------------------

USES = """from asyncio import sleep as nap, Queue
%matplotlib inline
async with asyncio.timeout(1):
    asyncio.tasks._wait
    await asyncio.sleep(0)"""


def test_names_of_asyncio_are_found_in_code(course):
    found = rules.asyncio_names(lesson(course, code(USES), code("not python at all")))
    assert found == {"sleep", "Queue", "timeout", "tasks"}


def test_the_index_names_each_lesson_that_uses_it(course):
    index = lesson_index.table([lesson(course, code("asyncio.sleep; asyncio.Queue"))])
    assert index.splitlines()[2:] == [
        "| `asyncio.Queue` | [04](notebooks/04_tasks.ipynb) |",
        "| `asyncio.sleep` | [04](notebooks/04_tasks.ipynb) |",
    ]
    readme = f"before\n{lesson_index.BEGIN}\nold\n{lesson_index.END}\nafter"
    written = lesson_index.with_index(readme, index)
    assert "old" not in written
    assert written.startswith("before\n")
    assert written.endswith("\nafter")
    assert lesson_index.with_index(written, index) == written
    with pytest.raises(ValueError, match="needs the two lines"):
        lesson_index.with_index("no marks", index)
