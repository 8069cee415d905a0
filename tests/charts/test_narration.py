"""What the player says at each frame, word for word."""

import films
import pytest

from helpers.charts.film import Film
from helpers.charts.narration import Narration, narration
from helpers.timeline import Step, StepColumns, TaskSpan, Timeline


def told(timeline):
    film = Film(timeline)
    return [Narration(film).sentence(frame) for frame in range(len(film))]


def test_a_breakfast():
    assert told(films.breakfast())[:13] == [
        "The recording begins; ready: 'this cell'.",
        "'this cell' is first in the queue: it goes on.",
        "'this cell' suspends: it waits for task 'tea'; 'tea' and 'toast' are new and ready.",
        "'tea' is first in the queue: its first step begins.",
        "'tea' suspends: it waits for sleep(2), due at 2 s.",
        "'toast' is first in the queue: its first step begins.",
        "'toast' suspends: it waits for sleep(2.5), due at 3 s.",
        "Nothing is ready: the loop sleeps until 2 s, when a timer is due.",
        "The loop wakes up; the callback 'end of a sleep' becomes ready.",
        "The loop calls the callback 'end of a sleep', because its timer is due.",
        "sleep(2) of 'tea' is over; 'tea' becomes ready.",
        "'tea' is first in the queue: it goes on, after sleep(2).",
        "'tea' returns; 'this cell' becomes ready.",
    ]


@pytest.mark.parametrize(
    ("film", "frame", "sentence"),
    [
        (films.breakfast, 20, "'toast' raises: ValueError: burnt; 'this cell' becomes ready."),
        (films.breakfast, 22, "'this cell' leaves the recorded block."),
        (films.breakfast, 23, "The recording ends: no task is left over."),
        (films.nested, 2, "'eager' begins immediately, inside the step of 'maker'."),
        (films.nested, 3, "'eager' suspends: it waits for a lock."),
        (
            films.nested,
            4,
            "Nothing is ready and no timer is set: the loop sleeps until something wakes it.",
        ),
        (
            films.nested,
            6,
            "'maker' suspends: it waits for task 'eager'; the callback 'release' becomes ready.",
        ),
        (
            films.strangers,
            1,
            "The notebook's kernel takes a turn on the loop, for work of its own.",
        ),
        (
            films.strangers,
            5,
            "The loop calls the callback 'socket', because the selector reports its socket ready.",
        ),
        (films.strangers, 13, "'listener' is first in the queue: it goes on, after Queue.get."),
        (films.strangers, 14, "'listener' ends, cancelled."),
        (films.strangers, 15, "The recording ends; not finished: 'old' and 'late'."),
        (films.late, 2, "The callback 'rehearse' is done; the callback 'notes' becomes ready."),
        (
            films.late,
            3,
            "The loop looks at its sockets and timers; the callback 'bell' and the callback 'door' "
            "become ready, behind 'notes'.",
        ),
        (films.turns, 2, "'a' steps aside and goes straight to the end of the queue."),
        (films.turns, 7, "'b' is first in the queue: it goes on, because sleep(10) was cut short."),
        (films.empty, 1, "The recording ends."),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_corners(film, frame, sentence):
    assert narration(film(), frame) == sentence


# -- forms, and what fills them ---------------------------------------------------------------


def made_together(*names):
    """A step that makes all these tasks, which then begin."""
    tasks = [
        TaskSpan(0, "maker", ended=0, outcome="returned"),
        *(TaskSpan(n, name) for n, name in enumerate(names, 1)),
    ]
    steps = [Step(0, "task", "maker", 0, 0, 0)]
    steps += [Step(n, "task", name, 0, 0, 0, woken_by=0) for n, name in enumerate(names, 1)]
    return Timeline.of(tasks, steps)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a"], "'a' is new and ready"),
        (["a", "b"], "'a' and 'b' are new and ready"),
        (["a", "a"], "2 tasks called 'a' are new and ready"),
        (list("abba"), "2 tasks called 'a' and 2 tasks called 'b' are new and ready"),
        (list("abcd"), "'a', 'b', 'c' and 'd' are new and ready"),
        (list("abcdefg"), "'a', 'b', 'c' and 4 more are new and ready"),
        (list("abcdeffg"), "'a', 'b', 'c' and 5 more are new and ready"),
    ],
)
def test_who_is_new_of_very_many_the_first_few(names, told):
    assert narration(made_together(*names), 2) == f"'maker' returns; {told}."


@pytest.mark.parametrize("name", ["{}", "{what}", "{due}", "{0}", "$&", "\\g<0>", "it's", ""])
def test_a_name_is_told_as_it_is_whatever_it_looks_like(name):
    timeline = made_together(name, name + "2")
    assert narration(timeline, 2) == f"'maker' returns; '{name}' and '{name}2' are new and ready."
    assert narration(timeline, 3) == f"'{name}' is first in the queue: its first step begins."


def test_the_first_step_of_a_task_in_a_nested_loop_comes_from_the_queue():
    """Only an eager task begins immediately."""
    tasks = [TaskSpan(0, "host", created=0, ended=4), TaskSpan(1, "inner", "i", 0, 0, 2, 3)]
    steps = [
        Step(0, "task", "host", 0, 0, 4),
        Step(1, "task", "inner", 1, 2, 3, inside=0, woken_by=0),
    ]
    told = narration(Timeline.of(tasks, steps), 2)
    assert told == "'inner' is first in the queue: its first step begins."


def test_those_that_were_woken_are_told_after_those_that_are_new():
    tasks = [
        TaskSpan(0, "a", ended=1, outcome="returned"),
        TaskSpan(1, "b", created=None),
        TaskSpan(2, "c", created=1),
    ]
    steps = [
        Step(0, "task", "a", 0, 0, 1),
        Step(1, "task", "b", 1, 1, 2, woken_by=0),
        Step(2, "task", "c", 1, 2, 3, woken_by=0),
        Step(None, "callback", "d", 1, 3, 4, woken_by=0),
    ]
    assert narration(Timeline.of(tasks, steps), 2) == (
        "'a' returns; 'c' is new and ready, behind 'b'; 'b' and the callback 'd' become ready."
    )


def test_a_hundred_thousand_sentences_have_a_handful_of_forms():
    c, number = StepColumns(), 50_000
    for step in range(number):
        c.task.append(step % 100)
        c.kind.append(0)
        c.label.append(0)
        for name in ("ready", "start", "end"):
            getattr(c, name).append(step * 10)
        for name in ("inside", "waiting_for"):
            getattr(c, name).append(-1)
        c.woken_by.append(step - 7 if step >= 7 else -1)
        c.due[step] = step * 10 + 1000
    tasks = tuple(TaskSpan(n, f"task {n}") for n in range(100))
    told = Narration(Film(Timeline(tasks=tasks, columns=c, strings=("",), length=number * 10)))
    assert len(told.told) == 2 * number + 2
    assert len(told.forms) < 15
    assert told.sentence(1001) == "'task 0' is first in the queue: it goes on."
    assert told.sentence(1002).startswith("'task 0' suspends, due at 6 µs; 'task 7' becomes ready")
