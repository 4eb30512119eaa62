"""The answer to `/rungs help`, to unknown words, and to whole sentences."""

from collections.abc import Sequence

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, fine_print, paragraph, row
from bot.views.notices import Say
from content.wording import escape


def help_message(say: Say, lines: Sequence[tuple[str, str]], *, opening: str) -> Message:
    """The table of commands, as (usage, summary), under an opening sentence."""
    table = "\n".join(f"`/rungs {usage}`  {escape(summary)}" for usage, summary in lines)
    start = button("Start the self-check", action=ids.START, style="primary")
    return Message(
        text=f"{opening}\n{table}",
        blocks=[
            paragraph(opening),
            paragraph(table),
            row(start, button("See the map", action=ids.MAP, value="|")),
            fine_print(say("home_private")),
        ],
    )
