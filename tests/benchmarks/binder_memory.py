"""What a lesson needs on Binder: memory of server and kernel, and the size of what is installed.

    python3.13 tests/benchmarks/binder_memory.py            # every lesson
    python3.13 tests/benchmarks/binder_memory.py 04_tasks   # these

Makes an environment below build/ from binder/ alone, with the Jupyter server that Binder's
image brings beside it; starts that server; opens a kernel through it for each lesson, and
sends all cells over the server's WebSocket at once, as Run All does in a browser.

A process's figure is its peak of resident memory as Linux counts it (VmHWM). The two peaks
need not come at the same moment: their sum is at most too high. Limits: Linux only, and
nobody moves a slider.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import nbformat
from tornado.websocket import websocket_connect

HOUSE = Path(__file__).resolve().parents[2]
BINDER, LESSONS = HOUSE / "binder", HOUSE / "notebooks"
ENVIRONMENT = HOUSE / "build/binder"
# What repo2docker 2026.4.0 puts into every image; no lesson imports it.
OF_THE_IMAGE = ("jupyterlab==4.4.9", "jupyter-server==2.17.0")
GOAL = 400  # megabytes, server and kernel together
TOKEN = uuid.uuid4().hex
PATIENCE = 120  # seconds for a server to start, or a lesson to run


def main(names: list[str]) -> int:
    if f"{sys.version_info.major}.{sys.version_info.minor}" != binder_python():
        raise SystemExit(f"Binder runs Python {binder_python()}: run this with that one.")
    python = environment()
    print(size(python))
    add_server(python)
    print(f"\n| lesson | server | kernel | together (goal: {GOAL} MB) | Run All |")
    print("|---|---:|---:|---:|---:|")
    most = 0.0
    for lesson in sorted(LESSONS.glob("*.ipynb")):
        if not names or lesson.stem in names:
            of_server, of_kernel, seconds = measure(python, lesson)
            together = of_server + of_kernel
            cells = [f"{megabytes:.0f} MB" for megabytes in (of_server, of_kernel, together)]
            print("|", " | ".join([lesson.stem, *cells, f"{seconds:.0f} s"]), "|", flush=True)
            most = max(most, together)
    return most > GOAL


# -- the environment -------------------------------------------------------------------------


def binder_python() -> str:
    return (BINDER / "runtime.txt").read_text().strip().removeprefix("python-")


def environment() -> Path:
    """A new environment made from binder/ alone; gives the path of its Python."""
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    python = ENVIRONMENT / "bin/python"
    pip(python, "--no-deps", "-r", BINDER / "requirements.txt")
    pip(python, "--no-deps", "-e", HOUSE)  # as binder/postBuild does
    return python


def pip(python: Path, *words) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True)


def size(python: Path) -> str:
    """What binder/ installs: packages, without pip itself, and megabytes on the disk."""
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        check=True,
        capture_output=True,
        text=True,
    )
    names = {package["name"] for package in json.loads(listed.stdout)} - {"pip"}
    files = [path for path in ENVIRONMENT.rglob("*") if path.is_file() and not path.is_symlink()]
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    return f"binder/ installs {len(names)} packages, {megabytes:.0f} MB"


def add_server(python: Path) -> None:
    """Put the image's own server beside them; none of our pins is moved."""
    pip(python, "-c", BINDER / "requirements.txt", *OF_THE_IMAGE)


# -- server and kernel -----------------------------------------------------------------------


def measure(python: Path, lesson: Path) -> tuple[float, float, float]:
    """Peak megabytes of the server and of the kernel for that lesson alone; seconds of Run All."""
    with tempfile.TemporaryDirectory() as settings, running_server(python, settings) as (pid, url):
        kernel = ask(f"{url}/api/kernels", {"name": "python3", "path": "notebooks"})["id"]
        began = monotonic()
        asyncio.run(run_all(f"{url}/api/kernels/{kernel}/channels".replace("http", "ws"), lesson))
        seconds = monotonic() - began
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return peak(pid), sum(peak(int(child)) for child in children), seconds


def peak(pid: int) -> float:
    """The most memory that process ever had, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024 / 1e6


@contextmanager
def running_server(python: Path, settings: str):
    """JupyterLab's server in the course's folder, as (process id, address)."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    words = [
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--IdentityProvider.token={TOKEN}",
    ]
    words += ["--allow-root"] if os.geteuid() == 0 else []
    folders = {f"JUPYTER_{name}_DIR": settings for name in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {"IPYTHONDIR": settings, "SEE_THE_LOOP_PROGRESS": f"{settings}/progress.json"}
    server = subprocess.Popen(
        [python, "-m", "jupyterlab", f"--ServerApp.root_dir={HOUSE}", *words],
        env=os.environ | folders,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield server.pid, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def wait_for(url: str) -> None:
    until = monotonic() + PATIENCE
    while True:
        try:
            return ask(f"{url}/api")
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.2)  # between two knocks at the door


def ask(url: str, content: dict | None = None) -> dict:
    """What the server answers to a GET, or to a POST of that content."""
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(url, body, {"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


async def run_all(url: str, lesson: Path) -> None:
    """Send every code cell at once, and wait until each was answered as its tags say."""
    cells = [c for c in nbformat.read(lesson, as_version=4).cells if c.cell_type == "code"]
    socket = await websocket_connect(f"{url}?token={TOKEN}", max_message_size=2**28)
    asked = {uuid.uuid4().hex: cell for cell in cells}
    for number, cell in asked.items():
        await socket.write_message(json.dumps(request(number, cell.source)))
    async with asyncio.timeout(PATIENCE):
        while asked:
            message = await socket.read_message()
            if isinstance(message, bytes):  # a widget's data: no reply comes like that
                continue
            message = json.loads(message)
            cell = asked.get(message["parent_header"].get("msg_id"))
            if cell is not None and message["msg_type"] == "execute_reply":
                del asked[message["parent_header"]["msg_id"]]
                meant = "error" if "raises-exception" in cell.metadata.get("tags", []) else "ok"
                assert message["content"]["status"] == meant, (lesson.stem, cell.source)
    socket.close()


def request(number: str, source: str) -> dict:
    """A cell as Jupyter's messages have it."""
    header = {"msg_id": number, "msg_type": "execute_request", "username": "", "session": TOKEN}
    content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
    content |= {"allow_stdin": False, "stop_on_error": False}
    return {
        "header": header | {"version": "5.3", "date": "2000-01-01T00:00:00Z"},
        "parent_header": {},
        "metadata": {},
        "channel": "shell",
        "content": content,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
