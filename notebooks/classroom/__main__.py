"""Slides, handout, worksheet and key of a lesson, and the legend: into handouts/.

python notebooks/classroom                              all lessons
python notebooks/classroom 04_tasks                     one
python notebooks/classroom 04_tasks --only worksheet    of one kind
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:1] = [str(HERE.parent), str(HERE.parent.parent)]  # run as a folder: find both packages

from classroom import conversion  # noqa: E402


def main(words: list[str]) -> int:
    asked = _asked(words)
    lessons = [
        path for path in conversion.LESSONS if not asked.lessons or path.stem in asked.lessons
    ]
    unknown = {*asked.lessons} - {path.stem for path in lessons}
    if unknown:
        names = ", ".join(path.stem for path in conversion.LESSONS)
        print(f"There is no lesson {', '.join(sorted(unknown))}. The lessons are {names}.")
        return 2
    kinds = [asked.only] if asked.only else [*conversion.KINDS]
    try:
        made = conversion.make(kinds, lessons, asked.into)
    except conversion.NoReveal as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"Made {len(made)} files in {asked.into}")
    return 0


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python notebooks/classroom",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("lessons", nargs="*", type=lambda name: Path(name).stem, metavar="LESSON")
    parser.add_argument("--only", choices=conversion.KINDS, help="one kind")
    parser.add_argument(
        "--into",
        type=Path,
        default=HERE.parent.parent / "handouts",
        metavar="FOLDER",
        help="another folder than handouts/",
    )
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
