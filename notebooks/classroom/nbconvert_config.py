"""How a lesson becomes slides or a handout, for `jupyter nbconvert --config`:

    jupyter nbconvert --config notebooks/classroom/nbconvert_config.py --to slides notebooks/04_tasks.ipynb
    jupyter nbconvert --config notebooks/classroom/nbconvert_config.py --to html notebooks/04_tasks.ipynb

Each makes one file in handouts/, whole in itself: no network is asked for anything, and where
a notebook has a widget the file shows its picture or its text. A link to another lesson leads to
its file of the same kind, so make them all: notebooks/0*.ipynb. Slides need reveal.js,
which comes in the package sphinx-revealjs; a handout needs nothing that JupyterLab did not bring.

Limits: formulas and diagrams in Markdown are not set, since no lesson has any.
"""

import importlib.util
import re
from pathlib import Path

PRACTICE = re.compile(r"^(predict|compare)\(", re.MULTILINE)


def program_of(source):
    """A cell's code up to its prediction or comparison, whose words stand in its output."""
    practice = PRACTICE.search(source)
    return source[: practice.start()].rstrip() if practice else source


def from_reveal(name):
    """The text of a file of reveal.js, out of the package that carries it."""
    package = importlib.util.find_spec("sphinx_revealjs")
    if package is None:
        raise SystemExit(
            "Slides need reveal.js, which is not installed. Run once, in the same environment: "
            "pip install --no-deps sphinx-revealjs==3.2.1"
        )
    folder = Path(package.origin).parent / "_static/revealjs"
    return (folder / name).read_text(encoding="utf-8")


CLASSROOM = Path(__file__).resolve().parent

c = get_config()  # noqa: F821  # what nbconvert hands in
c.FilesWriter.build_directory = str(CLASSROOM.parent.parent / "handouts")
c.TemplateExporter.extra_template_basedirs = [str(CLASSROOM)]
c.NbConvertBase.display_data_priority = ["text/html", "image/svg+xml", "image/png", "text/plain"]
c.HTMLExporter.template_name = "handout"
c.HTMLExporter.embed_images = True
c.SlidesExporter.template_name = "slides"
c.HTMLExporter.filters = {"program_of": program_of, "from_reveal": from_reveal}
