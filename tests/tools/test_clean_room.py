"""In a clean room a kernel sees nobody's settings, and writes into nobody's home."""

import json
import os
import subprocess
import sys

import clean_room

ASK = """
import json, matplotlib
from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir
from IPython.paths import get_ipython_dir
from helpers.practice import progress
folders = [jupyter_config_dir(), jupyter_data_dir(), jupyter_runtime_dir(), get_ipython_dir()]
print(json.dumps([*folders, matplotlib.matplotlib_fname(), str(progress._file())]))
"""


def test_whoever_starts_from_there_keeps_everything_below_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    clean_room.enter(tmp_path)
    said = subprocess.run(
        [sys.executable, "-c", ASK], env=os.environ, capture_output=True, text=True, check=True
    )
    places = json.loads(said.stdout)
    assert [place for place in places if not place.startswith(str(tmp_path))] == []
