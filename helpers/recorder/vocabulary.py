"""Tables of what rows speak of by number: labels, words for waits, and code objects.

Many steps say the same few things, so a row has a number. Looked up by the identity of a code
object, as to hash one is slow; the object is kept here, so that its identity stays its own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType

from helpers.recorder import naming, rows

# Words that stand for no words of their own: see `waits`.
PRIVATE, SLEEP, HIDDEN = 1, 2, 3
UNREADABLE = 4
_UNREADABLE = "something that cannot be read"


class Vocabulary:
    """One journal's tables; they only grow.

    `kinds` says for the identity of a code object what it means for a wait that it is in the
    chain of awaits: below zero it is the learner's own (`rows.own_code`), else a call's word.
    """

    __slots__ = ("_label_numbers", "_word_numbers", "codes", "kinds", "labels", "words")

    def __init__(self) -> None:
        # Kind, name, code; the first is that of steps that cannot be read.
        self.labels: list[tuple[str, str, CodeType | None]] = [("callback", _UNREADABLE, None)]
        self._label_numbers: dict[object, int] = {}
        self.words = ["", "", "", "", _UNREADABLE]
        self._word_numbers: dict[str, int] = {}
        self.codes: list[CodeType] = []
        self.kinds: dict[int, int] = {}

    # -- labels

    def known_label(self, kind: str, function: FunctionType) -> int | None:
        """`WHO` of steps of that kind that run this function, if there was one before. Functions
        of one decorator share its code, and have the names of what it wraps."""
        return self._label_numbers.get((kind, id(function.__code__), function.__qualname__))

    def label_of(self, kind: str, callback: Callable[..., object]) -> int:
        """`WHO` of a step that runs this callback."""
        function = naming.bare_function(callback)
        code = naming.code_of(function)
        key = (kind, id(code), getattr(function, "__qualname__", "")) if code else None
        number = self._label_numbers.get(key)
        if number is None:
            name = naming.callback_name(function)
            if naming.is_kernel_module(naming.callback_module(function)):
                kind, name = "kernel", f"kernel: {name}"  # a name like `_log_error` says nothing
            number = self.label(kind, name, code)
            if key is not None:
                self._label_numbers[key] = number
        return number

    def label(self, kind: str, name: str, code: CodeType | None) -> int:
        key = (kind, name, id(code))
        if key not in self._label_numbers:
            self.labels.append((kind, name, code))
            self._label_numbers[key] = rows.of_label(len(self.labels) - 1)
        return self._label_numbers[key]

    # -- words

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

    def meaning(self, code: CodeType) -> int:
        """What code means in a chain of awaits."""
        known = self.kinds.get(id(code))
        return self.kind(code) if known is None else known

    def kind(self, code: CodeType) -> int:
        """The same, of code that is seen for the first time."""
        number = len(self.codes)
        self.keep(code)
        if naming.is_own(code):
            kind = rows.of_own_code(number)
        elif id(code) == naming.SLEEP:
            kind = SLEEP
        elif naming.is_ours(code):
            kind = PRIVATE  # what it waits for in turn says more: a lent function's `sleep(3)`
        elif name := naming.call_name(code):
            kind = self.word(name)
        else:
            kind = PRIVATE if naming.is_pythons(code) else HIDDEN
        self.kinds[id(code)] = kind
        return kind
