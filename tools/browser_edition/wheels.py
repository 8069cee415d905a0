"""Wheels of pure Python packages, made of what is installed here: no index is asked.

So what is shipped is what was tried. Compiled speed-ups are left out, and so is what a page
has no use for: files of JupyterLab's, tests, byte code.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
COURSE, VERSION = "see-the-loop", "0"
_STAMP = (2026, 1, 1, 0, 0, 0)  # the same files make the same wheel
_LEFT_OUT = (".so", ".pyd", ".pyc", ".pyi")


class Wheel(NamedTuple):
    """A wheel that was written: its package, what one imports it by, what it needs."""

    path: Path
    name: str
    version: str
    imports: tuple[str, ...]
    depends: tuple[str, ...]


def of_the_course(folder: Path, extra: dict[str, str], depends: Iterable[str]) -> Wheel:
    """The package `helpers`, and files that are made for this edition, by name below it."""
    files = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted((ROOT / "helpers").rglob("*"))
        if path.is_file() and not path.name.endswith(_LEFT_OUT)
    }
    files |= {f"helpers/{name}": text.encode() for name, text in extra.items()}
    path = _write(folder, COURSE, VERSION, files)
    return Wheel(path, COURSE, VERSION, ("helpers",), tuple(depends))


def of_installed(folder: Path, name: str, depends: Iterable[str] = ()) -> Wheel:
    """A package that is installed in this environment. Raises PackageNotFoundError."""
    found = distribution(name)
    files = {path: Path(str(found.locate_file(path))).read_bytes() for path in _parts(found)}
    path = _write(folder, name, found.version, files)
    imports = sorted({part.partition("/")[0].removesuffix(".py") for part in files})
    named = tuple(part for part in imports if not part.endswith(".dist-info"))
    return Wheel(path, name, found.version, named, tuple(depends))


def of_nothing(folder: Path, name: str) -> Wheel:
    """An empty package, in place of one that would be loaded and is not needed."""
    return Wheel(_write(folder, name, "0", {}), name, "0", (), ())


def _parts(found: Distribution) -> list[str]:
    """Its files that go into a wheel."""
    names = [path.as_posix() for path in found.files or ()]
    return [
        name
        for name in sorted(names)
        if not name.startswith(("..", "/"))
        and not name.endswith(_LEFT_OUT)
        and ".dist-info/" not in name
        and "/tests/" not in name
    ]


def _write(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    stem = f"{name.replace('-', '_')}-{version}"
    about = f"{stem}.dist-info"
    path = folder / f"{stem}-py3-none-any.whl"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{each},,\n" for each in files).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for each, data in files.items():
            wheel.writestr(zipfile.ZipInfo(each, _STAMP), data, zipfile.ZIP_DEFLATED)
    return path
