"""What is said to a learner: a little Markdown is carried out, and nothing of anybody's HTML."""

import pytest

from helpers.practice.markup import markup


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("call `send(None)` now", "call <code>send(None)</code> now"),
        ("it is *ready*, not **running**.", "it is <em>ready</em>, not <strong>running</strong>."),
        ("*a*, and (**two words**)", "<em>a</em>, and (<strong>two words</strong>)"),
        ("**Both** and *both*.", "<strong>Both</strong> and <em>both</em>."),
        ("`a*b*c` and `**x**`", "<code>a*b*c</code> and <code>**x**</code>"),
        ("2 * 3 * 4 and 2*3*4", "2 * 3 * 4 and 2*3*4"),
        ("f(*args, **more) and g(*args)", "f(*args, **more) and g(*args)"),
        ("*** stars ***", "*** stars ***"),
        ("*never\nover two lines*", "*never\nover two lines*"),
        ("a ` alone, a * alone", "a ` alone, a * alone"),
        ("**<img src=x>** & `<i>`", "**&lt;img src=x&gt;** &amp; <code>&lt;i&gt;</code>"),
        ("*a <b>bold</b> claim*", "<em>a &lt;b&gt;bold&lt;/b&gt; claim</em>"),
    ],
)
def test_markup(said, shown):
    assert markup(said) == shown
