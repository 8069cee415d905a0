"""Joined modules run as modules would: each once, in order, with names of their own."""

import pytest

from helpers.charts.player.joining import joined

IMPORT = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: widget, ...names } = await import(url);
  return ANSWER;
}"""
MODULES = {
    "page": """
import { log, log as same } from "./log.js";
import { name as theirs, Shape, count } from "./shape.js";

const name = "page";
log(name);
/** Their `name` and this one are two. */
export class Square extends Shape {}
export const sides = new Square().sides;
export function both() {
  return [name, theirs, same === log];
}
export const told = [...both(), ...count()];
export default { lines: log("the end") };
""",
    "shape": """
import { log } from "./log.js";
const sides = 4; // nobody else's
export const name = "shape";
log(name);
export class Shape {
  get sides() {
    return sides;
  }
}
export function* count() {
  yield* [1, 2];
}
""",
    "log": """
const lines = ["log"];
export function log(line) {
  return lines.push(line) && lines;
}
""",
}


def test_they_run_once_each_and_in_order(page, tmp_path):
    for name, text in MODULES.items():
        (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
    source = joined(tmp_path / "page.js")
    ask = IMPORT.replace("ANSWER", "[widget, names.sides, names.told, names.both()]")
    widget, sides, told, both = page.evaluate(ask, source)
    assert widget == {"lines": ["log", "shape", "page", "the end"]}
    assert sides == 4
    assert both == ["page", "shape", True]
    assert told == [*both, 1, 2]


@pytest.mark.parametrize("line_ends", ["\n", "\r\n"])
def test_a_checkout_with_other_line_ends_is_joined_as_well(page, tmp_path, line_ends):
    text = "export const a = 1;\nexport const b = 2;\n".replace("\n", line_ends)
    (tmp_path / "ab.js").write_bytes(text.encode())
    ask = IMPORT.replace("ANSWER", "[names.a, names.b]")
    assert page.evaluate(ask, joined(tmp_path / "ab.js")) == [1, 2]
