"""How a page shows our charts: a style element that travels with each of them.

A picture is painted on white. On JupyterLab's dark theme it is shown with light and dark
exchanged, each colour keeping its hue, also when the theme is switched. JupyterLab leaves out
style elements of notebooks that it does not trust; but those of one cell that was run hold for
the whole page, so all charts follow it.

It also says what to do where a widget is gone: after a restart and a reload JupyterLab has "model
not found" in its place. Such an output has text and no element; that text gives way to ours.

Whether there is such a page at all, `in_notebook` says.

Limits: a page without these themes, or paper, shows the picture as it is.
"""

from __future__ import annotations

import sys

CLASS = "see-the-loop-chart"
STILL = "see-the-loop-still"  # what stands before a widget, for pages in which that cannot run
GONE = "Run this cell again: what was here needs the kernel that made it."

_DEAD = ".jupyter-widgets.jp-OutputArea-output:not(:has(*)):not(:empty)"
STYLE = (
    "<style>"
    f'@media screen {{body[data-jp-theme-light="false"] .{CLASS} '
    "{filter: invert(0.93) hue-rotate(180deg)}} "
    f"{_DEAD} {{font-size: 0}} "
    f'{_DEAD}::after {{content: "{GONE}"; font-size: var(--jp-content-font-size1)}}'
    "</style>"
)


def in_notebook() -> bool:
    """Whether a front end is there that shows what we display: an IPython kernel's."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None
