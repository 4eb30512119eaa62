"""The greeting, the table of commands, and the answer to a word that is like a command."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.buttons import COMMANDS, MAP, START
from bot.feature import Command
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, paragraph, paragraphs, repeated, row
from content.safe_text import Render, escape


def greeting(render: Render) -> Message:
    """Return the first message to a member, with the buttons to begin."""
    text = render("home/greeting")
    return Message(text=text, blocks=[paragraph(text), begin_row()])


def begin_row() -> Block:
    """Return the buttons that start the self-check and open the map."""
    return row(
        button("Start the self-check", action=START, style="primary"),
        button("See the map", action=MAP, value="|"),
    )


def near_match(render: Render, meant: Command, *, typed: str) -> Message:
    """Return an answer that names the command that was probably meant, with a button that runs it."""
    name = f"/rungs {meant.name}"
    text = render("help/unknown_command", typed=repeated(typed), meant=name)
    run = None
    if meant.button:
        run = button(name, action=meant.button, value=meant.button_value, style="primary")
    every = button("Show all commands", action=COMMANDS) if meant.name != "help" else None
    return Message(text=text, blocks=[paragraph(text), row(run, every)])


def help_message(render: Render, lines: Sequence[tuple[str, str]], *, opening: str) -> Message:
    """Return the table of commands, given as (usage, summary), under an opening sentence."""
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
