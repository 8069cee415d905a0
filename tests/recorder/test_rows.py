"""What a row's numbers stand for, one at a time and by the column; and how rows are kept."""

from array import array

import numpy as np
import pytest

from helpers.recorder import rows
from helpers.recorder.rows import Rows

QUEUED = {  # what a handle was queued by -> which questions say yes
    rows.UNKNOWN: set(),
    rows.OLD: set(),
    12.5: {rows.is_moment},
    rows.by_socket(12.5): {rows.is_by_socket},
    rows.by_timer(0): {rows.is_by_timer},
    rows.by_timer(10**9): {rows.is_by_timer},
}


@pytest.mark.parametrize("question", [rows.is_moment, rows.is_by_socket, rows.is_by_timer])
def test_what_queued_a_handle_is_one_thing_only(question):
    expected = [question in answers for answers in QUEUED.values()]
    assert [bool(question(queued)) for queued in QUEUED] == expected
    assert question(np.array(list(QUEUED))).tolist() == expected


@pytest.mark.parametrize(
    ("write", "read", "numbers"),
    [
        (rows.by_socket, rows.socket_moment, [0.5, 1e9]),
        (rows.by_timer, rows.timer_number, [0, 1, 10**9]),
        (rows.of_label, rows.label_number, [0, 1, 10**9]),
        (rows.for_task, rows.awaited_task, [0, 1, 10**9]),
        (
            lambda pair: rows.place_in(rows.of_own_code(pair[0]), pair[1]),
            rows.code_and_offset,
            [(0, 0), (7, 2**24 - 1), (2**30, 5)],
        ),
    ],
    ids=["socket", "timer", "label", "task", "place"],
)
def test_what_is_written_is_read_again(write, read, numbers):
    assert [read(write(number)) for number in numbers] == numbers


def test_a_task_and_a_label_are_told_apart_and_so_are_a_wait_for_a_word_and_for_a_task():
    assert [rows.is_label(who) for who in (0, 5, rows.of_label(0), rows.of_label(5))] == [
        False, False, True, True,
    ]  # fmt: skip
    assert [rows.is_for_task(w) for w in (rows.NOT_WAITING, 5, rows.for_task(0))] == [
        False, False, True,
    ]  # fmt: skip
    assert not rows.is_place(rows.NOWHERE)
    assert rows.is_place(rows.place_in(rows.of_own_code(0), 0))


def test_whole_numbers_survive_in_a_float():
    """A row is made of floats; the largest numbers there will ever be come back whole."""
    for number in (10**9, 2**40):
        assert int(float(rows.of_label(number))) == rows.of_label(number)
        assert rows.timer_number(float(rows.by_timer(number))) == number


def test_a_step_with_which_an_iteration_begins_has_the_same_moment():
    starts = np.array([2.5, -2.5])
    assert rows.begun(starts).tolist() == [2.5, 2.5]
    assert rows.is_first(starts).tolist() == [False, True]


# -- how they are kept -------------------------------------------------------------------------


def written(*numbers):
    kept = Rows()
    for number in numbers:
        kept.write(number, number + 0.1, number + 0.2, number, rows.NOT_WAITING, number)
    return kept


def whole(kept):
    return kept.copy(mine=True).tolist()


def test_packed_or_not_they_are_the_same_rows():
    loose, packed = written(1, 2, 3), written(1, 2)
    packed.pack()
    packed.write(3, 3.1, 3.2, 3, rows.NOT_WAITING, 3)
    assert whole(loose) == whole(packed)
    assert len(loose) == len(packed) == 3
    assert loose.last_end() == packed.last_end() == 3.2
    packed.pack()
    assert (len(packed), packed.last_end()) == (3, 3.2)
    assert written().last_end() == 0


@pytest.mark.parametrize("how_far", ["before the copy", "before the clearing"])
def test_an_interrupt_while_packing_leaves_no_row_twice_and_none_out(how_far):
    kept = written(1, 2)
    kept.pack()
    kept.write(2, 2.1, 2.2, 2, rows.NOT_WAITING, 2)
    before = whole(kept)
    kept.packing = len(kept.packed)
    if how_far == "before the clearing":
        kept.packed.extend(array("d", kept.fresh))
    kept.mend()
    assert kept.packing is None
    assert whole(kept) == before
