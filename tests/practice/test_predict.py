"""Predictions: asked as text for everyone, chosen by some, answered by the measurement."""

import asyncio
import json

import pytest

from helpers import simulate
from helpers.practice import predict as module
from helpers.practice import progress
from helpers.practice.predict import compare, predict
from helpers.practice.predictions import Question

REPLIES = {"A": "`main` prints when it runs, and it has not let go yet."}


@pytest.fixture(autouse=True)
def known(monkeypatch, tmp_path):
    """The predictions there are. Each test begins with nothing asked, in a folder of its own."""
    questions = {}
    monkeypatch.setattr(module, "called", questions.get)
    monkeypatch.setattr(module, "predictions", lambda: questions)
    monkeypatch.setattr(module, "_asked", {})
    monkeypatch.setattr(module, "_advice", iter([module._COMMIT_FIRST]))
    monkeypatch.setattr(progress, "_this_session", progress.Done())
    monkeypatch.setenv("SEE_THE_LOOP_PROGRESS", str(tmp_path / "progress.json"))
    globals().pop("answer", None)
    return questions


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, in order: each as the bundle a notebook gets."""
    bundles = []
    monkeypatch.setattr(module, "display", lambda out: bundles.append(out._repr_mimebundle_()))
    return bundles


@pytest.fixture
def ask(known):
    """Asks a question of those options; what is measured is this file's variable `answer`."""

    def ask(*options, question="Which line is printed first?", replies=REPLIES, unit=""):
        known["04-x"] = Question(
            id="04-x",
            ask=question,
            options=options or ("World", "Hello"),
            unit=unit,
            measured=lambda answer: answer,
            because="Why it is so.",
            replies=replies,
        )
        predict("04-x")
        return module._asked["04-x"]

    return ask


def run_and_compare(measured="Hello"):
    globals()["answer"] = measured
    compare("04-x")


# -- the question ------------------------------------------------------------------------


def test_the_question_is_text_with_lettered_options(shown, ask):
    ask(1, 2.5, unit="s", question="How long does `main()` take?")
    assert shown[0]["text/plain"] == (
        "Predict: How long does `main()` take?\n  A. 1 s\n  B. 2.5 s\nDecide before you read on."
    )
    assert "<code>main()</code>" in shown[0]["text/html"]
    assert "<p><strong>B.</strong> 2.5 s</p>" in shown[0]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in shown[0]


def test_orders_and_programs_are_readable_options(shown, ask):
    ask(["a", "b"], ["b", "a"])
    assert "  A. a, b\n  B. b, a\n" in shown[0]["text/plain"]
    ask("await a()\nawait b()", "await gather(a(), b())")
    assert "  A.\n     await a()\n     await b()\n  B. await gather" in shown[1]["text/plain"]
    assert "<pre>await a()\nawait b()</pre>" in shown[1]["text/html"]


def test_options_of_several_lines_can_be_told_apart_by_ear(ask):
    spoken = ask("lights\n  doors", "doors\nlights", "nothing")._widget.spoken
    assert spoken == ["A: 1, lights; 2, doors", "B: 1, doors; 2, lights", ""]


def test_an_answer_of_several_lines_shows_them_all(shown, ask):
    ask("a\nb", "b\na")
    run_and_compare(["b\n", "a\n"])
    assert shown[1]["text/plain"] == "Measured: B.\n     b\n     a\nWhy it is so."
    assert shown[1]["text/html"] == (
        "<p><strong>Measured:</strong> <strong>B.</strong></p><pre>b\na</pre><p>Why it is so.</p>"
    )


def test_markup_in_a_question_is_shown_and_not_carried_out(shown, ask):
    ask("<b>yes</b>", "no", question="Is 1 < 2?")
    assert "1 &lt; 2" in shown[0]["text/html"]
    assert "<b>yes" not in shown[0]["text/html"]


@pytest.mark.parametrize("verb", [predict, compare])
@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("04-y", "no prediction called '04-y'. Did you mean \"04-x\"?"),
        ("zzz", "no prediction called 'zzz'."),
        (None, "no prediction called None."),
    ],
)
def test_an_id_that_is_not_there_gets_a_sentence(shown, ask, verb, id, says):
    ask()
    verb(id)
    assert shown[1]["text/plain"].endswith(says)


# -- the answer ---------------------------------------------------------------------------


def live(prediction):
    return prediction._answer._widget.value.partition("</style>")[2]


def test_under_run_all_the_answer_is_shown_and_the_learner_is_invited(shown, ask):
    guess = ask()
    run_and_compare()
    assert shown[1]["text/plain"] == "Measured: B. Hello\nWhy it is so."
    assert "Next time, choose before you run" in live(guess)
    assert "You predicted" not in live(guess)
    assert progress.done().predicted == {}


def test_the_advice_to_choose_first_is_given_once_in_a_session_and_never_stored(shown, ask):
    first, *later = [(ask(), run_and_compare())[0] for _ in range(3)]
    assert "even a guess that misses" in live(first)
    for guess in later:
        assert "<p>You chose nothing this time.</p>" in live(guess)
    first._answer.refresh()
    assert "even a guess that misses" in live(first)  # it still says what it said
    assert {bundle["text/plain"] for bundle in shown[1::2]} == {"Measured: B. Hello\nWhy it is so."}
    assert len({bundle["text/html"] for bundle in shown[1::2]}) == 1


def test_whoever_predicted_has_not_heard_the_advice_yet(ask):
    ask().lock(1)
    run_and_compare()
    guess = ask()
    run_and_compare()
    assert "even a guess that misses" in live(guess)


@pytest.mark.parametrize(
    ("locked", "right", "says"),
    [(0, False, "and it has not let go yet."), (1, True, "It went as you predicted.")],
)
def test_prediction_and_measurement_are_side_by_side(ask, locked, right, says):
    guess = ask()
    guess.lock(locked)
    run_and_compare()
    assert says in live(guess)
    assert live(guess).index("You predicted") < live(guess).index("Measured")
    assert "Why it is so." in live(guess)
    assert progress.done().predicted == {"04-x": right}


@pytest.mark.parametrize(("chosen", "right"), [(0, False), (1, True)])
def test_what_was_chosen_and_not_locked_in_is_taken_for_the_answer(ask, chosen, right):
    guess = ask()
    guess.choose(chosen)
    run_and_compare()
    assert "You had chosen this, and not locked it in: it counts." in live(guess)
    assert ("has not let go yet" in live(guess)) is not right
    assert progress.done().predicted == {"04-x": right}


def test_what_a_notebook_stores_is_the_same_whatever_was_predicted(shown, ask):
    for locked in (None, 0, 1):
        ask().lock(locked)
        run_and_compare()
    stored = {json.dumps([bundle["text/plain"], bundle["text/html"]]) for bundle in shown}
    assert len(stored) == 2, "one form of the question, one of the answer"


def test_busy_seconds_do_not_reach_the_stored_text(shown, ask):
    ask(1, 3, unit="s")
    run_and_compare(3.0137)
    assert shown[1]["text/plain"] == "Measured: B. 3 s\nWhy it is so."


@pytest.mark.parametrize(
    ("options", "measured", "says"),
    [
        (("World", "Hello"), "Moon", "Measured: Moon\nNone of the options foresaw this."),
        ((1.0, 2.0), 7.77, "Measured: 7.8\nNone of the options"),
    ],
)
def test_a_measurement_that_no_option_foresaw_is_said_to_be_that(
    shown, ask, options, measured, says
):
    guess = ask(*options)
    guess.lock(0)
    run_and_compare(measured)
    assert shown[1]["text/plain"].startswith(says)
    assert "Why it is so." not in shown[1]["text/plain"]
    assert "let go" not in live(guess), "nobody was wrong"
    assert progress.done().predicted == {}


def test_a_changed_program_is_not_explained_by_what_is_said_of_the_lessons_own(shown, ask):
    guess = ask()
    guess.lock(1)
    run_and_compare("World")
    assert "The program as the lesson has it does something else." in shown[1]["text/plain"]
    assert "Why it is so." not in live(guess)
    assert "It went differently from your prediction." in live(guess)


# -- too early, too late, again ----------------------------------------------------------------


def test_before_the_question_it_says_to_ask_first(shown, known, ask):
    ask()
    module._asked.clear()
    run_and_compare()
    assert shown[1]["text/plain"].startswith("○ Too early: the question comes first")
    assert 'Run the cell `predict("04-x")` above' in shown[1]["text/plain"]


def test_before_the_run_it_says_what_to_run_and_tells_nothing(shown, ask):
    guess = ask()
    guess.lock(0)
    compare("04-x")
    assert shown[1]["text/plain"].startswith("○ Too early: run the program first")
    assert not any(said in str(shown[1]) for said in ("Why it is so.", "Hello", "let go"))
    assert progress.done().predicted == {}
    run_and_compare()
    assert "You predicted" in live(guess), "and the answer is kept meanwhile"


def test_an_older_recording_does_not_answer(shown, ask):
    ask(["a"], ["b"])
    run_and_compare(["b"])
    ask(["a"], ["b"])
    compare("04-x")
    assert shown[-1]["text/plain"].startswith("○ Too early")
    run_and_compare(["b"])
    assert shown[-1]["text/plain"].startswith("Measured: B. b")


def test_an_answer_locked_in_late_is_shown_and_not_counted(ask):
    guess = ask()
    run_and_compare()
    guess.lock(0)
    assert "You chose after the run" in live(guess)
    assert "You predicted" in live(guess)
    assert "has not let go yet" in live(guess)
    compare("04-x")
    assert progress.done().predicted == {}


def test_running_the_question_again_asks_again_once_it_was_answered(ask):
    ask().lock(0)
    assert ask().locked == 0, "not measured yet: one Shift+Enter too many loses nothing"
    run_and_compare()
    assert ask().locked is None


def test_what_is_only_chosen_is_kept_too(ask):
    ask().choose(1)
    assert ask()._widget.chosen == 1


def test_a_mind_can_be_changed_before_the_run(ask):
    guess = ask()
    guess.lock(0)
    guess.lock(None)
    guess = ask()
    assert guess.locked is None
    guess.lock(1)
    run_and_compare()
    assert "It went as you predicted." in live(guess)
    assert progress.done().predicted == {"04-x": True}


def test_the_widget_and_python_agree_on_the_answer(ask):
    guess = ask()
    guess._widget.set_state({"chosen": 1, "locked": 1})  # what the browser sends
    assert guess.locked == 1
    run_and_compare()
    assert guess._widget.measured


def test_a_chart_among_the_options_is_written_as_lanes():
    async def main():
        await asyncio.sleep(1)

    first, *rest = module._text(simulate(main(), title="one"), "").splitlines()
    assert first.startswith("one: 1 task, 1 s")
    assert rest[0].startswith("main")
    assert "sleep(1)" in rest[0]
    assert "ends" not in "".join(rest)  # no story, which would tell it by names
