"""One word for one thing: what is out is found, and nothing that a learner reads has any.

The lessons themselves are read by a rule of `notebook_rules`.
"""

from pathlib import Path

import pytest
import wording

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "HELP.md", ROOT / "notebooks" / "teachers_guide.md"]
PROBLEMS = sorted((ROOT / "helpers" / "practice" / "problems").glob("lesson_*/*.py"))
FILES = {path.relative_to(ROOT).as_posix(): path for path in [*PAGES, *PROBLEMS]}


@pytest.mark.parametrize("name", FILES)
def test_no_page_and_no_exercise_uses_a_word_that_is_out(name):
    text = FILES[name].read_text(encoding="utf-8")
    said = wording.said_in(text) if name.endswith(".py") else text
    assert wording.offences(said) == []


@pytest.mark.parametrize(
    "text",
    [
        "Both start at once.",
        "It suspends for one turn of the loop.",
        "`other` would like a turn.",
        "The loop has a queue of tasks.",
        "It puts the task into the ready queue.",
        "A **blocking** wait: it holds the thread.",
        "`bread` stands in the queue.",
        "Who awaits it waits until somebody sets it.",
        "A free lock is there, and who wants a taken one has to wait.",
        "it knows whom it awaits",
        "So it was without the pause.",
        "For that, `text` would have to begin.",
        "stays `[*]` for ever",
        "Its last release is of January 2024.",
        "measured as in the article",
        "The loop pauses a task.",
        "said at\nonce",
    ],
)
def test_a_word_that_is_out_is_found(text):
    assert wording.offences(text)


@pytest.mark.parametrize(
    "text",
    [
        "They take turns; `tent` waits its turn.",
        "Who goes first?",
        'It says *"the loop pauses a task"*, which is wrong.',
        "`at once` is a name in code.",
        "`time.sleep` stands for any call that waits.",
        "You will understand it.",
        "The task's first step is queued.",
    ],
)
def test_what_may_be_said_is_not_found(text):
    assert wording.offences(text) == []


def test_code_is_read_for_what_it_says_alone():
    code = 'at_once = ask("all at " "once")  # for ever\nfor_that = f"{x} stands {y}"'
    assert wording.said_in(code).startswith("all at once")
    assert len(wording.offences(wording.said_in(code))) == 3
    assert wording.said_in("%run where.py\n'''") == ""
