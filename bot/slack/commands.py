"""What a member asks for in words, after `/rungs` or in a message: a command, a phrase, or neither."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.deps import Deps
from bot.feature import Call, Command
from bot.slack.payloads import Request
from bot.slack.replies import is_first_delivery
from coaching.phrases import Phrasebook, bare_word

SLASH_COMMAND = "/rungs"
MOST_COMMAND_WORDS = 4
"""A direct message with more words than this is a sentence, not a command."""


@dataclass(frozen=True)
class Understood:
    """What a member asked for in words; `claims_act` as at `Command`."""

    run: Callable[[], Awaitable[None]]
    claims_act: bool = False


async def slash_command(deps: Deps, request: Request, text: str) -> None:
    """Do what was typed after /rungs; what is not understood is answered by `unknown_command`."""
    text = as_typed(text)
    understood = _understand(deps, request, text)
    if understood:
        await understood.run()
    else:
        await deps.features.unknown_command(deps, request, text)


async def answer_message(deps: Deps, request: Request, text: str) -> None:
    """Do what a message asks for, or answer with `free_text`; a repeated delivery is ignored."""
    text = as_typed(text).strip().removeprefix(SLASH_COMMAND)
    understood = _understand(deps, request, text, most_words=MOST_COMMAND_WORDS)
    if understood and understood.claims_act:
        await understood.run()
        return
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
    if understood:
        await understood.run()
    else:
        await deps.features.free_text(deps, request, text)


def _understand(
    deps: Deps, request: Request, text: str, *, most_words: int | None = None
) -> Understood | None:
    """Return what the words ask for: a phrase as a whole, or a command with its arguments.

    With `most_words`, courtesies may stand around a command, and more words are a sentence.
    """
    book = deps.library.phrasebook
    if meant := deps.features.understand(book, text):
        intent, meaning = meant
        run_intent = partial(intent.run, deps, request, meaning)
        return Understood(run_intent, claims_act=intent.claims_act)
    words = text.split()
    if most_words is not None:
        words = list(book.without_courtesies(words))
    command = deps.features.command(bare_word(words[0])) if words else None
    if command is None or (most_words is not None and len(words) > most_words):
        return None
    run = partial(command.run, deps, Call(request, _arguments(command, words[1:], book)))
    return Understood(run, claims_act=command.claims_act)


def _arguments(command: Command, typed: Sequence[str], book: Phrasebook) -> tuple[str, ...]:
    """Return the words after a command without the punctuation around them, but names as they were typed."""
    words = [bare_word(word) for word in typed]
    if book.has_only_courtesies(words):
        return ()
    if command.takes_name:
        words[1:] = typed[1:]
    return tuple(filter(None, words))


def as_typed(text: str) -> str:
    """Return the text as the member typed it; Slack escapes <, > and &."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
