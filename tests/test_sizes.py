"""No file is longer than one can read in one go, and no function longer than one screen.

Lines of a function are counted without its docstring. What draws is shorter still: the
drawing function is where good projects go to seed.
"""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 500  # lines
LONGEST_FUNCTION, LONGEST_THAT_DRAWS = 40, 25
LISTED = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]  # new ones, too
READ_BY_PEOPLE = {".py", ".js", ".css", ".md", ".sh", ".toml", ".j2"}
DRAWS = "helpers/charts/"

# The one exception: what each step of a recorded program pays for. A call in it would cost more
# than all the rest, and its parts share one closure.
PAID_BY_EACH_STEP = {"helpers/recorder/hot.py make_run", "helpers/recorder/hot.py run"}


def ours():
    """The files that git keeps, or has yet to be told of, and people read; by name."""
    listed = subprocess.run(LISTED, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this copy of the course is not a git repository")
    paths = [Path(name) for name in listed.stdout.splitlines()]
    return {p.as_posix() for p in paths if p.suffix in READ_BY_PEOPLE and (ROOT / p).exists()}


def lines_of(name):
    return len((ROOT / name).read_text(encoding="utf-8").splitlines())


def functions_in(source):
    """(name, lines without the docstring) of every function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            docstring = ast.get_docstring(node) is not None
            said = (first.end_lineno - first.lineno + 1) if docstring else 0
            yield node.name, node.end_lineno - node.lineno + 1 - said


def test_no_file_is_longer_than_one_reads():
    long = {name: lines for name in ours() if (lines := lines_of(name)) > LONGEST_FILE}
    assert long == {}, f"over {LONGEST_FILE} lines: what in it could be a file of its own?"


def test_no_function_is_longer_than_a_screen():
    long = {}
    for name in ours():
        most = LONGEST_THAT_DRAWS if name.startswith(DRAWS) else LONGEST_FUNCTION
        if name.endswith(".py"):
            found = functions_in((ROOT / name).read_text(encoding="utf-8"))
            long |= {f"{name} {function}": lines for function, lines in found if lines > most}
    found = {name: lines for name, lines in long.items() if name not in PAID_BY_EACH_STEP}
    assert found == {}, (
        f"over {LONGEST_FUNCTION} lines, or in {DRAWS} over {LONGEST_THAT_DRAWS}, its docstring not"
        " counted: give a part of it a name, and a function of its own"
    )


def test_lines_are_counted_without_the_docstring():
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    return a\n'
    assert [*functions_in(source)] == [("f", 3)]
    inner = (
        "class A:\n    async def g(self):\n        def h():\n            pass\n        return h\n"
    )
    assert [*functions_in(inner)] == [("g", 4), ("h", 2)]
