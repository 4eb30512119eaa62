"""The greeting, the table of commands, and answers with the three buttons that fit where a member stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement

from bot.assessments.step_views import with_period
from bot.assessments.values import StartValue
from bot.buttons import COMMANDS, MAP, PACE, PRIVACY, PROFILE, START, TIP
from bot.feature import Command
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, paragraph, paragraphs, repeated, row
from coaching.safe_text import Render, escape


@dataclass(frozen=True)
class Standing:
    """Where a member stands: what they finished, began and chose.

    `open_framework` is that of an open self-check as a start button names it. `is_held` says that messages
    are off or paused.
    """

    is_assessed: bool = False
    is_held: bool = False
    open_framework: str | None = None
    open_title: str | None = None
    step_title: str | None = None
    step_done_when: str | None = None

    @property
    def name(self) -> str:
        """What comes first for this member: "open", "step", "result" or "new"."""
        if self.open_title is not None:
            return "open"
        if self.step_title is not None:
            return "step"
        return "result" if self.is_assessed else "new"


def answer(render: Render, name: str, standing: Standing, *, typed: str | None = None) -> Message:
    """Return the message of this name with three buttons that fit where the member stands."""
    text = render(
        name,
        where=standing.name,
        check=standing.open_title,
        step=standing.step_title,
        done_when=with_period(standing.step_done_when) if standing.step_done_when else None,
        typed=repeated(typed) if typed else None,
    )
    return Message(text=text, blocks=[paragraph(text), row(*_fitting_buttons(standing))])


def _fitting_buttons(standing: Standing) -> list[ButtonElement]:
    results = button("My results", action=PROFILE)
    commands = button("Show all commands", action=COMMANDS)
    held = button("Message settings", action=PACE) if standing.is_held else commands
    privacy = button("Who sees what", action=PRIVACY)
    match standing.name:
        case "open":
            value = str(StartValue(standing.open_framework or "", goes_on=True))
            go_on = button("Continue the self-check", action=START, value=value, style="primary")
            return [go_on, results if standing.is_assessed else privacy, held]
        case "step" | "result":
            label = "My step" if standing.step_title else "Next step"
            return [button(label, action=TIP, style="primary"), results, held]
        case _:
            start = button("Start the self-check", action=START, style="primary")
            return [start, button("See the map", action=MAP, value="|"), privacy]


def greeting(render: Render) -> Message:
    """Return the first message to a member, with the buttons to begin."""
    text = render("home/greeting", started=False)
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
            fine_print(render("privacy/short")),
        ],
    )
