"""What recording puts its hands on, so that tests can see it is back as it was."""

import asyncio
import sys
from asyncio import events

from helpers.recorder import hooks


def patched_places() -> dict[str, object]:
    """All that a recording replaces, by name."""
    loop = asyncio.base_events.BaseEventLoop
    return {
        "Handle": events.Handle,
        "TimerHandle": events.TimerHandle,
        "Handle._run": asyncio.Handle._run,
        "create_task": loop.create_task,
        "call_soon_threadsafe": loop.call_soon_threadsafe,
        "_add_callback": loop._add_callback,
        "_set_task_name": getattr(asyncio.tasks, "_set_task_name", None),
        "stdout": sys.stdout,
        "journals": dict(hooks.journals),
        "undo": list(hooks._undo),
    }
