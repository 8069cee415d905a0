"""What the learner's source says around a line, read and never run."""

import ast

import pytest

from helpers.findings.reading import (
    Code,
    Reading,
    awaits,
    called,
    here,
    last_name,
    names_read,
    names_set,
)

SHOP = """\
import asyncio

@decorated
async def serve(guest):
    def pour(cup):
        return cup
    match guest:
        case "Ann":
            await asyncio.sleep(1)
    try:
        pass
    except ValueError:
        pour(guest)

total = 0
"""


def name_at(line):
    function = Code(SHOP).function_at(line)
    return function and function.name


@pytest.mark.parametrize(
    ("line", "name"),
    [(1, None), (3, "serve"), (4, "serve"), (6, "pour"), (9, "serve"), (13, "serve"), (15, None)],
)
def test_the_innermost_function_of_a_line_a_decorator_counts_as_its_own(line, name):
    assert name_at(line) == name


def test_the_statements_that_hold_a_line_begin_with_the_outermost():
    kinds = [type(node).__name__ for node in Code(SHOP).around(9)]
    assert kinds == ["AsyncFunctionDef", "Match", "Expr"]
    assert [type(node).__name__ for node in Code(SHOP).around(13)] == [
        "AsyncFunctionDef", "Try", "Expr",
    ]  # fmt: skip


def test_within_begins_with_the_innermost_function():
    assert [type(node).__name__ for node in Code(SHOP).around(6)] == [
        "AsyncFunctionDef", "FunctionDef", "Return",
    ]  # fmt: skip
    assert [type(node).__name__ for node in Code(SHOP).within(6)] == ["FunctionDef", "Return"]
    assert [type(node).__name__ for node in Code(SHOP).within(15)] == ["Assign"]


def test_where_there_is_no_function_the_scope_is_the_whole_source():
    code = Code(SHOP)
    assert code.scope_at(15) is code.tree
    assert code.scope_at(6) is code.function_at(6)


@pytest.mark.parametrize("text", ["%timeit f()", "await (", "\0", "(" * 5_000])
def test_what_cannot_be_parsed_says_nothing(text):
    code = Code(text)
    assert (code.functions, code.around(1), code.function_at(1)) == ([], [], None)


def test_a_source_that_nobody_knows_is_empty_and_each_is_parsed_once():
    reading = Reading({"shop.py": SHOP})
    assert reading.code("elsewhere.py").functions == []
    assert reading.code("shop.py") is reading.code("shop.py")
    assert reading.function_at(("shop.py", 6)).name == "pour"
    assert reading.function_at(("elsewhere.py", 6)) is None


def test_functions_of_all_sources_are_found_by_name_the_inner_ones_too():
    reading = Reading({"shop.py": SHOP, "bar.py": "def pour(): pass"})
    assert {name: [source for source, _ in found] for name, found in reading.functions.items()} == {
        "serve": ["shop.py"], "pour": ["shop.py", "bar.py"],
    }  # fmt: skip


def test_it_contains_a_word_if_any_source_has_one_of_them():
    reading = Reading({"a.py": "x = 1", "b.py": "gather()"})
    assert reading.contains("wait_for", "gather")
    assert not reading.contains("wait_for", "shield")


def test_here_leaves_out_the_bodies_of_inner_functions():
    tree = ast.parse("await a()\nasync def f():\n    await b()\nlambda: c()\nclass D:\n    d()")
    assert [called(wait.value) for wait in awaits(tree)] == ["a"]
    assert [called(node) for node in here(tree) if called(node)] == ["a"]


def test_a_call_is_called_as_it_is_written():
    call = ast.parse("asyncio.sleep(1)", mode="eval").body
    assert (called(call), called(call.func)) == ("asyncio.sleep", "")
    assert (last_name("asyncio.sleep"), last_name("sleep")) == ("sleep", "sleep")


def test_names_that_are_read_and_names_that_are_set():
    tree = ast.parse("a = b\ndef f():\n    c = d\n")
    assert names_read(tree) == {"b", "d"}, "those in functions inside it too"
    assert names_set(tree) == {"a"}
