"""The player's JavaScript modules, joined into the single one that a widget carries.

Each file beside this one is an ES module with its own `import` and `export` lines, as editors,
checkers and browsers know them. A widget, though, travels as one text. So the modules are
joined when the player is imported: there is no build step, and nothing made is stored.

Each module becomes a function that is called once and returns what it exports. So its other
names meet nobody else's, and an imported name is never looked up in the wrong module. A
module stands after all those it imports. Comments that fill a line are left at home.

Limits: a module is read by the beginnings of its lines. It imports by name, from files beside
it (`import { a, b as c } from "./file.js";`), and exports what it declares (`export function`,
`export class`, `export const`; the first module also `export default`). Any other line that
begins with `import` or `export` is refused, in words, and so are circles and missing names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function\*?|class|const) ([\w$]+))", re.M)
_DEFAULT = re.compile(r"^export default (?!function|class|async)", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{2,}")


class JoiningError(Exception):
    """The modules do not fit together; says which file is meant, and what is wrong in it."""


@dataclass(frozen=True)
class _Module:
    """One file as read: what it imports as (module, name), what it exports, what is left."""

    name: str
    imports: tuple[tuple[str, str], ...]
    exports: tuple[str, ...]
    body: str


def joined(first: Path, made: Mapping[str, str] | None = None) -> str:
    """The module `first` and all it imports, as the text of one ES module with its exports.

    `made` holds the text of modules that are not files, by name without ".js"; imports find
    them as if they lay beside the others. Raises JoiningError where the modules do not fit.
    """
    modules = _read_all(first, made or {})
    _require_names(modules)
    order = _in_order(modules)
    parts = [_as_function(modules[name]) for name in order]
    return "\n".join([*parts, *_exported(modules[first.stem])]) + "\n"


def _read_all(first: Path, made: Mapping[str, str]) -> dict[str, _Module]:
    """Every module that is needed, by name."""
    found: dict[str, _Module] = {}
    wanted = [(first.stem, "")]
    while wanted:
        name, importer = wanted.pop()
        if name in found:
            continue
        text = made.get(name)
        if text is None:
            text = _text_of(first.with_name(f"{name}.js"), importer)
        found[name] = _read(name, text)
        wanted += [(other, name) for other, _ in found[name].imports]
    return found


def _text_of(path: Path, importer: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        asked = f"{importer}.js imports from it" if importer else "it was to be joined"
        raise JoiningError(f"There is no {path.name} in {path.parent.name}/; {asked}.") from None


def _read(name: str, text: str) -> _Module:
    imports: list[tuple[str, str]] = []

    def taken(match: re.Match[str]) -> str:
        names = [part.split(" as ") for part in _listed(match[1])]
        imports.extend((match[2], pair[0]) for pair in names)
        words = ", ".join(": ".join(pair) for pair in names)
        return f"const {{ {words} }} = ${match[2]};" + "\n" * match[0].count("\n")

    body = _IMPORT.sub(taken, _COMMENT.sub(lambda m: "\n" * m[0].count("\n"), text))
    exports = _EXPORT.findall(body)
    body = _EXPORT.sub("", body)
    if _DEFAULT.search(body):
        exports.append("default")
        body = _DEFAULT.sub("const $default = ", body)
    if unknown := _UNKNOWN.search(body):
        line = body.count("\n", 0, unknown.start()) + 1
        raise JoiningError(
            f"{name}.js, line {line}: `{unknown[0]}` cannot be joined. A module imports with "
            '`import { name } from "./file.js";` and exports with `export` before a function, '
            "a class or a const."
        )
    return _Module(name, tuple(imports), tuple(exports), body)


def _listed(names: str) -> list[str]:
    return [part for part in (" ".join(part.split()) for part in names.split(",")) if part]


def _require_names(modules: Mapping[str, _Module]) -> None:
    """Every name that is imported must be exported where it is looked for."""
    for module in modules.values():
        for other, name in module.imports:
            exports = modules[other].exports
            if name not in exports:
                known = ", ".join(sorted(exports)) or "nothing"
                raise JoiningError(
                    f"{module.name}.js imports `{name}` from {other}.js, which exports {known}."
                )


def _in_order(modules: Mapping[str, _Module]) -> list[str]:
    """The modules' names, each after those that it imports."""
    needs = {m.name: [other for other, _ in m.imports] for m in modules.values()}
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = " -> ".join(f"{name}.js" for name in reversed(error.args[1]))
        raise JoiningError(f"Modules import one another in a circle: {circle}.") from None


def _as_function(module: _Module) -> str:
    body = _BLANK_LINES.sub("\n", module.body).strip("\n")
    names = ", ".join("default: $default" if n == "default" else n for n in module.exports)
    return f"const ${module.name} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"


def _exported(module: _Module) -> list[str]:
    """The last lines: what the first module exports, the joined one does as well."""
    names = [name for name in module.exports if name != "default"]
    lines = [f"export const {{ {', '.join(names)} }} = ${module.name};"] if names else []
    if "default" in module.exports:
        lines.append(f"export default ${module.name}.default;")
    return lines
