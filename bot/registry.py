"""All capabilities, and what the rest of the bot derives from their declarations.

From the `Feature` values the registry makes the tables of commands and synonyms, of handlers for clicks,
forms and events, of outgoing messages, jobs and personal data. It also runs the hooks with which code that
stands lower than a capability calls it without importing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from bot.feature import (
    AdminSection,
    ClickRoute,
    Command,
    Feature,
    Followup,
    Intent,
    Role,
    WebRoute,
)
from coaching.phrases import Meaning, Phrasebook, TimedIntents
from storage.workspace_settings import CAPABILITIES, WorkspaceSettings

if TYPE_CHECKING:
    from bot.assessments.session import AssessmentSession, AssessmentSubject
    from bot.deps import Deps
    from bot.slack.api import Message
    from bot.slack.payloads import Click, Request
    from coaching.members import MemberKey
    from content.library import Library
    from storage.database import Session
    from storage.database.rows import NamingTable, OwnedTable, Retention


T = TypeVar("T")


class Collision(Exception):
    """Two capabilities declare the same name; rename one of them."""


class Registry:
    """Capabilities, lowest first, and what follows from their declarations.

    `among` are all capabilities, when some are off in a workspace: export, erasure, retention, and the hooks
    for members and channels that are gone are about these, because what is stored stays when one is off.

    Raises Collision, naming both places, when two of them declare the same thing, and ValueError when a
    click's id has a colon that is not its end.
    """

    def __init__(self, features: Sequence[Feature], *, among: Sequence[Feature] = ()) -> None:
        self.features = tuple(features)
        self.every = tuple(among or features)
        self._within: dict[frozenset[str], Registry] = {}
        self.commands = self._by_name("command", lambda f: {c.name: c for c in f.commands})
        self._commands_by_word = _unique(
            (feature, "command word", word, command)
            for feature in features
            for command in feature.commands
            for word in (command.name, *command.synonyms)
        )
        self.intents = self._by_name("intent", lambda f: {i.name: i for i in f.intents})
        self._timed_intents = _timed(self.intents.values())
        self.clicks = self._by_name("click", lambda f: f.clicks)
        self.forms = self._by_name("form", lambda f: f.forms)
        self.events = self._by_name("event", lambda f: f.events)
        self.self_checks = self._by_name("scoring", lambda f: f.self_checks)
        self.channel_lines = self._by_name("channel line", lambda f: f.channel_lines)
        self.notice_lines = self._by_name("notice", lambda f: f.notice_lines)
        self.kinds = self._by_name("outgoing message", lambda f: f.kinds)
        self.notices = frozenset(
            name for one in self.every for name, kind in one.kinds.items() if kind.is_notice
        )
        self.jobs = tuple(self._by_name("job", lambda f: {j.name: j for j in f.jobs}).values())
        self.roles = self._by_name("role", lambda f: {role.name: role for role in f.roles})
        self.admin_sections = sorted(
            filter(self._needs, self._by_name("admin section", _sections_by_name).values()),
            key=lambda section: section.rank,
        )
        self.routes = tuple(self._by_name("route", _routes_by_path).values())
        self.personal_data = self._of_every("table", _parts_by_table)
        self.retention = self._of_every("retention of", _retention_by_table)
        self._routes = {
            action: ClickRoute(handler, checks_card=action in feature.own_card_clicks)
            for feature in features
            for action, handler in feature.clicks.items()
        }
        for action in self.clicks:
            if ":" in action[:-1]:
                raise ValueError(f"The click {action!r} may have a colon only at its end.")

    def within(self, library: Library, settings: WorkspaceSettings) -> Registry:
        """Return the capabilities of a workspace with this content and these settings."""
        on = settings.get(CAPABILITIES)
        features = [
            feature
            for feature in self.every
            if (feature.switch is None or feature.name in on)
            and (feature.is_offered is None or feature.is_offered(library, settings))
        ]
        names = frozenset(feature.name for feature in features)
        if names == {feature.name for feature in self.features}:
            return self
        if names not in self._within:
            self._within[names] = Registry(features, among=self.every)
        return self._within[names]

    def roles_in(self, library: Library) -> dict[str, Role]:
        """Return what admins can let members do, by name, with the roles that this content has."""
        by_content = _given(feature.content_roles for feature in self.features)
        return {**self.roles, **{one.name: one for found in by_content for one in found(library)}}

    @property
    def has_roles(self) -> bool:
        """Whether a capability has roles, or may have some with its content."""
        return any(feature.roles or feature.content_roles for feature in self.features)

    @property
    def switches(self) -> tuple[Feature, ...]:
        """The optional capabilities, whether they are on or off."""
        return tuple(feature for feature in self.every if feature.switch)

    def is_off(self, kind: str) -> bool:
        """Return whether this kind of message belongs to a capability that is off."""
        return kind not in self.kinds and any(kind in feature.kinds for feature in self.every)

    @property
    def command_words(self) -> frozenset[str]:
        """The names and synonyms of all commands, which no phrase may be."""
        return frozenset(self._commands_by_word)

    @property
    def commands_in_order(self) -> list[Command]:
        """The commands as help lists them, with those for admins."""
        return sorted(self.commands.values(), key=lambda command: command.rank)

    def commands_for(self, *, admin: bool) -> list[Command]:
        """Return the commands that help lists to an admin, or to everybody else."""
        return [one for one in self.commands_in_order if admin or not one.for_admins]

    def command(self, word: str) -> Command | None:
        """Return the command with this name or synonym, whatever its case."""
        return self._commands_by_word.get(word.casefold())

    def understand(self, book: Phrasebook, text: str) -> tuple[Intent, Meaning] | None:
        """Return what a member means by this text; None when no phrase says it."""
        found = book.find(text, self._timed_intents)
        if found is None:
            return None
        # Phrases of capabilities that are off stand in the book too.
        said = [self.intents[name] for name in sorted(found.intents) if name in self.intents]
        if found.is_whole and len(said) == 1:
            return said[0], found
        harmless = [one for one in said if one.is_harmless and not found.is_whole]
        meant = next((one for one in self.intents.values() if one.combines & found.intents), None)
        meant = meant or (harmless[0] if len(harmless) == 1 else None)
        return (meant, found) if meant else None

    def click_route(self, action_id: str) -> ClickRoute | None:
        """Return what handles clicks with this action id, or with the declared beginning of it."""
        beginning = action_id.partition(":")[0] + ":"
        return self._routes.get(action_id) or self._routes.get(beginning)

    def subject(self, text: str) -> AssessmentSubject | None:
        """Return what an assessment with this subject is about; None for a member's own self-check."""
        if not text:
            return None
        return next(
            subject for feature in self.every for subject in feature.subjects if subject.owns(text)
        )

    def is_subject_off(self, text: str) -> bool:
        """Return whether an assessment with this subject belongs to a capability that is off."""
        on = (subject for feature in self.features for subject in feature.subjects)
        return bool(text) and not any(subject.owns(text) for subject in on)

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
        for hook in _given(feature.on_member_gone for feature in self.every):
            await hook(session, deps, key)

    async def member_erased(self, session: Session, deps: Deps, key: MemberKey) -> None:
        """Run every `on_erasure`."""
        for hook in _given(feature.on_erasure for feature in self.every):
            await hook(session, deps, key)

    async def channel_gone(
        self, session: Session, deps: Deps, channel: str, *, reason: str
    ) -> None:
        """Run every `on_channel_gone`, in the caller's transaction."""
        for hook in _given(feature.on_channel_gone for feature in self.every):
            await hook(session, deps, channel, reason)

    async def checkin_footer(self, session: Session, deps: Deps, key: MemberKey) -> Message | None:
        """Return what stands below a check-in to this member: of the first capability that has something."""
        for hook in _given(feature.checkin_footer for feature in self.features):
            if footer := await hook(session, deps, key):
                return footer
        return None

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

    def _needs(self, section: AdminSection) -> bool:
        return section.is_needed is None or section.is_needed(self)

    def _by_name(self, what: str, part: Callable[[Feature], Mapping[str, T]]) -> dict[str, T]:
        return _named(self.features, what, part)

    def _of_every(self, what: str, part: Callable[[Feature], Mapping[str, T]]) -> tuple[T, ...]:
        return tuple(_named(self.every, what, part).values())


def _named(
    features: Iterable[Feature], what: str, part: Callable[[Feature], Mapping[str, T]]
) -> dict[str, T]:
    return _unique(
        (feature, what, name, value)
        for feature in features
        for name, value in part(feature).items()
    )


def _timed(intents: Iterable[Intent]) -> TimedIntents:
    with_time = [one for one in intents if one.time]
    return TimedIntents(
        lasting=frozenset(one.name for one in with_time),
        starting=frozenset(one.name for one in with_time if one.time == "starting"),
        alone=next((one.name for one in with_time if one.is_meant_by_time), None),
    )


def _parts_by_table(feature: Feature) -> dict[str, OwnedTable | NamingTable]:
    """Return the parts by table; one table may have a part for its owners and one for whom it names."""
    return {
        f"{part.table.__tablename__} ({type(part).__name__})": part
        for part in feature.personal_data
    }


def _retention_by_table(feature: Feature) -> dict[str, Retention]:
    return {str(one.table.__tablename__): one for one in feature.retention}


def _sections_by_name(feature: Feature) -> dict[str, AdminSection]:
    return {section.name: section for section in feature.admin}


def _routes_by_path(feature: Feature) -> dict[str, WebRoute]:
    return {route.path: route for route in feature.routes}


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
