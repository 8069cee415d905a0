"""Imports run one way, also the lazy ones, and importing `helpers` loads next to nothing.

The map of the house, as a table: which room may import which. A room is a module of `helpers`
or one of its packages. An import inside a function counts as much as one at the top, and so
does a module that is loaded by its name; only what a type checker alone reads does not. The
few that run against the map are named: they are front doors.
"""

import ast
import json
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

HELPERS = Path(__file__).parent.parent / "helpers"

MAP = {
    "loading": "",
    "browser": "",
    "browser_page": "browser",
    "browser_cells": "browser browser_page",
    "kernel": "browser_cells",
    "timeline": "loading",
    "recorder": "timeline kernel loading",
    "virtual_time": "timeline recorder",
    "findings": "timeline",
    "charts": "timeline loading",
    "practice": "timeline virtual_time charts",
    "__main__": "timeline recorder charts",
    "front door": "kernel loading timeline recorder virtual_time practice",
}
# A Timeline and a Chart show themselves, and a recording shows itself live. Each imports what
# it needs inside the method, so that recording never loads a picture.
FRONT_DOORS = {  # module: {method: the modules it opens}
    "timeline.data": {
        "Timeline.gantt": "charts.gantt",
        "Timeline.order": "charts.order",
        "Timeline.text": "charts.text",
        "Timeline.player": "charts.player",
        "Timeline.findings": "findings",
        "Timeline.save": "timeline.storage",
        "_Load.__get__": "timeline.storage",
        "_Load.load": "charts.load",
        "Timeline.states": "timeline.states",
        "Timeline.save_trace_events": "charts.trace_events",
        "Timeline._repr_mimebundle_": "charts.gantt",
    },
    "charts.chart": {"Chart.picture": "charts.picture", "Chart.svg": "charts.svg"},
    "recorder.recording": {
        "Recording._show_live": "charts.live",
        "Recording._show_stop": "charts.stopped",
    },
}
# Inside charts/: what is arithmetic knows nothing of what draws it.
ARITHMETIC = {"layout", "lanes", "view", "callbacks", "crowd", "moments", "trace_events", "axis"}
ARITHMETIC |= {"shared_lanes", "shared_panel"}
ARITHMETIC |= {"film", "narration", "overlap", "packing", "words", "signs", "strip"}
DRAWING = {"gantt", "load", "order", "canvas", "frame", "picture", "svg", "text", "player", "live"}
# Large libraries, and the rooms that may ask for them.
LIBRARIES = {
    "matplotlib": "charts",
    "PIL": "charts",
    "numpy": "timeline findings recorder charts",
    "ipywidgets": "practice",
    "anywidget": "charts practice",
    "looptime": "virtual_time",
    "nest_asyncio2": "kernel",
    "IPython": "charts practice",
}


# -- reading the imports -------------------------------------------------------------------


class Import(NamedTuple):
    """One module asks for another: `inside` is the method or function, "" at the top."""

    module: str
    inside: str
    asked: str  # below `helpers`, or a library
    is_ours: bool


def modules():
    """Every module of the package with its path, by dotted name below `helpers`."""
    for path in sorted(HELPERS.rglob("*.py")):
        parts = path.relative_to(HELPERS).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        yield name or "front door", path


KNOWN = dict(modules())


def imports_of(module, source):
    """Every import in that source, wherever it stands."""
    for node, inside in walk(ast.parse(source)):
        for name in asked_by(node):
            ours = below_helpers(name)
            if ours != module:
                yield Import(module, inside, ours or name.partition(".")[0], bool(ours))


def walk(node, inside=""):
    """(node, name of the method or function around it), without what only a checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child, inside
        named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        yield from walk(child, f"{inside}.{child.name}".lstrip(".") if named else inside)


def asked_by(node):
    """The modules a node asks for: an import, or the name of a module in a text."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "a relative import, which this test cannot read"
        whole = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from whole if is_package(node.module) else [node.module]
    elif isinstance(node, ast.Constant) and str(node.value).startswith("helpers."):
        yield from [node.value] if below_helpers(node.value, exactly=True) else []


def is_package(module):
    return module.startswith("helpers") and HELPERS.joinpath(*module.split(".")[1:]).is_dir()


def below_helpers(name, exactly=False):
    """`helpers.charts.gantt.gantt` as `charts.gantt`, if that is a module of ours, else None."""
    parts = name.split(".")
    if parts[0] != "helpers":
        return None
    while not exactly and len(parts) > 1 and ".".join(parts[1:]) not in KNOWN:
        parts.pop()
    found = ".".join(parts[1:])
    return found if found in KNOWN else None if exactly else "front door"


def room(module):
    return module.partition(".")[0]


FOUND = [found for name, path in modules() for found in imports_of(name, path.read_text("utf-8"))]
OURS = [found for found in FOUND if found.is_ours]


def is_front_door(found):
    """Whether an import is one of those that are named; or a package's own lazy front door."""
    named = FRONT_DOORS.get(found.module, {}).get(found.inside, "").split()
    lazy_package = KNOWN[found.module].name == "__init__.py" and room(found.asked) == room(
        found.module
    )
    return found.asked in named or lazy_package


# -- the map ------------------------------------------------------------------------------------


def test_every_room_is_on_the_map():
    assert {room(name) for name in KNOWN} == set(MAP)


@pytest.mark.parametrize(
    "package", ["", "charts", "findings", "practice", "recorder", "timeline", "virtual_time"]
)
def test_the_front_door_of_a_package_names_all_that_is_in_it(package):
    folder = HELPERS / package
    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    inside = {path.stem for path in folder.iterdir() if path.suffix == ".py"} - {"__init__"}
    inside |= {path.parent.name for path in folder.glob("*/__init__.py")}
    unnamed = {name for name in inside if not re.search(rf"\b{name}\b", said)}
    assert unnamed == set(), f"say in helpers/{package}/__init__.py what it is"


def test_imports_run_one_way_also_the_lazy_ones():
    allowed = {(a, b) for a, others in MAP.items() for b in [a, *others.split()]}
    against = [
        found
        for found in OURS
        if (room(found.module), room(found.asked)) not in allowed and not is_front_door(found)
    ]
    assert against == [], "move what is needed to where it may be had; or name a front door"


def test_the_map_has_no_arrow_and_no_front_door_that_nothing_uses():
    used = {(room(found.module), room(found.asked)) for found in OURS}
    assert [(a, b) for a, others in MAP.items() for b in others.split() if (a, b) not in used] == []
    doors = {(found.module, found.inside, found.asked) for found in OURS}
    named = [
        (module, method, asked)
        for module, methods in FRONT_DOORS.items()
        for method, opens in methods.items()
        for asked in opens.split()
    ]
    assert [door for door in named if door not in doors] == []


def test_the_map_itself_runs_one_way():
    assert list(TopologicalSorter({a: b.split() for a, b in MAP.items()}).static_order())


def test_no_module_imports_another_in_a_circle_not_even_a_lazy_one():
    """But for a Timeline, which everything is made of and which shows itself."""
    graph = {name: set() for name in KNOWN}
    for found in OURS:
        if found.module != "timeline.data" or not is_front_door(found):
            graph[found.module].add(found.asked)
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import helpers.charts", [("", "charts")]),
        ("from helpers.charts import gantt, show_as", [("", "charts.gantt"), ("", "charts")]),
        ("from helpers.charts.gantt import gantt", [("", "charts.gantt")]),
        ("def f():\n    from helpers.charts import text", [("f", "charts.text")]),
        ("class A:\n    async def b(s):\n        import helpers.kernel", [("A.b", "kernel")]),
        ("def f(): load_whole('helpers.charts.gantt')", [("f", "charts.gantt")]),
        ("WHERE = {'record': 'helpers.recorder'}", [("", "recorder")]),
        ("'see helpers.recorder, which is another thing'", []),
        ("if TYPE_CHECKING:\n    from helpers.charts import text", []),
    ],
)
def test_every_way_to_import_is_seen(source, found):
    seen = [(one.inside, one.asked) for one in imports_of("timeline.data", source)]
    assert seen == found


def test_chart_arithmetic_knows_nothing_of_drawing():
    inside = {
        (found.module.removeprefix("charts."), found.asked.removeprefix("charts."))
        for found in OURS
        if room(found.module) == room(found.asked) == "charts"
    }
    assert {(a, b) for a, b in inside if a in ARITHMETIC and b in DRAWING} == set()
    assert {name.removeprefix("charts.") for name in KNOWN} >= ARITHMETIC | DRAWING


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_large_library_is_asked_for_only_where_it_belongs(library):
    rooms = {room(found.module) for found in FOUND if found.asked == library}
    assert rooms == set(LIBRARIES[library].split())


def test_nothing_of_ours_imports_the_old_nest_asyncio():
    assert [found for found in FOUND if found.asked == "nest_asyncio"] == []


# -- a fresh interpreter --------------------------------------------------------------------------


def fresh(program):
    """What a program prints, as JSON, in a Python of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=HELPERS.parent,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_importing_helpers_loads_nothing_but_itself_and_the_standard_library():
    loaded = fresh("""if True:
        import json, sys
        before = set(sys.modules)
        import helpers
        print(json.dumps(sorted(set(sys.modules) - before)))
    """)
    ours = {name for name in loaded if room(name) == "helpers"}
    others = {room(name) for name in loaded if room(name) != "helpers"}
    assert ours == {"helpers", "helpers.kernel", "helpers.loading"}
    assert others <= sys.stdlib_module_names


def test_importing_helpers_leaves_asyncio_as_it_was():
    """Every name in every module and class of asyncio is the same object as before."""
    changed = fresh("""if True:
        import asyncio, json, sys

        def everything():
            modules = [m for name, m in sys.modules.items() if name.startswith("asyncio")]
            classes = [c for m in modules for c in vars(m).values() if isinstance(c, type)]
            return {
                (repr(owner), name): value
                for owner in (*modules, *classes)
                if owner.__name__ != "asyncio.sslproto"
                for name, value in vars(owner).items()
            }

        before = everything()
        import helpers
        from helpers import record, simulate
        after = everything()
        print(json.dumps([str(key) for key in before if after.get(key) is not before[key]]))
    """)
    assert changed == []


def test_recording_loads_no_picture_and_no_widget():
    loaded = fresh("""if True:
        import asyncio, json, sys
        from helpers import record

        with record() as timeline:
            asyncio.run(asyncio.sleep(0))
        timeline.longest_step
        print(json.dumps(sorted(sys.modules)))
    """)
    pictures = {"matplotlib", "PIL", "ipywidgets", "anywidget", "IPython", "looptime"}
    assert pictures.isdisjoint(loaded)
    assert "helpers.recorder" in loaded


def test_a_recording_is_read_without_numpy_until_somebody_asks_for_its_states():
    loaded = fresh("""if True:
        import json, sys
        from helpers import Timeline

        timeline = Timeline.load("tests/timeline/saved_before.json")
        facts = [timeline.steps[0], timeline.timers, timeline.task("egg"), repr(timeline)]
        before = "numpy" in sys.modules
        timeline.time_running(0)
        print(json.dumps([before, "numpy" in sys.modules]))
    """)
    assert loaded == [False, True]


def test_every_name_of_the_front_door_opens():
    names = fresh("""if True:
        import json, helpers
        print(json.dumps([name for name in dir(helpers) if getattr(helpers, name) is not None]))
    """)
    assert names == sorted(names)
    assert {"record", "simulate", "Timeline", "predict", "check"} <= set(names)
