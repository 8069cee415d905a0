"""What the lessons record comes along; what is wrong on purpose is found where it is said to be."""

from collections import Counter

import pytest
import refresh_notebooks as refresh
from lessons import ON_PURPOSE, recordings

LESSONS = sorted(refresh.LESSONS.glob("[0-9][0-9]_*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_shows_each_fault_it_is_said_to_show_and_right_programs(lesson, tmp_path):
    found = recordings(lesson, tmp_path)
    known = ON_PURPOSE.get(lesson.name[:2], {})
    times = Counter(piece for one in found for piece in known if piece in one.cell)
    assert times == dict.fromkeys(known, 1)
    assert Counter(one.fault for one in found if one.fault) == Counter(known.values())
    assert len(found) > len(known)
    assert [(one.cell, one.timeline.findings()) for one in found if not one.is_named] == []
    notes = [note for one in found for note in one.timeline.notes]
    assert [note for note in notes if note.startswith("not understood")] == []
