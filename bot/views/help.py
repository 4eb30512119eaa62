"""The greeting, and the answer to `/rungs help`, to unknown words, and to whole sentences."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, fine_print, paragraph, row
from bot.views.notices import Say
from content.wording import escape


def greeting(say: Say) -> Message:
    """What a member reads first, with the two ways to begin."""
    text = say("greeting")
    return Message(text=text, blocks=[paragraph(text), begin_row()])


def begin_row() -> Block:
    """The two ways to begin: answer questions, or read."""
    return row(
        button("Start the self-check", action=ids.START, style="primary"),
        button("See the map", action=ids.MAP, value="|"),
    )


def help_message(say: Say, lines: Sequence[tuple[str, str]], *, opening: str) -> Message:
    """The table of commands, as (usage, summary), under an opening sentence."""
    table = "\n".join(f"`/rungs {usage}`  {escape(summary)}" for usage, summary in lines)
    return Message(
        text=f"{opening}\n{table}",
        blocks=[
            paragraph(opening),
            paragraph(table),
            begin_row(),
            fine_print(say("home_private")),
        ],
    )
