"""What travels to the browser, what is left out of it, and what stands there instead."""

import json
import zlib
from array import array

import films
import pytest

from helpers.charts.packing import first_steps, last_steps, packed
from helpers.charts.player import Player, player
from helpers.timeline import Step, TaskSpan, Timeline

VIEW = "application/vnd.jupyter.widget-view+json"


def unpacked(data):
    """Head and columns, read as the browser reads them."""
    raw = zlib.decompress(data)
    size = int.from_bytes(raw[:4], "little")
    head, at, columns = json.loads(raw[4 : 4 + size]), 4 + size, {}
    for name, code, length in head["columns"]:
        at += -at % 8
        columns[name] = array(code)
        columns[name].frombytes(raw[at : at + length * columns[name].itemsize])
        at += length * columns[name].itemsize
    assert at == len(raw)
    return head, columns


def relay(tasks, steps):
    """So many tasks that take turns, one step of a millisecond each."""
    return Timeline.of(
        [TaskSpan(i, f"t{i}", created=i / 1000, ended=None) for i in range(tasks)],
        [
            Step(
                i % tasks,
                "task",
                f"t{i % tasks}",
                i / 1000,
                i / 1000,
                (i + 1) / 1000,
                woken_by=i - 1,
            )
            for i in range(steps)
        ],
    )


def test_a_recording_arrives_as_it_was_sent():
    timeline = films.breakfast()
    head, columns = unpacked(packed(timeline))
    assert [row[0] for row in head["tasks"]] == ["this cell", "tea", "toast"]
    assert head["sources"] == timeline.sources
    assert list(columns["start"]) == list(timeline.columns.start)
    assert dict(zip(columns["due_step"], columns["due"], strict=True)) == timeline.columns.due


def test_strange_text_survives_the_journey():
    name = "<b>\x1b[31m ✓ \u2028 \ud800"
    head, _ = unpacked(packed(Timeline.of([TaskSpan(0, name)], duration=1)))
    assert head["tasks"][0][0] == name.replace("\ud800", "?")


def test_a_long_recording_is_cut_and_says_so():
    shown = first_steps(relay(3, 10), 4)
    assert len(shown.steps) == 4
    assert (shown.duration, [t.outcome for t in shown.tasks]) == (0.004, ["pending"] * 3)
    assert shown.notes == (
        "The player shows the first 4 of 10 steps, the first 0.004 s of 0.01 s; "
        "the rest was left out.",
    )


def test_a_short_one_is_not_cut():
    timeline = relay(3, 10)
    assert first_steps(timeline, 10) is timeline
    assert last_steps(timeline, 10) is timeline


def test_a_task_that_ended_after_the_cut_is_still_pending():
    shown = first_steps(films.breakfast(), 3)
    assert [(t.name, t.outcome, t.ended) for t in shown.tasks] == [
        ("this cell", "pending", None),
        ("tea", "pending", None),
        ("toast", "pending", None),
    ]


def test_of_a_live_recording_the_end_travels():
    shown = last_steps(relay(3, 10), 4)
    assert [(s.start, s.task, s.woken_by) for s in shown.steps] == [
        (0.006, 0, None),  # who woke it was cut off
        (0.007, 1, 0),
        (0.008, 2, 1),
        (0.009, 0, 2),
    ]


def test_of_very_many_tasks_the_last_are_seen_live():
    shown = last_steps(relay(100, 200), 150)
    assert [t.id for t in shown.tasks] == list(range(40))
    assert shown.tasks[-1].name == "t99"
    assert {s.task for s in shown.steps} == {None, *range(40)}


def test_the_player_needs_at_least_one_step_to_show():
    with pytest.raises(ValueError, match="at least one step"):
        player(films.breakfast(), most_steps=0)


def test_the_bundle_holds_the_widget_and_the_static_chart():
    widget = player(films.breakfast())
    bundle = widget._repr_mimebundle_()
    assert bundle[VIEW]["model_id"] == widget.model_id
    assert bundle["text/plain"].startswith("<Timeline 'breakfast'")
    assert '<img alt="' in bundle["text/html"]
    widget.close()


def test_in_a_notebook_the_static_chart_is_an_output_of_its_own(capture_display):
    player(films.breakfast())._ipython_display_()
    still, widget = capture_display
    assert still["text/html"].startswith('<div class="see-the-loop-still"><img alt="')
    assert VIEW not in still
    assert widget["text/plain"] == "The player of a recording. Run this cell to step through it."
    assert VIEW in widget


@pytest.fixture
def capture_display(monkeypatch):
    """The bundles that are displayed."""
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython.display, "publish_display_data", shown.append)
    return shown


def test_a_timeline_gives_its_player():
    assert isinstance(films.breakfast().player(), Player)
