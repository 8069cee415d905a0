"""Every exercise, found by itself, keeps its promises; and what the three verbs answer."""

import ast
import asyncio
import builtins
import gc
import importlib
import inspect
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import wording

from helpers import check, hint, solution
from helpers.practice import exercises as verbs
from helpers.practice import progress
from helpers.practice.checks import InReality
from helpers.practice.exercises import Exercise, exercises

LESSONS = Path(__file__).parents[2] / "notebooks"
EVERY = [pytest.param(exercise, id=exercise.id) for exercise in exercises().values()]


@pytest.fixture(autouse=True)
def solved(monkeypatch):
    """The ids reported as solved, instead of the learner's own progress file."""
    found = []
    monkeypatch.setattr(progress, "solved", found.append)
    monkeypatch.setattr(verbs, "_hints_given", {})
    return found


def defined(source, name):
    """The function a notebook cell would define."""
    namespace = {"asyncio": asyncio}
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace[name]


def exercises_in(module):
    contents = vars(importlib.import_module(module)).values()
    return [value for value in contents if isinstance(value, Exercise)]


# -- what every exercise promises ---------------------------------------------------------


@pytest.mark.parametrize("exercise", EVERY)
def test_it_is_complete(exercise):
    lesson, _, words = exercise.id.partition("-")
    assert re.fullmatch(r"\d\d-.+", exercise.id), "an id is the lesson's two digits, -, and words"
    home = f"helpers.practice.problems.lesson_{lesson}.{words.replace('-', '_')}"
    assert [value.id for value in exercises_in(home)] == [exercise.id], "its file has another name"
    source = Path(importlib.import_module(home).__file__).read_text(encoding="utf-8")
    assert re.findall("FILL IN: .*", source) == [], f"still to be filled in, in {home}"
    assert exercise.title, "it has no title"
    assert exercise.prompt, "it has no prompt"
    assert exercise.why.endswith("."), "it does not say why a right answer is right"
    assert wording.offences(exercise.why) == []
    assert 2 <= len(exercise.hints) <= 4, "two to four hints, from a nudge to nearly the answer"
    assert len(set(exercise.hints)) == len(exercise.hints), "a hint stands there twice"
    assert len(exercise.also) >= 1, "a second correct style is missing"
    assert len(exercise.wrong) >= 2, "typical wrong answers are missing"
    assert len({sentence for _, sentence in exercise.wrong}) >= 2, "all wrong answers get one reply"


@pytest.mark.parametrize("exercise", EVERY)
def test_the_starter_runs_and_is_not_attempted(exercise, solved):
    name = exercise.solution.__name__
    assert check(exercise.id, defined(exercise.starter, name)).outcome == "not attempted"
    assert check(exercise.id).outcome == "not attempted"
    (function,) = [node for node in ast.parse(exercise.starter).body if hasattr(node, "args")]
    keyword = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    empty = f"{keyword} {name}({ast.unparse(function.args)}):\n    ..."
    assert check(exercise.id, defined(empty, name)).outcome == "not attempted"
    assert solved == []


@pytest.mark.parametrize("exercise", EVERY)
def test_the_solution_can_be_pasted_into_its_lesson(exercise):
    [lesson] = LESSONS.glob(f"{exercise.lesson}_*.ipynb")
    cells = nbformat.read(lesson, as_version=4).cells
    imported = {}
    exec(next(cell.source for cell in cells if cell.cell_type == "code"), imported)
    exec(inspect.getsource(exercise.solution), imported)
    verdict = check(exercise.id, imported[exercise.solution.__name__])
    assert verdict.outcome == "correct", str(verdict)


@pytest.mark.parametrize("exercise", EVERY)
def test_the_solution_and_other_styles_are_correct(exercise, solved):
    for function in (exercise.solution, *exercise.also):
        verdict = check(exercise.id, function)
        assert verdict.outcome == "correct", f"{function.__name__}: {verdict}"
    assert solved == [exercise.id] * (1 + len(exercise.also))


@pytest.mark.parametrize("exercise", EVERY)
def test_each_wrong_answer_gets_exactly_its_sentence(exercise, solved):
    for function, sentence in exercise.wrong:
        verdict = check(exercise.id, function)
        assert verdict.outcome == "not yet", function.__name__
        assert verdict.sentence == sentence
    assert solved == []


@pytest.mark.parametrize("exercise", EVERY)
def test_hints_come_one_by_one_and_the_last_one_stays(exercise):
    given = [hint(exercise.id).sentence for _ in range(len(exercise.hints) + 1)]
    assert given == [*exercise.hints, exercise.hints[-1]]


@pytest.mark.parametrize("exercise", EVERY)
def test_the_solution_is_shown_by_its_source(exercise):
    code = solution(exercise.id).code
    function = defined(code, exercise.solution.__name__)
    assert function.__code__.co_names == exercise.solution.__code__.co_names


NAMED = re.compile(r"'([A-Za-z_]\w*)(?:-\d+)?(?:\([^')]*\))?'|\b([A-Za-z_]\w*)\(")


@pytest.mark.parametrize("exercise", EVERY)
def test_a_sentence_speaks_of_the_learners_names_never_of_ours(exercise):
    """What it quotes or calls stands in the prompt, in the starter, in the answer, or in a hint;
    or is a page or a paper of the check, or Python's own."""
    for function, sentence in exercise.wrong:
        seen = " ".join((exercise.prompt, exercise.starter, *exercise.hints))
        seen += inspect.getsource(function)
        known = (
            set(re.findall(r"\w+", seen)) | set(dir(builtins)) | set(dir(asyncio)) | OF_LIBRARIES
        )
        named = {name for pair in NAMED.findall(sentence) for name in pair if name}
        lent = set(vars(inspect.getmodule(exercise.solution))) - {exercise.solution.__name__}
        if exercise.id not in LENT_IN_A_LIST:
            assert named & lent <= known, sentence


LENT_IN_A_LIST = ("05-try-all",)  # there each job has only the name that the chart shows
OF_LIBRARIES = {"time", "sleep", "call_later", "call_soon", "call_soon_threadsafe", "result"}


def nothing(*_):
    return None


@pytest.mark.parametrize(
    ("promise", "broken"),
    [
        (test_it_is_complete, {"hints": ("only one",)}),
        (test_it_is_complete, {"also": ()}),
        (test_it_is_complete, {"wrong": ()}),
        (test_the_starter_runs_and_is_not_attempted, {"starter": "async def x():\n    return 1"}),
        (test_the_solution_and_other_styles_are_correct, {"also": (nothing,)}),
        (test_each_wrong_answer_gets_exactly_its_sentence, {"wrong": ((nothing, "Wrong."),)}),
    ],
)
def test_an_exercise_that_breaks_a_promise_does_not_pass(promise, broken, monkeypatch, solved):
    whole = exercises()["00-breakfast"]
    monkeypatch.setitem(exercises(), whole.id, replace(whole, **broken))
    given = (exercises()[whole.id], solved)[: promise.__code__.co_argcount]
    with pytest.raises((AssertionError, KeyError)):
        promise(*given)


def test_all_of_them_are_found():
    assert {"00-breakfast", "00-tea-and-toast", "04-fetch-all"} <= set(exercises())
    assert len(exercises()) == len(EVERY)


# -- what the verbs answer ------------------------------------------------------------------


def test_text_and_html_say_the_same():
    async def breakfast(brew, toast, boil):
        return [await brew(), await toast(), await boil(), print("<done>")]

    verdict = check("00-breakfast", breakfast)
    shown = verdict._repr_mimebundle_()
    assert shown["text/plain"].splitlines()[0] == "➜ Not yet: Breakfast in three seconds"
    assert "It printed:\n<done>" in shown["text/plain"]
    for words in ("➜ Not yet: Breakfast", "one after the other", "&lt;done&gt;", "<img alt="):
        assert words in shown["text/html"]
    assert [caption for caption, _ in verdict.charts] == ["What yours did", "What to aim at"]
    assert [timeline.duration for _, timeline in verdict.charts] == [6.0, 3.0]


def test_charts_of_callbacks_say_what_was_called_with_what_and_end_with_the_last_call():
    wrong = exercises()["03-countdown"].wrong[0][0]
    (here, yours), (there, aim) = check("03-countdown", wrong).charts
    assert (here, there) == ("What yours did (for seconds=3)", "What to aim at (for seconds=3)")
    assert (yours.duration, aim.duration) == (1, 3)
    called = ["countdown", "show(3)", "show(2)", "show(1)", "show(0)"]
    assert [step.label for step in aim.steps] == called
    assert sorted(step.label for step in yours.steps) == sorted(called)


def test_where_begins_later_what_only_waited_for_that_is_left_out():
    wrong = next(f for f, said in exercises()["03-countdown"].wrong if said.startswith("When it"))
    (caption, yours), _ = check("03-countdown", wrong).charts
    assert caption == "What yours did (when it is called at 5 s on the loop's clock)"
    assert [(step.label, step.start) for step in yours.steps if step.label == "countdown"] == [
        ("countdown", 5)
    ]
    [begun] = [index for index, step in enumerate(yours.steps) if step.label == "countdown"]
    assert {timer.made_by for timer in yours.timers if timer.label == "show"} == {begun}


def test_a_right_answer_gets_its_chart_why_it_is_right_and_where_to_compare():
    exercise = exercises()["00-breakfast"]
    verdict = check("00-breakfast", exercise.also[0])
    assert verdict.sentence == exercise.why
    assert verdict.after.startswith('solution("00-breakfast") shows another way')
    [(caption, chart)] = verdict.charts
    assert (caption, chart.duration) == ("What yours did", 3)


def test_the_learners_own_traceback_and_no_line_of_ours():
    source = "async def breakfast(brew, toast, boil):\n    await brew()\n    return tost()\n"
    verdict = check("00-breakfast", defined(source, "breakfast"))
    assert verdict.sentence == "Your program raised NameError: name 'tost' is not defined"
    lines = [line for line in verdict.trace.splitlines() if line.lstrip().startswith("File")]
    assert lines == ['  File "<cell>", line 3, in breakfast']
    assert "helpers" not in repr(verdict)
    assert verdict.charts == ()  # a picture would only distract from the message


def test_a_traceback_names_the_cell_and_not_the_kernels_temporary_file():
    source = "async def breakfast(brew, toast, boil): raise ValueError('no')"
    namespace = {}
    exec(compile(source, "/tmp/ipykernel_4242/1234.py", "exec"), namespace)
    trace = check("00-breakfast", namespace["breakfast"]).trace
    assert 'File "your cell", line 1, in breakfast' in trace


def test_what_could_be_a_secret_is_not_in_the_answer_before_it_is_asked_for():
    for verb in (check, hint):
        assert "create_task(brew" not in repr(verb("00-breakfast"))


def test_an_unknown_name_gets_a_guess():
    for verb in (check, hint, solution):
        note = verb("00-brekfast")
        assert 'Did you mean "00-breakfast"?' in repr(note)
        assert "comes first, in quotes" in repr(
            verb(test_hints_come_one_by_one_and_the_last_one_stays)
        )
        assert "comes first, in quotes" in repr(verb([]))


def test_asyncio_replaced_by_an_earlier_cell_is_named(monkeypatch):
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: None)
    note = check("00-breakfast", exercises()["00-breakfast"].solution)
    assert note.outcome == "not yet"
    assert note.sentence.startswith("An earlier cell replaced asyncio.sleep by something else")


def test_a_fault_in_the_judge_is_not_the_learners_traceback(monkeypatch):
    def judge(function):
        raise ZeroDivisionError("ours")

    broken = exercises()["00-breakfast"]
    monkeypatch.setitem(exercises(), "00-breakfast", replace(broken, judge=judge))
    note = check("00-breakfast", broken.also[0])
    assert note.outcome == "not yet"
    assert note.sentence.startswith(
        "The check itself could not be carried out (ZeroDivisionError)."
    )


def test_a_collection_in_a_check_passes_over_what_was_there_before():
    """In a kernel with millions of objects each would take a second, and be told as endless."""
    frozen = []

    def in_background(coroutine, kept):
        frozen.append(gc.get_freeze_count())
        exercises()["04-background"].solution(coroutine, kept)

    assert check("04-background", in_background).outcome == "correct"
    assert min(frozen) > 1000
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize(("slow", "outcome"), [(1, "correct"), (2, "correct"), (3, "not yet")])
def test_what_a_busy_machine_may_have_held_up_is_judged_again(slow, outcome, monkeypatch, solved):
    def judge(function):
        told.append("judged")
        if len(told) <= slow:
            raise InReality("'breakfast' held the loop.")

    told, held_up = [], exercises()["00-breakfast"]
    monkeypatch.setitem(exercises(), "00-breakfast", replace(held_up, judge=judge))
    note = check("00-breakfast", held_up.also[0])
    assert (note.outcome, len(told)) == (outcome, min(slow + 1, 3))
    assert bool(solved) == (outcome == "correct")
