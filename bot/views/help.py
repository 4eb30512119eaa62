"""The greeting, and the answer to `/rungs help`, to unknown words, and to whole sentences."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, fine_print, paragraph, paragraphs, row
from bot.views.typed import repeated
from content.message_catalog import Render, escape


def greeting(render: Render) -> Message:
    """What a member reads first, with the two ways to begin."""
    text = render("home/greeting")
    return Message(text=text, blocks=[paragraph(text), begin_row()])


def begin_row() -> Block:
    """The two ways to begin: answer questions, or read."""
    return row(
        button("Start the self-check", action=ids.START, style="primary"),
        button("See the map", action=ids.MAP, value="|"),
    )


RUN = {
    "assess": ids.START,
    "tip": ids.TIP,
    "checkin": ids.PACE,
    "team": ids.TEAM,
    "agent": ids.AGENT_LIST,
    "family": ids.FAMILY_ASKED,
    "privacy": ids.PRIVACY,
    "export": ids.EXPORT,
    "forget": ids.FORGET,
    "map": ids.MAP,
    "me": ids.PROFILE,
    "help": ids.COMMANDS,
}
"""The commands that a click can run, with what the click is called."""


def near_match(render: Render, *, typed: str, meant: str) -> Message:
    """One line for a slip, and a button that does what was meant."""
    text = render("help/unknown_command", typed=repeated(typed), meant=f"/rungs {meant}")
    action, value = RUN.get(meant), "|" if meant == "map" else ""
    run = button(f"/rungs {meant}", action=action, value=value, style="primary") if action else None
    every = button("Show all commands", action=ids.COMMANDS) if meant != "help" else None
    return Message(text=text, blocks=[paragraph(text), row(run, every)])


def help_message(render: Render, lines: Sequence[tuple[str, str]], *, opening: str) -> Message:
    """The table of commands, as (usage, summary), under an opening sentence."""
    table = [f"`/rungs {usage}`  {escape(summary)}" for usage, summary in lines]
    return Message(
        text="\n".join([opening, *table]),
        blocks=[
            paragraph(opening),
            *paragraphs(table),
            begin_row(),
            fine_print(render("home/private")),
        ],
    )
