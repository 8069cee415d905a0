"""What a layout says of itself."""

from chart_samples import breakfast, busy_pair, crowd, greetings

from helpers.charts.lanes import lay_out


def test_what_it_is_of_in_words():
    assert lay_out(breakfast()).summary == ["5 tasks", "4.4 s", "virtual time"]
    assert lay_out(breakfast(), between=(2.0, 3.0)).summary[-1] == "seen from 2 s to 3 s"
    assert lay_out(greetings()).summary == ["2 tasks", "1.5 s"]


def test_the_states_of_its_crowds():
    assert lay_out(breakfast()).crowd_states == set()
    assert lay_out(crowd(100)).crowd_states == {"running", "ready"}
    assert lay_out(busy_pair(500)).crowd_states == {"running", "ready", "waiting"}
