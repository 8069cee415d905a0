"""What a cell shows asks to come into view, where somebody hears; in a browser: tests/browser."""

from types import SimpleNamespace

import IPython
import pytest

from helpers.charts import arriving


@pytest.fixture
def mover(monkeypatch):
    """The model that the browser would hear, in a notebook whose cell 7 runs."""
    model = SimpleNamespace(count=0)
    monkeypatch.setattr(arriving, "in_notebook", lambda: True)
    monkeypatch.setattr(arriving, "_mover", lambda: model)
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(execution_count=7))
    return model


def test_the_cell_is_named_by_its_number(mover):
    arriving.come_into_view()
    assert mover.count == 7


def test_outside_a_notebook_nobody_is_asked(mover, monkeypatch):
    monkeypatch.setattr(arriving, "in_notebook", lambda: False)
    arriving.come_into_view()
    assert mover.count == 0


def test_a_browser_that_cannot_be_reached_disturbs_nothing(mover, monkeypatch):
    monkeypatch.setattr(arriving, "_mover", lambda: 1 / 0)
    arriving.come_into_view()


def test_there_is_one_model_for_all_cells_and_it_has_a_script():
    model = arriving._mover()
    assert arriving._mover() is model
    assert "export default { initialize }" in str(model._esm)
    model.close()
    arriving._mover.cache_clear()
