"""Predictions: asked as text for everyone, locked in by some, answered by the measurement."""

import json

import pytest

from helpers.practice import predict as module
from helpers.practice import progress
from helpers.practice.predict import predict


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch, tmp_path):
    """Each test begins with nothing predicted, and writes into a folder of its own."""
    monkeypatch.setattr(module, "_open_answers", {})
    monkeypatch.setattr(module, "_advice", iter([module._COMMIT_FIRST]))
    monkeypatch.setattr(progress, "_this_session", progress.Done())
    monkeypatch.setenv("SEE_THE_LOOP_PROGRESS", str(tmp_path / "progress.json"))


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, in order: each as the bundle a notebook gets."""
    bundles = []
    monkeypatch.setattr(module, "display", lambda out: bundles.append(out._repr_mimebundle_()))
    return bundles


def first_line(question="Which line is printed first?"):
    return predict("04-first-line", question, "World", "Hello")


# -- the question ------------------------------------------------------------------------


def test_the_question_is_text_with_lettered_options(shown):
    predict("04-total", "How long does `main()` take?", 1, 2.5, unit="s")
    assert shown[0]["text/plain"] == (
        "Predict: How long does `main()` take?\n  A. 1 s\n  B. 2.5 s\nDecide before you read on."
    )
    assert "<code>main()</code>" in shown[0]["text/html"]
    assert "<p><strong>B.</strong> 2.5 s</p>" in shown[0]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in shown[0]


def test_orders_and_programs_are_readable_options(shown):
    predict("05-order", "In which order?", ["a", "b"], ["b", "a"])
    assert "  A. a, b\n  B. b, a\n" in shown[0]["text/plain"]
    predict("05-which", "Which program?", "await a()\nawait b()", "await gather(a(), b())")
    assert "  A.\n     await a()\n     await b()\n  B. await gather" in shown[1]["text/plain"]
    assert "<pre>await a()\nawait b()</pre>" in shown[1]["text/html"]


def test_an_answer_of_several_lines_shows_them_all(shown):
    predict("05-which", "Which lines?", "a\nb", "b\na").compare(["b\n", "a\n"])
    assert shown[1]["text/plain"] == "Measured: B.\n     b\n     a"
    assert shown[1]["text/html"] == (
        "<p><strong>Measured:</strong> <strong>B.</strong></p><pre>b\na</pre>"
    )


def test_markup_in_a_question_is_shown_and_not_carried_out(shown):
    predict("04-x", "Is 1 < 2?", "<b>yes</b>", "no")
    assert "1 &lt; 2" in shown[0]["text/html"]
    assert "<b>yes" not in shown[0]["text/html"]


@pytest.mark.parametrize(
    ("id", "options", "says"),
    [
        ("first", ("a", "b"), "the lesson's number and a word"),
        ("04-first", ("a",), "at least two options"),
        ("04-first", (), "at least two options"),
        ("04-first", range(27), "at least two options"),
        ("04-first", ("a", "b", "a"), "Two options say the same, 'a'"),
        ("04-first", (["a", "b"], "a, b"), "say the same"),
    ],
)
def test_a_question_nobody_could_answer_is_refused_with_a_sentence(id, options, says):
    with pytest.raises(ValueError, match=says):
        predict(id, "Which?", *options)


# -- the answer ---------------------------------------------------------------------------


def live(prediction):
    return prediction._answer._widget.value.partition("</style>")[2]


def test_under_run_all_the_answer_is_shown_and_the_learner_is_invited(shown):
    guess = first_line()
    guess.compare("Hello", because="`create_task()` only puts it in the queue.")
    assert shown[1]["text/plain"] == (
        "Measured: B. Hello\n`create_task()` only puts it in the queue."
    )
    assert "Next time you may commit first" in live(guess)
    assert "You predicted" not in live(guess)
    assert progress.done().predicted == {}


def test_the_advice_to_commit_first_is_given_once_in_a_session_and_never_stored(shown):
    def compared():
        guess = first_line()
        guess.compare("Hello", because="Why.")
        return guess

    first, *later = [compared() for _ in range(3)]
    assert "even a guess that misses" in live(first)
    for guess in later:
        assert "<p>You had no prediction locked in.</p>" in live(guess)
    first._answer.refresh()
    assert "even a guess that misses" in live(first)  # it still says what it said
    assert {bundle["text/plain"] for bundle in shown[1::2]} == {"Measured: B. Hello\nWhy."}
    assert len({bundle["text/html"] for bundle in shown[1::2]}) == 1


def test_whoever_predicted_has_not_heard_the_advice_yet():
    guess = first_line()
    guess.lock(1)
    guess.compare("Hello")
    guess = first_line()
    guess.compare("Hello")
    assert "even a guess that misses" in live(guess)


@pytest.mark.parametrize(
    ("locked", "right", "says"),
    [(0, False, "differently from your prediction"), (1, True, "It went as you predicted.")],
)
def test_prediction_and_measurement_stand_side_by_side(shown, locked, right, says):
    guess = first_line()
    guess.lock(locked)
    guess.compare("Hello", because="Why it is so.")
    assert says in live(guess)
    assert live(guess).index("You predicted") < live(guess).index("Measured")
    assert "Why it is so." in live(guess)
    assert progress.done().predicted == {"04-first-line": right}


def test_what_a_notebook_stores_is_the_same_whatever_was_predicted(shown):
    for locked in (None, 0, 1):
        guess = first_line()
        guess.lock(locked)
        guess.compare("Hello", "Why.", if_you_chose={"World": "Not yet.", "B": "Just so."})
    stored = {json.dumps([bundle["text/plain"], bundle["text/html"]]) for bundle in shown}
    assert len(stored) == 2, "one form of the question, one of the answer"


def test_each_misconception_can_have_its_own_sentence():
    replies = {"World": "That would need the task to start at once.", "B": "Just so."}
    for locked, says in [(0, "start at once"), (1, "Just so.")]:
        guess = first_line()
        guess.lock(locked)
        guess.compare("Hello", if_you_chose=replies)
        assert says in live(guess)
    with pytest.raises(ValueError, match="'Moon', which is not an option"):
        guess.compare("Hello", if_you_chose={"Moon": "?"})


def test_busy_seconds_do_not_reach_the_stored_text(shown):
    predict("04-total", "How long?", 1, 3, unit="s").compare(3.0137)
    assert shown[1]["text/plain"] == "Measured: B. 3 s"


@pytest.mark.parametrize(
    ("options", "measured", "says"),
    [
        (("World", "Hello"), "Moon", "Measured: Moon\nNone of the options foresaw this."),
        ((1.0, 2.0), 7.77, "Measured: 7.8\nNone of the options"),
    ],
)
def test_a_measurement_that_no_option_foresaw_is_said_to_be_that(shown, options, measured, says):
    guess = predict("04-x", "What?", *options)
    guess.lock(0)
    guess.compare(measured, because="This would explain something else.")
    assert shown[1]["text/plain"].startswith(says)
    assert "something else" not in shown[1]["text/plain"]
    assert "differently from your prediction" not in live(guess), "nobody was wrong"
    assert progress.done().predicted == {}


def test_an_answer_locked_in_late_is_shown_and_not_counted():
    guess = first_line()
    guess.compare("Hello")
    guess.lock(0)
    assert "You chose after the run" in live(guess)
    assert "You predicted" in live(guess)
    guess.compare("Hello")
    assert progress.done().predicted == {}


def test_running_the_question_again_asks_again_once_it_was_answered():
    guess = first_line()
    guess.lock(0)
    assert first_line().locked == 0, "not measured yet: one Shift+Enter too many loses nothing"
    guess = first_line()
    guess.compare("Hello")
    assert first_line().locked is None


def test_a_mind_can_be_changed_before_the_run():
    guess = first_line()
    guess.lock(0)
    guess.lock(None)
    assert first_line().locked is None
    guess.lock(1)
    guess.compare("Hello")
    assert "It went as you predicted." in live(guess)
    assert progress.done().predicted == {"04-first-line": True}


def test_a_kept_answer_is_dropped_when_the_question_has_become_shorter():
    predict("04-x", "Which?", "a", "b", "c").lock(2)
    assert predict("04-x", "Which?", "a", "b").locked is None


def test_the_widget_and_python_agree_on_the_answer():
    guess = first_line()
    guess._widget.set_state({"locked": 1})  # what the browser sends
    assert guess.locked == 1
    guess.compare("Hello")
    assert guess._widget.measured
