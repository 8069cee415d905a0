"""What is said to a learner, as HTML: safe to show, with what stands in `backticks` as code.

No more of Markdown than that: the same sentences are read as plain text elsewhere.
"""

import html
import re


def markup(text: str) -> str:
    """Text as HTML; `so` becomes code, and all else is shown as it is."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
