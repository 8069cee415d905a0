"""What legend, text chart, alt text and player say of one recording: the same."""

import json
import zlib

import films
import pytest
from chart_samples import EVERY

from helpers.charts.alt import alt_text
from helpers.charts.film import Film
from helpers.charts.lanes import lay_out
from helpers.charts.packing import packed
from helpers.charts.signs import signs_in, signs_in_order, signs_of
from helpers.charts.words import SIGNS
from helpers.timeline import OUTCOMES, Timeline

ALL = {**EVERY, **{f"film: {film.__name__}": film() for film in films.FILMS}}
SMALL = [name for name, timeline in ALL.items() if len(timeline.tasks) <= 12]


def in_legend(timeline):
    """The signs whose words stand in the picture, below the axis."""
    words = {text.get_text() for text in timeline.gantt().axes[0].texts}
    return {name for name, sign in SIGNS.items() if sign.words in words}


def in_text(timeline):
    """The signs that the text chart's legend explains."""
    lines = timeline.text(width=10_000, order=False).splitlines()
    entries = [entry for line in lines for entry in line.split("   ")]
    return {n for n, sign in SIGNS.items() if f"{sign.character} {sign.words}" in entries}


def in_player(timeline):
    inside = zlib.decompress(packed(timeline))
    head = json.loads(inside[4 : 4 + int.from_bytes(inside[:4], "little")])
    return set(head["signs"])


@pytest.mark.parametrize("name", ALL)
def test_the_legend_explains_what_is_drawn(name):
    assert in_legend(ALL[name]) == set(signs_of(lay_out(ALL[name])))


@pytest.mark.parametrize("name", ALL)
def test_the_text_chart_explains_the_same_but_for_what_it_has_no_character_for(name):
    found = in_legend(ALL[name])
    crowded = {"waiting"} if "crowd" in found else set()  # pale there, a line here
    expected = {sign for sign in found | crowded if SIGNS[sign].character}
    thin = {"running", "tick", "ready", "asleep", "busy"}  # a character is wider than a mark
    assert in_text(ALL[name]) - thin == expected - thin
    assert ("running" in expected or "tick" in expected) == bool(
        in_text(ALL[name]) & {"running", "tick"}
    )


@pytest.mark.parametrize("name", ALL)
def test_a_recording_has_the_signs_that_its_lanes_have_looked_at_closely(name):
    """But for arrows."""
    layout = lay_out(ALL[name], resolution=10**7, most=10**6)
    assert set(signs_of(layout)) - {"tick"} == set(signs_in(ALL[name])) - {"tick", "wakes"}


@pytest.mark.parametrize("name", ALL)
def test_the_player_is_told_what_occurs(name):
    assert in_player(ALL[name]) == set(signs_in(ALL[name]))


CLEARLY = 0.2  # seconds that no busy machine adds: what holds the loop longer is told


@pytest.mark.parametrize("name", ALL)
def test_the_alt_text_tells_who_holds_the_loop(name):
    timeline, told = ALL[name], alt_text(ALL[name])
    blocks = [block for lane in lay_out(timeline, most=10**6).lanes for block in lane.blocks]
    assert ("blocking" in signs_in(timeline)) == bool(blocks)
    assert any(block.held > CLEARLY for block in blocks) == (" the loop" in told)


@pytest.mark.parametrize("name", SMALL)
def test_the_alt_text_tells_every_end_that_occurs_and_no_other(name):
    told, found = alt_text(ALL[name]), set(signs_in(ALL[name]))
    if any(lane.kind == "callback" for lane in lay_out(ALL[name]).lanes):
        found -= {"cancelled"}  # a timer is, and no task
    for outcome in OUTCOMES:
        assert (f" {SIGNS[outcome].verb}" in told) == (outcome in found), f"{outcome}: {told}"


@pytest.mark.parametrize("name", SMALL)
def test_the_alt_text_tells_of_waiting_only_where_a_task_waits(name):
    reasons = {step.waiting_for for step in ALL[name].steps} - {None}
    assert (f" {SIGNS['waiting'].verb} " in alt_text(ALL[name])) == bool(reasons)


def test_signs_stand_in_the_legends_order():
    assert signs_in(EVERY["breakfast"]) == (
        *("running", "tick", "ready", "waiting", "overdue", "blocking", "creates"),
        *("returned", "raised", "cancelled", "pending", "busy", "asleep", "callback"),
    )
    assert signs_in(Timeline()) == ()


def test_on_an_axis_of_order_nothing_is_too_short_to_be_seen():
    names = set(signs_in_order(Film(films.late())))
    assert {"running", "ready", "overdue"} <= names
    assert "ready" not in signs_in(films.late())
    assert "tick" not in names | set(signs_in_order(Film(films.breakfast())))
