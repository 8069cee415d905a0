"""Moments are real; a virtual clock is known by its jumps."""

from helpers.recorder import timing


def test_a_virtual_clock_notes_each_jump_once_and_when_it_was_seen(monkeypatch):
    moments, said = iter([1.0, 2.0, 3.0, 4.0]), iter([0.0, 0.0, 60.0, 60.0])
    monkeypatch.setattr(timing, "moment", lambda: next(moments))
    clock = timing.VirtualClock(lambda: next(said))
    assert [clock() for _ in range(4)] == [1.0, 2.0, 3.0, 4.0]
    assert clock.jumps == [(1.0, 0.0), (3.0, 60.0)]
