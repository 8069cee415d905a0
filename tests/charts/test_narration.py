"""What the player says at each frame, word for word."""

import films
import pytest

from helpers.charts.film import Film
from helpers.charts.narration import Narration, narration


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
        (films.turns, 2, "'a' steps aside and goes straight to the end of the queue."),
        (films.turns, 7, "'b' is first in the queue: it goes on, for sleep(10) was cut short."),
        (films.empty, 1, "The recording ends."),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_corners(film, frame, sentence):
    assert narration(film(), frame) == sentence
