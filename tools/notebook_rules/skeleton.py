"""Rules of the skeleton: every lesson has the same parts, in the same order.

Title, question, promise, minutes; one cell of imports; ideas, each asked about before it is
run; one common mistake; exercises; Takeaways, Words, Go deeper, Next. What a part says is
for readers to judge; whether a learner was asked first, and told after, is seen here.
"""

from __future__ import annotations

import ast
import re
from itertools import takewhile

from notebook_rules.lesson import Cell, Lesson, Section, calls_in, parsed, without_headings

FILL_IN = "FILL IN"  # what tools/new_lesson.py writes where an author must
CLOSING = ("Takeaways", "Words", "Go deeper", "Next")
MISTAKE, EXERCISES = "A common mistake: ", "Exercises"
FEWEST_IDEAS, MOST_IDEAS = 3, 8
FEWEST_EXERCISES, MOST_EXERCISES = 2, 5


def is_filled_in(lesson: Lesson) -> list[str]:
    """Nothing is left of what a tool wrote for its author."""
    asked = {n for part in exercises_of(lesson) if checks_in(part.cells) for n, _ in part.cells}
    return [
        f"cell {number} is still to be filled in{_HOME if number in asked else ''}: {rest.strip()}"
        for number, cell in enumerate(lesson.notebook.cells)
        for rest in re.findall(rf"{FILL_IN}:?([^\n\"]*)", cell.source)
    ]


_HOME = ", in helpers/practice/problems/"


# -- how it begins -----------------------------------------------------------------------


def begins_with_title_and_promise(lesson: Lesson) -> list[str]:
    """Title and question; what one will be able to do; how long it takes; what it builds on."""
    try:
        number = lesson.title[:2]
    except ValueError as trouble:
        return [str(trouble)]
    complaints = []
    if number != lesson.number:
        complaints.append(f"its title has the number {number}, its file {lesson.number}")
    opening = " ".join(text for at, text in lesson.prose if at < 3)
    promises = {
        "You will be able to": r"you will be able to",
        "its minutes": r"\d+ minutes",
        "what it builds on": r"builds on|you need",
    }
    return complaints + [
        f"its opening does not say {what}"
        for what, pattern in promises.items()
        if not re.search(pattern, opening, re.IGNORECASE)
    ]


def sets_up_in_one_cell(lesson: Lesson) -> list[str]:
    """The first code cell imports and does nothing else, with one line from helpers."""
    if not lesson.cells("code"):
        return ["it has no code"]
    number, cell = lesson.cells("code")[0]
    lines = [line for line in cell.source.splitlines() if line.strip()]
    if any(not line.startswith(("import ", "from ")) for line in lines):
        return [f"cell {number}, the set-up, does more than import"]
    if sum(line.startswith("from helpers import ") for line in lines) != 1:
        return [f"cell {number}, the set-up, needs one line `from helpers import ...`"]
    return []


# -- ideas: ask, predict, run, look, explain, change one thing ------------------------------


def has_some_ideas(lesson: Lesson) -> list[str]:
    """Sections before the common mistake, each an idea; at least three ask for a prediction."""
    ideas = _ideas(lesson)
    complaints = []
    if not FEWEST_IDEAS <= len(ideas) <= MOST_IDEAS:
        complaints.append(
            f"it has {len(ideas)} sections before the common mistake, each an idea; "
            f"aim at {FEWEST_IDEAS} to {MOST_IDEAS}"
        )
    if len([idea for idea in ideas if _predictions(idea)]) < FEWEST_IDEAS:
        complaints.append(f"fewer than {FEWEST_IDEAS} of its ideas ask for a prediction")
    return complaints


def each_prediction_is_a_whole_round(lesson: Lesson) -> list[str]:
    """Asked in words, locked in, run, and compared with what was measured: in one section."""
    return [
        complaint
        for section in lesson.sections()
        for at, id in _predictions(section)
        if (complaint := _what_is_missing(section, at, id))
    ]


def _predictions(section: Section) -> list[tuple[int, str]]:
    """(cell, id) of each `predict("id")`."""
    return [(number, id) for number, cell in section.code() for id in _ids(cell.source, "predict")]


def _ids(source: str, verb: str) -> list[str]:
    """What those calls of `predict` or `compare` name."""
    calls = [call for call in calls_in(source) if getattr(call.func, "id", "") == verb]
    named = [arg for call in calls for arg in call.args[:1] if isinstance(arg, ast.Constant)]
    return [str(arg.value) for arg in named]


def _what_is_missing(section: Section, at: int, id: str) -> str:
    before = [cell.source for n, cell in section.cells if n < at]
    compared = [n for n, cell in section.code() if n > at and id in _ids(cell.source, "compare")]
    if not without_headings("\n".join(before)).strip():
        return f"cell {at} asks {id} before anything was said"
    if not compared:
        return f'cell {at} asks {id}, and its section never says compare("{id}")'
    if all(_only_asks(cell.source) for n, cell in section.code() if n <= compared[-1]):
        return f"cell {at} asks {id}, and nothing is run before the answer in cell {compared[-1]}"
    return ""


def _only_asks(source: str) -> bool:
    """Whether a cell only predicts, or only compares: then nothing of the program ran in it."""
    verbs = {getattr(call.func, "id", "") for call in calls_in(source)}
    return len(parsed(source).body) == 1 and bool({"predict", "compare"} & verbs)


def changes_one_thing(lesson: Lesson) -> list[str]:
    """Somewhere the learner changes one thing: by a slider, or in a section called so."""
    slider = any(
        getattr(call.func, "id", "") == "what_if"
        for _, cell in lesson.cells("code")
        for call in calls_in(cell.source)
    )
    if slider or any(words.startswith("Change one thing") for _, _, words in lesson.headings):
        return []
    return ["nowhere one thing is changed: a what_if(...), or a section 'Change one thing'"]


def has_one_common_mistake(lesson: Lesson) -> list[str]:
    """One section `A common mistake: ...`, after the ideas, and the mistake is run in it."""
    found = [section for section in lesson.sections() if section.title.startswith(MISTAKE.strip())]
    if len(found) != 1:
        return [f"it has {len(found)} sections called '{MISTAKE}...', and should have one"]
    if not found[0].code():
        return [f"cell {found[0].number}, the common mistake, runs nothing"]
    return []


def _ideas(lesson: Lesson) -> list[Section]:
    """The sections before the common mistake, or before the exercises."""

    def goes_on(section: Section) -> bool:
        return not section.title.startswith((MISTAKE.strip(), EXERCISES))

    return [*takewhile(goes_on, lesson.sections())]


# -- exercises ----------------------------------------------------------------------------


def has_exercises(lesson: Lesson) -> list[str]:
    """`## Exercises` after the common mistake, and under it `### 1. Title` and so on."""
    titles = [section.title for section in lesson.sections()]
    if titles.count(EXERCISES) != 1:
        return [f"it has no section called '{EXERCISES}'"]
    before = titles[: titles.index(EXERCISES)]
    complaints = []
    if not any(title.startswith(MISTAKE.strip()) for title in before):
        complaints.append("its exercises do not come after the common mistake")
    parts = exercises_of(lesson)
    if not FEWEST_EXERCISES <= len(parts) <= MOST_EXERCISES:
        wanted = f"{FEWEST_EXERCISES} to {MOST_EXERCISES}"
        number = f"{len(parts)} exercise" + "s" * (len(parts) != 1)
        complaints.append(f"it has {number}, and should have {wanted}")
    for place, part in enumerate(parts, start=1):
        complaints += _wrong_with_exercise(lesson, part, place)
    return complaints


def exercises_of(lesson: Lesson) -> list[Section]:
    """Its exercises: the sections of level three under `## Exercises`."""
    whole = [section for section in lesson.sections() if section.title == EXERCISES]
    inside = {number for section in whole for number, _ in section.cells}
    return [part for part in lesson.sections(level=3) if part.number in inside]


def _wrong_with_exercise(lesson: Lesson, part: Section, place: int) -> list[str]:
    if not part.title.startswith(f"{place}. "):
        return [f"cell {part.number}: exercise {place} is called '{part.title}'"]
    ids = [id for _, id, _ in checks_in(part.cells)]
    if len(ids) != 1:
        return [f"cell {part.number}: exercise {place} has {len(ids)} calls of check, and not one"]
    if not ids[0].startswith(f"{lesson.number}-"):
        return [f"cell {part.number}: the exercise {ids[0]} is of another lesson"]
    offered = "\n".join(cell.source for _, cell in part.code())
    return [
        f'cell {part.number}: exercise {place} does not offer {verb}("{ids[0]}")'
        for verb in ("hint", "solution")
        if f'{verb}("{ids[0]}")' not in offered
    ]


def checks_in(cells: list[Cell]) -> list[tuple[int, str, str]]:
    """(cell, id, function) of each `check("id", function)`."""
    return [
        (number, str(call.args[0].value), ast.unparse(call.args[1]))
        for number, cell in cells
        if cell.cell_type == "code"
        for call in calls_in(cell.source)
        if getattr(call.func, "id", "") == "check" and len(call.args) == 2
        if isinstance(call.args[0], ast.Constant)
    ]


# -- how it ends ---------------------------------------------------------------------------


def has_the_closing_sections(lesson: Lesson) -> list[str]:
    """Takeaways, Words, Go deeper, Next: level two, in that order, at the end."""
    sections = [section.title for section in lesson.sections()]
    if tuple(sections[-len(CLOSING) :]) == CLOSING:
        return []
    return [f"its last sections are {sections[-len(CLOSING) :]}, not {list(CLOSING)}"]


def goes_deeper_into_pythons_documentation(lesson: Lesson) -> list[str]:
    if any(target.startswith("https://docs.python.org/3/") for _, _, target in lesson.links()):
        return []
    return ["it links to no section of Python's documentation (https://docs.python.org/3/...)"]
