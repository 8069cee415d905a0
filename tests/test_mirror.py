"""tests/ mirrors helpers/: a module's tests stand in a file that is called like it.

`helpers/charts/lanes.py` is tried in `tests/charts/test_lanes.py`, `helpers/kernel.py` in
`tests/test_kernel.py`; what lies deeper, in the folder of its room; a package's own front door
in a file called like the package. A tool is tried in `tests/tools/`, and tools/ holds no tests.
"""

from pathlib import Path

ROOT = Path(__file__).parent.parent
HELPERS, TOOLS, TESTS = ROOT / "helpers", ROOT / "tools", ROOT / "tests"

# Modules whose tests are still elsewhere. Whoever gives one a file takes it off this list.
MISSING = {
    "helpers/charts/frame.py",
    "helpers/charts/player/assets.py",
    "helpers/charts/layout.py",
    "helpers/charts/packing.py",
    "helpers/recorder/assemble.py",
    "helpers/recorder/asyncio_internals.py",
    "helpers/recorder/hot.py",
    "helpers/recorder/rows.py",
    "helpers/recorder/timing.py",
    "helpers/recorder/vocabulary.py",
}


def home_of(module: Path) -> str:
    """The file in which that module's tests should stand."""
    if module.is_relative_to(TOOLS):
        return f"tests/tools/test_{module.relative_to(TOOLS).parts[0].removesuffix('.py')}.py"
    inside = module.relative_to(HELPERS)
    if module.name == "__init__.py":
        inside = inside.parent
    room = f"{inside.parts[0]}/" if len(inside.parts) > 1 else ""
    return f"tests/{room}test_{inside.stem.strip('_')}.py"


def tried_by_another():
    """Modules that a test of the whole covers better than a file for each would."""
    yield HELPERS / "__init__.py"  # test_architecture.py: the front door
    yield from HELPERS.glob("practice/problems/**/*.py")  # practice/test_exercises.py
    yield from TOOLS.glob("skeletons/*")  # tools/test_new_lesson.py, test_new_exercise.py
    # A front door that holds nothing but names and a map.
    yield from (p for p in HELPERS.rglob("__init__.py") if "def " not in p.read_text("utf-8"))


def modules():
    every = {*HELPERS.rglob("*.py"), *TOOLS.rglob("*.py")}
    return every - {*tried_by_another()}


def test_every_module_has_its_test_file_by_its_name():
    homes = {home_of(module): module.relative_to(ROOT).as_posix() for module in modules()}
    without = {module for home, module in homes.items() if not (ROOT / home).exists()}
    assert without - MISSING == set(), "write tests for it, in " + ", ".join(
        home for home, module in homes.items() if module in without - MISSING
    )


def test_tools_holds_no_tests_and_tests_holds_no_tools():
    assert [p.name for p in TOOLS.rglob("*.py") if p.name.startswith("test_")] == []
    scripts = {p for p in TESTS.rglob("*.py") if "\nif __name__ ==" in p.read_text("utf-8")}
    assert [p.name for p in scripts - {*TESTS.glob("benchmarks/*")}] == []
