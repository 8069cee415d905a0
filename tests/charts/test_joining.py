"""Modules become one: in the order of their imports, each name kept to its own, faults in words.

That what is joined also runs is seen in tests/browser/test_player_film.py.
"""

import re

import pytest

from helpers.charts.player import assets
from helpers.charts.player.joining import JoiningError, joined


@pytest.fixture
def write(tmp_path):
    """Write modules, by name; gives the path of the first."""

    def write(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
        return tmp_path / f"{next(iter(modules))}.js"

    return write


def order(text):
    """The names of the modules in the order in which they stand."""
    return re.findall(r"^const \$(\w+) = \(\(\) => \{$", text, re.MULTILINE)


def test_a_module_stands_after_all_that_it_imports(write):
    first = write(
        page='import { draw } from "./chart.js";\nimport { size } from "./numbers.js";\n',
        chart='import { size } from "./numbers.js";\nexport function draw() {}\n',
        numbers="export const size = 1;\n",
        unused="this is nobody's business",
    )
    assert order(joined(first)) == ["numbers", "chart", "page"]


WHOLE = """\
const $chart = (() => {
const size = 1;
async function draw(x) {
  return "// no";
}
return { size, draw };
})();
const $page = (() => {
const { draw, size: wide } = $chart;
class Page {
  draw = () => draw(wide); // stays
}
const $default = { Page };
return { Page, default: $default };
})();
export const { Page } = $page;
export default $page.default;
"""


def test_the_whole_of_a_small_one(write):
    first = write(
        page="""\
// What it is.

import {
  draw, size as wide,
} from "./chart.js";

/** Told to the checker. */
export class Page {
  // why
  draw = () => draw(wide); // stays
}

export default { Page };
""",
        chart='export const size = 1;\nexport async function draw(x) {\n  return "// no";\n}\n',
    )
    assert joined(first) == WHOLE


def test_a_comment_in_the_middle_of_a_line_takes_nothing_with_it(write):
    text = (
        "export const a = 1;\n  /* one */ const b = 2;\nconst c = /* two */ 3;\n/* all\nof it */\n"
    )
    assert "/* one */ const b = 2;\nconst c = /* two */ 3;\nreturn" in joined(write(a=text))


def test_what_is_commented_out_is_not_read(write):
    text = """\
/*
import { gone } from "./gone.js";
export let x = 1;
*/
// import { also } from "./gone.js";
import {
  // why it is needed
  a,
} from "./b.js";
"""
    assert order(joined(write(page=text, b="export const a = 1;\n"))) == ["b", "page"]


def test_a_module_may_be_made_instead_of_read(write):
    first = write(page='import { WORDS } from "./words.js";\n')
    assert order(joined(first, {"words": "export const WORDS = {};\n"})) == ["words", "page"]


FAULTS = {
    "There is no chart.js in .*; page.js imports from it.": {
        "page": 'import { a } from "./chart.js";'
    },
    "page.js imports `visibel` from text.js, which exports quoted, visible.": {
        "page": 'import { visibel } from "./text.js";',
        "text": "export const visible = 1;\nexport const quoted = 2;\nconst visibel = 3;",
    },
    "page.js imports `a` from text.js, which exports nothing.": {
        "page": 'import { a } from "./text.js";',
        "text": "const a = 1;",
    },
    "in a circle: a.js -> b.js -> c.js -> a.js|b.js -> c.js -> a.js -> b.js|c.js -> a.js -> b.js": {
        "a": 'import { b } from "./b.js";\nexport const a = 1;',
        "b": 'import { c } from "./c.js";\nexport const b = 1;',
        "c": 'import { a } from "./a.js";\nexport const c = 1;',
    },
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_what_does_not_fit_is_said(write, sentence):
    with pytest.raises(JoiningError, match=sentence):
        joined(write(**FAULTS[sentence]))


@pytest.mark.parametrize(
    "line",
    [
        'import make from "./dom.js";',
        'import * as dom from "./dom.js";',
        'import "./dom.js";',
        'import { html } from "lit";',
        'import { up } from "../dom.js";',
        'import { make } from "./dom.js"',
        'const a = 1;\nimport("./dom.js");',
        "export let count = 0;",
        "export { a };",
        "export const { a, b } = both;",
        'export { a } from "./dom.js";',
        'export * from "./dom.js";',
        "export default function () {}",
    ],
)
def test_a_line_that_cannot_be_joined_is_shown_with_its_number(write, line):
    first = write(page=f'// one\n/* two\n*/\nimport {{\n  a,\n}} from "./dom.js";\n{line}\n')
    number = 7 + line.count("\n")
    with pytest.raises(JoiningError) as error:
        joined(first, {"dom": "export const a = 1;\nexport const make = 2;\n"})
    assert f"page.js, line {number}: `{line.splitlines()[-1]}` cannot be joined." in str(
        error.value
    )


def test_every_module_of_the_player_is_needed():
    files = {path.stem for path in assets.HERE.glob("*.js")}
    assert files | set(assets.made()) == set(order(assets.script()))
