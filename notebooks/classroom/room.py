"""Words for a room, or for paper: what a lesson says to those who sit at its keyboard, put so
that a slide or a page can say it.

Known phrases are put in other words; of what is left, each sentence that asks for a key, a click
or a slider is left out (`INSTRUCTION`): better nothing than what cannot be followed.
"""

from __future__ import annotations

import re

INSTRUCTION = re.compile(
    r"click|arrow key|Shift\+Enter|\bticks? `|\bticked\b|lock(ed)? in\b|\bfolded\b|\bdrag\b|"
    r"\bpress (play|\*\*)|move a slider|\bsliders?\b|\bread(ing)? (on|ahead)\b|"
    r"\brun (the|its|that|this) cell|Run this cell|run the cells?\b|run its cell|"
    r"Remove the `#`|step through it|(?-i:\bStep to\b)|\bthe player\b|\bNow play\b|\bscroll|"
    r"\bhover|you run it|one cell at a time|^Below this text is a|run it again|Switch (the )?`",
    re.IGNORECASE,
)

_PUT_SO = (
    (
        r"click into the player,? and press the right arrow key[.:](?: It goes step by step, "
        r"though the clock does not move\.| each press goes to [^.]*\.)?",
        "read the panels from left to right, one for each step.",
    ),
    (
        r"\*\*Look\*\* at the ready queue while you step: read",
        "**Look** at the ready queue under each step: read",
    ),
    (r"\*\*Step through it\*\* instead: read", "**Step by step** instead: read"),
    (r"Step through it: the player", "Step by step"),
    (
        r"Below the chart are the ready queue, the timers, and the code, with the line that has "
        r"been reached\.",
        "One panel is one step of the loop; under it are the ready queue when the step "
        "is over, and what happened.",
    ),
    (
        r"Now in the player: watch the ready queue and the timers\.",
        "Now step by step: watch the ready queue.",
    ),
    (r"\*\*Look:\*\* step through it, up to", "**Look** at the panels, up to"),
    (r"Step to the end of `(\w+)`\.", r"Find the panel in which `\1` ends."),
    (r"and becomes a player at the end", "here it is at the end"),
    (r"What if\? Move a slider", "What if?"),
    (
        r"Before you run it, commit to an answer: choose one, and press \*\*Lock in\*\*\.",
        "Commit to an answer before you see it run: hands up.",
    ),
    (r"Before you run it: ", "Before it runs: "),
    (r"Predict once more, then run the cell after it\.", "Predict once more."),
    (
        r"Now play: each time you move a slider, the program runs again in virtual time, and the "
        r"chart follows\. Switch `one by one` off and on\.",
        "Three runs of it, with other values.",
    ),
    (r"Now play\. Tick `one by one`:", "Three runs. With `one by one`"),
    (r"Now play\.", "Three runs of it, with other values."),
    (r"with `one by one` ticked", "with `one by one`"),
    (r", for the sliders below, and so are", ", and so it has parameters, as have"),
    (
        r"Switch the `pattern`, and say before each move which chart will come:",
        "Say of each `pattern` which chart will come, before you see it:",
    ),
    (
        r"Run this cell, wait (?:some seconds|a little), and run it again: the",
        "Run again a little later: the",
    ),
    (
        r"`progress\(\)` shows the map, and on it what you have predicted and solved; run the cell "
        r"again at any time\.",
        "`progress()` shows the map, and on it what you have predicted and solved.",
    ),
    (r": press \*\*Stop\*\* \(■\) above\.", ": **Stop** (■) ends it."),
    (
        r"A picture where the text speaks of buttons: run its cell again\.",
        "A picture where the text speaks of buttons: its cell has not been run.",
    ),
    (
        r"(?:Write your answer into the function|Change it),? (?:and )?run its cell[;,] then run "
        r"`check`([.:])",
        r"Write it on paper, or in the notebook, where `check` judges it\1",
    ),
    (r"Stuck\? Remove the `#` before `hint`.*?\.", "Stuck? There `hint` helps."),
)
_KNOWN = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in _PUT_SO)
_SENTENCE = re.compile(r"(?<=[.!?])(?:(?<=\.)|(?<=[!?]))\)?\s+(?=[A-Z(*`\"])")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def for_a_room(text: str) -> str:
    """Markdown without an instruction that needs a keyboard; code in it stays as it is."""
    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else _put(part) for part in parts).strip("\n")


def _put(text: str) -> str:
    for pattern, words in _KNOWN:
        text = pattern.sub(lambda found, words=words: _alike(found, words), text)
    lines = [_followed(line) for line in text.split("\n")]
    return "\n".join(line for line in lines if line is not None)


def _alike(found: re.Match[str], words: str) -> str:
    """The words that stand for it, with a small letter where what was found has one."""
    words = found.expand(words)
    begins = str.lower if found[0][0].islower() else str.upper
    return begins(words[0]) + words[1:]


def _followed(line: str) -> str | None:
    """What of a line can be followed; None where nothing is left of one that said something."""
    if not INSTRUCTION.search(line):
        return line
    if line.startswith("#"):  # a heading is no sentence: only its phrase goes
        return INSTRUCTION.sub("", line)
    kept = [part for part in _SENTENCE.split(line) if not INSTRUCTION.search(part)]
    said = " ".join(kept).strip()
    return _in_pairs(said) if said.strip("-* ") else None


def _in_pairs(said: str) -> str:
    """Without the bracket around sentences whose partner went with one of them."""
    if said.count("(") > said.count(")"):
        return re.sub(r"(?<!\S)\((?=[A-Z*`])", "", said, count=1)
    if said.count(")") > said.count("("):
        return re.sub(r"(?<=[.!?])\)", "", said, count=1)
    return said
