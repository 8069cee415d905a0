"""The lessons keep the rules, are stored clean, and nearly all of their output is compared."""

import re
from pathlib import Path

import notebook_rules as rules
import pytest
import refresh_notebooks as refresh
from nbval.plugin import get_sanitize_patterns

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


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


ALT = "Gantt chart 'x': 2 tasks. 'a' {}. 'b' waits for sleep(1) and returns."


@pytest.mark.parametrize(
    ("stored", "new", "are_alike"),
    [
        ("waits for sleep(1) and returns", "waits for sleep(1), holds the loop and returns", True),
        ("waits for x and raises OSError", "waits for x, holds the loop and raises OSError", True),
        ("waits for x and is cancelled", "waits for x, holds the loop and is cancelled", True),
        ("holds the loop and returns", "waits for sleep(1) and returns", False),
        ("holds the loop and returns", "returns", False),
        ("waits for x and returns at 1 s", "waits for x, holds the loop and returns at 1 s", False),
    ],
)
def test_what_is_compared_hangs_on_no_machine_that_stands_still(stored, new, are_alike):
    patterns = get_sanitize_patterns((ROOT / "tests/nbval.cfg").read_text())
    texts = [ALT.format(stored), ALT.format(new)]
    for pattern, replacement in patterns:
        texts = [re.sub(pattern, replacement, text) for text in texts]
    assert (texts[0] == texts[1]) is are_alike


BUSY = "The program as the lesson has it does something else. If you changed it, look."


@pytest.mark.parametrize(
    ("stored", "new", "are_alike"),
    [
        (("A.", "0.2 s", "The server took 0.2 s for each page."), ("", "1.4 s", BUSY), True),
        (("C.", "threads", "All five waits were in progress."), ("", "threads: 1.1 s", BUSY), True),
        (("A.", "0.2 s", "The server took 0.2 s for each page."), ("B.", "1 s", BUSY), False),
        (("B.", "ready", "`bread` could begin."), ("", "1.4 s", BUSY), False),
    ],
)
def test_a_real_time_may_be_longer_than_all_options_but_say_no_wrong_one(stored, new, are_alike):
    patterns = get_sanitize_patterns((ROOT / "tests/nbval.cfg").read_text())
    for form in (
        lambda letter, said, why: f"Measured: {letter}{' ' * bool(letter)}{said}\n{why}",
        lambda letter, said, why: (
            "<p><strong>Measured:</strong> "
            + f"<strong>{letter}</strong> " * bool(letter)
            + f"{said}</p><p>{why}</p>"
        ),
    ):
        texts = [form(*stored), form(*new)]
        for pattern, replacement in patterns:
            texts = [re.sub(pattern, replacement, text) for text in texts]
        assert (texts[0] == texts[1]) is are_alike
