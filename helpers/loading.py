"""Imports that an interrupt cannot leave half done.

numpy and matplotlib take their time to load, and that is when the first recording ends and
the first chart is drawn: just when a learner may press Stop. Half loaded, both stay broken
until the kernel is restarted (numpy: "cannot load module more than once per process"). An
interrupt only ever reaches the main thread, so the import is done in another one: whoever
is interrupted stops waiting for it, and it comes to its end all the same.
"""

import importlib
import sys
import threading
from types import ModuleType


def load_whole(name: str) -> ModuleType:
    """Import the module of that name and return it; an interrupt meanwhile does it no harm.

    Raises what the import raises.
    """
    if name not in sys.modules and threading.current_thread() is threading.main_thread():
        thread = threading.Thread(target=_load, args=(name,), name=f"import {name}", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter is ending, or there can be no more threads
            pass  # not imported in here: an error of the import's own came of nothing else
        else:
            thread.join()
    return importlib.import_module(name)  # waits for one that is still being loaded


def _load(name: str) -> None:
    try:
        importlib.import_module(name)
    except Exception:  # the import that follows in the caller's own thread says the same
        return
