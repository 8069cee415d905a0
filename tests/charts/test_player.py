"""The player as a widget: what stands in a notebook where it runs, and where it does not."""

import html

import films
import pytest

from helpers.charts.player import Player, player

VIEW = "application/vnd.jupyter.widget-view+json"


def test_the_player_needs_at_least_one_step_to_show():
    with pytest.raises(ValueError, match="at least one step"):
        player(films.breakfast(), most_steps=0)


def test_the_bundle_holds_the_widget_and_the_chart_of_order():
    widget = player(films.breakfast())
    bundle, _ = widget._repr_mimebundle_()
    assert bundle[VIEW]["model_id"] == widget.model_id
    assert bundle["text/plain"].startswith("<Timeline 'breakfast'")
    assert "<img alt=\"Chart of order 'breakfast'" in html.unescape(bundle["text/html"])
    widget.close()


def test_where_it_is_not_complete_yet_there_is_nothing_to_show_beside_it():
    widget = player(films.still_running())
    assert "text/html" not in widget._repr_mimebundle_()[0]
    widget.close()


def test_in_a_notebook_the_static_chart_is_an_output_of_its_own(capture_display):
    player(films.breakfast())._ipython_display_()
    still, widget = capture_display
    assert still["text/html"].startswith('<div class="see-the-loop-still"><img alt="')
    assert VIEW not in still
    assert widget["text/plain"] == "The player of a recording. Run this cell to step through it."
    assert VIEW in widget


@pytest.fixture
def capture_display(monkeypatch):
    """The bundles that are displayed."""
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython.display, "publish_display_data", shown.append)
    return shown


def test_a_timeline_gives_its_player():
    assert isinstance(films.breakfast().player(), Player)
