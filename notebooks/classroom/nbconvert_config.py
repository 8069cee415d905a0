"""What our templates need of nbconvert, for anything else that uses them:

    jupyter nbconvert --config notebooks/classroom/nbconvert_config.py --to html ...

Slides, handouts and the rest are made by `python notebooks/classroom`, which prepares the cells
first; this shows them as they are.
"""

import sys
from pathlib import Path

CLASSROOM = Path(__file__).resolve().parent
sys.path[:0] = [path for path in (str(CLASSROOM.parent),) if path not in sys.path]

from classroom.conversion import settings  # noqa: E402

c = get_config()  # noqa: F821  # what nbconvert hands in
c.merge(settings())
