"""What checks say to a learner is sense, whatever they are given: nothing, one, two equal times."""

import inspect
import re
from itertools import product
from pathlib import Path

import pytest
import wording
from hypothesis import given
from hypothesis import strategies as st

from helpers.practice import drawing, sentences

PRACTICE = Path(sentences.__file__).parent

# -- how times, names and numbers are said ---------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (-0.0, "0 s"),
        (3, "3 s"),
        (0.5, "0.5 s"),
        (0.1 + 0.2, "0.3 s"),
        (12.345678, "12.345678 s"),
        (1_234_567.5, "1234567.5 s"),
        (0.000001, "0.000001 s"),
        (0.0000001, "0 s"),
        (100, "100 s"),
    ],
)
def test_a_time_in_a_sentence(seconds, said):
    assert sentences.in_seconds(seconds) == said


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_times_are_judged_apart_only_where_a_sentence_says_them_apart(one, other):
    said_apart = sentences.in_seconds(one) != sentences.in_seconds(other)
    assert sentences.alike(one, other) != said_apart
    assert sentences.alike(one, one + 1e-9) or abs(one * 1e6 % 1 - 0.5) < 0.01  # a border
    assert not sentences.alike(one, one + 2e-6)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("", ""),
        ("a", "'a'"),
        ("ab", "'a' and 'b'"),
        ("abc", "'a', 'b' and 'c'"),
        ("abcdef", "'a', 'b', 'c', 'd', 'e' and 'f'"),
        ("abcdefgh", "'a', 'b', 'c', 'd', 'e', 'f' and 2 more"),
    ],
)
def test_names_in_a_sentence(names, said):
    assert sentences.listed(list(names)) == said


class Mute:
    def __repr__(self):
        raise ValueError("no")


@pytest.mark.parametrize(
    ("value", "said"),
    [("a", "'a'"), ("abcdefgh", "'abc..."), (Mute(), "<Mute object>")],
)
def test_a_value_in_a_sentence(value, said):
    assert sentences.shown(value, most=4) == said


# -- a few, word for word ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "begins"),
    [
        (
            sentences.began_too_early("brew", "boil", at=0.5, ended=1),
            "'brew' began at 0.5 s, before 'boil' had ended (1 s). ",
        ),
        (
            sentences.began_too_early("brew", "boil", at=1, ended=1),
            "'brew' began at 1 s, before 'boil' took its last step, at that same moment. ",
        ),
        (
            sentences.began_too_early("brew", "boil", at=1, ended=None),
            "'brew' began at 1 s, before 'boil' had ended, which it never did. ",
        ),
        (
            sentences.nothing_called("tea", []),
            "Nothing called 'tea' was started; the program made no task at all.",
        ),
        (sentences.too_few_in_progress(0, 3), "Nothing was ever in progress, and 3 should be at"),
        (sentences.too_few_in_progress(1, 3), "There was never more than 1 in progress, and 3"),
        (
            sentences.printed_too_seldom("tick", 1, 2),
            "The line 'tick' was printed once, and should be twice. ",
        ),
        (sentences.never_printed(""), "An empty line was never printed. "),
        (sentences.raised("KeyError", ""), "Your program raised KeyError."),
        (
            sentences.something_else_came_back(True, 1),
            "True came back, but 1 was wanted.",
        ),
        (
            sentences.ended_otherwise("slow", "raised", "returned", 1, "ValueError: no"),
            "'slow' raised ValueError: no, at 1 s, and should return.",
        ),
        (
            sentences.ended_otherwise("slow", "returned", "cancelled", 1),
            "'slow' returned at 1 s, and should be cancelled.",
        ),
        (sentences.left_over("", at=0), "A task with an empty name was still going when"),
        (drawing.rows_below(1, 0), "Everything begins when it should, but your chart has 1 row "),
        (drawing.rows_below(0, 2), "Everything begins when it should, but your chart has no rows "),
        (drawing.begins_later("train", 0, 5, 2), "In the chart 'train' begins twice at 0 s. In "),
    ],
)
def test_word_for_word(sentence, begins):
    assert sentence.startswith(begins)


def test_two_things_that_look_alike_are_told_apart_by_their_types():
    class Text(str):
        """Looks like any other text."""

    said = sentences.something_else_came_back(Text("tea"), "tea")
    assert said == "What came back looks right, 'tea', but it is of type Text, and str was wanted."


# -- every one, with awkward values ------------------------------------------------------------

NAMES = ["tea", "", " ", "fetch(menu)"]
TIMES = [0, 0.5, 1, 3, 3.0000000001, 1e-9, 1e6]
COUNTS = [0, 1, 2, 3]
KINDS = {  # what a parameter of that name may be given
    "name late early second first": NAMES,
    "at since seconds wanted needed": TIMES,
    "ended later": [*TIMES, None],
    "end": TIMES,
    "there busy": [[], ["tea"], ["tea", "tea"], [""], list("abcdefgh")],
    "most least mine number": COUNTS,
    "line after": ["tick", "", "two words"],
    "result": [[], [1, 2], (1, 2), "", "x" * 500, object],
    "waiting_for": [None, "", "sleep(3)"],
    "exception": [None, "", "ValueError: no"],
    "cancelled in_reality": [True, False],
    "state": ["running", "waiting"],
    "text": ["", " ", "no"],
    "kind": ["task", "future"],
}
BY_NAME = {name: values for names, values in KINDS.items() for name in names.split()}
LISTS = [[2, 1], ["x" * 500]]
VALUES = [[1, 2], [], "home", 0]
FUNCTIONS = ["fetch", "price"]
OTHERWISE = {  # a parameter that is another thing in this sentence
    "ended_otherwise": {
        "ended": ["returned", "raised", "cancelled"],
        "wanted": ["returned", "raised", "cancelled"],
    },
    "printed_too_seldom": {"wanted": COUNTS},
    "printed_too_often": {"wanted": COUNTS},
    "rows_below": {"wanted": COUNTS},
    "part_is": {"wanted": ["ready", "not there"]},
    "nothing_came_back": {"wanted": VALUES},
    "came_back_in_another_order": {"result": LISTS, "wanted": LISTS},
    "something_else_came_back": {"wanted": VALUES},
    "a_coroutine_came_back": {"name": FUNCTIONS},
    "never_awaited": {"name": FUNCTIONS},
}
POSSIBLE = {  # where not every combination can come about
    "too_many_in_progress": lambda busy, most, at: len(busy) > most >= 1,
    "too_few_in_progress": lambda most, least: most < least,
    "printed_too_seldom": lambda line, number, wanted: 1 <= number < wanted,
    "printed_too_often": lambda line, number, wanted: number > wanted >= 1,
    "carried_out_again": lambda name, number: number >= 2,
    "printed_at_another_time": lambda line, at, wanted: not sentences.alike(at, wanted),
    "took_longer": lambda seconds, wanted: not sentences.alike(seconds, wanted),
    "ended_early": lambda seconds, needed: not sentences.alike(seconds, needed),
    "cancelled_at_another_time": lambda name, at, wanted: not sentences.alike(at, wanted),
    "held_the_loop": lambda name, seconds, at, in_reality: seconds > 0.25,
    "begins_later": lambda name, at, later, number: number >= 1 and later != at,
    "begins_sooner": lambda name, at, later: later != at,
    "rows_below": lambda mine, wanted: mine != wanted,
    "row_begins": lambda name, at, wanted: at != wanted,
    "part_ends": lambda name, state, since, end, wanted: end != wanted,
    "ended_otherwise": lambda name, ended, wanted, at, exception: ended != wanted,
}
NOT_SENTENCES = {
    "in_seconds",
    "alike",
    "quoted",
    "listed",
    "shown",
    "times",
    "chart_to_draw",
    "in_their_names",
    "advice_on",
}
EVERY = {
    name: function
    for module in (sentences, drawing)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__
    and not name.startswith("_")
    and name not in NOT_SENTENCES
}
ABSURD = {
    "an empty name": r"(?<![\w'])''(?! came back| was printed| was wanted)",
    "none of something": r"\b0 (were|row|time|more)",
    "one of many": r"\b1 (rows|were|times|seconds)\b",
    "no number": r"\bNone\b(?!\))|\bnan\b|e[-+]\d\d s",
    "a gap": r"  | [,:;?]| \.(?!\w)|\(\)(?<!\w\(\))",
}


@pytest.mark.parametrize("name", EVERY)
def test_every_sentence_is_sense_whatever_it_is_given(name):
    parameters = [*inspect.signature(EVERY[name]).parameters]
    given_to = {**BY_NAME, **OTHERWISE.get(name, {})}
    possible = POSSIBLE.get(name, lambda **_: True)
    tried = 0
    for values in product(*(given_to[parameter] for parameter in parameters)):
        given = dict(zip(parameters, values, strict=True))
        if possible(**given):
            tried += 1
            assert trouble_with(EVERY[name](**given)) == [], given
    assert tried


def test_every_advice_is_sense():
    assert {
        said: trouble for *_, said in sentences._ADVICE if (trouble := trouble_with(said))
    } == {}


def trouble_with(said):
    whole = re.fullmatch(
        r"(['A-Z\[(<\"]|gather |asyncio\.|\w+\(\)).*[.?]|.*\w: no", said, re.DOTALL
    )
    found = [kind for kind, pattern in ABSURD.items() if re.search(pattern, said)]
    return [*([] if whole else [f"no sentence: {said}"]), *found, *wording.offences(said)]


def test_nobody_writes_a_time_in_another_way():
    """A time that is rounded elsewhere is how "It took 3 s, and 3 s would do" came about."""
    lines = [
        (path.name, line.strip())
        for path in [*PRACTICE.joinpath("problems").rglob("*.py"), PRACTICE / "checks.py"]
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r":[.,\d]*[gf]\} ?s\b", line)
    ]
    assert lines == []
