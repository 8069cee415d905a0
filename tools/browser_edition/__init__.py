"""The browser edition: the course as a folder of files in which Python runs in the page itself.

`python tools/browser_edition OUT` makes it, with JupyterLite and Pyodide: `OUT` can be handed out
by any web server. What it is made of is pinned in two files beside this one: `pins.json` names
the Pyodide release, each of its files that is needed with its sum, and from where they come;
`requirements.txt` what builds the pages. The pure packages come from this environment, which
`requirements.txt` of the course pins, as wheels.

    build      all together: `build_browser_edition`
    pyodide    Pyodide's files, checked; its lock file, in which the course is a package, too
    wheels     wheels of the course and of what is installed here
    contents   the lessons' copies, and what cells that a browser cannot run gave on a computer
"""

from browser_edition.build import build_browser_edition

__all__ = ["build_browser_edition"]
