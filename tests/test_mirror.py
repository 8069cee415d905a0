"""tests/ mirrors helpers/: a module's tests stand in a file that is called like it.

`helpers/charts/lanes.py` is tried in `tests/charts/test_lanes.py`, `helpers/kernel.py` in
`tests/test_kernel.py`; what lies deeper, in the folder of its room; a package's own front door
in a file called like the package. A tool is tried in `tests/tools/`, and tools/ holds no tests.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HELPERS, TOOLS, TESTS = ROOT / "helpers", ROOT / "tools", ROOT / "tests"


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
    yield from HELPERS.glob("findings/kinds/*.py")  # findings/test_findings.py: each on its cases
    yield HELPERS / "findings/__init__.py"  # there, too: all kinds together
    yield from TOOLS.glob("skeletons/*")  # tools/test_new_lesson.py, test_new_exercise.py
    # A front door that holds nothing but names and a map.
    yield from (p for p in HELPERS.rglob("__init__.py") if "def " not in p.read_text("utf-8"))


def tools():
    """Our own: what npm brought for the check of the JavaScript is none."""
    return [path for path in TOOLS.rglob("*.py") if "node_modules" not in path.parts]


def modules():
    every = {*HELPERS.rglob("*.py"), *tools()}
    return every - {*tried_by_another()}


def test_every_module_has_its_test_file_by_its_name():
    homes = {home_of(module): module.relative_to(ROOT).as_posix() for module in modules()}
    without = {home: module for home, module in homes.items() if not (ROOT / home).exists()}
    assert without == {}, "write its tests, in that file"


def test_tools_holds_no_tests_and_tests_holds_no_tools():
    assert [path.name for path in tools() if path.name.startswith("test_")] == []
    scripts = {p for p in TESTS.rglob("*.py") if "\nif __name__ ==" in p.read_text("utf-8")}
    assert [p.name for p in scripts - {*TESTS.glob("benchmarks/*")}] == []


@pytest.mark.parametrize(
    ("module", "home"),
    [
        ("helpers/kernel.py", "tests/test_kernel.py"),
        ("helpers/__main__.py", "tests/test_main.py"),
        ("helpers/charts/lanes.py", "tests/charts/test_lanes.py"),
        ("helpers/charts/player/__init__.py", "tests/charts/test_player.py"),
        ("helpers/charts/player/assets.py", "tests/charts/test_assets.py"),
        ("tools/new_lesson.py", "tests/tools/test_new_lesson.py"),
        ("tools/notebook_rules/links.py", "tests/tools/test_notebook_rules.py"),
    ],
)
def test_the_home_of_a_modules_tests(module, home):
    assert home_of(ROOT / module) == home
    assert ROOT / module in modules()
