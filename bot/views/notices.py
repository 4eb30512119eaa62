"""Short messages of one paragraph."""

from collections.abc import Callable

from bot.delivery import Message
from bot.views.bricks import paragraph

Say = Callable[..., str]


def notice(text: str) -> Message:
    """One paragraph and nothing else; the text is escaped already."""
    return Message(text=text, blocks=[paragraph(text)])


def trouble(say: Say, code: str) -> Message:
    """What a member reads when something broke on our side."""
    return notice(say("trouble", code=code))
