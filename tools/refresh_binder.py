"""Write binder/requirements.txt: `python tools/refresh_binder.py`, on Linux, with Binder's Python.

Binder reads binder/ and nothing else. A plain list of pins is a layer that it builds once
and keeps, whatever changes in the lessons; a line such as `-e .` would make it build again
for each commit. So the list is made from requirements.txt here, with all that its packages
need pinned too: the same image today and in two years.

Limits: pip decides by the Python and the system it runs on which packages are needed, so
this asks for the Python that binder/runtime.txt names.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST, RUNTIME = ROOT / "binder/requirements.txt", ROOT / "binder/runtime.txt"

# Binder's image brings its own JupyterLab, and nobody runs the tests there.
LEFT_OUT = {"jupyterlab", "nbval"}

HEADING = """\
# What Binder installs: made from requirements.txt by tools/refresh_binder.py, do not edit.
# Left out: {left_out}, and what only they need. helpers/ is installed by postBuild.
"""


def pins(path: Path) -> dict[str, str]:
    """{name: version} of the lines `name==version` of that file; names in pip's own spelling."""
    lines = (re.split("[#;]", line)[0].strip() for line in path.read_text().splitlines())
    pairs = (line.split("==") for line in lines if "==" in line)
    return {normal(name): version for name, version in pairs}


def normal(name: str) -> str:
    """A package's name as pip compares it: https://peps.python.org/pep-0503/#normalized-names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct() -> dict[str, str]:
    """What the lessons need on Binder, as pinned in requirements.txt."""
    return {k: v for k, v in pins(ROOT / "requirements.txt").items() if k not in LEFT_OUT}


def binder_python() -> str:
    """Such as "3.13"."""
    return RUNTIME.read_text().strip().removeprefix("python-")


def resolved() -> dict[str, str]:
    """Those pins and all that they need, as pip would choose it today."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--quiet", "--report", "-", *(f"{k}=={v}" for k, v in direct().items())]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    chosen = (package["metadata"] for package in json.loads(report)["install"])
    return {normal(package["name"]): package["version"] for package in chosen}


def main() -> None:
    if f"{sys.version_info[0]}.{sys.version_info[1]}" != binder_python():
        sys.exit(f"Binder's Python is {binder_python()}: run this with that one, on Linux.")
    lines = [f"{name}=={version}\n" for name, version in sorted(resolved().items())]
    LIST.write_text(HEADING.format(left_out=" and ".join(sorted(LEFT_OUT))) + "".join(lines))


if __name__ == "__main__":
    main()
