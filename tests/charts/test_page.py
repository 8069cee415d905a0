"""The style that travels with each chart: one element, true to what the charts call themselves."""

import re
from html.parser import HTMLParser

import pytest
from chart_samples import greetings

from helpers.charts import page
from helpers.charts.gantt import gantt


class Seen(HTMLParser):
    """Every tag that opens, with its classes, and the text inside style elements."""

    def __init__(self, html):
        super().__init__()
        self.classes, self.tags, self.style = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.classes += (dict(attributes).get("class") or "").split()

    def handle_data(self, data):
        self.style += data if self.tags[-1:] == ["style"] else ""


def test_it_is_one_style_element_and_nothing_ends_it_early():
    assert Seen(page.STYLE).tags == ["style"]
    assert page.STYLE.count("</") == 1
    assert page.STYLE.count("{") == page.STYLE.count("}") == 4


@pytest.mark.parametrize("moving", [False, True], ids=["picture", "svg"])
def test_a_chart_brings_it_along_and_has_the_class_it_speaks_of(moving):
    seen = Seen(gantt(greetings()).element(moving=moving))
    assert page.CLASS in seen.classes
    assert f".{page.CLASS} " in seen.style


def test_only_a_screen_in_the_dark_exchanges_light_and_dark():
    (media,) = re.findall(r"@media screen \{(.*?)\}\}", page.STYLE)
    assert media.startswith(f'body[data-jp-theme-light="false"] .{page.CLASS} {{filter: invert(')


def test_what_a_lost_widget_says_is_a_string_of_the_style():
    assert not set(page.GONE) & set('"\\\n<')
    assert f'content: "{page.GONE}"' in page.STYLE
