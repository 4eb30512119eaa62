"""Short messages of one paragraph."""

from bot import ids
from bot.delivery import Message
from bot.views.bricks import link_button, paragraph, row
from content.message_catalog import Render


def notice(text: str) -> Message:
    """One paragraph and nothing else; the text is escaped already."""
    return Message(text=text, blocks=[paragraph(text)])


def trouble(render: Render, code: str) -> Message:
    """What a member reads when something broke on our side."""
    return notice(render("slack/trouble", code=code))


def pointer(render: Render, what: str, *, messages_url: str | None) -> Message:
    """Says that the answer is in the member's messages, with the way there where Slack offers one."""
    told = notice(render("slack/in_your_messages", what=what))
    if messages_url is None:
        return told
    there = link_button("Go to messages", action=ids.LINK, url=messages_url)
    return Message(text=told.text, blocks=[*told.blocks, row(there)])
