"""Words and claims that are out: what the course says in one way only, and how.

`OUT` lists what no lesson says any more: a pattern, and what to say in its place. They are
words with two meanings ("at once"), words that another one has replaced ("turn" of a loop),
and claims that another lesson contradicts. `offences` finds them in any text: a rule of
`notebook_rules` reads the lessons by it, a test the other pages and the exercises.

Limits: it knows words, not sense, and it reads code only inside its strings and comments. What
is quoted in italics, *"like this"*, is somebody else's sentence and may say what it likes.
"""

from __future__ import annotations

import io
import re
import tokenize

OUT: tuple[tuple[str, str], ...] = (
    # -- one word for one thing
    (r"\bat once\b", "say 'immediately', or 'at the same time'"),
    (r"\bturns? of the loop\b|\b(one|single|another|next|no|a) turns?\b", "an iteration, or 'run'"),
    (r"\b(has|have|had|gets?|got|gives?) (its|their|his|her|everybody|all) turns?\b", "'runs'"),
    (r"\bturned the loop\b", "a loop runs, or makes iterations"),
    (r"\bqueue of tasks\b", "a queue of callbacks"),
    (
        r"\b(puts?|put|stands?|stood|leaves?) (a|the|each|every|both|that|whose) tasks? "
        r"(in|into|from) the (ready )?queue\b",
        "a task's first step is queued, or its wake-up; never the task",
    ),
    (r"\bcreate_task[`()]* only puts\b", "`create_task` queues the task's first step"),
    (r"\bblocking\*{0,2} wait\b", "blocking is whatever holds the loop; say 'a blocking call'"),
    # -- as nobody would say it to a friend
    (r"(?<!under)\b(stands?|stood|standing)\b(?! for)", "say what it does: waits, is, comes"),
    (r"(^|[.!?:] )Who(ever)? [^.?!]*\.(?=\s|$)", "'anyone who ...'; 'who' begins questions"),
    (r"\b(and|but|for) who (is|wants|awaits|came|can|has)\b", "'anyone who', 'whichever task'"),
    (r"\bwhom\b", "turn the sentence round"),
    (r"\bSo it (is|was|would be)\b", "each reply says its own thing, about this program"),
    (r"\bFor that, ", "each reply says its own thing, about this program"),
    (r"\bfor ever\b", "'forever'"),
    (r"\banew\b", "'again'"),
    (r"\balso for none\b", "'including none'"),
    (r"\blast release is of\b", "'it was last released in'"),
    # -- what is not there, for a reader
    (r"\b[Tt]he article\b", "the reader has no article"),
    # -- what another lesson contradicts
    (
        r"\bStop\b[^.]*\balso while it awaits\b",
        "Stop needs a loop that is free: see 'What can Stop do?'",
    ),
    (r"\bputs such a step off\b", "name the version of nest-asyncio2 that does"),
    (r"\bpauses? a task\b", "a coroutine suspends itself"),
)
_PATTERNS = tuple((re.compile(pattern, re.MULTILINE), advice) for pattern, advice in OUT)
_QUOTED = re.compile(r'\*"[^"]*"\*')
_CODE = re.compile(r"`[^`]*`")


def offences(text: str) -> list[str]:
    """What is out in that text: the words, and what to say."""
    plain = re.sub(r"[ \t]*\n(?!\n)", " ", _CODE.sub("`...`", _QUOTED.sub('"..."', text)))
    return [
        f"{match.group().strip()!r}: {advice}"
        for pattern, advice in _PATTERNS
        for match in pattern.finditer(plain)
    ]


def said_in(code: str) -> str:
    """The sentences in that Python: its strings, those side by side joined, and its comments."""
    said: list[str] = []
    joined = False
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type in (tokenize.STRING, _MIDDLE):
                words = token.string.strip("rbfRBF").strip("\"'")
                said[-1:] = [said[-1] + words] if joined else [*said[-1:], words]
                joined = True
            elif token.type == tokenize.COMMENT:
                said.append(token.string.lstrip("# "))
            elif token.type not in (tokenize.NL, tokenize.NEWLINE, _START, _END):
                joined = False
    except (tokenize.TokenError, IndentationError, SyntaxError):  # a cell's %magic, or not Python
        pass
    return "\n\n".join(said)


_START = getattr(tokenize, "FSTRING_START", -1)  # from Python 3.12 on an f-string is three tokens
_MIDDLE = getattr(tokenize, "FSTRING_MIDDLE", -1)
_END = getattr(tokenize, "FSTRING_END", -1)
