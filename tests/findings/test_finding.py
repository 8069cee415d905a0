"""What a reader sees of findings, and that a kind which fails costs only itself."""

import asyncio
from math import inf

import helpers.findings
from helpers import compute, simulate
from helpers.findings import Finding, Findings
from helpers.timeline import Step, TaskSpan, Timeline
from helpers.timeline.cells import cells


def finding(number, cost=inf):
    return Finding(
        "loop held", f"<{number}> held it.", "Try it.", "03", (number,), number, cost=cost
    )


def test_the_worst_comes_first_and_of_the_same_the_earlier():
    rows = [finding(1, 2.0), finding(2), finding(3, 5.0), finding(4)]
    assert [f.tasks[0] for f in sorted(rows, key=Finding.rank)] == [2, 4, 3, 1]


def test_five_are_shown_and_the_rest_is_counted():
    shown = Findings(finding(number) for number in range(7)).text()
    assert [line for line in shown.splitlines() if "held it" in line][-1].startswith("5. ")
    assert shown.splitlines()[-1].startswith("And 2 more")


def test_nothing_found_is_said_and_is_false():
    assert not Findings()
    assert repr(Findings()).startswith("Nothing found")
    assert "Nothing found" in Findings()._repr_mimebundle_()["text/html"]


def test_in_a_notebook_it_is_a_list_and_names_cannot_break_it():
    html = Findings([finding(1)])._repr_mimebundle_()["text/html"]
    assert html.startswith("<ol><li><b>loop held</b>: &lt;1&gt; held it.")


def test_the_list_is_as_wide_as_asked():
    lines = Findings([finding(1)], ["x was not looked for: " + "long " * 30]).text(40).splitlines()
    assert all(len(line) <= 40 for line in lines)
    assert "Lesson 03 explains it." in " ".join(lines)


def test_the_list_is_as_wide_as_asked_in_letters_that_take_two_cells():
    wide = Finding("loop held", "茶を入れる人 " * 12, "", "", (), 0.0)
    assert all(cells(line) <= 40 for line in Findings([wide]).text(40).splitlines())


def test_a_kind_that_fails_says_so_and_costs_only_itself(monkeypatch):
    def fails(evidence):
        raise KeyError("who")
        yield

    kinds = {"broken": fails, "whole": lambda evidence: iter([finding(1)])}
    monkeypatch.setattr(helpers.findings, "all_kinds", lambda: kinds)
    found = Timeline().findings()
    assert len(found) == 1
    assert found.notes == ("broken was not looked for: KeyError: 'who'",)


def test_an_empty_recording_and_one_by_hand_have_none():
    tasks = [TaskSpan(0, "a", ended=1.0, outcome="returned")]
    steps = [Step(0, "task", "a", 0.0, 0.0, 1.0)]
    for timeline in (Timeline(), Timeline.of(tasks), Timeline.of(tasks, steps)):
        assert (timeline.findings(), timeline.findings().notes) == (Findings(), ())


def test_a_saved_recording_has_the_findings_it_had(tmp_path):
    async def program():
        task = asyncio.create_task(asyncio.sleep(0.1))
        compute(1)
        await task

    timeline = simulate(program())
    timeline.save(tmp_path / "it.json")
    assert len(timeline.findings()) >= 1
    assert Timeline.load(tmp_path / "it.json").findings() == timeline.findings()


def test_every_kind_has_its_own_name():
    assert all(name == name.lower() for name in helpers.findings.all_kinds())
