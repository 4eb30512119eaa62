"""Windows to read in: modals without inputs."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, PlainTextObject
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import paragraph

NAME = "Rungs"


def modal(title: str, blocks: Sequence[Block], *, callback: str) -> View:
    """A modal to read."""
    return View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=title, emoji=False),
        close=PlainTextObject(text="Close", emoji=False),
        blocks=list(blocks),
    )


def loading(title: str, *, callback: str) -> View:
    """What stands in a modal while its content is looked up."""
    return modal(title, [paragraph("One moment …")], callback=callback)


def message_window(blocks: Sequence[Block]) -> View:
    """A message shown in a window, for members who clicked on the Home tab."""
    return modal(NAME, blocks, callback=ids.MESSAGE_VIEW)
