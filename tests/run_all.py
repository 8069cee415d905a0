"""Run a notebook the way Run All does: every cell is sent before the first has ended.

nbval and nbclient send a cell when the one before it has answered. With all of them queued
other things happen: a patched event loop may take a later cell out of the queue while an
earlier one is still running, and lose it, so that it stays `[*]` for ever. Here, a cell that
is never answered is a failure with a name.

The kernel is the Python that runs this file, unless a kernel's name says otherwise. It talks
over sockets in a folder of its own, because a free TCP port may be taken by the time the
kernel gets to it. It is killed at the end, however that comes.

    >>> run_all("notebooks/00_start_here.ipynb")[0].status      # doctest: +SKIP
    'ok'
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager

START_LIMIT = 60  # seconds for a kernel to come up on a busy machine
LOOK_EVERY = 0.5  # seconds between looks whether the kernel is still alive


@dataclass(frozen=True)
class CellResult:
    """How one code cell fared. `number` counts the notebook's cells from 0, all kinds together.

    `status` is what the kernel answered, "ok" or "error", or it is "unanswered"; `error` is the
    exception's name and text, or why no answer came. `may_raise` is True for a cell tagged
    `raises-exception`.
    """

    number: int
    source: str
    may_raise: bool
    status: str
    error: str = ""

    @property
    def problem(self) -> str:
        """What is wrong with that, as a sentence; empty if all is well."""
        if self.status == ("error" if self.may_raise else "ok"):
            return ""
        happened = {
            "ok": "was to raise, it is tagged raises-exception, and did not",
            "error": f"raised {self.error}",
            "unanswered": f"was never answered: {self.error}",
        }.get(self.status, f"was answered with {self.status!r}")
        first_line = self.source.strip().partition("\n")[0]
        return f"cell {self.number} ({first_line}) {happened}"


def run_all(
    notebook_path, *, kernel_name: str = "python3", timeout: float = 60
) -> list[CellResult]:
    """Run that notebook with all cells queued at once, in its own folder; one result a code cell.

    `timeout` is how many seconds one cell may take. When it has passed without an answer, or
    when the kernel has died, that cell and all that are still open are "unanswered".
    `kernel_name` "python3" means the Python that runs this. Nothing is written to the file.
    """
    path = Path(notebook_path)
    cells = nbformat.read(path, as_version=4).cells
    code = [(number, cell) for number, cell in enumerate(cells) if cell.cell_type == "code"]
    with running_kernel(path.parent, kernel_name) as (manager, client):
        asked = [send(client, cell.source) for _, cell in code]
        replies = collect(manager, client, asked, timeout)
        why = f"no cell ended for {timeout:g} s" if manager.is_alive() else "the kernel died"
    silence = {"status": "unanswered", "why": why}
    return [
        _result(number, cell, replies.get(message, silence))
        for (number, cell), message in zip(code, asked, strict=True)
    ]


def problems(results: list[CellResult]) -> list[str]:
    """What went wrong, a sentence a cell; empty when every cell did what it should."""
    return [result.problem for result in results if result.problem]


def _result(number: int, cell, reply: dict) -> CellResult:
    may_raise = "raises-exception" in cell.metadata.get("tags", [])
    error = reply.get("why", "")
    if reply["status"] == "error":
        error = f"{reply['ename']}: {reply['evalue']}"
    return CellResult(number, cell.source, may_raise, reply["status"], error)


# -- kernels -------------------------------------------------------------------------------


class ThisPython(KernelSpecManager):
    """Knows the running Python as "python3", whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name):
        if kernel_name != "python3":
            return super().get_kernel_spec(kernel_name)
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="This Python", language="python")


@contextmanager
def running_kernel(folder, kernel_name: str = "python3") -> Iterator:
    """A kernel started in that folder, as `(manager, client)`; killed when the block ends."""
    with tempfile.TemporaryDirectory(prefix="kernel") as sockets:
        manager = KernelManager(
            kernel_name=kernel_name,
            kernel_spec_manager=ThisPython(),
            connection_file=os.path.join(sockets, "k.json"),
            transport="ipc" if os.name == "posix" else "tcp",
        )
        manager.start_kernel(cwd=str(folder), extra_arguments=["--HistoryManager.enabled=False"])
        client = manager.blocking_client()
        try:
            client.start_channels()
            client.wait_for_ready(timeout=START_LIMIT)
            yield manager, client
        finally:
            manager.shutdown_kernel(now=True)
            client.stop_channels()


def send(client, code: str) -> str:
    """Queue that code as a cell; the id under which its reply will come."""
    return client.execute(code, allow_stdin=False, stop_on_error=False)


def collect(manager, client, asked: list[str], timeout: float) -> dict[str, dict]:
    """The replies to those requests, by id, as far as they come.

    Waits up to `timeout` seconds for the next one, and no longer once the kernel is dead.
    """
    replies: dict[str, dict] = {}
    deadline = time.monotonic() + timeout
    while len(replies) < len(asked) and time.monotonic() < deadline:
        try:
            message = client.get_shell_msg(timeout=LOOK_EVERY)
        except Empty:
            if not manager.is_alive():
                break
            continue
        if message["parent_header"].get("msg_id") in asked:
            replies[message["parent_header"]["msg_id"]] = message["content"]
            deadline = time.monotonic() + timeout
    return replies
