"""Where there is no browser, these tests are skipped with a reason, or fail if they must run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def run_without_a_browser(tmp_path, **wishes):
    """What pytest says of one browser test where no browser is found."""
    environment = {**os.environ, "PATH": str(tmp_path), **wishes}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-q", "-rsfE", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, str(HERE / "test_film.py"), "-k", "rounded"],
        cwd=HERE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere browsers are found without PATH")
@pytest.mark.parametrize(
    ("wish", "code", "words"),
    [("", 0, "there is no Chromium or Chrome here"), ("required", 1, "=required, but there is no")],
)
def test_no_browser(tmp_path, wish, code, words):
    found, said = run_without_a_browser(tmp_path, SEE_THE_LOOP_BROWSER=wish)
    assert (found, words in said) == (code, True), said
