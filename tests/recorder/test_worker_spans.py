"""From notes to spans: what belongs to a recording, as it was when that ended."""

from array import array

from helpers.recorder.assemble import assemble
from helpers.recorder.rows import Cut
from helpers.recorder.workers import WorkNote


def spans(*notes):
    cut = Cut(begin=10.0, end=20.0, rows=array("d"), work=list(notes))
    return assemble(cut).worker_spans


def note(submitted, began=None, ended=None, outcome="pending"):
    return WorkNote("load", "thread", submitted, "pool", 2, "pool_0", began, ended, outcome)


def test_what_is_over_before_or_comes_after_is_not_in_it():
    assert spans(note(1, 2, 3, "returned"), note(21)) == ()


def test_moments_are_seconds_since_the_recording_began():
    (span,) = spans(note(11, 12, 15, "returned"))
    assert (span.submitted, span.began, span.ended, span.outcome) == (1, 2, 5, "returned")
    assert (span.worker, span.task, span.step) == ("pool_0", None, None)


def test_what_goes_on_after_the_end_is_pending():
    (span,) = spans(note(11, 12, 25, "returned"))
    assert (span.began, span.ended, span.outcome) == (2, None, "pending")
    (span,) = spans(note(11, 21, 25, "returned"))
    assert (span.began, span.worker) == (None, None)


def test_what_was_handed_over_before_begins_with_the_recording():
    (span,) = spans(note(9, 12, 15, "raised"))
    assert (span.submitted, span.began) == (0, 2)
