"""What is said to a learner, as HTML: safe to show, and with a little of Markdown carried out.

`Backticks` make code, *one star* emphasis and **two stars** bold; nothing else is carried out,
and nothing within code. A star that stands for multiplication or for `*args` stays a star.

Limits: the same sentences are read as plain text elsewhere, marks and all, so use few.
Emphasis ends within its line, and holds no code.
"""

import html
import re

_CODE = re.compile(r"(`[^`]+`)")
_STARS = [  # around words: a word's character begins, and no space ends
    (re.compile(r"(?<![\w*])\*\*(\w(?:[^*\n]*[^*\s])?)\*\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*(\w(?:[^*\n]*[^*\s])?)\*(?![\w*])"), r"<em>\1</em>"),
]


def markup(text: str) -> str:
    """Text as HTML, for the inside of a paragraph."""
    return marked(html.escape(text, quote=False))


def marked(escaped: str) -> str:
    """The same for text that is escaped already."""
    parts = _CODE.split(escaped)  # words, code, words, ...
    return "".join(
        f"<code>{part[1:-1]}</code>" if number % 2 else _emphasized(part)
        for number, part in enumerate(parts)
    )


def _emphasized(words: str) -> str:
    for pattern, tag in _STARS:
        words = pattern.sub(tag, words)
    return words
