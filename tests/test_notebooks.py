"""The lessons keep the rules, are stored clean, and nearly all of their output is compared."""

from pathlib import Path

import notebook_rules as rules
import pytest
import refresh_notebooks as refresh

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
