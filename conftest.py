"""What holds for every test: a clean room for kernels, and how many processes share the work."""

import tempfile
from pathlib import Path

import clean_room
import pytest
from hypothesis import settings

# A shared machine may be slow for a moment: that is no failure of the program under test.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

collect_ignore_glob = ["notebooks/classroom/*"]  # what nbconvert reads, not Python to import

_room = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # a process of pytest-xdist: it inherits the room
        return
    config.stash[_room] = tempfile.TemporaryDirectory(
        prefix="see-the-loop-", ignore_cleanup_errors=True
    )
    clean_room.enter(Path(config.stash[_room].name))


def pytest_unconfigure(config: pytest.Config) -> None:
    if _room in config.stash:
        config.stash[_room].cleanup()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes for the full run (`pytest` alone), none where one names a few tests."""
    return 2 if config.args_source is config.ArgsSource.TESTPATHS else 0
