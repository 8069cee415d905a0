"""For every test of the recorder: asyncio is as it was after it, and no journal is open."""

import pytest
from nothing_left import patched_places

from helpers.recorder import timing

MS = 1_000_000

pytest.register_assert_rewrite("stories")


@pytest.fixture
def clock(monkeypatch):
    """A clock of the test's own: it moves when told, and by 1 ns whenever it is read."""

    class Clock:
        now = 1_000 * MS

        def __call__(self):
            self.now += 1
            return self.now / 1e9

        def work(self, seconds):
            self.now += round(seconds * 1e9)

    clock = Clock()
    monkeypatch.setattr(timing, "moment", clock)
    return clock


@pytest.fixture(autouse=True)
def nothing_left_behind():
    before = patched_places()
    yield
    assert patched_places() == before
