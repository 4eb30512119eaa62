"""Declares and answers `/rungs help`, words after /rungs that are no command, and sentences in the DM."""

import re

from bot.buttons import COMMANDS
from bot.deps import Deps
from bot.feature import Call, Command, Feature
from bot.features.help.service import greet_once
from bot.features.help.views import help_message, near_match
from bot.slack.api import Message
from bot.slack.blocks import repeated
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply
from coaching.members import MemberKey
from content.problems import closest
from storage import members

MOST_WORDS_OF_A_SLIP = 4
"""A message with more words is a sentence, not a mistyped command."""

PUNCTUATION = re.compile(r"[^\w.-]+")


async def show_help(deps: Deps, call: Call) -> None:
    """Answer with the table of commands."""
    opening = deps.render("help/unknown_command", typed=None, meant=None)
    lines = await _command_lines(deps, call.request.key)
    message = help_message(deps.render, lines, opening=opening)
    await Reply(deps, call.request).privately(message)


async def commands_asked(deps: Deps, click: Click) -> None:
    """Answer with the table of commands."""
    await show_help(deps, Call(click.request))


async def unknown_command(deps: Deps, request: Request, text: str) -> None:
    """Offer the closest command when there is one, else answer with the table of commands."""
    message = await _unknown_command_message(deps, request.key, text.strip())
    await Reply(deps, request).privately(message)


async def free_text(deps: Deps, request: Request, text: str) -> None:
    """Greet a new member, then answer a sentence in the direct message with the words that work."""
    await greet_once(deps, request)
    await Reply(deps, request).privately(await _free_text_message(deps, request.key, text))


async def _command_lines(deps: Deps, key: MemberKey) -> list[tuple[str, str]]:
    """Usage and summary of every command; the self-checks for the member's family follow what starts them."""
    async with deps.database.read() as session:
        member = await members.get(session, key)
    first, *others = [(one.usage, one.summary) for one in deps.features.commands_in_order]
    checks = deps.library.checks_for(member.family if member else None)
    return [first, *((f"assess {check.command}", check.summary) for check in checks), *others]


async def _unknown_command_message(deps: Deps, key: MemberKey, typed: str) -> Message:
    meant = _closest_command(deps, typed.split()[0].casefold() if typed else "")
    if meant:
        return near_match(deps.render, deps.features.commands[meant], typed=typed)
    opening = deps.render("help/unknown_command", typed=repeated(typed), meant=None)
    return help_message(deps.render, await _command_lines(deps, key), opening=opening)


async def _free_text_message(deps: Deps, key: MemberKey, typed: str) -> Message:
    words = typed.split()
    first = PUNCTUATION.sub("", words[0]).casefold() if words else ""
    if _closest_command(deps, first) and len(words) <= MOST_WORDS_OF_A_SLIP:
        return await _unknown_command_message(deps, key, typed.strip())
    opening = deps.render("help/chat_answer")
    return help_message(deps.render, await _command_lines(deps, key), opening=opening)


def _closest_command(deps: Deps, word: str) -> str | None:
    """The command's name that is most like this word; None when none is close."""
    return closest(word, [command.name for command in deps.features.commands_in_order])


FEATURE = Feature(
    name="help",
    commands=(Command("help", "", "This list", show_help, button=COMMANDS, rank=120),),
    clicks={COMMANDS: commands_asked},
    unknown_command=unknown_command,
    free_text=free_text,
)
