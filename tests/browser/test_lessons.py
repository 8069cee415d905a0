"""Every lesson under Run All in a real JupyterLab: all cells answer, nothing red in the console.

The lesson as it ran, with its outputs, is kept in artifacts/ together with a picture.
"""

import shutil
from pathlib import Path

import nbformat
import pytest
from lab import ARTIFACTS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_run_all(screen, lesson):
    shutil.copytree(NOTEBOOKS, screen.lab.folder / "notebooks", dirs_exist_ok=True)
    screen.open(f"notebooks/{lesson.name}")
    assert (screen.run_all(), screen.failures()) == ("true", [])
    cells = nbformat.read(lesson, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    assert screen.execution_counts() == list(range(1, len(code) + 1))
    screen.picture(f"lesson-{lesson.stem}")
    screen.command("docmanager:save")
    shutil.copy(screen.lab.folder / "notebooks" / lesson.name, ARTIFACTS)
