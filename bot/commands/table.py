"""The table of commands: help, "did you mean" and the words in a DM are made from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.deps import Deps
from bot.slack.payloads import Origin


@dataclass(frozen=True)
class Call:
    """One use of a command: who, where, and the words after its name."""

    origin: Origin
    arguments: tuple[str, ...] = ()


SYNONYMS = {
    "start": "assess",
    "begin": "assess",
    "next": "tip",
    "step": "tip",
    "results": "me",
    "checkins": "checkin",
    "check-in": "checkin",
    "check-ins": "checkin",
    "pace": "checkin",
    "settings": "checkin",
    "pause": "checkin",
    "resume": "checkin",
    "snooze": "checkin",
    "stop": "checkin",
    "off": "checkin",
    "weekly": "checkin",
    "fortnightly": "checkin",
    "monthly": "checkin",
    "fewer": "checkin",
    "unsubscribe": "checkin",
    "digest": "team",
    "agents": "agent",
    "delete": "forget",
    "erase": "forget",
}
"""Words that members try, and the command that each stands for."""


@dataclass(frozen=True)
class Command:
    """A subcommand of /rungs; `arguments` is how help shows what may follow."""

    name: str
    arguments: str
    summary: str
    run: Callable[[Deps, Call], Awaitable[None]]

    @property
    def usage(self) -> str:
        return f"{self.name} {self.arguments}".strip()


def named(commands: Mapping[str, Command], word: str) -> Command | None:
    """The command with this name, or with a name that stands for it."""
    plain = word.casefold()
    return commands.get(SYNONYMS.get(plain, plain))
