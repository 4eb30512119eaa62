"""`/rungs help`, the greeting, and the answer to words that are no command."""

import re
from difflib import get_close_matches

from bot.deps import Deps
from bot.feature import Call
from bot.features.help.views import greeting, help_message, near_match
from bot.slack.api import Message
from bot.slack.blocks import repeated
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply
from storage import members

MOST_WORDS = 4
"""More words than this are a sentence, not a command."""

PUNCTUATION = re.compile(r"[^\w.-]+")


async def show_help(deps: Deps, call: Call) -> None:
    """Show the table of commands."""
    opening = deps.render("help/unknown_command", typed=None, meant=None)
    await Reply(deps, call.request).privately(
        help_message(deps.render, command_lines(deps), opening=opening)
    )


async def commands_asked(deps: Deps, click: Click) -> None:
    """Show the table of commands."""
    await show_help(deps, Call(click.request))


async def unknown_command(deps: Deps, request: Request, text: str) -> None:
    """Offer the nearest command when there is one, else show help."""
    await Reply(deps, request).privately(_usage(deps, text.strip()))


async def free_text(deps: Deps, request: Request, text: str) -> None:
    """Greet a new member, then answer a sentence in the direct message with the words that work."""
    await greet_once(deps, request)
    await Reply(deps, request).privately(_chat_answer(deps, text))


async def greet_once(deps: Deps, request: Request) -> bool:
    """Welcome a member the first time; True when that was now."""
    async with deps.database.read() as session:
        member = await members.get(session, request.key)
    if member and member.greeted_at:
        return False
    async with deps.database.write() as session:
        first = await members.claim_greeting(session, request.key, now=deps.now())
    if first:
        await Reply(deps, request).in_dm(greeting(deps.render), about="greeting")
    return first


def command_lines(deps: Deps) -> list[tuple[str, str]]:
    """Usage and summary of every command; self-checks beside the role families follow what starts them."""
    first, *others = [(one.usage, one.summary) for one in deps.features.commands_in_order]
    checks = deps.library.checks.values()
    return [first, *((f"assess {check.command}", check.summary) for check in checks), *others]


def _usage(deps: Deps, typed: str) -> Message:
    meant = _nearest(deps, typed.split()[0].casefold() if typed else "")
    if meant:
        return near_match(deps.render, deps.features.commands[meant], typed=typed)
    opening = deps.render("help/unknown_command", typed=repeated(typed), meant=None)
    return help_message(deps.render, command_lines(deps), opening=opening)


def _chat_answer(deps: Deps, typed: str) -> Message:
    words = typed.split()
    first = PUNCTUATION.sub("", words[0]).casefold() if words else ""
    if _nearest(deps, first) and len(words) <= MOST_WORDS:
        return _usage(deps, typed.strip())
    return help_message(deps.render, command_lines(deps), opening=deps.render("help/chat_answer"))


def _nearest(deps: Deps, word: str) -> str | None:
    """The command's name that is most like this word; None when none is close."""
    names = [command.name for command in deps.features.commands_in_order]
    return next(iter(get_close_matches(word, names, n=1)), None)
