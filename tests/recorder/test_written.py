"""Which call the learner wrote, read off the source."""

import linecache

import pytest

from helpers.recorder.written import call_awaited_at, call_made_at


def instructions(source):
    """(code, offset) of each instruction of that source."""
    name = "<written>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    code = compile(source, name, "exec")
    return code, range(0, len(code.co_code), 2)


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("time.sleep(1)", {"time.sleep"}),
        ("x = f(g(1), key=h())", {"f", "g", "h"}),
        ("table[0].run(1)", set()),
        ("f(*args, **rest)", {"f"}),
        ("2 ** 10", set()),
        ("[y for y in f(1)]", {"f"}),
    ],
)
def test_what_an_instruction_calls(source, calls):
    code, offsets = instructions(source)
    assert {call_made_at(code, offset) for offset in offsets} - {""} == calls


def test_what_is_awaited_comes_first():
    code, offsets = instructions("async def f():\n    x = await g(h())\n")
    (inner,) = (const for const in code.co_consts if hasattr(const, "co_code"))
    awaited = {call_awaited_at(inner, offset) for offset in range(0, len(inner.co_code), 2)}
    assert "g" in awaited
    assert offsets
