"""Where Python lets other threads run, and what may have kept it before."""

import dis

import pytest

from helpers.recorder.let_go import is_begun, lets_go, slow_before

QUICK = frozenset({"len"})


def program(big, x, text):
    found = x in big
    size = len(found)
    after = size + 1
    first = sorted(text)
    again = after + 1
    second = sorted(again)
    same = first == second
    power = same**2
    return sorted(power)


def loop(numbers, big):
    for number in numbers:
        found = number in big
        same = found
    return same


def offsets(function, name):
    return [i.offset for i in dis.get_instructions(function) if i.opname.startswith(name)]


def lines_before(function, offset):
    code = function.__code__
    return {line - code.co_firstlineno for line in slow_before(code, offset, QUICK)}


def test_what_may_have_been_slow_before_each_call():
    calls = offsets(program, "CALL")
    assert [lines_before(program, offset) for offset in calls] == [{1}, {1}, set(), {7, 8}]


def test_where_a_loop_goes_round():
    (back,) = offsets(loop, "JUMP_BACKWARD")
    assert lets_go(loop.__code__, back) == "JUMP_BACKWARD"
    assert lines_before(loop, back) == {2}


@pytest.mark.parametrize("text", ["a = b + 1", "a = b == 'x'", "a = b is None", "a = b[1]"])
def test_what_is_done_with_something_small_is_quick(text):
    code = compile(f"{text}\nf()", "<a>", "exec")
    call = next(i.offset for i in dis.get_instructions(code) if i.opname.startswith("CALL"))
    assert slow_before(code, call, QUICK) == set()


@pytest.mark.parametrize("text", ["a = b ** 2", "a = [0] * b", "a = b[1:]", "a = [*b]", "del b"])
def test_what_may_be_slow_with_a_small_number_too(text):
    code = compile(f"{text}\nf()", "<a>", "exec")
    call = next(i.offset for i in dis.get_instructions(code) if i.opname.startswith("CALL"))
    assert slow_before(code, call, QUICK) == {1}


def test_a_function_that_has_just_begun():
    begin, other = offsets(program, "RESUME")[0], offsets(program, "CALL")[0]
    assert is_begun(program.__code__, begin)
    assert not is_begun(program.__code__, other)
