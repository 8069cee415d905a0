"""Lessons are stored clean: without what differs from run to run, with what a reader sees."""

import re
from pathlib import Path

import nbformat
import nbformat.v4 as new
import pytest
import refresh_notebooks as refresh
from nbval.plugin import get_sanitize_patterns

ROOT = Path(__file__).parents[2]


def code(source, *outputs, count=1, **metadata):
    return new.new_code_cell(
        source, execution_count=count, outputs=list(outputs), metadata=metadata
    )


def shows(**data):
    """An output; `html="..."` is its text/html."""
    kinds = {"html": "text/html", "png": "image/png"}
    return new.new_output("display_data", {kinds[kind]: what for kind, what in data.items()})


def test_what_differs_between_runs_is_taken_out():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1f"}}
    cell = code(
        "1",
        new.new_output("stream", name="stdout", text="a"),
        new.new_output("stream", name="stdout", text="b\n"),
        new.new_output("stream", name="stderr", text="/tmp/ipykernel_7/12.py:3: careful\n"),
        new.new_output("display_data", view | {"text/plain": "Player"}),
        new.new_output("display_data", view),
        new.new_output(
            "error",
            ename="E",
            evalue="",
            traceback=["File \x1b[32m~/py/lib/python3.13/asyncio/tasks.py\x1b[0m, /a/helpers/x.py"],
        ),
        new.new_output("execute_result", {"text/plain": "1"}, execution_count=17),
        count=17,
        execution={"iopub.status.busy": "2026-01-01T00:00:00Z"},
        tags=["raises-exception"],
    )
    before = new.new_notebook(
        cells=[cell], metadata={"widgets": {}, "kernelspec": {"name": "x", "display_name": "X"}}
    )
    clean = refresh.cleaned(before)
    [after] = clean.cells
    assert after.execution_count == after.outputs[-1].execution_count == 1
    assert after.metadata == {"tags": ["raises-exception"]}
    assert clean.metadata.kernelspec == refresh.KERNELSPEC
    assert "widgets" not in clean.metadata
    assert [out.get("text") for out in after.outputs[:2]] == ["ab\n", "<cell>:3: careful\n"]
    assert after.outputs[2].data == {"text/plain": "Player"}
    assert after.outputs[3].traceback == [
        "File \x1b[32mlib/python3.13/asyncio/tasks.py\x1b[0m, helpers/x.py"
    ]
    assert len(after.outputs) == 5
    assert cell.execution_count == 17, "the notebook given is left as it is"
    assert refresh.cleaned(clean) == clean


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '<img alt="two" src="data:image/png;base64,A=">',
            '<img alt="two" src="data:image/png;base64,...">',
        ),
        ("/tmp/ipykernel_7/12.py:3: careful", "<cell>:3: careful"),
        (r"C:\Temp\ipykernel_7\12.py:3: careful", "<cell>:3: careful"),
        ("<Task at 0x7f3a5c00>", "<Task at 0x7f3a5c00>"),
    ],
)
def test_nbval_overlooks_pictures_and_the_names_of_cells_and_nothing_else(before, after):
    for pattern, replacement in get_sanitize_patterns((ROOT / "tests/nbval.cfg").read_text()):
        before = re.sub(pattern, replacement, before)
    assert before == after


@pytest.mark.parametrize(
    ("source", "shown", "kept"),
    [
        ("chart", {"html": '<img alt="a" src="data:image/png;base64,NEW">', "png": "NEW"}, True),
        ("chart", {"html": '<img alt="b" src="data:image/png;base64,NEW">', "png": "NEW"}, False),
        ("chart", {"html": '<img alt="a" src="data:image/png;base64,NEW">'}, False),
        ("chart2", {"html": '<img alt="a" src="data:image/png;base64,NEW">', "png": "NEW"}, False),
    ],
    ids=["only pixels", "other words", "no picture any more", "other code"],
)
def test_a_picture_is_kept_where_nothing_else_changed(source, shown, kept):
    old_output = shows(html='<img alt="a" src="data:image/png;base64,OLD">', png="OLD")
    before, after = code("chart", old_output), code(source, shows(**shown))
    after["id"] = before["id"]
    notebook = new.new_notebook(cells=[after])
    refresh.keep_pictures(notebook, new.new_notebook(cells=[before]))
    assert ("OLD" in str(notebook.cells[0].outputs)) is kept


def test_what_is_not_compared_is_kept_too():
    before, after = (
        code("time()", new.new_output("stream", name="stdout", text=t), tags=[refresh.NOT_COMPARED])
        for t in ("1.23", "1.24")
    )
    after["id"] = before["id"]
    notebook = new.new_notebook(cells=[after])
    refresh.keep_pictures(notebook, new.new_notebook(cells=[before]))
    assert notebook.cells[0].outputs[0].text == "1.23"


def test_a_second_refresh_changes_nothing(tmp_path):
    cells = [
        new.new_markdown_cell("# Pictures"),
        code("import time, base64, asyncio\nfrom IPython.display import HTML", count=None),
        code(
            "bytes = base64.b64encode(str(time.time_ns()).encode()).decode()\n"
            "print('one'); print('two', flush=True); await asyncio.sleep(0.05); print('three')\n"
            'HTML(f\'<img alt="the time in nanoseconds" src="data:image/png;base64,{bytes}">\')',
            count=None,
        ),
        code("1 / 0", count=None, tags=["raises-exception"]),
        code("import ipywidgets\nipywidgets.IntSlider()", count=None),
    ]
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new.new_notebook(cells=cells), path)
    assert not refresh.is_clean(path)
    assert refresh.refresh(path)
    assert refresh.is_clean(path)
    first = path.read_text()
    assert not refresh.refresh(path)
    assert refresh.refresh(path, redraw=True)
    assert path.read_text() != first


def test_a_lesson_that_is_not_there_is_named():
    with pytest.raises(SystemExit, match="No lesson is called '99_none'"):
        refresh.find(["99_none"])
