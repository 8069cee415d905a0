"""Words and labels have one number each, however often they are said."""

import asyncio
import functools

from helpers import record
from helpers.recorder import naming, rows
from helpers.recorder.vocabulary import PRIVATE, SLEEP, Vocabulary


def hello():
    pass


class Caller:
    def __call__(self):
        pass


def said(vocabulary, who):
    return vocabulary.labels[rows.label_number(who)][:2]


def test_the_same_word_has_the_same_number():
    vocabulary = Vocabulary()
    numbers = [vocabulary.word(word) for word in ("gather", "Queue.get", "gather")]
    assert numbers[0] == numbers[2] != numbers[1]
    assert [vocabulary.words[number] for number in numbers] == ["gather", "Queue.get", "gather"]
    assert vocabulary.words[rows.NOT_WAITING] == ""


def test_a_function_is_one_label_whichever_way_it_is_bound():
    vocabulary = Vocabulary()
    labels = {vocabulary.label_of("callback", f) for f in (hello, functools.partial(hello))}
    assert len(labels) == 1
    assert said(vocabulary, *labels) == ("callback", "hello")
    assert vocabulary.known_label("callback", hello) in labels
    assert vocabulary.known_label("timer", hello) is None


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


@logged
def save():
    pass


@logged
def load():
    pass


def test_functions_of_one_decorator_have_their_own_names_and_one_code():
    async def main():
        loop = asyncio.get_running_loop()
        for function in (save, load, functools.partial(save), load):
            loop.call_soon(function)
            loop.call_later(0, function)
        await asyncio.sleep(0.1)

    with record() as timeline:
        asyncio.run(main())
    for kind in ("callback", "timer"):
        called = [step.label for step in timeline.steps if step.kind == kind]
        assert [label for label in called if label in ("save", "load")] == ["save", "load"] * 2
    vocabulary = Vocabulary()
    labels = [vocabulary.label_of("callback", f) for f in (save, load, save)]
    assert [said(vocabulary, label)[1] for label in labels] == ["save", "load", "save"]
    assert vocabulary.known_label("callback", load) == labels[1] != labels[0] == labels[2]


def test_objects_that_can_be_called_go_by_their_class():
    vocabulary = Vocabulary()
    first, second = (vocabulary.label_of("timer", Caller()) for _ in "ab")
    assert first == second
    assert said(vocabulary, first) == ("timer", "Caller")


def test_what_the_kernel_calls_says_whose_it_is(monkeypatch):
    monkeypatch.setattr(naming, "is_kernel_module", lambda module: module == __name__)
    vocabulary = Vocabulary()
    assert said(vocabulary, vocabulary.label_of("callback", hello)) == ("kernel", "kernel: hello")


def test_code_is_a_place_if_it_is_the_learners_own_and_else_a_word():
    vocabulary = Vocabulary()
    own, public, private = hello.__code__, asyncio.Queue.get.__code__, asyncio.tasks._wait.__code__
    kinds = [vocabulary.kind(code) for code in (own, public, private)]
    assert rows.code_and_offset(rows.place_in(kinds[0], 7)) == (0, 7)
    assert [vocabulary.words[kind] for kind in kinds[1:]] == ["Queue.get", "asyncio.wait"]
    assert vocabulary.kind(asyncio.Lock.__aenter__.__code__) == PRIVATE
    assert vocabulary.kind(asyncio.sleep.__code__) == SLEEP
    assert vocabulary.codes[:3] == [own, public, private]
    assert vocabulary.kinds[id(own)] == kinds[0] < 0
