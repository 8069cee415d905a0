"""Who used the processor: this thread, or others."""

import threading

import pytest

from helpers.recorder.processor import cpu_clock, is_kept_up, processor_time


@pytest.mark.parametrize(
    ("wall", "own", "all_of_it", "kept"),
    [
        (1.0, 0.0, 0.9, True),  # another did
        (1.0, 0.95, 1.0, False),  # it did itself
        (1.0, 0.0, 0.05, False),  # nobody: it waits for something outside, or the machine stood
        (1.0, 0.45, 0.95, False),  # they took turns
    ],
)
def test_another_thread_is_blamed_only_if_it_used_the_processor(wall, own, all_of_it, kept):
    assert is_kept_up(wall, own, all_of_it) == kept


def test_a_thread_that_is_over_and_a_machine_without_such_clocks_tell_nothing():
    clocks = []
    thread = threading.Thread(target=lambda: clocks.append(cpu_clock()))
    thread.start()
    thread.join()
    own, all_of_it = processor_time(clocks[0])
    assert own <= all_of_it
    assert processor_time(None) == (0.0, 0.0)


def test_a_thread_never_used_more_than_all():
    own, all_of_it = processor_time(cpu_clock())
    assert own <= all_of_it + 1e-3
