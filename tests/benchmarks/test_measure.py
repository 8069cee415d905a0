"""The benchmark still measures what it says: each measurement once, on a tiny program."""

import measure
import pytest
import run

SMALL = ("20", "3")  # tasks, turns: 20 first steps, 60 turns, 20 callbacks of the group, main's two


@pytest.mark.parametrize("way", ["lines off", "lines on"])
def test_a_recorded_workload_is_timed_and_weighed(way):
    found = measure.workload("A", way, *SMALL)
    assert found["steps"] >= 20 + 60 + 20 + 2
    assert found["run"] > 0
    assert found["kept"] >= 40 * found["steps"]


@pytest.mark.parametrize("workload", ["B", "C"])
def test_the_bare_workload_is_timed(workload):
    assert measure.workload(workload, "bare", "50")["run"] > 0


def test_findings_are_timed_beside_the_recording():
    found = measure.findings(*SMALL)
    assert found["share"] == found["seconds"] / found["recording"] > 0


def test_pictures_and_files_are_timed_and_weighed():
    assert measure.picture(*SMALL)["bytes"] > 1_000
    assert measure.player(*SMALL)["bytes"] > 1_000
    assert measure.saved(*SMALL, "a.json")["bytes"] > measure.events(*SMALL, "a.json.gz")["bytes"]


def test_a_table_is_markdown_in_columns(capsys):
    run._table("what | time", [("import", "1 s"), ("a picture", "0.5 s")])
    assert capsys.readouterr().out.splitlines() == [
        "| what      | time  |",
        "|-----------|-------|",
        "| import    | 1 s   |",
        "| a picture | 0.5 s |",
        "",
    ]


def test_medians_are_taken_number_by_number():
    runs = [{"run": 3, "kept": 1}, {"run": 1, "kept": 9}, {"run": 2, "kept": 2}]
    assert run._middle(runs) == {"run": 2, "kept": 2}
