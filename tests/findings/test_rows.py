"""Awaits in a row that need nothing of each other: which are found in a text, and which let be."""

import ast
from textwrap import indent

import pytest

from helpers.findings.rows import keeps_to_itself, rows_in


def rows(body):
    """The rows in an async function with that body, which begins in line 2."""
    return [*rows_in(ast.parse(f"async def main():\n{indent(body, '    ')}"))]


@pytest.mark.parametrize(
    "body",
    [
        "for item in items:\n    got.append(await f(item))",
        "for item in items:\n    x = await f(item, session)\n    total += x",
        "for item in items:\n    x = await asyncio.wait_for(f(item), 1)",
        "for item in items:\n    task = asyncio.create_task(f(item))\n    x = await task",
        "for item in items:\n    task = asyncio.create_task(f(item))\n    await task",
        "for item in items:\n    async with TaskGroup() as group:\n"
        "        group.create_task(f(item))",
        "for item in items:\n    async with asyncio.timeout(1):\n        x = await f(item)",
        "got = [await f(item) for item in items]",
        "got = {await f(item) for item in items}",
    ],
)
def test_a_loop_each_pass_of_which_waits_once_for_its_own_item(body):
    (row,) = rows(body)
    assert (row.function, len(row.calls)) == ("f", 1)
    assert row.line in row.lines


@pytest.mark.parametrize(
    "body",
    [
        "for item in items:\n    await f(item)",  # only for what it does
        "for item in items:\n    x = await f(item)\n    y = await g(item)",
        "for item in items:\n    x = await f(item, x)",  # what the pass before gave
        "for item in items:\n    x = await f(item, shared)",
        "for item in items:\n    seen = seen + await f(item)",  # what the passes before gave
        "for item in items:\n    x = await f(other)",
        "for item in items:\n    x = await f(session)",
        "for item in items:\n    x = await f(item)\n    if x:\n        break",
        "for item in items:\n    x = await f(item)\nelse:\n    x = 1",
        "for item in items:\n    try:\n        x = await f(item)\n    finally:\n        pass",
        "for item in items:\n    async with lock:\n        x = await f(item)",
        "for item in await items():\n    x = await f(item)",
        "for item in items:\n    x = await shops[0].f(item)",
        "for item in items:\n    x = await item.f()",
        "for item in items:\n    x = await asyncio.sleep(item)",
        "while items:\n    x = await f(items.pop())",
        "got = [await f(item) for item in items if item]",
        "got = [await f(item) async for item in items]",
    ],
)
def test_a_loop_that_is_let_be(body):
    assert rows(body) == []


@pytest.mark.parametrize(
    ("body", "calls"),
    [
        ("a = await f(1)\nb = await f(2)", 2),
        ("a = await f(1)\nb = await f(2)\nreturn await f(3)", 3),
        ("a, b = await f(1), await f(2)", 2),
        ("return await asyncio.gather(await f(1), await f(2))", 2),
        ("a = await f(one, session)\nb = await f(two, session)", 2),
    ],
)
def test_the_same_function_several_times_in_a_row(body, calls):
    (row,) = rows(body)
    assert (row.function, len(row.calls), row.line) == ("f", calls, 2)


@pytest.mark.parametrize(
    "body",
    [
        "a = await f(1)",
        "a = await f(1)\nb = await g(2)",
        "a = await f(1)\nb = await f(a)",
        "a = await f(1)\nprint(a)\nb = await f(2)",
        "await f(1)\nawait f(2)",
        "a = await f(basket)\nb = await f(basket)",
    ],
)
def test_a_row_that_is_none(body):
    assert rows(body) == []


def test_a_row_knows_its_lines_and_whether_tasks_are_made():
    (row,) = rows("a = await f(\n    1\n)\nb = await f(2)")
    assert (row.line, row.lines, row.as_tasks) == (2, {2, 3, 4, 5}, False)
    (row,) = rows("await asyncio.create_task(f(1))\nawait asyncio.create_task(f(2))")
    assert (len(row.calls), row.as_tasks) == (2, True)


@pytest.mark.parametrize(
    "body",
    [
        "for item in items:\n    x = await shop.f(item)",
        "a = await shop.f(1)\nb = await shop.f(2)",
    ],
)
def test_methods_of_one_object_are_a_row_too(body):
    (row,) = rows(body)
    assert row.function == "shop.f"


def test_methods_of_two_objects_are_none():
    assert rows("a = await shop.f(1)\nb = await bank.f(2)") == []


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        ("return await self.session.get(self.base + item)", True),
        ("return await self.other(item)", True),
        ("self.count += 1", False),
        ("self.seen[item] = 1", False),
        ("item.price = 1", False),
        ("self.seen.add(item)", False),
        ("return await self.connection.execute(item)", False),
    ],
)
def test_a_method_keeps_to_itself_that_changes_nothing_in_its_object(text, keeps):
    function = ast.parse(f"async def f(self, item):\n    {text}").body[0]
    assert keeps_to_itself(function, {"other"}) is keeps


@pytest.mark.parametrize(
    ("before", "over", "number"),
    [
        ("", "[1, 2, 3]", 3),
        ("", "range(1, 5)", 4),
        ("", "range(1, 9, 2)", 0),
        ("", "range(many)", 0),
        ("", "items", 0),
        ("items = ('a', 'b')", "items", 2),
        ("items = [f'{n}' for n in range(6)]", "items", 6),
        ("items = [n for n in range(6) if n]", "items", 0),
        ("items = [*others]", "items", 0),
        ("items = 1, 2\nitems = []", "items", 0),
    ],
)
def test_how_often_a_loop_goes_round_is_read_where_it_can_be(before, over, number):
    (row,) = rows(f"{before}\nfor item in {over}:\n    x = await f(item)")
    assert row.number == number


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("x = await client.get(item)", [True]),
        ("x = await self.session.get(f'{base}/{item}')", [True]),
        ("x = await session.post(item)", [False]),
        ("x = await client.get(key, item)", []),
        ("async with session.get(item) as answer:\n        x = await answer.text()", [True]),
        ("async with session.get(item) as answer:\n        x = await f(item)", []),
        ("async with session.post(item) as answer:\n        x = await answer.text()", []),
        ("async with session.get(item) as answer:\n        pass\n    await f(answer)", []),
    ],
)
def test_a_session_may_be_asked_in_place_of_a_function(body, asks):
    assert [row.asks for row in rows(f"for item in items:\n    {body}")] == asks


def test_what_becomes_part_of_a_text_is_not_shared():
    assert len(rows("for item in items:\n    x = await f(f'{base}/{item}')")) == 1
    assert rows("for item in items:\n    x = await f(f'{next(numbers)}/{item}')") == []


def test_rows_in_inner_blocks_are_found_too():
    (row,) = rows("if late:\n    pass\nelse:\n    a = await f(1)\n    b = await f(2)")
    assert row.line == 5


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        ("x = len(item) + helper(item)\n    return Thing(x)", True),
        ("await asyncio.sleep(1)\n    return session.get(item)", True),
        ("return await session.get(User, item)", False),
        ("return await session.execute(item)", False),
        ("return LIMIT", False),  # as little is known of ACCOUNTS
        ("return profile[item]", False),
        ("return os.environ[item]", False),
        ("await asyncio.sleep(random.random())", True),
        ("print(item)", False),
        ("seen.append(item)", False),
        ("global count\n    count = 1", False),
        ("open(item)", False),
    ],
)
def test_a_function_keeps_to_itself_that_shares_nothing_and_does_not_print(text, keeps):
    function = ast.parse(f"async def f(item):\n    {text}").body[0]
    assert keeps_to_itself(function, {"helper"}) is keeps
