"""See the loop: record what an asyncio program did on the real event loop, and look at it.

    from helpers import record

    with record("two greetings") as timeline:    # in a cell, a coroutine or a script
        await main()
    timeline                                      # the Gantt chart

The rooms, each imported when it is first used:

    timeline       what happened, as plain data: tasks, steps, states; saving and loading
    recorder       how it is seen: watches a real loop, and writes a timeline
    virtual_time   a private loop whose clock jumps: `simulate`, and `compute` for work
    findings       what is wrong in a timeline, in words: `timeline.findings()`
    charts         a timeline as picture, text and SVG, and the player that steps through it
    practice       what the learner does: predict, move sliders, solve exercises, see progress
    kernel         the notebook's kernel: Stop works during `await`, `asyncio.run` in a cell
    browser        in a browser: asyncio's loop turned by the page, a clock, programs aside
    browser_page   in a browser: puts those in place, and says what cannot be
    browser_cells  in a browser: has a notebook's cells run on that loop
    loading        imports that an interrupt cannot leave half done
    __main__       `python -m helpers script.py` records a whole script

Importing `helpers` changes two things and no more: the Stop button works during `await`,
and a later `nest_asyncio.apply()` is carried out by its maintained successor,
nest-asyncio2.
"""

from helpers import kernel as _kernel
from helpers.loading import load_whole as _load_whole

_WHERE = {  # the public names
    "record": "helpers.recorder",
    "Timeline": "helpers.timeline",
    "simulate": "helpers.virtual_time",
    "compute": "helpers.virtual_time",
    "what_if": "helpers.practice.what_if",
    "predict": "helpers.practice.predict",
    "compare": "helpers.practice.predict",
    "check": "helpers.practice.exercises",
    "hint": "helpers.practice.exercises",
    "solution": "helpers.practice.exercises",
    "progress": "helpers.practice.progress",
    "allow_asyncio_run": "helpers.kernel",
}

__all__ = list(_WHERE)


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"helpers has no {name!r}; it has {', '.join(_WHERE)}")
    value = getattr(_load_whole(_WHERE[name]), name)
    globals()[name] = value  # the next look-up is a plain one
    return value


def __dir__() -> list[str]:
    return sorted(_WHERE)


_kernel.settle_in()
