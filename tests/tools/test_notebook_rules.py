"""Each rule of a lesson sees the small lesson that breaks it, and is silent on a good one."""

import re

import nbformat
import nbformat.v4 as new
import notebook_rules as rules
import pytest
import refresh_notebooks as refresh

SLIDE = {"slideshow": {"slide_type": "slide"}}


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


OPENING = """# 04 Tasks: how do they run?

You will be able to see. 10 minutes, and 10 for the exercises. Builds on 03."""
SETUP = "from helpers import record"
MISTAKE = "## A common mistake: too late"
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


def idea(name, *middle, ask=None, run="main()", compare=None):
    """A round: a section that asks for a prediction, runs a program and compares."""
    return [
        text(f"## {name}\nRead this program."),
        code(ask or f"predict('04-{name.lower()}')"),
        *([code(run)] if run else []),
        code(compare or f"compare('04-{name.lower()}')"),
        *middle,
    ]


def exercise(place, offers=("hint", "solution"), id=None):
    id = id or f"04-{place}"
    verbs = "\n".join(f'# {verb}("{id}")' for verb in offers)
    return [
        text(f"### {place}. Do it"),
        code("def f(): ..."),
        code(f'check("{id}", f)'),
        code(verbs),
    ]


IDEAS = [*idea("One"), *idea("Two"), *idea("Three"), code("what_if(main)")]
EXERCISES = [text("## Exercises"), *exercise(1), *exercise(2)]


def lesson(
    folder,
    *middle,
    opening=OPENING,
    setup=SETUP,
    ideas=IDEAS,
    mistake=MISTAKE,
    exercises=EXERCISES,
    closing=CLOSING,
):
    """A lesson that keeps every rule, but for what is given; `middle` stands in an idea."""
    cells = [text(opening), code(setup), *idea("Zero", *middle), *ideas]
    cells += [text(mistake), code("main()"), *exercises, text(closing)]
    notebook = new.new_notebook(cells=cells, metadata={"kernelspec": refresh.KERNELSPEC})
    path = folder / "04_tasks.ipynb"
    nbformat.write(notebook, path)
    return rules.Lesson(path, notebook)


def test_a_good_lesson_gets_no_complaint(course):
    good = lesson(
        course,
        text("![a bar that grows](../README.md)\n[map](../README.md#the-map) [up](#Zero)"),
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
    ("heading 'Deep' skips a level", [text("#### Deep")]),
    ("a second title, 'Again'", [text("# Again")]),
    ("has 21 lines of code, over 20", [code("x = 1\n" * 21)]),
    ("ends with a semicolon", [code("gc.collect();")]),
    ("has 121 words, over 120", [text("word " * 121)]),
    ("half its text cells have over 61 words", [text("word " * 61) for _ in range(11)]),
    ("says 'at once': say 'immediately'", [text("Both start at once.")]),
    ("says 'at once'", [code("print('at once')")]),
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


FRAMES_THAT_BREAK_A_RULE = [
    # how it begins
    ("does not begin as", {"opening": "By Ada\n\n" + OPENING}),
    ("does not begin as", {"opening": OPENING.replace(": how do they run?", "")}),
    ("has the number 05, its file 04", {"opening": OPENING.replace("04", "05")}),
    ("does not say You will be able to", {"opening": OPENING.replace("able", "glad")}),
    ("does not say its minutes", {"opening": OPENING.replace("10 minutes", "An hour")}),
    ("it promises 30 minutes, and takes", {"opening": OPENING.replace("10 minutes", "30 minutes")}),
    ("its opening gives 99 minutes", {"opening": OPENING.replace("10 for", "99 for")}),
    ("does not say what it builds on", {"opening": OPENING.replace("Builds", "Rests")}),
    ("does more than import", {"setup": "from helpers import record\nx = 1"}),
    ("needs one line `from helpers import", {"setup": "import asyncio"}),
    (
        "filled in, in helpers/practice/problems/: what to do",
        {"exercises": [*EXERCISES[:6], code("FILL IN: what to do"), *EXERCISES[7:]]},
    ),
    ("is still to be filled in: what to see", {"mistake": MISTAKE + "\nFILL IN: what to see"}),
    # ideas
    ("it has 2 sections before the common mistake", {"ideas": [*idea("One"), code("what_if(m)")]}),
    ("it has 9 sections before", {"ideas": [text(f"## {n}") for n in range(5)] + IDEAS}),
    ("nowhere one thing is changed", {"ideas": IDEAS[:-1]}),
    (
        'and its section never says compare("04-one")',
        {"ideas": [*idea("One", compare="x"), *IDEAS[4:]]},
    ),
    ("nothing is run before the answer", {"ideas": [*idea("One", run=None), *IDEAS[4:]]}),
    ("asks 04-one before anything was said", {"ideas": [text("## One"), *IDEAS[1:]]}),
    ("0 sections called 'A common mistake: ...'", {"mistake": "## Trouble"}),
    ("2 sections called 'A common mistake: ...'", {"ideas": [*IDEAS, text(MISTAKE), code("x")]}),
    # exercises
    ("has no section called 'Exercises'", {"exercises": []}),
    ("it has 1 exercise, and should have 2", {"exercises": EXERCISES[:5]}),
    ("exercise 2 is called '3. Do it'", {"exercises": [*EXERCISES[:5], *exercise(3)]}),
    ("has 0 calls of check", {"exercises": [*EXERCISES[:5], EXERCISES[5].copy()]}),
    ("is of another lesson", {"exercises": [*EXERCISES[:5], *exercise(2, id="05-two")]}),
    ('does not offer hint("04-2")', {"exercises": [*EXERCISES[:5], *exercise(2, ["solution"])]}),
    # how it ends
    ("its last sections are", {"closing": CLOSING.replace("## Words\n", "")}),
    ("no section of Python's documentation", {"closing": CLOSING.replace("python.org", "x")}),
    ("no link to the contents", {"closing": CLOSING.replace("../README.md", "#Next")}),
]


@pytest.mark.parametrize(
    ("complaint", "frame"),
    FRAMES_THAT_BREAK_A_RULE,
    ids=[what for what, _ in FRAMES_THAT_BREAK_A_RULE],
)
def test_a_rule_sees_the_frame_that_breaks_it(course, complaint, frame):
    said = rules.complaints(lesson(course, **frame))
    assert [complaint in one for one in said].count(True) == 1
    assert len(said) <= 3  # what is left out is missed at its place, too, and in the minutes


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


def test_output_of_another_python_is_told(course):
    odd = lesson(course)
    for version, said in (("3.13", []), ("3.11", ["made with Python 3.11; refresh it with 3.13"])):
        odd.notebook.metadata.language_info = {"name": "python", "version": version}
        assert [one.removeprefix("its output was ") for one in rules.complaints(odd)] == said


def test_an_exercise_that_comes_before_the_mistake_is_seen(course):
    swapped = lesson(course)
    cells = swapped.notebook.cells
    at = next(n for n, cell in enumerate(cells) if cell.source.startswith(MISTAKE))
    swapped.notebook.cells = [*cells[:at], *cells[at + 2 : -1], *cells[at : at + 2], cells[-1]]
    said = rules.complaints(swapped)
    assert "its exercises do not come after the common mistake" in said


def test_a_command_names_what_breaks_a_rule_and_says_so_by_its_status(course, monkeypatch, capsys):
    from notebook_rules import __main__ as command

    monkeypatch.setattr(command, "LESSONS", course)
    lesson(course)
    assert command.main([]) == 0
    lesson(course, setup="import asyncio")
    assert command.main(["04_tasks"]) == 1
    assert capsys.readouterr().out.startswith("04_tasks: cell 1, the set-up, needs one line")
    assert command.main(["05_other"]) == 0
