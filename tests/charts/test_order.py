"""The chart of order: a panel for each step, seen and told."""

import warnings
from xml.etree import ElementTree

import films
import pytest
from chart_samples import EVERY, crowd, greetings, strange
from order_programs import eleven_lines, page, rehearsal, shouting, two_sleeps

from helpers.charts.order import order
from helpers.charts.style import cells
from helpers.charts.words import SIGNS
from helpers.timeline import Timeline
from helpers.timeline.options import OrderOptions

TEXT = """
eleven lines: 3 tasks, 0 s, virtual time, 7 steps
Iteration 1 of the loop, 0 s:
 1. 'family' suspends: it waits for task 'a'; 'a' and 'b' are new and ready.
    Ready queue: 'a', 'b'.
Iteration 2 of the loop:
 2. 'a' steps aside and goes straight to the end of the queue. Ready queue: 'b',
    'a'.
 3. 'b' steps aside and goes straight to the end of the queue. Ready queue: 'a',
    'b'.
Iteration 3 of the loop:
 4. 'a' returns; 'family' becomes ready, behind 'b'. Ready queue: 'b', 'family'.
 5. 'b' returns. Ready queue: 'family'.
Iteration 4 of the loop:
 6. 'family' returns; the callback 'stop the loop: its task is done' becomes
    ready. Ready queue: 'stop the loop: its task is done'.
Iteration 5 of the loop:
 7. The callback 'stop the loop: its task is done' is done. Ready queue: empty.
"""
ALL = {**EVERY, **{make.__name__: make() for make in films.FILMS}, "rehearsal": rehearsal()}


def words(picture):
    return [text.get_text() for text in picture.axes[0].texts]


# -- in words -----------------------------------------------------------------------------------


def test_in_sentences():
    assert eleven_lines().order().as_text() == TEXT.strip()


def test_a_sleep_has_no_number_and_the_time_is_told_where_it_moves():
    lines = page().order().as_text().splitlines()
    at = lines.index("Iteration 3 of the loop, 0 s to 1 s:")
    assert lines[at + 1].startswith("   - Nothing is ready: the loop sleeps until 1 s")
    assert lines[at + 4].startswith("  4. sleep(1) of 'text' is over")


def test_a_long_queue_is_told_in_groups():
    told = crowd(40).order(title="", most=2).as_text()
    assert "Ready queue: 't-1', 't-2', 't-3', 't-4', and 36 more." in unbroken(told)
    told = two_sleeps().order().as_text()
    assert "Ready queue: 'end of a sleep' (2 times)." in unbroken(told)


def unbroken(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("width", [60, 80])
def test_no_line_is_wider_than_asked(name, width):
    lines = order(ALL[name]).as_text(width).splitlines()
    assert all(cells(line) <= width and line.isprintable() for line in lines)


def test_alt_text_tells_the_order_where_a_busy_machine_cannot_change_it():
    alt = eleven_lines().order().alt
    assert alt.startswith(
        "Chart of order 'eleven lines', a panel for each step of the loop, with the ready queue "
        "after it. 'family' suspends: it waits for task 'a'; 'a' and 'b' are new and ready. 'a' "
    )
    assert greetings().order().alt == greetings(late=0.15).order().alt
    assert greetings().order().alt.endswith("after it: 2 tasks.")
    assert shouting(3, 9).order(most=5).alt.endswith(". and so on.")
    assert Timeline().order().alt == "Chart of order: no step."


# -- as a picture ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_whatever_was_recorded_is_drawn_and_told(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ALL[name].order(most=9).png(scale=1.0).startswith(b"\x89PNG")
    assert ALL[name].order(most=9).alt.isprintable()


@pytest.mark.parametrize("name", [*ALL, "shouting"])
@pytest.mark.parametrize("width", [400, 900])
def test_everything_is_on_the_sheet_and_no_words_lie_on_others(name, width):
    timeline = shouting(20, 2) if name == "shouting" else ALL[name]
    figure = timeline.order(width=width, most=9)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text()]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1 + 0.5
        assert box.y0 >= 0
        assert not any(box.overlaps(other) for other in boxes[number + 1 :])


def test_a_panel_is_never_squeezed():
    wide, narrow = page().order(width=900), page().order(width=400)
    assert narrow.get_figheight() > 2 * wide.get_figheight()
    assert shouting(3, 40).order(most=100).get_figwidth() * 96 == pytest.approx(900)


def test_each_panel_has_its_step_its_queue_and_its_sentence():
    found = words(eleven_lines().order())
    assert [word for word in found if word.isdigit()] == list("1234567")
    assert [word for word in found if word.startswith("iteration")] == [
        f"iteration {number}" for number in range(1, 6)
    ]
    assert {"ready, next", "ready, place 2", "runs", "empty", "'b' returns."} <= set(found)


def test_the_legend_is_of_what_occurs():
    signs = {sign.words for sign in SIGNS.values()}
    found = signs.intersection(words(eleven_lines().order()))
    names = ["running", "ready", "waiting", "queues", "returned", "callback"]
    assert found == {SIGNS[name].words for name in names}
    assert not signs.intersection(words(eleven_lines().order(legend=False)))


def test_names_that_nobody_should_give_are_shown_in_one_line():
    found = words(strange().order())
    assert all(word.isprintable() for word in found)


def test_a_queue_that_nothing_fits_below_says_how_many_more():
    assert "and 36 more" in words(crowd(40).order(most=2))
    note = "Some tasks have no row in a line of panels in which they do not run."
    assert note in words(shouting(30, 1).order())


def test_svg_says_the_same_words_as_the_picture():
    tree = ElementTree.fromstring(order(page(), OrderOptions(width=700)).svg())
    texts = [text.text or "" for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == words(page().order(width=700))
    assert tree.get("aria-label") == page().order().alt


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"first": 0}, "first is a number of steps, 1 or more; 0 is not"),
        ({"most": 0}, "most is a number of steps, 1 or more; 0 is not"),
        ({"first": 99}, "first=99 is beyond the last step: this recording has 7"),
    ],
)
def test_an_option_that_makes_no_sense_is_a_clear_sentence(options, why):
    with pytest.raises(ValueError, match=why):
        eleven_lines().order(**options)
