"""What a capability declares, and what the rest of the bot derives from all declarations.

A capability is one `Feature` value in its own folder. From these values the registry makes the tables of
commands and synonyms, of handlers for clicks, forms and events, of outgoing messages, jobs and personal data.
It also runs the hooks with which code that stands lower than a capability calls it without importing it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from bot.assessments.session import AssessmentSession, AssessmentSubject, Conversation
    from bot.deps import Deps
    from bot.intents import Intent
    from bot.outgoing.kinds import Kind
    from bot.slack.api import Message
    from bot.slack.payloads import Click, Request, Submission
    from coaching.members import MemberKey
    from storage.database import Session
    from storage.database.rows import NamingTable, OwnedTable, Retention
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
ChannelHook = Callable[["Session", "Deps", str, str], Awaitable[object]]
HomeRefresh = Callable[..., Awaitable[None]]
LineWriter = Callable[["Session", "Deps", "Outgoing"], "Awaitable[Message | None]"]


@dataclass(frozen=True)
class Call:
    """One use of a command: the request, and the words after the command's name."""

    request: Request
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """A subcommand of /rungs; the same words work in a direct message.

    `arguments` is what help shows behind the name. `synonyms` are other words that members try. `button` is
    the action id of the click that does the same, and `button_value` what it carries. A command that
    `claims_act` records a delivered message in the transaction of its own work; otherwise the router does.
    After the second word of a command with `takes_name`, a name is typed, which keeps its punctuation.
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
    takes_name: bool = False
    rank: int = 50

    @property
    def usage(self) -> str:
        """The name with its arguments, as help shows it."""
        return f"{self.name} {self.arguments}".strip()


@dataclass(frozen=True)
class FeatureJob:
    """A job of a capability, which the scheduler runs for each workspace.

    `run` is called every `seconds`, does one small piece of work, and returns True when there may be more to
    do at once. `promise` tells operators what it does, and what happens when it runs twice, late, or in
    several processes.
    """

    name: str
    seconds: int
    promise: str
    run: Callable[[Deps], Awaitable[bool]]


@dataclass(frozen=True)
class ClickRoute:
    """What handles a click; `checks_card` when the handler checks itself whose card was clicked."""

    handler: ClickHandler
    checks_card: bool


@dataclass(frozen=True)
class Feature:
    """One capability.

    `intents` are what it understands in a member's own words.

    `clicks` maps action ids to handlers; an id that ends in ":" stands for every id that begins with it, and
    no id has a colon elsewhere. `own_card_clicks` are those ids whose handlers check themselves that the
    click came from the member's own card. `forms` maps callback ids, `events` Slack's event types,
    `channel_lines` the forms of lines about agents and projects, `self_checks` scorings to how they are
    asked. `subjects` are what else an assessment may be about. `outgoing` are the kinds of messages that the
    bot sends by itself, `jobs` what runs on a schedule, and `personal_data` the parts of its tables in export
    and erasure; a table that refers to another comes after it. `retention` are the tables whose rows are
    deleted after a time, for the job that does it, the privacy page and the documents.

    Hooks: `on_open` runs in the transaction in which a self-check began or was opened again, `on_result` in
    that of a finished self-check; it may return what is to be done once the card shows the result.
    `on_member_moved` runs when a member's time zone or presence changed, `on_member_gone` when they were
    deactivated, `on_channel_gone` with the reason, in the transaction of the caller, when a channel cannot
    be reached any more. `refresh_home` publishes the Home tab. `unknown_command` answers words after /rungs
    that are no command, `free_text` a direct message that is none.
    """

    name: str
    commands: Sequence[Command] = ()
    intents: Sequence[Intent] = ()
    clicks: Mapping[str, ClickHandler] = field(default_factory=dict)
    own_card_clicks: frozenset[str] = frozenset()
    forms: Mapping[str, FormHandler] = field(default_factory=dict)
    events: Mapping[str, EventHandler] = field(default_factory=dict)
    outgoing: Sequence[Kind] = ()
    jobs: Sequence[FeatureJob] = ()
    personal_data: Sequence[OwnedTable | NamingTable] = ()
    retention: Sequence[Retention] = ()
    subjects: Sequence[AssessmentSubject] = ()
    self_checks: Mapping[str, Conversation] = field(default_factory=dict)
    channel_lines: Mapping[str, LineWriter] = field(default_factory=dict)
    on_open: MemberHook | None = None
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

    Raises Collision, naming both places, when two of them declare the same thing, and ValueError when a
    click's id has a colon that is not its end.
    """

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = tuple(features)
        self.commands = self._by_name("command", lambda f: {c.name: c for c in f.commands})
        self._commands_by_word = _unique(
            (feature, "command word", word, command)
            for feature in features
            for command in feature.commands
            for word in (command.name, *command.synonyms)
        )
        self.intents = self._by_name("intent", lambda f: {i.name: i for i in f.intents})
        self.clicks = self._by_name("click", lambda f: f.clicks)
        self.forms = self._by_name("form", lambda f: f.forms)
        self.events = self._by_name("event", lambda f: f.events)
        self.self_checks = self._by_name("scoring", lambda f: f.self_checks)
        self.channel_lines = self._by_name("channel line", lambda f: f.channel_lines)
        self.kinds = self._by_name("outgoing message", lambda f: f.kinds)
        self.jobs = tuple(self._by_name("job", lambda f: {j.name: j for j in f.jobs}).values())
        self.personal_data = tuple(self._by_name("table", _parts_by_table).values())
        self.retention = tuple(self._by_name("retention of", _retention_by_table).values())
        self._routes = {
            action: ClickRoute(handler, checks_card=action in feature.own_card_clicks)
            for feature in features
            for action, handler in feature.clicks.items()
        }
        for action in self.clicks:
            if ":" in action[:-1]:
                raise ValueError(f"The click {action!r} may have a colon only at its end.")

    @property
    def command_words(self) -> frozenset[str]:
        """The names and synonyms of all commands, which no phrase may be."""
        return frozenset(self._commands_by_word)

    @property
    def commands_in_order(self) -> list[Command]:
        """The commands as help lists them."""
        return sorted(self.commands.values(), key=lambda command: command.rank)

    def command(self, word: str) -> Command | None:
        """Return the command with this name or synonym, whatever its case."""
        return self._commands_by_word.get(word.casefold())

    def click_route(self, action_id: str) -> ClickRoute | None:
        """Return what handles clicks with this action id, or with the declared beginning of it."""
        beginning = action_id.partition(":")[0] + ":"
        return self._routes.get(action_id) or self._routes.get(beginning)

    def subject(self, text: str) -> AssessmentSubject | None:
        """Return what an assessment with this subject is about; None for a member's own self-check."""
        if not text:
            return None
        return next(
            subject
            for feature in self.features
            for subject in feature.subjects
            if subject.owns(text)
        )

    async def opened(self, session: Session, deps: Deps, key: MemberKey) -> None:
        """Run every `on_open` hook."""
        for hook in _given(feature.on_open for feature in self.features):
            await hook(session, deps, key)

    async def result_followups(
        self, session: Session, deps: Deps, loaded: AssessmentSession
    ) -> tuple[Followup, ...]:
        """Run every `on_result`; return what is to be done once the card shows the result."""
        hooks = _given(feature.on_result for feature in self.features)
        followups = [await hook(session, deps, loaded) for hook in hooks]
        return tuple(_given(followups))

    async def member_moved(
        self, session: Session, deps: Deps, key: MemberKey, zone: str | None, known: object
    ) -> None:
        """Run every `on_member_moved`; `known` is passed on to it."""
        for hook in _given(feature.on_member_moved for feature in self.features):
            await hook(session, deps, key, zone, known)

    async def member_gone(self, session: Session, deps: Deps, key: MemberKey) -> None:
        """Run every `on_member_gone`."""
        for hook in _given(feature.on_member_gone for feature in self.features):
            await hook(session, deps, key)

    async def channel_gone(
        self, session: Session, deps: Deps, channel: str, *, reason: str
    ) -> None:
        """Run every `on_channel_gone`, in the caller's transaction."""
        for hook in _given(feature.on_channel_gone for feature in self.features):
            await hook(session, deps, channel, reason)

    async def refresh_home(self, deps: Deps, request: Request, *, note: str | None = None) -> None:
        """Publish the member's Home tab; `note` says what was changed."""
        for hook in _given(feature.refresh_home for feature in self.features):
            await hook(deps, request, note=note)

    async def refresh_after(self, deps: Deps, click: Click, *, note: str | None = None) -> None:
        """Publish the Home tab, with the note on it, when that is where the member clicked."""
        if click.request.on_home:
            await self.refresh_home(deps, click.request, note=note)

    async def unknown_command(self, deps: Deps, request: Request, text: str) -> None:
        """Answer words after /rungs that are no command."""
        for hook in _given(feature.unknown_command for feature in self.features):
            await hook(deps, request, text)

    async def free_text(self, deps: Deps, request: Request, text: str) -> None:
        """Answer a direct message that is no command."""
        for hook in _given(feature.free_text for feature in self.features):
            await hook(deps, request, text)

    def _by_name(self, what: str, part: Callable[[Feature], Mapping[str, T]]) -> dict[str, T]:
        return _unique(
            (feature, what, name, value)
            for feature in self.features
            for name, value in part(feature).items()
        )


def _parts_by_table(feature: Feature) -> dict[str, OwnedTable | NamingTable]:
    return {str(part.table.__tablename__): part for part in feature.personal_data}


def _retention_by_table(feature: Feature) -> dict[str, Retention]:
    return {str(one.table.__tablename__): one for one in feature.retention}


def _given(values: Iterable[T | None]) -> list[T]:
    """Return the values that are not None."""
    return [value for value in values if value is not None]


def _unique(declared: Iterable[tuple[Feature, str, str, T]]) -> dict[str, T]:
    """Return the values by their names; Collision when two declarations share a name."""
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
