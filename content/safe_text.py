"""Text that Slack may read as it is, and the escaping that makes any text so."""

from collections.abc import Callable
from typing import TypeAlias

from coaching.names import without_hidden


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
