"""The measuring of memory does not rot: one lesson, on the environment that runs the tests."""

import sys
from pathlib import Path

import pytest
from binder_memory import GOAL, LESSONS, measure


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's own account of memory")
def test_server_and_kernel_stay_below_the_goal_during_a_lesson():
    server, kernel, seconds = measure(Path(sys.executable), LESSONS / "02_coroutines.ipynb")
    assert min(server, kernel) > 20  # two processes with Python and Jupyter in them
    assert server + kernel < GOAL
    assert 0 < seconds < 60
