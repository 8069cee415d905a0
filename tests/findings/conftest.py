"""What more than one file of tests of findings needs."""

import gc

import pytest


@pytest.fixture(scope="module")
def collecting_is_quick():
    """What is there before is not looked through again after each program."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
