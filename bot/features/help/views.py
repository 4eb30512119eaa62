"""The greeting, and the answer to `/rungs help`, to unknown words, and to whole sentences."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.buttons import COMMANDS, MAP, START
from bot.feature import Command
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, paragraph, paragraphs, repeated, row
from content.message_catalog import Render, escape


def greeting(render: Render) -> Message:
    """What a member reads first, with the two ways to begin."""
    text = render("home/greeting")
    return Message(text=text, blocks=[paragraph(text), begin_row()])


def begin_row() -> Block:
    """The two ways to begin: answer questions, or read."""
    return row(
        button("Start the self-check", action=START, style="primary"),
        button("See the map", action=MAP, value="|"),
    )


def near_match(render: Render, meant: Command, *, typed: str) -> Message:
    """One line for a slip, and a button that does what was meant."""
    name = f"/rungs {meant.name}"
    text = render("help/unknown_command", typed=repeated(typed), meant=name)
    run = None
    if meant.button:
        run = button(name, action=meant.button, value=meant.button_value, style="primary")
    every = button("Show all commands", action=COMMANDS) if meant.name != "help" else None
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
