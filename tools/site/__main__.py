"""Build the public site, a folder of static files: `python tools/site OUT`.

In it are a landing page, a reading edition of every lesson with players that can be stepped
without a kernel, and the edition that runs in the browser. Any web server can hand it out, and
the first two can be read from the disk. See `building` for what is where.

    python tools/site OUT --without-browser-edition      # in seconds, and no network is asked
    python tools/site OUT --pyodide FOLDER                # with the Pyodide that lies there
    python tools/site OUT --without-films                 # no lesson is run: pictures for players

OUT is made, or made anew: it must be empty, or hold a site that was built before.
"""

import argparse
import sys
from pathlib import Path

sys.path[:1] = [str(Path(__file__).resolve().parents[n]) for n in (0, 1, 2)]  # run as a folder

from building import NotOursError, build  # noqa: E402


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(
        "python tools/site", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    asked.add_argument("target", type=Path, metavar="OUT")
    asked.add_argument("--without-browser-edition", action="store_true")
    asked.add_argument("--without-films", action="store_true")
    asked.add_argument("--pyodide", type=Path, metavar="FOLDER")
    given = asked.parse_args(words)
    try:
        build(
            given.target,
            films=not given.without_films,
            browser_edition=not given.without_browser_edition,
            pyodide=given.pyodide,
        )
    except NotOursError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
