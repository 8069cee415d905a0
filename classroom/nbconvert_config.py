"""How a lesson becomes slides or a handout, for `jupyter nbconvert --config`:

    jupyter nbconvert --config classroom/nbconvert_config.py --to slides notebooks/04_tasks.ipynb
    jupyter nbconvert --config classroom/nbconvert_config.py --to html notebooks/04_tasks.ipynb

Each makes one file beside the lesson, whole in itself: no network is asked for anything, and
where a notebook has a widget the file shows its picture or its text. Slides need reveal.js,
which comes in the package sphinx-revealjs; a handout needs nothing that JupyterLab did not bring.

Limits: formulas and diagrams in Markdown are not set, since no lesson has any.
"""

import importlib.util
import re
from pathlib import Path

PREDICTION = re.compile(r"^\w+ = predict\(", re.MULTILINE)


def without_prediction(source):
    """A cell's code up to its prediction: question and options stand in the cell's output."""
    question = PREDICTION.search(source)
    return source[: question.start()].rstrip() if question else source


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


c = get_config()  # noqa: F821  # what nbconvert hands in
c.TemplateExporter.extra_template_basedirs = [str(Path(__file__).resolve().parent)]
c.NbConvertBase.display_data_priority = ["text/html", "image/svg+xml", "image/png", "text/plain"]
c.HTMLExporter.template_name = "handout"
c.HTMLExporter.embed_images = True
c.SlidesExporter.template_name = "slides"
c.HTMLExporter.filters = {"without_prediction": without_prediction, "from_reveal": from_reveal}
