"""Exercises: a question, hints, a check that runs what the learner wrote, a solution.

    check("00-breakfast", breakfast)      # correct, not yet (and why), or not attempted
    hint("00-breakfast")                  # the next hint, at each call
    solution("00-breakfast")              # the source of a model answer

Nothing here raises at a learner: whatever is wrong with their code is a sentence, with
their own traceback if it raised, and never one of ours.

How to write one
----------------
An exercise is an `Exercise` at the top level of a module in `helpers/practice/problems/`:
a folder for each lesson, in it a file for each exercise, so "04-both" is in
`lesson_04/both.py`. It is found by being there. Beside it are, as ordinary functions:

- what the learner is lent: small coroutine functions, handed to theirs as arguments, so
  that nothing they overwrite can break it and every style can be watched;
- the **judge**: given the learner's function, it runs it with `attempt` and calls checks:

      def judge_both(both):
          jobs = Jobs()
          timeline = attempt(both, jobs.watch(fetch))     # both(fetch), in virtual time
          ran_together(jobs.timeline, "fetch(menu)", "fetch(prices)")
          nothing_left_over(timeline)                     # checks judge behaviour in time ...
          returned(timeline, ["menu", "prices"])
          took(timeline, 2)                               # ... exactly

  `jobs.timeline` says when the lent functions ran, `timeline` what the loop did. Put the
  check that names the deepest misconception first: the first one that objects is heard.
  A rule of your own raises `NotYet(sentence, timeline)`. A judge may attempt several times;
- the **solution**, with the name and parameters the learner's function has;
- **also**: at least one more style that is right, as different as can be;
- **wrong**: at least two answers one really meets, each with the exact sentence it gets.
  The sentence says what happened (who, when), the probable misconception, what to do.

The **starter** is the source text of a cell of the notebook; the cell after it is
`check("04-both", both)`. It runs as it is, and unchanged (or empty) it counts as not
attempted. **Hints**, 2 to 4, go from a nudge to nearly there. **Why** is the sentence that a
right answer gets: why it is right, in this program. The id is the lesson's number
and two or three words; the **prompt** is the Markdown above the cell.

Good to know:

- Give every wait of the lent functions another length: then sums and orders tell which waited
  for which. Work that holds the loop is `compute(1)`: exact, and takes no time in a check.
- For plain functions (`def`), and for programs that need something around them, hand
  `attempt` a coroutine function of your own which calls the learner's; what a plain function
  returns is the result. `attempt(..., may_raise=TimeoutError)` makes the exception the result.
- A wrong answer's sentence need not be guessed: run the test, read what it gets, ask whether
  that would have helped you, and only then paste it. If not, reorder the judge or add a rule.
- A task nobody keeps, in a wrong answer, needs `# noqa: RUF006  (this is the mistake)`.

`tests/practice/test_exercises.py` finds every exercise and proves it: starter, solution,
each other style, each wrong answer, hints. Run it for one lesson with `-k 04-`.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from types import CodeType

from helpers.practice import problems, progress
from helpers.practice.attempts import Program, Raised, watching_attempts
from helpers.practice.checks import InReality, NotYet
from helpers.practice.notes import Note
from helpers.practice.renamed import today
from helpers.practice.sentences import shown
from helpers.timeline import Timeline

TRIES = 3  # of what a busy machine may have held up


@dataclass(frozen=True)
class Exercise:
    """A question and all that is needed to judge an answer. See this file's first lines."""

    id: str
    title: str
    prompt: str
    starter: str
    hints: tuple[str, ...]
    why: str
    judge: Callable[[Program], None]
    solution: Program
    also: tuple[Program, ...]
    wrong: tuple[tuple[Program, str], ...]

    @property
    def lesson(self) -> str:
        """The number of the lesson it belongs to, such as "04"."""
        return self.id.partition("-")[0]


# -- the three verbs ---------------------------------------------------------------------


def check(exercise_id: str, learners_function: Program | None = None) -> Note:
    """Judge the learner's function by what it does; as last line of a cell it shows the verdict.

    The `Note` has an `outcome`: "correct", "not yet" or "not attempted".
    """
    __tracebackhide__ = True
    exercise = _called(exercise_id)
    if exercise is None:
        return _unknown(exercise_id)
    if learners_function is None or _untouched(exercise, learners_function):
        return _not_attempted(exercise)
    if wrong_kind := _wrong_kind(exercise, learners_function):
        return Note("not yet", exercise.title, wrong_kind)
    verdict = _judged(exercise, learners_function)
    if verdict.outcome == "correct":
        progress.solved(exercise.id)
    return verdict


def hint(exercise_id: str) -> Note:
    """The next hint for that exercise, from a nudge to nearly there; the last one stays."""
    exercise = _called(exercise_id)
    if exercise is None:
        return _unknown(exercise_id)
    count = len(exercise.hints)
    number = min(_hints_given.get(exercise_id, 0), count - 1)
    _hints_given[exercise_id] = number + 1
    more = (
        f"Run this cell again for the next one, of {count}."
        if number + 1 < count
        else f'That was the last hint. solution("{exercise_id}") shows one way to do it.'
    )
    return Note(
        "hint", f"Hint {number + 1} for {exercise.title}", exercise.hints[number], after=more
    )


def solution(exercise_id: str) -> Note:
    """The source of a model answer. Other answers that behave alike are as right."""
    exercise = _called(exercise_id)
    if exercise is None:
        return _unknown(exercise_id)
    return Note(
        "solution",
        f"One way to do it: {exercise.title}",
        "Yours may look quite different: what counts is what it does.",
        code=inspect.getsource(exercise.solution),
    )


_hints_given: dict[str, int] = {}


# -- where exercises come from ----------------------------------------------------------------


@cache
def exercises() -> dict[str, Exercise]:
    """All exercises by id, found in the files of `helpers.practice.problems`."""
    found: dict[str, Exercise] = {}
    modules = pkgutil.walk_packages(problems.__path__, f"{problems.__name__}.")
    for name in sorted(module.name for module in modules):
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Exercise) and found.setdefault(value.id, value) is not value:
                raise ValueError(f"two exercises are called {value.id!r}; rename one")
    return found


def _called(exercise_id: object) -> Exercise | None:
    return exercises().get(today(exercise_id)) if isinstance(exercise_id, str) else None


def _unknown(exercise_id: object) -> Note:
    if isinstance(exercise_id, str):
        near = difflib.get_close_matches(exercise_id, exercises(), n=1, cutoff=0.4)
        guess = f'Did you mean "{near[0]}"? ' if near else ""
        sentence = f"There is no exercise called {exercise_id!r}. {guess}"
    else:
        sentence = 'The name of the exercise comes first, in quotes: check("00-breakfast", ...). '
    return Note(
        "not attempted",
        "No such exercise",
        sentence + "The name is in the text above the exercise.",
    )


# -- judging -----------------------------------------------------------------------------


def _judged(exercise: Exercise, function: Program) -> Note:
    note, slow = _judged_once(exercise, function)
    for _ in range(TRIES - 1):
        if slow:
            note, slow = _judged_once(exercise, function)
    return note


def _judged_once(exercise: Exercise, function: Program) -> tuple[Note, bool]:
    """The verdict, and whether it hangs on how long something really took."""
    with watching_attempts() as attempts:
        try:
            exercise.judge(function)
        except InReality as slow:
            return _not_yet(exercise, slow, attempts), True
        except Raised as raised:
            if isinstance(raised.error, NotImplementedError):
                return _not_attempted(exercise), False
            return _not_yet(exercise, raised, attempts, raised.trace), False
        except NotYet as not_yet:
            return _not_yet(exercise, not_yet, attempts), False
        except (Exception, SystemExit) as error:
            return _stumbled(exercise, error), False
    return _correct(exercise, attempts), False


def _correct(exercise: Exercise, attempts: list[Timeline]) -> Note:
    most = max(attempts, key=lambda timeline: len(timeline.steps), default=None)
    shown = [most] if most and most.steps else []
    return Note(
        "correct",
        exercise.title,
        exercise.why,
        after=f'solution("{exercise.id}") shows another way, to compare with yours.',
        printed=_printed(attempts),
        charts=tuple((f"What yours did{_case(timeline)}", timeline) for timeline in shown),
    )


def _not_attempted(exercise: Exercise) -> Note:
    return Note(
        "not attempted",
        exercise.title,
        f'Change the function, run its cell, and check again. hint("{exercise.id}") helps you on.',
    )


def _not_yet(exercise: Exercise, error: NotYet, attempts: list[Timeline], trace: str = "") -> Note:
    charts = _yours_and_the_aim(exercise, attempts) if not trace else []
    return Note(
        "not yet",
        exercise.title,
        error.sentence,
        trace=trace,
        printed=_printed(attempts),
        charts=tuple(charts),
    )


def _yours_and_the_aim(exercise: Exercise, attempts: list[Timeline]) -> list[tuple[str, Timeline]]:
    """The charts of the attempt that was objected to, captioned with its case, if it has one."""
    if not attempts or not attempts[-1].steps:
        return []
    yours, aim = attempts[-1], _aim(exercise, len(attempts))
    case = _case(yours)
    charts = [(f"What yours did{case}", yours)]
    return [*charts, (f"What to aim at{case}", aim)] if aim else charts


def _case(attempt: Timeline) -> str:
    """What was special about an attempt, for a caption; "" if nothing was."""
    return f" ({attempt.title[:1].lower()}{attempt.title[1:]})" if attempt.title else ""


@cache
def _aim(exercise: Exercise, attempt: int) -> Timeline | None:
    """What the solution does at that attempt of the judge's: the picture to aim at."""
    with watching_attempts() as attempts, suppress(Exception):
        exercise.judge(exercise.solution)
    return attempts[attempt - 1] if attempt <= len(attempts) else None


def _stumbled(exercise: Exercise, error: BaseException) -> Note:
    return Note(
        "not yet",
        exercise.title,
        f"The check itself could not be carried out ({type(error).__name__}). Probably the "
        "program replaced something that others need, such as asyncio.sleep, or returned an "
        "object that cannot be compared. Restart the kernel, run the lesson again from the "
        "top, and check again.",
    )


def _printed(attempts: list[Timeline]) -> str:
    return "".join(piece.text for timeline in attempts[-1:] for piece in timeline.output)


# -- what was handed in --------------------------------------------------------------------


def _untouched(exercise: Exercise, function: object) -> bool:
    """Whether there is no answer yet: nothing, the starter as it was, or an empty body."""
    code = getattr(function, "__code__", None)
    if function is Ellipsis or not inspect.iscode(code):
        return function is Ellipsis
    return _is_empty(function, code) or _same(code, _starter_code(exercise))


@cache
def _starter_code(exercise: Exercise) -> CodeType:
    """The code object of the starter's function, compiled and not run."""
    return _code_in(exercise.starter, exercise.solution.__name__)


def _code_in(source: str, name: str) -> CodeType:
    """The code object of the function of that name in that source."""
    constants = compile(source, "<starter>", "exec").co_consts
    return next(c for c in constants if inspect.iscode(c) and c.co_name == name)


def _same(one: object, other: object) -> bool:
    """Whether two code objects do the same; where they are does not matter."""
    if not (inspect.iscode(one) and inspect.iscode(other)):
        return type(one) is type(other) and bool(one == other)
    attributes = ("co_code", "co_names", "co_varnames")
    return (
        all(getattr(one, name) == getattr(other, name) for name in attributes)
        and len(one.co_consts) == len(other.co_consts)
        and all(map(_same, one.co_consts, other.co_consts))
    )


def _is_empty(function: object, code: CodeType) -> bool:
    """Whether a function's body is nothing but `...`, `pass` or a docstring."""
    keyword = "async def" if inspect.iscoroutinefunction(function) else "def"
    body = repr(function.__doc__) if function.__doc__ else "..."
    blank = _code_in(f"{keyword} blank():\n    {body}", "blank")
    return code.co_code == blank.co_code and code.co_consts == blank.co_consts


def _wrong_kind(exercise: Exercise, function: object) -> str:
    """A sentence if that is not a function of the right kind at all, else ""."""
    name, model = exercise.solution.__name__, exercise.solution
    if inspect.iscoroutine(function):
        function.close()
        return f'Hand over the function itself, without calling it: check("{exercise.id}", {name}).'
    if not callable(function):
        return (
            f"check needs the function {name}, and got {shown(function, most=60)}. Write "
            f'check("{exercise.id}", {name}), and see that no variable has taken over its name.'
        )
    if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
        return f"{name} contains a `yield`, which makes it a generator. Use `return`, or `await`."
    if inspect.iscoroutinefunction(model) and not inspect.iscoroutinefunction(function):
        return f"{name} is a plain function. To await anything it must begin with `async def`."
    if inspect.iscoroutinefunction(function) and not inspect.iscoroutinefunction(model):
        return f"{name} should be a plain function here: write `def`, without `async`."
    if not _takes(function, len(inspect.signature(model).parameters)):
        keyword = "async def" if inspect.iscoroutinefunction(model) else "def"
        line = f"{keyword} {name}{inspect.signature(model)}"
        return f"The first line should stay `{line}`: the check calls it so."
    return ""


def _takes(function: Program, count: int) -> bool:
    try:
        inspect.signature(function).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True
