"""The picture, judged by its geometry: what is drawn, where, how wide; and how fast."""

import time
import warnings
from dataclasses import replace

import numpy as np
import pytest
from chart_samples import EVERY, breakfast, busy_pair, cell, crowd, greetings, rude, strange
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch

from helpers.charts import style
from helpers.charts.gantt import with_room_for
from helpers.charts.words import SIGNS
from helpers.timeline import Step, TaskSpan, Timeline
from helpers.timeline.options import GanttOptions


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def boxes(figure, colour):
    """(left, top, right, bottom) in pixels of the rectangles filled with that colour."""
    found = []
    for patch in figure.axes[0].patches:
        if to_hex(patch.get_facecolor()) == colour.lower():
            path = patch.get_path()
            for corners in np.split(path.vertices, np.flatnonzero(path.codes == path.MOVETO)[1:]):
                found.append((*corners.min(axis=0), *corners.max(axis=0)))
    return sorted(tuple(float(number) for number in box) for box in found)


def overlap(first, second):
    return (
        first[0] < second[2]
        and second[0] < first[2]
        and first[1] < second[3]
        and second[1] < first[3]
    )


# -- what is drawn ------------------------------------------------------------------------


def test_the_moment_of_stop_is_marked():
    assert "Stop" not in words(breakfast().gantt())
    assert "Stop" in words(replace(breakfast(), stopped=True).gantt())


@pytest.mark.parametrize("name", EVERY)
def test_whatever_was_recorded_is_drawn_without_a_warning(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert EVERY[name].gantt().png(scale=1.0).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [600, 900])
def test_everything_is_on_the_sheet_and_no_words_are_cut(name, width):
    figure = EVERY[name].gantt(width=width)
    figure.canvas.draw()
    sheet = figure.bbox
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        assert box.x0 >= sheet.x0
        assert box.x1 <= sheet.x1 + 0.5
        assert box.y0 >= sheet.y0
        assert box.y1 <= sheet.y1


@pytest.mark.parametrize("name", ["two greetings", "breakfast", "a hundred", "eager", "rude"])
def test_no_words_lie_on_other_words(name):
    figure = EVERY[name].gantt()
    figure.canvas.draw()
    extents = [text.get_window_extent() for text in figure.axes[0].texts]
    boxes = [(box.x0, box.y0, box.x1, box.y1) for box in extents]
    for number, box in enumerate(boxes):
        assert not any(overlap(box, other) for other in boxes[number + 1 :])


def test_running_bars_are_as_wide_as_steps_are_long():
    bars = boxes(breakfast().gantt(legend=False), SIGNS["running"].colour[0])
    widths = [right - left for left, _, right, _ in bars if right - left > 2 * style.TICK]
    second = max(widths)  # the longest steps last 1 s
    steps = sorted(round(width / second, 2) for width in widths)
    assert steps == [0.1, 0.1, 0.1, 0.3, 0.5, 0.5, 1.0, 1.0]


def test_a_step_of_no_width_is_a_tick_of_fixed_width():
    for timeline in (breakfast(), EVERY["a year"], EVERY["no time"]):
        bars = boxes(timeline.gantt(legend=False), SIGNS["running"].colour[0])
        assert min(right - left for left, _, right, _ in bars) == pytest.approx(style.TICK)


def test_the_title_is_the_timelines_or_the_one_given():
    assert words(breakfast().gantt())[:2] == ["breakfast", "5 tasks  ·  4.4 s  ·  virtual time"]
    assert words(breakfast().gantt(title="other"))[0] == "other"
    assert words(greetings(title="").gantt())[0] == "2 tasks  ·  1.5 s"


def test_a_window_is_said_and_shown():
    found = words(breakfast().gantt(between=(2.0, 3.0)))
    assert found[1] == "5 tasks  ·  4.4 s  ·  virtual time  ·  seen from 2 s to 3 s"
    assert "3.0 s" in found
    assert "0 s" not in found


def test_an_empty_window_is_refused():
    with pytest.raises(ValueError, match="shows nothing"):
        breakfast().gantt(between=(3.0, 2.0))


def test_what_is_waited_for_stands_on_the_line():
    found = words(breakfast().gantt())
    assert {"task 'main'", "its task group", "sleep(1)", "Event.wait", "Queue.get"} <= set(found)


def test_an_arrow_passes_behind_the_words_on_its_way():
    tasks = [
        cell(),
        TaskSpan(1, "car", "", 0, 0.0, 0.0, 2.0, "returned"),
        TaskSpan(2, "train", "", 0, 1.0, 1.0, 2.0, "returned"),
    ]
    steps = [
        Step(0, "task", "this cell", 0, 0, 0, waiting_for="sleep(1)"),
        Step(1, "task", "car", 0, 0, 0, waiting_for="sleep(2)"),
        Step(0, "task", "this cell", 1, 1, 1),
        Step(2, "task", "train", 1, 1, 1, waiting_for="sleep(1)"),
        Step(1, "task", "car", 2, 2, 2),
        Step(2, "task", "train", 2, 2, 2),
    ]
    axes = Timeline.of(tasks, steps, clock="virtual").gantt().axes[0]
    [said] = [text for text in axes.texts if text.get_text() == "sleep(2)"]
    [paper] = [p for p in axes.patches if to_hex(p.get_facecolor()) == style.CARD.lower()]
    [arrows] = [c for c in axes.collections if to_hex(c.get_color()[0]) == style.SOFT_INK.lower()]

    x, y = said.get_position()
    ways_down = [(way[1], way[2]) for way in arrows.get_segments()]
    assert any(abs(top[0] - x) < 20 and top[1] < y < end[1] for top, end in ways_down)
    assert arrows.get_zorder() < paper.get_zorder() < said.get_zorder()


def test_a_step_that_held_the_loop_says_for_how_long():
    found = words(breakfast().gantt())
    assert found.count("1 s") == 2 + 1  # toast, twice; and the axis
    assert "held the loop for 0.7 s of real time" in words(rude().gantt())


def test_an_exception_stands_beside_its_lane_or_else_below():
    assert "t-77: ValueError: no" not in words(crowd(100, raised=(77,)).gantt())
    assert "ValueError: no" in words(crowd(100, raised=(77,)).gantt())
    assert "main: ExceptionGroup: 1 went wrong" in words(breakfast().gantt())


def test_many_that_raised_are_not_all_told():
    tasks = [
        TaskSpan(i, f"t{i}", ended=1.0, outcome="raised", exception="Odd: " + "so " * 20)
        for i in range(10)
    ]
    timeline = Timeline.of(tasks, [Step(i, "task", "", i / 10, i / 10, i / 10) for i in range(10)])
    assert "and 4 more that raised" in words(timeline.gantt())


def test_notes_are_shown():
    assert "Note: Mind it." in words(breakfast().gantt())


def test_nothing_recorded_says_so():
    assert "Nothing was recorded: no task and no callback ran." in words(Timeline().gantt())


def test_names_are_shown_as_they_are_not_as_mathematics_or_control_codes():
    found = words(strange().gantt())
    assert "$x^2$ and $y_" in found
    assert "(no name)" in found
    assert not any("\x1b" in text or "\n" in text for text in found)


# -- colour and form ----------------------------------------------------------------------


def test_each_end_has_a_form_of_its_own():
    figure = breakfast().gantt(legend=False)
    forms = {line.get_marker().vertices.tobytes() for line in figure.axes[0].lines[1::2]}
    assert len(forms) == 4


def test_ready_is_hatched_and_running_is_solid():
    patches = [p for p in breakfast().gantt().axes[0].patches if isinstance(p, PathPatch)]
    hatched = {to_hex(p.get_facecolor()) for p in patches if p.get_hatch()}
    assert hatched == {SIGNS["ready"].colour[0].lower()}


def test_a_chart_of_a_hundred_thousand_steps_costs_little_more_than_one_of_ten():
    few, many = breakfast(), busy_pair(50_000)
    few.gantt().png()  # fonts are looked up once

    def cost(timeline):
        begin = time.process_time()
        timeline.gantt().png()
        return time.process_time() - begin

    assert len(many.columns) == 100_000
    assert min(cost(many) for _ in range(2)) < 5 * min(cost(few) for _ in range(2))


def test_charts_to_be_compared_have_one_axis_and_as_much_room_for_names():
    short = greetings()
    options = [
        with_room_for(with_room_for(GanttOptions(width=500), one), two)
        for one, two in [(breakfast(), short), (short, breakfast())]
    ]
    assert options[0] == options[1]
    assert options[0].until == max(breakfast().duration, short.duration)
    assert options[0].names > with_room_for(GanttOptions(), short).names > 0
