"""A recording on disk comes back as it was; anything else is one sentence, and no harm."""

import json
import os
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from by_hand import door
from hypothesis import given
from hypothesis import strategies as st

from helpers.timeline import (
    Dropped,
    Idle,
    Printed,
    Step,
    TaskSpan,
    Timeline,
    Timer,
    WorkerSpan,
    storage,
)
from helpers.timeline.storage import FORMAT, VERSION, NotATimeline, load, save

TASKS = [
    TaskSpan(0, "this cell", role="recording", created=None, started=0.0),
    TaskSpan(
        1, "tea", "brew", 0, 0.1, 0.2, 1 / 3, "raised", "ValueError('hot')",
        heard=0.5, made_at=("cell 1", 1), cancels=2,
    ),
    TaskSpan(
        2, "\x1b[1m<b>é😀\ud800", "x", 1, 0.1,
        outcome="cancelled", entered=False, queued=0.3, unheard=True, library="aiohttp",
    ),
]  # fmt: skip
STEPS = [
    Step(0, "task", "this cell", 0, 0, 0.25, resumed_at=("cell 1", 1), real_seconds=0.5),
    Step(1, "task", "tea", 0.1, 0.2, 0.2, inside=0, woken_by="io", due=1.5, real_seconds=0.0),
    Step(None, "timer", "wake", 0.1, 0.3, 0.4, woken_by=1, waiting_for="sleep(1)", real_seconds=1),
    Step(
        None, "io", "read", 0.1, 0.5, 0.6,
        woken_by="thread", real_seconds=0, held_at=("cell 1", 1, "f"),
    ),
]  # fmt: skip


def everything():
    """A timeline in which each field of each record says something."""
    return Timeline.of(
        TASKS,
        [replace(step, first=step.kind == "timer") for step in STEPS],
        duration=12.345678901,
        title='two "greetings"\n',
        clock="virtual",
        timers=(
            Timer("wake", 1, 1.5, 1.6, made=0.2, step=2),
            Timer("late", None, -0.1, cancelled=0.3),
        ),
        idle=(Idle(0.6, 1.0, until=0.9, kept_up=True), Idle(1.1, 2)),
        output=(Printed(0.3, "hello\n", 2), Printed(0.4, "\0", None, "stderr")),
        dropped=(Dropped("nap", 0.3, 2, ("cell 1", 1), ("cell 1", 2)), Dropped("nap", 0.4)),
        resources=(door(),),
        worker_spans=(WorkerSpan("load", 0.1, worker="pool_0", began=0.2, ended=0.3),),
        sources={"cell 1": "await tea()\n"},
        notes=("uvloop's handles cannot be seen",),
        stopped=True,
    )


# -- there and back ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "timeline", [everything(), Timeline(), Timeline.of([TaskSpan(0, "a")])], ids=repr
)
def test_what_is_saved_comes_back_equal(timeline, tmp_path):
    timeline.save(tmp_path / "run.json")
    assert Timeline.load(tmp_path / "run.json") == timeline


def test_the_columns_come_back_as_columns_of_the_same_type(tmp_path):
    save(everything(), tmp_path / "run.json")
    loaded, saved = load(tmp_path / "run.json").columns, everything().columns
    for name in storage.COLUMN_NAMES:
        assert getattr(loaded, name).typecode == getattr(saved, name).typecode


def test_what_the_program_returned_is_not_saved(tmp_path):
    save(Timeline.of(result=print), tmp_path / "run.json")
    assert load(tmp_path / "run.json").result is None


def test_the_file_is_plain_json_with_one_column_a_line(tmp_path):
    save(everything(), tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text(encoding="ascii")
    document = json.loads(text)
    assert (document["format"], document["version"]) == (FORMAT, VERSION)
    assert document["steps"]["start"] == [0, 200_000_000, 300_000_000, 500_000_000]
    assert ',"end":[250000000,200000000,400000000,600000000]' in text.splitlines()


# Written when the format was young: three timers of one name, and a sleep, come due while a step
# holds the loop. It is never written again.
SAVED_BEFORE = Path(__file__).parent / "saved_before.json"


def test_a_recording_from_before_says_what_it_said():
    timeline = Timeline.load(SAVED_BEFORE)
    assert [(t.name, t.outcome) for t in timeline.tasks] == [
        ("main", "returned"),
        ("toast", "returned"),
        ("egg", "returned"),
    ]
    egg = timeline.task("egg").id
    assert [(s.state, s.start, s.end) for s in timeline.stretches(egg)] == [
        ("ready", 0.000373574, 0.000464449),
        ("running", 0.000464449, 0.00049888),
        ("waiting", 0.00049888, 0.131111433),
        ("overdue", 0.020493512, 0.131111433),
        ("ready", 0.131111433, 0.131180936),
        ("running", 0.131180936, 0.131199133),
    ]
    assert [timeline.steps[printed.step].kind for printed in timeline.output[1:]] == ["timer"] * 3


def test_in_a_recording_from_before_a_timer_is_given_the_step_that_ran_it():
    timers = Timeline.load(SAVED_BEFORE).timers
    assert [(t.label, t.step) for t in timers] == [
        ("print", 7),
        ("print", 8),
        ("print", 9),
        ("end of a sleep", 3),
        ("end of a sleep", 6),
        ("print", None),  # cancelled
    ]


def test_of_timers_that_cannot_be_told_apart_the_first_due_ran_first(tmp_path):
    steps = [Step(None, "timer", "tick", 3, n, n) for n in (3, 4, 5)]
    timers = (Timer("tick", None, 2, 3), Timer("tick", None, 1, 3), Timer("tick", None, 3, 3.5))
    save(Timeline.of([], steps, timers=timers), tmp_path / "run.json")
    document = json.loads((tmp_path / "run.json").read_text(encoding="ascii"))
    del document["timers"]["step"]
    (tmp_path / "run.json").write_text(json.dumps(document), encoding="ascii")
    assert [timer.step for timer in load(tmp_path / "run.json").timers] == [1, 0, None]


def test_a_file_from_before_iterations_were_known_is_read(tmp_path):
    document = json.loads("".join(storage._lines(everything())))
    del document["steps"]["first"]
    (tmp_path / "run.json").write_text(json.dumps(document), encoding="utf-8")
    assert everything().iterations == [2]
    loaded = load(tmp_path / "run.json")
    assert loaded.iterations == []
    assert list(loaded.steps) == [replace(step, first=None) for step in everything().steps]


def test_saving_twice_writes_the_same_bytes(tmp_path):
    save(everything(), tmp_path / "one.json")
    save(load(tmp_path / "one.json"), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


# -- whole or not at all ----------------------------------------------------------------------


def test_a_save_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "run.json"
    save(everything(), path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        save(Timeline(title="good", notes=("good", object())), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.json"]


def test_a_recording_still_going_on_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match="still going on"):
        save(Timeline(complete=False), tmp_path / "run.json")
    assert os.listdir(tmp_path) == []


def test_a_recording_too_long_to_be_read_again_is_not_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "LARGEST", 100)
    with pytest.raises(ValueError, match="record a shorter part"):
        save(everything(), tmp_path / "run.json")
    assert os.listdir(tmp_path) == []


def test_a_link_stays_a_link(tmp_path):
    try:
        os.symlink(tmp_path / "run.json", tmp_path / "latest.json")
    except OSError:
        pytest.skip("this system does not let us make links")
    save(everything(), tmp_path / "latest.json")
    assert os.path.islink(tmp_path / "latest.json")
    assert load(tmp_path / "run.json") == everything()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such pipes on this system")
def test_a_pipe_stays_a_pipe(tmp_path):
    """And so does a device: `--save /dev/null` as root must not put a file in its place."""
    os.mkfifo(pipe := tmp_path / "pipe")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    save(everything(), pipe)
    assert (pipe.is_fifo(), list(tmp_path.iterdir())) == (True, [pipe])
    (tmp_path / "read.json").write_bytes(os.read(reader, 100_000))
    os.close(reader)
    assert load(tmp_path / "read.json") == everything()


def test_a_folder_that_is_not_there_is_the_usual_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        save(everything(), tmp_path / "nowhere" / "run.json")


# -- files that are not ours ------------------------------------------------------------------


def document(**changes):
    """A saved file, as bytes, with some of its top-level values changed."""
    whole = json.loads("".join(storage._lines(everything())))
    return json.dumps({**whole, **changes}).encode()


FOREIGN = {
    "empty": (b"", "it is empty"),
    "blank": (b" \n\n", "it is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", "not text"),
    "text": (b"hello", "not JSON (see line 1)"),
    "a notebook's JSON": (b'{"cells": [], "nbformat": 4}', "not written by `timeline.save`"),
    "a list": (b"[]", "not written by `timeline.save`"),
    "a number": (b"1", "not written by `timeline.save`"),
    "cut off": (document()[:-1], "not JSON"),
    "newer": (document(version=VERSION + 1), f"in format {VERSION + 1}"),
    "a version that is none": (document(version="1"), "has no version number"),
    "a version that is true": (document(version=True), "has no version number"),
    "nested for ever": (b"[" * 200_000, "nested far deeper"),
    "objects nested for ever": (b'{"a":' * 200_000, "nested far deeper"),
    "a number of a million digits": (b'{"format":' + b"9" * 1_000_000 + b"}", "far too long"),
    "NaN": (b'{"length": NaN}', "it holds NaN"),
    "minus infinity": (b'{"length": -Infinity}', "it holds -Infinity"),
}


@pytest.mark.parametrize(("content", "words"), FOREIGN.values(), ids=FOREIGN)
def test_a_file_that_is_not_ours_is_refused_in_a_sentence(content, words, tmp_path):
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(NotATimeline) as caught:
        load(tmp_path / "run.json")
    assert "run.json' cannot be read as a recording: it " in str(caught.value)
    assert words in str(caught.value)


def test_a_file_cut_off_anywhere_is_refused(tmp_path):
    whole = "".join(storage._lines(everything())).encode()
    for end in range(0, len(whole) - 2, 7):
        (tmp_path / "run.json").write_bytes(whole[:end])
        with pytest.raises(NotATimeline, match=r"cut off|not JSON|empty"):
            load(tmp_path / "run.json")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(NotATimeline, match="it is a folder"):
        load(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "run.json")
    with pytest.raises(NotATimeline, match="a device or a pipe"):
        load(tmp_path / "run.json")


def test_a_file_that_is_not_there_is_the_usual_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "run.json")


def test_a_file_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "LARGEST", 1000)
    with open(tmp_path / "run.json", "wb") as file:
        file.write(b"{")
        file.truncate(100_000_000)  # sparse: it takes no room on the disk
    tracemalloc.start()
    with pytest.raises(NotATimeline, match="larger than"):
        load(tmp_path / "run.json")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


# -- files that lie ---------------------------------------------------------------------------


LIES = {  # where, what it says there instead
    "times before the beginning": ("steps.ready.0", -1),
    "a time that is a fraction": ("steps.start.0", 0.5),
    "a time that is a word": ("steps.start.0", "0"),
    "a time that is true": ("steps.start.0", True),
    "a time of a thousand years": ("steps.end.3", 2**70),
    "a step before the one before": ("steps.start.3", 250_000_000),
    "a step that ends before it starts": ("steps.end.1", 199_999_999),
    "a step that starts before it is ready": ("steps.ready.1", 200_000_001),
    "no such task": ("steps.task.0", 3),
    "no such kind": ("steps.kind.0", 5),
    "no such label": ("steps.label.0", 99),
    "no label": ("steps.label.0", -1),
    "no such waiting_for": ("steps.waiting_for.0", 99),
    "no such place": ("steps.resumed.0", 1),
    "inside itself": ("steps.inside.1", 1),
    "inside a later one": ("steps.inside.1", 2),
    "woken by itself": ("steps.woken_by.2", 2),
    "woken by nothing we know": ("steps.woken_by.2", -4),
    "a column that is too short": ("steps.task", [0]),
    "a column that is empty": ("steps.task", []),
    "a column of places that is too short": ("steps.resumed", [0]),
    "a column that is a table": ("steps.task", {}),
    "steps that are a list": ("steps", []),
    "due after no step": ("due.step.0", 99),
    "due at no time": ("due.time.0", None),
    "due more often than not": ("due.time", [1, 2, 3]),
    "task numbers of its own": ("tasks.id.1", 7),
    "a nameless task": ("tasks.name.1", None),
    "a task that is its own parent": ("tasks.parent.1", 1),
    "a task that is its parent's parent": ("tasks.parent.1", 2),
    "a parent that is not there": ("tasks.parent.1", 99),
    "created never": ("tasks.created.1", -0.1),
    "ended at infinity": ("tasks.ended.1", 1e300),
    "started at a word": ("tasks.started.1", "soon"),
    "an outcome that is a list": ("tasks.outcome.1", []),
    "an outcome we do not know": ("tasks.outcome.1", "bored"),
    "a role we do not know": ("tasks.role.1", "villain"),
    "entered perhaps": ("tasks.entered.1", None),
    "tasks of unequal columns": ("tasks.name", ["a"]),
    "a timer of a step that is not there": ("timers.made_by.0", 4),
    "a timer run by a step that is not there": ("timers.step.0", 4),
    "a timer due at true": ("timers.due.0", True),
    "idle since a list": ("idle.start.0", [[[]]]),
    "printed by a step that is not there": ("output.step.0", 4),
    "printed a number": ("output.text.0", 7),
    "strings that are numbers": ("strings.0", 1),
    "strings that are one": ("strings", "abc"),
    "a place without a line": ("places.line.0", None),
    "sources in a list": ("sources", ["a"]),
    "a source that is none": ("sources.cell 1", None),
    "notes in a table": ("notes", {}),
    "a title that is a number": ("title", 1),
    "a clock we do not know": ("clock", "grandfather's"),
    "a clock that is a list": ("clock", []),
    "a length below nothing": ("length", -1),
    "a length of ever": ("length", 1e400),
}


def lying(where, what):
    """A saved file in which one value is another."""
    whole = json.loads("".join(storage._lines(everything())))
    *path, last = [int(key) if key.isdigit() else key for key in where.split(".")]
    table = whole
    for key in path:
        table = table[key]
    table[last] = what
    return json.dumps(whole).replace("Infinity", "1e400")


@pytest.mark.parametrize(("where", "what"), LIES.values(), ids=LIES)
def test_a_file_that_lies_is_refused_in_a_sentence(where, what, tmp_path):
    (tmp_path / "run.json").write_text(lying(where, what), encoding="utf-8")
    with pytest.raises(NotATimeline, match="damaged or edited"):
        load(tmp_path / "run.json")


NAMES = sorted(json.loads("".join(storage._lines(everything()))))


@pytest.mark.parametrize("name", sorted(storage.PARTS_ADDED_LATER))
def test_an_older_file_may_lack_it(name, tmp_path):
    whole = json.loads("".join(storage._lines(everything())))
    del whole[name]
    (tmp_path / "run.json").write_text(json.dumps(whole), encoding="utf-8")
    assert load(tmp_path / "run.json").tasks == everything().tasks


@pytest.mark.parametrize("name", [n for n in NAMES if n not in storage.PARTS_ADDED_LATER])
def test_a_file_that_lacks_something_is_refused(name, tmp_path):
    whole = json.loads("".join(storage._lines(everything())))
    del whole[name]
    (tmp_path / "run.json").write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(NotATimeline):
        load(tmp_path / "run.json")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(data=st.data())
def test_whatever_stands_anywhere_it_is_read_or_refused(data, tmp_path_factory):
    whole = json.loads("".join(storage._lines(everything())))
    table, key = whole, data.draw(st.sampled_from(sorted(set(whole) - {"format", "version"})))
    while table[key] and isinstance(table[key], dict | list) and data.draw(st.booleans()):
        table = table[key]
        keys = sorted(table) if isinstance(table, dict) else range(len(table))
        key = data.draw(st.sampled_from(keys))
    table[key] = data.draw(anything)
    path = tmp_path_factory.getbasetemp() / "fuzzed.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    try:
        timeline = load(path)
    except NotATimeline:
        return  # any other error would fail this test
    for task in timeline.tasks:
        timeline.stretches(task.id)
    assert len(list(timeline.steps)) == len(timeline.columns)


def test_a_lie_of_a_million_values_takes_memory_in_proportion(tmp_path):
    """Nothing is allotted because a file says so; what it holds is all it can cost."""
    (tmp_path / "run.json").write_bytes(document(strings=[[]] * 1_000_000, length=2**62))
    tracemalloc.start()
    with pytest.raises(NotATimeline):
        load(tmp_path / "run.json")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 * os.path.getsize(tmp_path / "run.json")
