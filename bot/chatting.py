"""Words that a member types to the bot: the same commands as /rungs, and an answer to everything else."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from bot.commands.help import with_checks
from bot.commands.table import Call, Command, named
from bot.delivery import Message
from bot.deps import Deps
from bot.home import greet_once
from bot.origin import Origin
from bot.replies import Reply
from bot.views.help import help_message, near_match
from bot.views.typed import repeated
from storage import inbound

WORD = re.compile(r"[^\w.-]+")


async def slash_command(
    deps: Deps, origin: Origin, text: str, *, commands: Mapping[str, Command]
) -> None:
    """Do what was typed after /rungs; anything else gets help and "did you mean"."""
    text = as_typed(text)
    name, *rest = text.split() or [""]
    command = named(commands, name)
    if command:
        await command.run(deps, Call(origin, tuple(rest)))
        return
    await Reply(deps, origin).privately(usage(deps, commands, typed=text.strip()))


async def direct_message(
    deps: Deps, origin: Origin, text: str, *, commands: Mapping[str, Command]
) -> None:
    """Answer a message in the DM, once however often Slack delivers it."""
    text = as_typed(text)
    words = text.removeprefix("/rungs").split()
    plain = [WORD.sub("", word).casefold() for word in words]
    command = named(commands, plain[0]) if plain and len(words) <= MOST_WORDS else None
    if command and command.name in CLAIMS_ITSELF:
        await command.run(deps, Call(origin, tuple(words[1:])))
        return
    async with deps.database.write() as session:
        if not await inbound.claim(session, origin.key.workspace_id, origin.once, now=deps.now()):
            return
    if command:
        await command.run(deps, Call(origin, tuple(words[1:])))
        return
    await greet_once(deps, origin)
    await Reply(deps, origin).privately(chat_answer(deps, commands, typed=text))


def usage(deps: Deps, commands: Mapping[str, Command], *, typed: str) -> Message:
    """The nearest command when there is one, else help."""
    close = get_close_matches(typed.split()[0].casefold() if typed else "", list(commands), n=1)
    if close:
        return near_match(deps.render, typed=typed, meant=close[0])
    opening = deps.render("help/unknown_command", typed=repeated(typed), meant=None)
    return help_message(deps.render, lines(deps, commands), opening=opening)


def chat_answer(deps: Deps, commands: Mapping[str, Command], *, typed: str) -> Message:
    """What a sentence in the DM gets: the words that work."""
    first = WORD.sub("", typed.split()[0]).casefold() if typed.split() else ""
    close = get_close_matches(first, list(commands), n=1)
    if close and len(typed.split()) <= MOST_WORDS:
        return usage(deps, commands, typed=typed.strip())
    return help_message(deps.render, lines(deps, commands), opening=deps.render("help/chat_answer"))


def as_typed(text: str) -> str:
    """The text as the member typed it: Slack hands it on with three signs escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def lines(deps: Deps, commands: Mapping[str, Command]) -> list[tuple[str, str]]:
    """The table of help."""
    every = [(command.usage, command.summary) for command in commands.values()]
    return with_checks(deps, every)


MOST_WORDS = 4
"""More words than this are a sentence, not a command."""

CLAIMS_ITSELF = frozenset({"agent", "assess", "tip", "export"})
"""Commands that take up an act in the same transaction as their work."""


def is_from_person(event: Mapping[str, Any]) -> bool:
    """Whether a message event is a person writing, not an edit, a deletion or a bot."""
    kinds = (None, "file_share", "thread_broadcast")
    return bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in kinds
