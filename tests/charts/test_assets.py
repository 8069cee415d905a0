"""What the player's page is made of: nothing told twice, nothing that nobody uses."""

import re

import pytest

from helpers.charts.film import BEGIN, FINISH
from helpers.charts.player import assets
from helpers.charts.words import SIGNS
from helpers.timeline import KINDS

SHEET = "".join((assets.HERE / f"{name}.css").read_text(encoding="utf-8") for name in assets.SHEETS)
# What a player may show of signs; the ends are drawn, and two belong to other charts.
ELSEWHERE = {"crowd", "queues"}
SAMPLES = {name for name, sign in SIGNS.items() if not sign.lines and name not in ELSEWHERE}


def properties(selector):
    """The custom properties that a rule of the whole style sheet sets, by name."""
    rules = re.findall(rf"^{re.escape(selector)} \{{\n(.*?)^}}", assets.style(), re.M | re.S)
    return dict(re.findall(r"^  --stl-([\w-]+): (.*);$", "".join(rules), re.M))


@pytest.mark.parametrize(("selector", "page"), [(assets._ON_WHITE, 0), (assets._ON_DARK, 1)])
def test_each_sign_has_its_colour_on_white_and_on_a_dark_page(selector, page):
    known = properties(selector)
    for name, sign in SIGNS.items():
        assert known.get(name, "") == sign.colour[page]
        assert known.get(f"{name}-edge", "") == sign.edge[page]


def test_the_sheet_repeats_no_colour_of_a_sign():
    assert {name for name in SIGNS if re.search(rf"^  --stl-{name}:", SHEET, re.M)} == set()


def test_each_property_that_is_used_is_set_and_each_that_is_set_is_used():
    in_sheet = set(re.findall(r"var\(--stl-([\w-]+)", SHEET))
    on_canvas = re.findall(r'"([\w-]+)"', (assets.HERE / "ink.js").read_text(encoding="utf-8"))
    given = set(re.findall(r"^ +--stl-([\w-]+):", SHEET, re.M)) | {"indent"}  # source.js sets it
    signs = {*SIGNS, "ready-edge"}
    assert in_sheet <= given | signs
    assert given - in_sheet - set(on_canvas) == set()


def test_each_class_in_the_sheet_is_one_that_the_page_has():
    styled = set(re.findall(r"\.stl-([\w-]+)", SHEET))
    made = set(re.findall(r"stl-([\w-]+)", assets.script()))
    made |= {f"swatch-{name}" for name in SAMPLES}
    made |= {f"py-{kind}" for kind in ("keyword", "string", "number", "comment")}
    made |= {"now", "queue", "selector", "timers", "waiting", "source", "printed", "shared"}
    assert styled - made == set()
    assert {f"swatch-{name}" for name in SAMPLES} <= styled


def test_the_script_knows_what_numbers_mean_from_python():
    numbers = assets.made()["numbers"]
    assert f"export const BEGIN = {BEGIN};" in numbers
    assert f"export const FINISH = {FINISH};" in numbers
    assert "export const BLOCKING = 100000000;" in numbers  # 0.1 s, asyncio's own limit
    assert all(f'"{kind}"' in numbers for kind in KINDS)


def test_a_part_of_the_script_can_be_had_alone():
    assert assets.script("time").count("export const {") == 1
    assert "Stage" not in assets.script("film")
