"""A note says the same in text and in HTML, shows no more than helps, and nobody's own markup."""

import pytest

from helpers.practice.notes import Note
from helpers.timeline import Step, TaskSpan, Timeline

TEA = Timeline.of([TaskSpan(0, "tea", created=0, started=0, ended=3, outcome="returned")])


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [
        ("correct", "✔ Correct: Tea"),
        ("not yet", "➜ Not yet: Tea"),
        ("not attempted", "○ Not attempted: Tea"),
        ("hint", "✎ Tea"),
        ("solution", "✎ Tea"),
    ],
)
def test_an_outcome_has_its_mark_and_its_word(outcome, heading):
    note = Note(outcome, "Tea", "As it should be.")
    assert repr(note) == f"{heading}\nAs it should be."
    assert f"<strong>{heading}</strong>" in note._repr_mimebundle_()["text/html"]


def test_its_parts_come_in_one_order_in_text_and_html():
    parts = {"code": "brew()", "printed": "hot\n", "trace": "Traceback", "after": "Go on."}
    note = Note("not yet", "Tea", "It is cold.", **parts)
    words = ["Not yet: Tea", "It is cold.", "brew()", "It printed:", "hot", "Traceback", "Go on."]
    for shown in note._repr_mimebundle_().values():
        places = [shown.index(word) for word in words]
        assert places == sorted(places)


def test_what_is_not_there_leaves_no_gap():
    assert "It printed" not in repr(Note("correct", "Tea", "Good."))
    html = Note("correct", "Tea", "Good.")._html()
    assert "<pre" not in html
    assert "<figure" not in html


def test_much_that_was_printed_is_cut():
    printed = "".join(f"{line}\n" for line in range(25)) + "x" * 500
    text = repr(Note("not yet", "Tea", "No.", printed=printed))
    assert "\n19\n... and 6 more lines" in text
    assert "x" * 201 not in repr(Note("not yet", "Tea", "No.", printed="x" * 500))


def test_charts_have_captions_and_alt_text():
    note = Note("not yet", "Tea", "No.", charts=(("What <yours> did", TEA), ("The aim", TEA)))
    html = note._html()
    assert "<figcaption>What &lt;yours&gt; did</figcaption>" in html
    assert html.count("<img alt=") == 2


def test_nothing_of_a_learners_is_html():
    parts = dict.fromkeys(("title", "sentence", "after", "trace", "printed", "code"), "<img src=x>")
    assert "<img src=x>" not in Note("not yet", **parts)._html()


def test_a_hint_is_marked_up_in_the_same_way():
    hint = Note("hint", "Tea", "cancel the *new* timer: `timer.cancel()`, <b>not</b> the old one")
    assert "the <em>new</em> timer: <code>timer.cancel()</code>, &lt;b&gt;not" in hint._html()
    assert "the *new* timer: `timer.cancel()`" in repr(hint)


def test_where_all_is_at_one_moment_the_chart_is_of_order():
    """A chart of seconds would have all its marks on one line."""
    steps = [Step(0, "task", "tea", 0, 0, 0), Step(0, "task", "tea", 0, 0, 0)]
    still = Timeline.of([TaskSpan(0, "tea", created=0)], steps, clock="virtual")
    shown = Note("not yet", "Tea", "No.", charts=(("What yours did", still),))._html()
    assert 'alt="Chart of order' in shown
    both = Note("not yet", "Tea", "No.", charts=(("Yours", still), ("The aim", TEA)))._html()
    assert "Chart of order" not in both
