"""Words and labels have one number each, however often they are said."""

import functools

from helpers.recorder import rows
from helpers.recorder.vocabulary import Vocabulary


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
    assert vocabulary.known_label("callback", hello.__code__) in labels
    assert vocabulary.known_label("timer", hello.__code__) is None


def test_objects_that_can_be_called_go_by_their_class():
    vocabulary = Vocabulary()
    first, second = (vocabulary.label_of("timer", Caller()) for _ in "ab")
    assert first == second
    assert said(vocabulary, first) == ("timer", "Caller")


def test_code_that_is_not_the_learners_own_has_no_place_but_is_kept():
    vocabulary = Vocabulary()
    assert vocabulary.code_number(hello.__code__) == 0
    assert vocabulary.code_number(functools.wraps.__code__) == rows.NOWHERE
    assert vocabulary.codes == [hello.__code__, functools.wraps.__code__]
