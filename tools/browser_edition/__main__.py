"""Make the browser edition: `python tools/browser_edition OUT [--pyodide FOLDER]`.

`FOLDER` has the files of the Pyodide release that `pins.json` names; without it they are fetched
from where that says. They are checked either way.
"""

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # run as a folder: find it as a package

from browser_edition.build import build_browser_edition  # noqa: E402


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pyodide", type=Path, help="a folder with that release's files")
    given = parser.parse_args(words)
    build_browser_edition(given.out, pyodide=given.pyodide)
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file())
    print(f"{given.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
