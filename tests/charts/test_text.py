"""The Gantt chart in characters, word for word."""

import re

import pytest
from chart_samples import (
    EVERY,
    breakfast,
    callbacks,
    crowd,
    greetings,
    libraries,
    rude,
    strange,
    waiting,
)
from order_programs import eleven_lines, shouting

from helpers.charts.style import cells
from helpers.charts.text import text
from helpers.timeline import Step, TaskSpan, Timeline

BREAKFAST = """
breakfast: 5 tasks, 4.4 s, virtual time
this cell    |─────────────────── task 'main' ─────────────────────|──
  main       |───────────────── its task group ───────────────────█✗
    tea      ███─────────────!!!!!!!!!███████✓
      radio     ░░░░░░░░|──────────────── Queue.get ──────────────────…
    toast    ░░░███████──█████████████─────────────█████████████✗
    eggs     ░░░░░░░░░░█────────────── Event.wait ──────────────██⊘
loop         ===========·^===================······================
             0 s                      2 s                       4 s

█ running   | running, too short to draw to scale
░ ready: queued for its turn   ─ waiting, for what is written on it
! overdue: time is up, loop is held   ✓ returned   ✗ raised
⊘ cancelled   … still pending   = loop busy   · loop asleep
^ callback or timer

               running    ready  waiting  overdue
this cell          0 s      0 s    4.4 s      0 s
  main           0.1 s      0 s    4.1 s      0 s
    tea          0.8 s      0 s    1.7 s    0.7 s
      radio        0 s    0.6 s    3.5 s      0 s
    toast        2.5 s    0.3 s    1.2 s      0 s
    eggs         0.2 s    0.8 s    3.1 s      0 s
tea held the loop 2 times, 0.8 s in all, longest 0.5 s
toast held the loop 3 times, 2.5 s in all, longest 1 s
✗ main: ExceptionGroup: 1 went wrong
✗ toast: ValueError: burnt
this cell waited: task 'main' 4.2 s, what is not known 0.2 s
main waited: its task group 4.1 s
tea waited: sleep(1) 1.7 s
radio waited: Queue.get 3.5 s
toast waited: sleep(1) 1 s, sleep(0.2) 0.2 s
eggs waited: Event.wait 3.1 s
Note: Mind it.
"""

CALLBACKS = """
callbacks: no tasks, 2 s
this cell  |─────────────────────── sleep(2) ────────────────────────|
soon       |
tick       ── until 0.6 s ──██████████
late       ─── until 0.7 s ────!!!!!!!░|
never      ────── until 9 s ──────⊘
read                                                |
loop       ^················^^^^^^^^^^^·············^················=
           0 s                          1 s                          2 s
"""


def test_every_state_and_every_end():
    assert (
        breakfast().text(width=72, sentences=False, order=False, findings=False)
        == BREAKFAST.strip()
    )


def test_a_program_of_callbacks():
    assert callbacks().text(width=72, sentences=False, order=False).startswith(CALLBACKS.strip())


# -- what is told above the lanes --------------------------------------------------------------


def test_it_begins_with_the_sentences_of_the_alt_text():
    said = breakfast().text(width=1000).partition("\n\n")[0].split("\n")
    assert (
        said[1]
        == "'main' waits for its task group and raises ExceptionGroup: 1 went wrong at 4.2 s."
    )
    alt = breakfast().gantt().alt
    assert alt.partition(". ")[2].startswith(" ".join(said[1:]))
    assert alt.removesuffix(" Note: Mind it.").endswith(said[-1])


def test_of_a_part_there_are_no_sentences_which_tell_the_whole():
    assert breakfast().text(between=(2.6, 3.5)) == breakfast().text(
        between=(2.6, 3.5), sentences=False
    )


def test_a_few_steps_are_told_one_by_one_before_the_lanes():
    told, without = eleven_lines().text(), eleven_lines().text(order=False)
    story, steps, rest = told.split("\n\n", 2)
    assert without == f"{story}\n\n{rest}"
    assert steps == eleven_lines().order().as_text().partition("\n")[2]


def test_many_steps_are_not_and_that_is_said():
    lanes, told = shouting(5, 5).text(order=False), shouting(5, 5).text()
    assert told.replace(lanes, "") == (
        "\n38 steps are too many to tell one by one; timeline.order() tells a part of them."
    )


def test_a_window_tells_the_steps_that_lie_in_it():
    told = breakfast().text(between=(2.6, 3.5), width=60)
    assert "\n\n0 s to 3 s:\n" not in told
    assert "Here is step 10 of 13; order(first=11) goes on from there." in told
    assert " 9. " not in told


# -- the rest --------------------------------------------------------------------------------


def test_through_the_timeline():
    assert greetings().text(width=60, title="hi").startswith("hi: 2 tasks, 1.5 s\n")
    assert greetings().text() == text(greetings())


def test_many_tasks_are_folded_with_a_word():
    lines = text(crowd(100)).splitlines()
    assert len([line for line in lines if line.startswith("  t-") and "✓" in line]) == 24
    assert "76 more tasks: up to 76 at a time, 76 returned" in lines


def test_blocking_in_virtual_time_says_that_it_was_real():
    assert "rude held the loop for 0.7 s of real time\n" in text(rude())


def signer(*, seen: bool, lines: bool = True, files: int = 1) -> Timeline:
    """A task that computes 17 times, for 0.1175 s or 0.12 s."""
    at = [("job.py", 46, "sign"), ("job.py", 9, "")]
    steps = [
        Step(
            *(0, "task", "job", n, n, n + (0.12 if n == 3 else 0.1175)),
            resumed_at=("job.py", 40) if lines else None,
            held_at=at[n != 3] if seen else None,
        )
        for n in range(17)
    ]
    sources = dict.fromkeys(("job.py", "tools.py")[:files], "")
    return Timeline.of([TaskSpan(0, "job", ended=20)], steps, sources=sources)


@pytest.mark.parametrize(
    ("timeline", "where"),
    [
        (signer(seen=True), " in sign(), line 46"),
        (signer(seen=True, files=2), " in sign(), line 46 of job.py"),
        (signer(seen=False), " after line 40"),
        (signer(seen=False, lines=False), ""),
    ],
    ids=["seen", "seen, two files", "not seen", "without lines"],
)
def test_many_blocking_steps_are_summed_up_with_where_the_longest_was(timeline, where):
    told = f"job held the loop 17 times, 2 s in all, longest 0.12 s{where}\n"
    assert told in timeline.text(width=100)


def test_one_blocking_step_in_a_line_without_a_call():
    step = Step(0, "task", "job", 0, 0, 0.5, held_at=("job.py", 9, ""))
    told = Timeline.of([TaskSpan(0, "job", ended=1)], [step]).text()
    assert "\njob held the loop for 0.5 s in line 9\n" in told


def test_libraries_are_folded_in_text_and_picture_if_that_is_asked():
    told = libraries().text(fold_libraries=True)
    assert "3 tasks of aiohttp: up to 3 at a time, 3 returned\n" in told
    assert "3 tasks of aiohttp held the loop for 0.5 s\n" in told
    assert not re.search("^ *t[1-4] ", told, re.MULTILINE)
    assert libraries().gantt(fold_libraries=True).as_text() == told


def test_nothing_recorded_is_said():
    assert text(Timeline()) == ("no tasks, 0 s\nNothing was recorded: no task and no callback ran.")


def test_what_is_wrong_stands_below_unless_only_a_part_is_seen():
    lanes, told = breakfast().text(findings=False), breakfast().text()
    assert told.replace(lanes, "") == "\n\nWhat was found, the worst first:\n" + str(
        breakfast().findings()
    )
    assert "What was found" not in breakfast().text(between=(2.0, 3.0))
    assert "ound" not in greetings().text()


def test_what_a_task_waited_for_is_summed_up_the_longest_first():
    told = [line for line in waiting().text().splitlines() if " waited: " in line]
    assert told == [
        "w waited: Queue.get 3 s, c 1.6 s, b 1.5 s, a 1.4 s, 2 others 1.2 s",
        "x waited: what is not known 2 s",
    ]


def test_in_a_window_only_what_it_waited_in_there():
    assert "\nw waited: d 0.6 s, Queue.get 0.4 s" in waiting().text(between=(6.1, 7.1))


def test_a_window():
    first, row, *_ = breakfast().text(between=(2.0, 3.0), order=False).splitlines()
    assert first == "breakfast: 5 tasks, 4.4 s, virtual time, seen from 2 s to 3 s"
    assert row.startswith("this cell ")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_asked(name, width):
    lines = EVERY[name].text(width=width).splitlines()
    assert all(cells(line) <= width for line in lines)


@pytest.mark.parametrize("name", EVERY)
def test_only_printable_characters_and_line_breaks(name):
    assert all(line.isprintable() for line in text(EVERY[name]).split("\n"))


WIDE = (
    "茶を入れる人が待っている" * 3,
    "❤\ufe0f heart " * 5,
    "👩‍🍳 cook",
    "नमस्ते",
    "한국어",
    "🇩🇪",
    "e\u0301" * 50,
)


def wide() -> Timeline:
    """Names of all widths, which wait for one another, are noted, raised and found at fault."""
    tasks = [TaskSpan(i, name, "f", None, 0, 0, 9, "raised", name) for i, name in enumerate(WIDE)]
    steps = [
        Step(i, "task", name, 0, i / 2, (i + 1) / 2, waiting_for=f"task '{name}'")
        for i, name in enumerate(WIDE)
    ]
    return Timeline.of(tasks, steps, title=WIDE[0], notes=WIDE)


@pytest.mark.parametrize("columns", [60, 80])
def test_lanes_are_exactly_as_wide_as_asked_whatever_the_letters(columns):
    lines = wide().text(width=columns).splitlines()
    assert max(cells(line) for line in lines) <= columns
    lanes = [line for line in lines if line.endswith("─✗")]
    assert len(lanes) == len(WIDE)
    assert {cells(lane) for lane in lanes} == {columns - 1}  # the last is that of an end at the end


def test_long_names_leave_room_for_long_times():
    year, steps = 365 * 86_400, []
    for n in (0, 10, 20):
        steps += [
            Step(0, "task", "a", n * year, (n + 2) * year, (n + 3) * year, due=(n + 4) * year)
        ]
    task = TaskSpan(
        0, "a name of sixty letters that goes on and on until it is told", ended=23 * year
    )
    lines = Timeline.of([task], steps).text(width=60).splitlines()
    assert max(cells(line) for line in lines) == 60


def test_a_wide_word_is_carried_by_a_wait_cell_by_cell():
    steps = [Step(0, "task", "a", 0, 0, 0, waiting_for="茶を"), Step(0, "task", "a", 9, 9, 9)]
    lane = Timeline.of([TaskSpan(0, "a", ended=9)], steps).text(sentences=False, order=False)
    row = lane.splitlines()[1]
    assert "─ 茶を ─" in row
    assert cells(row) == 79


def test_lanes_of_wide_letters_stay_aligned():
    rows = strange().text(sentences=False, order=False).splitlines()[1:12]
    begins = {cells(re.match("[^░█]*", row)[0]) for row in rows}
    assert all("█" in row for row in rows)
    assert len(begins) == 1
