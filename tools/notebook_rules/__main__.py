"""Name what breaks a rule: `python tools/notebook_rules [04_tasks ...]`; all lessons, if none."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # run as a folder: find it as a package

from notebook_rules import LESSONS, Lesson, complaints  # noqa: E402


def main(names: list[str]) -> int:
    found = 0
    for path in sorted(LESSONS.glob("*.ipynb")):
        for complaint in complaints(Lesson.read(path)) if not names or path.stem in names else ():
            print(f"{path.stem}: {complaint}")
            found += 1
    return found > 0


if __name__ == "__main__":
    sys.exit(main([Path(name).stem for name in sys.argv[1:]]))
