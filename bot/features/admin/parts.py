"""What is on: frameworks, role families and optional capabilities, in a form and in one line."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.feature import Feature, Switch
from bot.features.admin.views import (
    FAMILIES,
    FRAMEWORKS,
    OPTIONAL,
    Choice,
    OptionalPart,
    Parts,
    parts_form,
)
from bot.slack.payloads import Submission
from bot.slack.phrases import listed
from coaching.safe_text import SafeText, escape
from storage import workspace_settings
from storage.database import Session
from storage.workspace_settings import (
    CAPABILITIES,
    OFF_FAMILIES,
    OFF_FRAMEWORKS,
    Setting,
    WorkspaceSettings,
)

Scopes = Collection[str] | None
"""The scopes of the bot's token; None where Slack does not say, and where nobody needs to know."""


async def form(deps: Deps, *, carried: str, note: str | None = None) -> View:
    """Return the form with what is on now."""
    granted = await granted_scopes(deps)
    async with deps.database.read() as session:
        settings = await workspace_settings.read(session, deps.identity.workspace_id)
        optional = [
            await _optional_part(session, deps, one, settings, granted)
            for one in deps.features.switches
        ]
    library = deps.library.everything
    agents = library.agent_ladder
    shown = Parts(
        families=_choices(_names(library.families), settings.get(OFF_FAMILIES)),
        frameworks=_choices(_names(library.frameworks), settings.get(OFF_FRAMEWORKS)),
        optional=optional,
        agent_ladder=agents.name if agents else None,
    )
    return parts_form(deps.render, shown, carried=carried, note=note)


def _names(things: Mapping[str, object]) -> dict[str, str]:
    return {one_id: str(getattr(one, "name", one_id)) for one_id, one in things.items()}


def _choices(names: Mapping[str, str], off: Collection[str]) -> list[Choice]:
    return [Choice(one, name, one not in off) for one, name in names.items()]


async def granted_scopes(deps: Deps) -> Scopes:
    """Ask Slack what the token may do, when an optional capability needs more than the others."""
    if any(one.switch and one.switch.scopes for one in deps.features.switches):
        return await deps.slack.granted_scopes()
    return None


async def _optional_part(
    session: Session, deps: Deps, feature: Feature, settings: WorkspaceSettings, granted: Scopes
) -> OptionalPart:
    switch, is_on = _switch_of(feature), feature.name in settings.get(CAPABILITIES)
    needs = [] if is_on else await _needs(session, deps, feature, granted)
    return OptionalPart(Choice(feature.name, switch.title, is_on), switch.about, needs)


def _switch_of(feature: Feature) -> Switch:
    if feature.switch is None:
        raise ValueError(f"The capability {feature.name!r} has no switch.")
    return feature.switch


async def _needs(
    session: Session, deps: Deps, feature: Feature, granted: Scopes
) -> Sequence[SafeText]:
    """Return what the capability still needs before it can be on, as sentences."""
    switch = _switch_of(feature)
    missing = [] if granted is None else [one for one in switch.scopes if one not in granted]
    url = f"{deps.install_url}?with={feature.name}" if deps.install_url else None
    return [
        *(escape(one) for one in await switch.needs(session, deps)),
        *(
            deps.render("admin/scope_needed", scope=one, reason=switch.scopes[one], url=url)
            for one in missing
        ),
    ]


@dataclass(frozen=True)
class Refused:
    """An optional capability that stays off, and what it still needs."""

    title: str
    needs: Sequence[SafeText]


@dataclass(frozen=True)
class Saved:
    """The names of what was switched, and what could not be."""

    off: Sequence[str]
    on: Sequence[str]
    refused: Sequence[Refused]

    @property
    def is_change(self) -> bool:
        return bool(self.off or self.on)


@dataclass(frozen=True)
class Flips:
    """The ids that a form switches on and off, against what it showed when it opened."""

    on: frozenset[str]
    off: frozenset[str]

    @classmethod
    def of(cls, submission: Submission, action: str) -> "Flips":
        fields = [one for name, one in submission.ticked.items() if name.startswith(f"{action}:")]
        now = {value for one in fields for value in one.now}
        before = {value for one in fields for value in one.before}
        return cls(frozenset(now - before), frozenset(before - now))

    def applied(self, known: Iterable[str], off: Collection[str]) -> tuple[str, ...]:
        """Return the ids that are off afterward; those that the content has no more stay as they are."""
        left = (set(off) | self.off) - self.on
        every = [*known]
        return (*(one for one in every if one in left), *(one for one in off if one not in every))


async def save(
    session: Session, deps: Deps, submission: Submission, granted: Scopes
) -> Saved | None:
    """Save what the form switches, over what others have switched meanwhile; None would leave no family.

    The workspace is locked, so that of two forms at once both changes stay.
    """
    library, workspace_id = deps.library.everything, deps.identity.workspace_id
    before = await workspace_settings.read(session, workspace_id, lock=True)
    families = Flips.of(submission, FAMILIES).applied(library.families, before.get(OFF_FAMILIES))
    if library.families.keys() <= set(families):
        return None
    frameworks = Flips.of(submission, FRAMEWORKS)
    off_frameworks = frameworks.applied(library.frameworks, before.get(OFF_FRAMEWORKS))
    optional, refused = await _optional_after(session, deps, submission, before, granted)
    wanted: dict[Setting[tuple[str, ...]], tuple[str, ...]] = {
        OFF_FAMILIES: families,
        OFF_FRAMEWORKS: off_frameworks,
        CAPABILITIES: optional,
    }
    for setting, value in wanted.items():
        await workspace_settings.change(
            session,
            workspace_id,
            setting,
            value,
            by=submission.request.key,
            place=submission.request.place,
            now=deps.now(),
        )
    was, is_now = _off(deps, before), _off(deps, _with(before, wanted))
    return Saved([*_more(is_now, was)], [*_more(was, is_now)], refused)


def _with(
    settings: WorkspaceSettings, wanted: Mapping[Setting[tuple[str, ...]], tuple[str, ...]]
) -> WorkspaceSettings:
    for setting, value in wanted.items():
        settings = settings.with_value(setting, value)
    return settings


def _more(these: Mapping[str, str], others: Mapping[str, str]) -> Iterable[str]:
    return (name for one, name in these.items() if one not in others)


def _off(deps: Deps, settings: WorkspaceSettings) -> dict[str, str]:
    """Return the names of all that is off, by its id."""
    library, on = deps.library.everything, settings.get(CAPABILITIES)
    off = {*settings.get(OFF_FAMILIES), *settings.get(OFF_FRAMEWORKS)}
    named = _names({**library.families, **library.frameworks})
    optional = {one.name: _switch_of(one).title for one in deps.features.switches}
    return {
        **{one: name for one, name in named.items() if one in off},
        **{one: title for one, title in optional.items() if one not in on},
    }


async def _optional_after(
    session: Session,
    deps: Deps,
    submission: Submission,
    before: WorkspaceSettings,
    granted: Scopes,
) -> tuple[tuple[str, ...], list[Refused]]:
    """Return the capabilities that are on afterward, and those that cannot be."""
    flips, on = Flips.of(submission, OPTIONAL), before.get(CAPABILITIES)
    left, refused = [one for one in on if one not in flips.off], []
    for feature in deps.features.switches:
        if feature.name in left or feature.name not in flips.on:
            continue
        needs = await _needs(session, deps, feature, granted)
        if needs:
            refused.append(Refused(_switch_of(feature).title, needs))
        else:
            left.append(feature.name)
    return tuple(left), refused


def saved_text(deps: Deps, saved: Saved) -> str:
    """Return what was saved, in words."""
    told = [
        deps.render("admin/optional_refused", title=one.title, needs=one.needs)
        for one in saved.refused
    ]
    if saved.is_change:
        off, on = (_all(names) for names in (saved.off, saved.on))
        told = [deps.render("admin/parts_saved", off=off, on=on), *told]
    return "\n\n".join(told or [deps.render("admin/parts_same")])


def _all(names: Sequence[str]) -> SafeText | None:
    return listed(escape(name) for name in names) if names else None


async def line(session: Session, deps: Deps) -> str:
    """Say what is off, and which optional capabilities are on."""
    settings = await workspace_settings.read(session, deps.identity.workspace_id)
    library, on = deps.library.everything, settings.get(CAPABILITIES)
    off = {*settings.get(OFF_FAMILIES), *settings.get(OFF_FRAMEWORKS)}
    named = _names({**library.families, **library.frameworks})
    titles = [_switch_of(one).title for one in deps.features.switches if one.name in on]
    return deps.render(
        "admin/parts_line",
        off=_all([name for one, name in named.items() if one in off]),
        optional=_all(titles),
    )
