"""What members mean by words of their own: capabilities declare it, and the content has the phrases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.feature import Call, Command
from coaching.phrases import Meaning, Phrasebook, TimedIntents

if TYPE_CHECKING:
    from bot.deps import Deps
    from bot.slack.payloads import Request


@dataclass(frozen=True)
class Intent:
    """What members mean by words of their own; the phrases for it are in content/phrases.

    With `time` "lasting", words such as "until Monday" may stand beside a phrase, with "starting" also "on
    Monday". `is_meant_by_time` is for the one that such words mean alone. `combines` are other intents: a
    message with a phrase of one of them that says more than that is taken as this intent. One that
    `is_harmless` changes nothing, so it may be one sentence of several. `claims_act` as at `Command`.
    """

    name: str
    run: Callable[[Deps, Request, Meaning], Awaitable[None]]
    time: Literal["", "lasting", "starting"] = ""
    is_meant_by_time: bool = False
    combines: frozenset[str] = frozenset()
    is_harmless: bool = False
    claims_act: bool = False


def asking_for(name: str, command: Command) -> Intent:
    """Return an intent whose phrases do the same as this command without arguments."""

    async def run(deps: Deps, request: Request, _meaning: Meaning) -> None:
        await command.run(deps, Call(request))

    return Intent(name, run, is_harmless=True, claims_act=command.claims_act)


def understand(
    intents: Mapping[str, Intent], book: Phrasebook, text: str
) -> tuple[Intent, Meaning] | None:
    """Return what a member means by this text; None when no phrase says it."""
    found = book.find(text, _timed(intents.values()))
    if found is None:
        return None
    said = [intents[name] for name in sorted(found.intents)]
    if found.is_whole and len(said) == 1:
        return said[0], found
    harmless = [one for one in said if one.is_harmless and not found.is_whole]
    meant = next((one for one in intents.values() if one.combines & found.intents), None)
    meant = meant or (harmless[0] if len(harmless) == 1 else None)
    return (meant, found) if meant else None


def _timed(intents: Iterable[Intent]) -> TimedIntents:
    with_time = [one for one in intents if one.time]
    return TimedIntents(
        lasting=frozenset(one.name for one in with_time),
        starting=frozenset(one.name for one in with_time if one.time == "starting"),
        alone=next((one.name for one in with_time if one.is_meant_by_time), None),
    )
