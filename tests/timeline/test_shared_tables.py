"""What tasks share comes back from a file as it went; what cannot be is refused."""

import json
from dataclasses import replace

import pytest
from by_hand import door

from helpers.timeline import Step, TaskSpan, Timeline, WorkerSpan, storage

STEPS = [Step(0, "task", "a", float(n), float(n), n + 0.5) for n in range(5)]
CALL = WorkerSpan("load", 0.1, "thread", "pool", 2, "pool_0", 1, 0, 0.2, 0.3, "returned")


def shared():
    doors = replace(door(), maker=0, made=0.0, made_at=("cell 1", 3), type="Lock")
    tasks = [TaskSpan(0, "a"), TaskSpan(1, "b")]
    return Timeline.of(tasks, STEPS, resources=(doors, door()), worker_spans=(CALL,))


def test_what_is_saved_comes_back_equal(tmp_path):
    shared().save(tmp_path / "run.json")
    assert Timeline.load(tmp_path / "run.json") == shared()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("resources", "kind", "Queues"),
        ("resources", "maker", 2),
        ("resources", "made_at", ["cell 1"]),
        ("changes", "resource", 2),
        ("changes", "moment", 3 * 10**9),
        ("changes", "size", 2**40),
        ("changes", "step", 5),
        ("holds", "task", 2),
        ("holds", "end", 0),
        ("in_line", "over", 6),
        ("worker_spans", "kind", "fibre"),
        ("worker_spans", "task", 7),
        ("worker_spans", "outcome", 1),
    ],
)
def test_a_file_that_lies_is_refused(table, column, value, tmp_path):
    whole = json.loads("".join(storage._lines(shared())))
    row = 1 if (table, column) == ("holds", "end") else 0
    whole[table][column][row] = value
    (tmp_path / "run.json").write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(storage.NotATimeline, match="damaged or edited"):
        Timeline.load(tmp_path / "run.json")


def test_columns_of_unequal_length_are_refused(tmp_path):
    whole = json.loads("".join(storage._lines(shared())))
    whole["holds"]["slot"].pop()
    (tmp_path / "run.json").write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(storage.NotATimeline, match="unequal length in holds"):
        Timeline.load(tmp_path / "run.json")
