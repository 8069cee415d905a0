"""What Stop shows in place of a traceback, with a stand-in for IPython's shell."""

import IPython
import IPython.display
import pytest

from helpers.charts import stopped
from helpers.timeline import Timeline

STOP = KeyboardInterrupt()


class Shell:
    """As much of IPython's shell as is asked here."""

    def __init__(self):
        self.custom_exceptions, self.handler, self.tracebacks = (), None, []

    def set_custom_exc(self, kinds, handler):
        self.custom_exceptions, self.handler = kinds, handler

    def showtraceback(self, told, tb_offset=None):
        self.tracebacks.append((told, tb_offset))

    def ends_with(self, error):
        """A cell ends with that error."""
        self.handler(self, type(error), error, None, tb_offset=1)


@pytest.fixture
def shell(monkeypatch):
    shell = Shell()
    monkeypatch.setattr(stopped, "in_notebook", lambda: True)
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    return shell


@pytest.fixture
def shown(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    return shown


def recording():
    return Timeline.of(duration=1.5)


def test_the_chart_and_one_line_are_shown_instead_of_the_traceback(shell, shown, capsys):
    timeline = recording()
    stopped.show_instead(STOP, timeline, seen=False)
    assert (shown, capsys.readouterr().out) == ([], ""), "nothing before the cell has ended"
    shell.ends_with(STOP)
    assert capsys.readouterr().out == "Stopped after 1.5 s. This is what had happened:\n"
    assert (shown, shell.tracebacks) == ([timeline], [])


def test_a_chart_that_is_on_the_page_is_not_shown_twice(shell, shown, capsys):
    stopped.show_instead(STOP, recording(), seen=True)
    shell.ends_with(STOP)
    assert capsys.readouterr().out == "Stopped after 1.5 s. The chart above ends there.\n"
    assert shown == []


def test_ipython_is_asked_for_that_kind_of_exception_and_only_once(shell, shown):
    stopped.show_instead(STOP, recording(), seen=False)
    assert shell.custom_exceptions == (KeyboardInterrupt,)
    shell.ends_with(STOP)
    assert (shell.custom_exceptions, shell.handler) == ((), None)


def test_another_exception_of_that_kind_has_its_traceback(shell, shown, capsys):
    stopped.show_instead(STOP, recording(), seen=False)
    another = KeyboardInterrupt()
    shell.ends_with(another)
    assert shell.tracebacks == [((KeyboardInterrupt, another, None), 1)]
    assert (shown, capsys.readouterr().out) == ([], "")
    assert shell.handler is None, "ours is gone all the same"


def test_a_handler_of_somebody_elses_is_left_alone(shell):
    def theirs(*what):
        """Of somebody else."""

    shell.set_custom_exc((ValueError,), theirs)
    stopped.show_instead(STOP, recording(), seen=False)
    assert (shell.custom_exceptions, shell.handler) == ((ValueError,), theirs)


def test_outside_a_notebook_nothing_is_changed(shell, monkeypatch):
    monkeypatch.setattr(stopped, "in_notebook", lambda: False)
    stopped.show_instead(STOP, recording(), seen=False)
    assert shell.handler is None
