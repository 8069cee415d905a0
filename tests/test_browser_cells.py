"""What becomes of a cell in a browser, tried on a shell of few lines."""

import asyncio
import contextvars
import json
import sys
from types import SimpleNamespace

import pytest
from page_by_hand import Page

from helpers import browser, browser_cells

NUMBER = contextvars.ContextVar("number", default=0)


class Shell:
    """Runs a cell as IPython does, and keeps what it shows."""

    def __init__(self):
        self.user_ns, self.shown = {}, []
        self.transform_cell = str
        self.display_pub = SimpleNamespace(
            publish=lambda data, metadata=None: self.shown.append(data["text/plain"]),
            clear_output=lambda wait: self.shown.clear(),
        )

    def should_run_async(self, code, transformed_cell=None):
        return "await" in code

    def showtraceback(self):
        self.shown.append(f"traceback: {sys.exc_info()[1]}")

    async def run_cell_async(self, code):
        result = SimpleNamespace(error_in_exec=None)
        try:
            if "await" in code:
                exec(f"async def cell():\n    {code}", self.user_ns)
                await self.user_ns["cell"]()
            else:
                exec(code, self.user_ns)
        except Exception as error:
            result.error_in_exec = error
            self.showtraceback()
        return result


@pytest.fixture
def shell(monkeypatch):
    page, shell = Page(), Shell()
    page.move_the_clocks(browser, monkeypatch.setattr)
    shell.user_ns |= {"NotHere": browser.NotHere, "number": NUMBER, "asyncio": asyncio}
    cells = browser_cells.Cells(shell, loop := browser.PagesLoop(page.call, page.cancel))
    shell.user_ns["cells"] = cells
    loop.notes.append("this one")

    def run(code):
        """As JupyterLite's kernel does: awaited by another loop than ours."""

        async def kernel():
            cell = asyncio.ensure_future(shell.run_cell_async(code))
            while not cell.done():
                await asyncio.sleep(0)
                if page.asked:
                    page.turn()
            return cell.result()

        shell.shown.clear()
        outer = asyncio.new_event_loop()
        try:
            return outer.run_until_complete(kernel())
        finally:
            outer.close()

    shell.run = run
    return shell


def test_a_cell_runs_on_our_loop_with_or_without_await(shell):
    shell.run("before = asyncio.get_running_loop()")
    shell.run("global during; await asyncio.sleep(5); during = asyncio.get_running_loop()")
    assert shell.user_ns["before"] is shell.user_ns["during"]
    assert shell.user_ns["before"].notes == ["this one"]


def test_plain_cells_share_one_context_and_those_that_await_have_a_copy(shell):
    shell.run("number.set(1)")
    shell.run("await asyncio.sleep(0); number.set(2)")
    shell.run("seen = number.get()")
    assert shell.user_ns["seen"] == 1


def test_an_ordinary_error_is_shown_as_ever(shell):
    result = shell.run("1 / 0")
    assert shell.shown == ["traceback: division by zero"]
    assert isinstance(result.error_in_exec, ZeroDivisionError)


def test_what_cannot_be_is_a_sentence_and_no_error(shell):
    result = shell.run("raise NotHere('There is no such thing.')")
    assert (shell.shown, result.error_in_exec) == (["There is no such thing."], None)


def test_it_is_told_also_where_the_program_made_another_error_of_it(shell):
    shell.run("try: raise NotHere('There is no such thing.')\nexcept NotHere: 1 / 0")
    assert shell.shown == ["There is no such thing."]


def test_it_is_told_from_within_a_group_of_errors(shell):
    shell.run("raise ExceptionGroup('several', [ValueError(), NotHere('There is no such thing.')])")
    assert shell.shown == ["There is no such thing."]


def test_it_is_told_once_from_callbacks_and_not_when_it_was_told_before(shell):
    shell.run("error = NotHere('There is no such thing.')")
    shell.run("def fails(): raise error")
    soon = "asyncio.get_running_loop().call_soon(fails)"
    shell.run(f"{soon}; {soon}; await asyncio.sleep(0)")
    assert shell.shown == ["There is no such thing."]
    shell.run(f"{soon}; await asyncio.sleep(0)")
    assert shell.shown == []


def test_what_a_library_met_and_did_without_is_not_told(shell):
    shell.run("try: raise NotHere('There is no such thing.')\nexcept RuntimeError: pass")
    assert shell.shown == []


def test_a_cell_that_needs_its_names_says_so(shell):
    shell.run("made = NotHere('There is no such thing.'); raise made; wanted = 1")
    shell.run("wanted + 1")
    assert shell.shown == [browser_cells.NEEDS.format("wanted")]
    shell.run("cells.begin_again()")
    shell.run("wanted + 1")
    assert shell.shown == ["traceback: name 'wanted' is not defined"]
    shell.run("never_heard_of")
    assert shell.shown == ["traceback: name 'never_heard_of' is not defined"]


def test_a_lessons_own_cell_shows_what_it_gave_on_a_computer(shell, monkeypatch, tmp_path, capsys):
    cell = "raise NotHere('There is no such thing.')"
    outputs = [
        {"output_type": "stream", "text": "printed there\n"},
        {"output_type": "display_data", "data": {"text/plain": "<Figure>"}, "metadata": {}},
    ]
    stored = tmp_path / "stored.json"
    known = {"why": "It needs what is not there.", "outputs": outputs}
    after_it = "result = 'of a run that never was'"
    keys = [browser_cells.key_of(each) for each in (cell, after_it)]
    stored.write_text(json.dumps(dict.fromkeys(keys, known)))
    monkeypatch.setattr(browser_cells, "STORED", stored)
    shell.run(after_it)
    assert (shell.shown, shell.user_ns["result"]) == ([], "of a run that never was")
    shell.run(cell + "\n")
    assert shell.shown == [f"There is no such thing. {browser_cells.FROM_A_COMPUTER}", "<Figure>"]
    assert capsys.readouterr().out == "printed there\n"
    shell.run("del result")
    shell.run(after_it)
    assert shell.shown == [
        f"It needs what is not there. {browser_cells.FROM_A_COMPUTER}",
        "<Figure>",
    ]
    assert "result" not in shell.user_ns
    shell.run(cell + "  # changed")
    assert shell.shown == ["There is no such thing."]


def test_such_a_cell_shows_it_whatever_went_wrong(shell, monkeypatch, tmp_path):
    stored = tmp_path / "stored.json"
    known = {"why": "It needs what is not there.", "outputs": []}
    stored.write_text(json.dumps({browser_cells.key_of("1 / 0"): known}))
    monkeypatch.setattr(browser_cells, "STORED", stored)
    shell.run("1 / 0")
    assert shell.shown == ["It needs what is not there."]


def test_the_names_a_cell_makes():
    assert browser_cells.names_made_by("a = 1\nwith b() as c:\n    d, e = f\ndef g(): 1") == set(
        "acdeg"
    )
    assert browser_cells.names_made_by("not python") == set()
