"""A clean room: Jupyter as if nobody had ever set it up, for tests and for refreshing lessons.

A start-up script in ~/.ipython or a setting in ~/.jupyter would change what a cell puts
out. Jupyter, IPython and matplotlib read where their settings live from the environment,
so pointing that at an empty folder is enough; the kernels started later inherit it.
"""

import os
from pathlib import Path

_SETTINGS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")


def enter(folder: Path) -> None:
    """Let every kernel started from here keep its settings below `folder`, an empty one.

    Where matplotlib keeps its font cache is left as it is: making it again takes seconds,
    and it changes no picture. Its settings file is not read, though.
    """
    for name in _SETTINGS:
        os.environ[name] = str(folder / name.lower())
    os.environ["SEE_THE_LOOP_PROGRESS"] = str(folder / "progress.json")  # not the learner's own
    (folder / "matplotlibrc").touch()
    os.environ["MATPLOTLIBRC"] = str(folder / "matplotlibrc")
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # else debugpy warns on stderr
