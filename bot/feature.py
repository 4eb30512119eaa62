"""What a capability declares, and what the rest of the bot derives from all declarations.

A capability is one `Feature` value in its own folder. Everything that used to be a central table is made
from these values: the commands and their synonyms, the handlers of clicks, forms and events, the kinds of
outgoing messages, and the hooks that lower-standing code runs without knowing who listens.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from bot.assessments.conversation import Subject
    from bot.assessments.session import AssessmentSession
    from bot.deps import Deps
    from bot.outgoing.kinds import Kind
    from bot.slack.api import Message
    from bot.slack.payloads import Click, Request, Submission
    from coaching.members import MemberKey
    from storage.database import Session
    from storage.outbox.queue import Outgoing


T = TypeVar("T")
ClickHandler = Callable[["Deps", "Click"], Awaitable[None]]
FormHandler = Callable[["Deps", "Submission"], Awaitable[None]]
EventHandler = Callable[["Deps", "Request", Mapping[str, Any]], Awaitable[None]]
TextHandler = Callable[["Deps", "Request", str], Awaitable[None]]
Followup = Callable[[], Awaitable[None]]
ResultHook = Callable[["Session", "Deps", "AssessmentSession"], Awaitable[Followup | None]]
MemberHook = Callable[["Session", "Deps", "MemberKey"], Awaitable[None]]
MoveHook = Callable[["Session", "Deps", "MemberKey", str | None, object], Awaitable[None]]
ChannelHook = Callable[["Deps", str, str], Awaitable[None]]
HomeRefresh = Callable[..., Awaitable[None]]
LineWriter = Callable[["Session", "Deps", "Outgoing"], "Awaitable[Message | None]"]


@dataclass(frozen=True)
class Call:
    """One use of a command: who, where, and the words after its name."""

    request: Request
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """A subcommand of /rungs; the same words work in a direct message.

    `arguments` is what help shows behind the name. `synonyms` are other words that members try. `button` is
    the action id of the click that does the same, and `button_value` what it carries. A command that
    `claims_act` records a delivered message in the transaction of its own work; otherwise the router does.
    Help lists commands by `rank`, lowest first, and equal ones in the order of the capabilities.
    """

    name: str
    arguments: str
    summary: str
    run: Callable[[Deps, Call], Awaitable[None]]
    synonyms: tuple[str, ...] = ()
    button: str | None = None
    button_value: str = ""
    claims_act: bool = False
    rank: int = 50

    @property
    def usage(self) -> str:
        """The name with its arguments, as help shows it."""
        return f"{self.name} {self.arguments}".strip()


@dataclass(frozen=True)
class Feature:
    """One capability.

    `clicks` maps action ids to handlers; an id that ends in ":" stands for every id that begins with it.
    `own_card_clicks` are those ids whose handlers check themselves that the click came from the member's
    own card. `forms` maps callback ids, `events` Slack's event types, `outgoing` the kinds of messages that
    the bot sends by itself, `channel_lines` the forms of lines about agents and projects.

    Hooks: `on_result` runs in the transaction of a finished self-check and may return what is to be done
    once its card shows the result. `on_member_moved` runs when a member's time zone or presence changed,
    `on_member_gone` when they were deactivated, `on_channel_gone` with the reason when a channel cannot be
    reached any more. `refresh_home` publishes the Home tab. `unknown_command` and `free_text` answer what
    no command matched, after /rungs and in a direct message.
    """

    name: str
    commands: Sequence[Command] = ()
    clicks: Mapping[str, ClickHandler] = field(default_factory=dict)
    own_card_clicks: frozenset[str] = frozenset()
    forms: Mapping[str, FormHandler] = field(default_factory=dict)
    events: Mapping[str, EventHandler] = field(default_factory=dict)
    outgoing: Sequence[Kind] = ()
    subjects: Sequence[Subject] = ()
    channel_lines: Mapping[str, LineWriter] = field(default_factory=dict)
    on_result: ResultHook | None = None
    on_member_moved: MoveHook | None = None
    on_member_gone: MemberHook | None = None
    on_channel_gone: ChannelHook | None = None
    refresh_home: HomeRefresh | None = None
    unknown_command: TextHandler | None = None
    free_text: TextHandler | None = None

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kinds of messages that it sends by itself, by name."""
        return {kind.name: kind for kind in self.outgoing}


class Collision(Exception):
    """Two capabilities declare the same name; rename one of them."""


class Registry:
    """All capabilities, lowest first, and what follows from their declarations.

    Raises Collision, naming both places, when two of them declare the same thing.
    """

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = tuple(features)
        self.commands = self._merged(
            "command", lambda feature: {command.name: command for command in feature.commands}
        )
        self._words = _unique(
            (feature, "command word", word, command)
            for feature in features
            for command in feature.commands
            for word in (command.name, *command.synonyms)
        )
        self.clicks = self._merged("click", lambda feature: feature.clicks)
        self.forms = self._merged("form", lambda feature: feature.forms)
        self.events = self._merged("event", lambda feature: feature.events)
        self.channel_lines = self._merged("channel line", lambda feature: feature.channel_lines)
        self.kinds = self._merged("outgoing message", lambda feature: feature.kinds)
        self.own_card_clicks = frozenset().union(*(f.own_card_clicks for f in features))

    @property
    def commands_in_order(self) -> list[Command]:
        """The commands as help lists them."""
        return sorted(self.commands.values(), key=lambda command: command.rank)

    def command(self, word: str) -> Command | None:
        """The command with this name or synonym, whatever its case."""
        return self._words.get(word.casefold())

    def subject(self, text: str) -> Subject | None:
        """What an assessment with this subject is about; None for a member's own self-check."""
        if not text:
            return None
        return next(
            subject
            for feature in self.features
            for subject in feature.subjects
            if subject.owns(text)
        )

    async def result(
        self, session: Session, deps: Deps, loaded: AssessmentSession
    ) -> tuple[Followup, ...]:
        """Run every `on_result`; returns what is to be done once the card shows the result."""
        hooks = [feature.on_result for feature in self.features if feature.on_result]
        followups = [await hook(session, deps, loaded) for hook in hooks]
        return tuple(followup for followup in followups if followup)

    async def member_moved(
        self, session: Session, deps: Deps, key: MemberKey, zone: str | None, known: object
    ) -> None:
        """Tell every capability that a member's zone or presence changed; `known` is passed through."""
        for feature in self.features:
            if feature.on_member_moved:
                await feature.on_member_moved(session, deps, key, zone, known)

    async def member_gone(self, session: Session, deps: Deps, key: MemberKey) -> None:
        """Tell every capability that a member was deactivated."""
        for feature in self.features:
            if feature.on_member_gone:
                await feature.on_member_gone(session, deps, key)

    async def channel_gone(self, deps: Deps, channel: str, *, reason: str) -> None:
        """Tell every capability that a channel cannot be reached any more."""
        for feature in self.features:
            if feature.on_channel_gone:
                await feature.on_channel_gone(deps, channel, reason)

    async def refresh_home(self, deps: Deps, request: Request, *, note: str | None = None) -> None:
        """Publish the member's Home tab; `note` says what was changed."""
        for feature in self.features:
            if feature.refresh_home:
                await feature.refresh_home(deps, request, note=note)

    async def refresh_after(self, deps: Deps, click: Click) -> None:
        """Publish the Home tab when that is where the member clicked."""
        if click.request.on_home:
            await self.refresh_home(deps, click.request)

    async def unknown_command(self, deps: Deps, request: Request, text: str) -> None:
        """Answer words after /rungs that are no command."""
        for feature in self.features:
            if feature.unknown_command:
                await feature.unknown_command(deps, request, text)

    async def free_text(self, deps: Deps, request: Request, text: str) -> None:
        """Answer a direct message that is no command."""
        for feature in self.features:
            if feature.free_text:
                await feature.free_text(deps, request, text)

    def _merged(self, what: str, part: Callable[[Feature], Mapping[str, T]]) -> dict[str, T]:
        return _unique(
            (feature, what, name, value)
            for feature in self.features
            for name, value in part(feature).items()
        )


def _unique(declared: Iterable[tuple[Feature, str, str, T]]) -> dict[str, T]:
    """Name to value; raises Collision when two declarations share a name."""
    found: dict[str, T] = {}
    owners: dict[str, str] = {}
    for feature, what, name, value in declared:
        if name in found:
            raise Collision(
                f"The {what} {name!r} is declared by {owners[name]!r} and by {feature.name!r}. "
                f"Rename it in one of bot/features/{owners[name]}/feature.py and "
                f"bot/features/{feature.name}/feature.py."
            )
        found[name], owners[name] = value, feature.name
    return found
