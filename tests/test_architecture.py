"""Imports run one way, from the right to the left, and importing `helpers` loads next to nothing.

The map of the house, as a table: which room may import which. A room is a module of `helpers`
or one of its packages. What stands under LATER is imported inside a function or method, when
it is asked for, so that recording never loads a picture.
"""

import ast
import json
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

HELPERS = Path(__file__).parent.parent / "helpers"

AT_ONCE = {
    "front door": "kernel loading",
    "loading": "",
    "timeline": "loading",
    "kernel": "",
    "recorder": "timeline kernel loading",
    "virtual_time": "timeline recorder",
    "charts": "timeline loading",
    "practice": "timeline virtual_time charts",
    "__main__": "timeline recorder",
}
LATER = {
    "timeline": "charts",
    "recorder": "charts",
    "__main__": "charts",
}
# Inside charts/: what is arithmetic knows nothing of what draws it.
ARITHMETIC = {"lanes", "crowd", "moments", "trace_events", "axis", "words", "signs"}
DRAWING = {"gantt", "canvas", "frame", "picture", "svg", "text", "player", "live"}
# Large libraries, and the rooms that may ask for them.
LIBRARIES = {
    "matplotlib": "charts",
    "PIL": "charts",
    "numpy": "timeline recorder charts",
    "ipywidgets": "charts practice",
    "anywidget": "charts practice",
    "looptime": "virtual_time",
    "nest_asyncio2": "kernel",
    "IPython": "kernel charts practice",
}


def modules():
    """Every module of the package with its path, by dotted name below `helpers`."""
    for path in sorted(HELPERS.rglob("*.py")):
        parts = path.relative_to(HELPERS).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        yield name or "front door", path


def imports(path):
    """(module, whether at once) for each import in a file; type-checking ones left out."""
    tree = _Run().visit(ast.parse(path.read_text(encoding="utf-8")))
    deferred = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in deferred) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively, which this test cannot read"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            named = whole if is_package(node.module) else [node.module]
            yield from ((name, id(node) not in deferred) for name in named)


class _Run(ast.NodeTransformer):
    """Leaves out what only a type checker reads."""

    def visit_If(self, node):
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def is_package(module):
    return module.startswith("helpers") and HELPERS.joinpath(*module.split(".")[1:]).is_dir()


def below_helpers(name):
    """`helpers.charts.gantt.gantt` as `charts.gantt`, if that is a module of ours, else None."""
    parts = name.split(".")
    if parts[0] != "helpers":
        return None
    known = dict(modules())
    while len(parts) > 1 and ".".join(parts[1:]) not in known:
        parts.pop()
    return ".".join(parts[1:]) or "front door"


def room(module):
    return module.partition(".")[0]


FOUND = [  # (importing module, imported module of ours, whether at once)
    (name, below_helpers(imported), at_once)
    for name, path in modules()
    for imported, at_once in imports(path)
    if below_helpers(imported)
]
OTHER = {  # (importing module, library)
    (name, imported.partition(".")[0])
    for name, path in modules()
    for imported, _ in imports(path)
    if not below_helpers(imported)
}


def arrows(at_once):
    """Rooms that import other rooms: {(room, other room), ...}."""
    pairs = {(room(a), room(b)) for a, b, now in FOUND if now == at_once}
    return {(a, b) for a, b in pairs if a != b}


def table(rows):
    return {(a, b) for a, others in rows.items() for b in others.split()}


# -- the map ------------------------------------------------------------------------------------


def test_every_room_is_on_the_map():
    assert {room(name) for name, _ in modules()} == set(AT_ONCE)


def test_imports_run_one_way():
    assert arrows(at_once=True) <= table(AT_ONCE)


def test_what_is_imported_later_is_on_the_map_too():
    assert arrows(at_once=False) <= table(LATER) | table(AT_ONCE)


def test_the_map_has_no_arrow_that_nothing_uses():
    used = arrows(at_once=True) | arrows(at_once=False)
    assert table(AT_ONCE) | table(LATER) <= used


def test_the_map_itself_runs_one_way():
    assert list(TopologicalSorter({a: b.split() for a, b in AT_ONCE.items()}).static_order())


def test_no_module_imports_another_in_a_circle():
    graph = {name: set() for name, _ in modules()}
    for importing, imported, at_once in FOUND:
        if at_once and importing != imported:
            graph[importing].add(imported)
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


def test_chart_arithmetic_knows_nothing_of_drawing():
    inside = {
        (a.removeprefix("charts."), b.removeprefix("charts."))
        for a, b, _ in FOUND
        if room(a) == room(b) == "charts"
    }
    assert {(a, b) for a, b in inside if a in ARITHMETIC and b in DRAWING} == set()
    assert {name.removeprefix("charts.") for name, _ in modules()} >= ARITHMETIC


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_large_library_is_asked_for_only_where_it_belongs(library):
    rooms = {room(name) for name, imported in OTHER if imported == library}
    assert rooms <= set(LIBRARIES[library].split())


def test_nothing_of_ours_imports_the_old_nest_asyncio():
    assert not [name for name, library in OTHER if library == "nest_asyncio"]


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


def test_every_name_of_the_front_door_opens():
    names = fresh("""if True:
        import json, helpers
        print(json.dumps([name for name in dir(helpers) if getattr(helpers, name) is not None]))
    """)
    assert names == sorted(names)
    assert {"record", "simulate", "Timeline", "predict", "check"} <= set(names)
