"""Tables of what rows speak of by number: labels, words for waits, and code objects.

Many steps say the same few things, so a row has a number. Looked up by the identity of a code
object, as to hash one is slow; the object is kept here, so that its identity stays its own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from helpers.recorder import naming, rows


class Vocabulary:
    """One journal's tables; they only grow."""

    __slots__ = (
        "_label_numbers", "_word_numbers", "code_numbers", "codes", "labels", "wait_words", "words",
    )  # fmt: skip

    def __init__(self) -> None:
        self.labels: list[tuple[str, str, CodeType | None]] = []  # kind, name, code
        self._label_numbers: dict[object, int] = {}
        self.words = ["", "step inside"]
        self._word_numbers: dict[str, int] = {}
        self.wait_words: dict[int, int] = {}  # id of the code a task hangs in -> word
        self.codes: list[CodeType] = []
        self.code_numbers: dict[int, int] = {}  # id of a code object -> number, -1: not their own

    # -- labels

    def known_label(self, kind: str, code: CodeType) -> int | None:
        """`WHO` of steps of that kind that run this code, if there was one before."""
        return self._label_numbers.get((kind, id(code)))

    def label_of(self, kind: str, callback: Callable[..., object]) -> int:
        """`WHO` of a step that runs this callback."""
        function = naming.bare_function(callback)
        code = naming.code_of(function)
        key = (kind, id(code))
        number = self._label_numbers.get(key)
        if number is None or code is None:
            if naming.is_kernel_module(naming.callback_module(function)):
                kind = "kernel"
            number = self.label(kind, naming.callback_name(function), code)
            self._label_numbers[key] = number
        return number

    def label(self, kind: str, name: str, code: CodeType | None) -> int:
        key = (kind, name, id(code))
        if key not in self._label_numbers:
            self.labels.append((kind, name, code))
            self._label_numbers[key] = rows.of_label(len(self.labels) - 1)
        return self._label_numbers[key]

    # -- waits

    def new_wait(self, coroutine: Any, waiter: object) -> int:
        """The word for a wait at a place that is seen for the first time."""
        word = self.word(naming.wait_name(coroutine, waiter))
        code = getattr(coroutine, "cr_code", None)
        if code is not None:
            self.keep(code)
            self.wait_words[id(code)] = word
        return word

    def word(self, word: str) -> int:
        number = self._word_numbers.get(word)
        if number is None:
            number = self._word_numbers[word] = len(self.words)
            self.words.append(word)
        return number

    # -- code

    def keep(self, code: CodeType) -> None:
        """Keep it alive, as long as its identity stands for it in a table."""
        self.codes.append(code)

    def code_number(self, code: CodeType) -> int:
        """The number of code seen for the first time; -1 where it is not the learner's own."""
        number = len(self.codes)
        self.keep(code)
        self.code_numbers[id(code)] = number if naming.is_own(code) else rows.NOWHERE
        return self.code_numbers[id(code)]
