"""Text that came from outside, and what makes it safe: hidden characters taken out, ids checked, escaping."""

import re
from collections.abc import Callable
from typing import TypeAlias
from unicodedata import category

HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Characters that nobody sees: controls, the marks that turn the direction of text, and tags.

The joiners U+200C and U+200D are not among them, because scripts and emoji need them.
"""

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing."""

SLACK_ID = re.compile(r"[A-Za-z0-9]{1,40}")


def without_hidden(text: str) -> str:
    """Return the text without hidden characters, which could turn or hide the words after them."""
    return text if text.isascii() and text.isprintable() else HIDDEN.sub("", text)


def plain_name(text: str) -> str:
    """Return a name on one line without hidden characters; empty when nothing of it can be seen."""
    name = " ".join(without_hidden(text).split())
    return name if is_visible(name) else ""


def is_visible(text: str) -> bool:
    """Return whether any character is drawn: a letter, a digit, a sign or a symbol."""
    return any(category(one)[0] in "LNPS" and one not in BLANK for one in text)


def is_slack_id(text: str) -> bool:
    """Return whether the text can be the id of a person, a channel or a workspace."""
    return SLACK_ID.fullmatch(text) is not None


class SafeText(str):
    """Text that is ready for Slack, marks included, and is not escaped again."""

    __slots__ = ()


Render: TypeAlias = Callable[..., str]
"""`MessageCatalog.render`, as views take it: the name of a message, and its values."""


def escape(text: object) -> SafeText:
    """Return the text so that Slack shows it as typed: no mention, link, or channel comes of it.

    Characters that nobody sees are left out.
    """
    seen = without_hidden(str(text))
    return SafeText(seen.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
