"""What the admins of a workspace set to protect its members: the section of `/rungs admin`, and the job."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.feature import AdminSection, Feature, FeatureJob
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.holders.service import can_be_named
from bot.features.safeguards.service import SWITCHES, data_owner
from bot.features.safeguards.views import (
    LONGEST_OWNER,
    MESSAGES,
    MINIMUM,
    OWNER,
    OWNER_WORDS,
    SAFEGUARDS,
    SAFEGUARDS_VIEW,
    SWITCHED,
    TITLE,
    SafeguardsView,
    safeguards_form,
)
from bot.slack.blocks import notice
from bot.slack.payloads import Click, Submission, Ticks
from bot.slack.phrases import number, person
from bot.slack.replies import Reply, is_first_delivery, open_and_fill
from coaching.team_digest.disclosure import minimum_choices
from storage import holders, workspace_settings
from storage.database import Session
from storage.outbox import queue
from storage.safeguards import (
    DATA_OWNER,
    MESSAGES_KEPT,
    NO_FIGURES,
    OWNER_TEXT,
    prune_sooner,
    workspaces_that_keep_less,
)
from storage.workspace_settings import MIN_GROUP, Setting, WorkspaceSettings

KEPT_DAYS = (30, 90, 180, queue.RETENTION.kept.days)
"""For how long admins can have messages kept.

At least 30 days: members see in their export what Rungs sent them, and operators look up what went wrong.
"""

AS_INSTALLED = 0
ROWS_AT_ONCE = 500


async def section_line(session: Session, deps: Deps) -> str:
    """Return what is set now, in one line."""
    owner = await data_owner(session, deps)
    text = deps.settings.get(OWNER_TEXT)
    return deps.render(
        "safeguards/line",
        minimum=number(deps.min_group),
        on=[label for one, label in SWITCHES.items() if deps.settings.get(one)],
        owner=person(owner) if owner else text,
    ).strip()


async def safeguards_asked(deps: Deps, click: Click) -> None:
    """Open the form."""
    carried = click.request.response_url or ""
    content = partial(_form, deps, carried)
    await open_and_fill(deps, click.request, TITLE, callback=SAFEGUARDS_VIEW, content=content)


async def _form(deps: Deps, carried: str) -> View:
    async with deps.database.read() as session:
        settings = await workspace_settings.read(session, deps.identity.workspace_id)
        owner = await data_owner(session, deps)
    now = SafeguardsView(
        minimums=[(_minimum_label(deps, one), str(one)) for one in _minimums(deps)],
        minimum=str(settings.get(MIN_GROUP)),
        messages=[(f"{days} days", str(days)) for days in KEPT_DAYS],
        kept=str(settings.get(MESSAGES_KEPT)),
        owner=owner,
        owner_text=settings.get(OWNER_TEXT),
        on=[one.name for one in SWITCHES if settings.get(one)],
    )
    return safeguards_form(deps.render, now, carried=carried)


def _minimums(deps: Deps) -> list[int]:
    return [AS_INSTALLED, *minimum_choices(deps.least_min_group)]


def _minimum_label(deps: Deps, minimum: int) -> str:
    return str(minimum) if minimum else f"{deps.least_min_group}, as Rungs was installed"


@dataclass(frozen=True)
class Choices:
    """What was chosen in the form; `owner` is a user id."""

    owner: str | None
    settings: dict[Setting[Any], Any]

    @classmethod
    def of(cls, deps: Deps, sent: Submission) -> "Choices":
        """Return the choices of a form; a value that it does not offer leaves the setting as it is."""
        minimums = {str(one): one for one in _minimums(deps)}
        days = {str(one): one for one in KEPT_DAYS}
        on = sent.ticked.get(SWITCHED, Ticks()).now
        chosen: dict[Setting[Any], Any] = {
            MIN_GROUP: minimums.get(sent.chosen.get(MINIMUM, "")),
            MESSAGES_KEPT: days.get(sent.chosen.get(MESSAGES, "")),
            OWNER_TEXT: " ".join(sent.written.get(OWNER_WORDS, "").split())[:LONGEST_OWNER],
            **{one: one.name in on for one in SWITCHES},
        }
        kept = {setting: value for setting, value in chosen.items() if value is not None}
        return cls(sent.written.get(OWNER), kept)


async def safeguards_sent(deps: Deps, submission: Submission) -> None:
    """Save what was changed in the form; a repeated delivery changes nothing."""
    chosen = Choices.of(deps, submission)
    if chosen.owner and not await can_be_named(deps, chosen.owner):
        text = deps.render("safeguards/owner_refused", who=person(chosen.owner))
        await _tell(deps, submission, text)
        return
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        before = await workspace_settings.read(session, deps.identity.workspace_id)
        changed = await _save(session, deps, submission, chosen)
    deps.settings_changed()
    looser = _is_looser(before, chosen)
    await _tell(deps, submission, deps.render("safeguards/saved", changed=changed, looser=looser))


def _is_looser(before: WorkspaceSettings, chosen: Choices) -> bool:
    """Return whether figures may rest on fewer people than before, or come where there were none."""
    fewer = chosen.settings.get(MIN_GROUP, AS_INSTALLED) < before.get(MIN_GROUP)
    return fewer or (before.get(NO_FIGURES) and not chosen.settings[NO_FIGURES])


async def _save(session: Session, deps: Deps, sent: Submission, chosen: Choices) -> bool:
    """Save the settings and the owner; return whether anything changed."""
    workspace_id, key, now = deps.identity.workspace_id, sent.request.key, deps.now()
    by: dict[str, Any] = {"by": key, "place": sent.request.place, "now": now}
    changes = [
        await workspace_settings.change(
            session, workspace_id, setting, value, recorded=_recorded(setting), **by
        )
        for setting, value in chosen.settings.items()
    ]
    owner = await data_owner(session, deps)
    if owner == chosen.owner:
        return any(changes)
    wanted = [chosen.owner] if chosen.owner else []
    await holders.name_members(session, workspace_id, DATA_OWNER, wanted, now=now)
    was, is_now = ("a member" if one else "nobody" for one in (owner, chosen.owner))
    await workspace_settings.record_change(session, DATA_OWNER, was, is_now, **by)
    return True


def _recorded(setting: Setting[Any]) -> Any:
    """Return what the log keeps of a value: of the owner in words not the words, which may name somebody."""
    if setting is OWNER_TEXT:
        return lambda words: "in words" if words else ""
    return lambda value: value


async def _tell(deps: Deps, submission: Submission, text: str) -> None:
    """Answer where the form was opened, or in a DM."""
    request = replace(submission.request, response_url=submission.carried or None)
    await Reply(deps, request).privately_or_in_dm(notice(text), about="safeguards")


async def keep_less(deps: Deps) -> bool:
    """Delete messages that are older than this workspace keeps them; True when there may be more."""
    async with deps.database.write() as session:
        settings = await workspace_settings.read(session, deps.identity.workspace_id)
        removed = await prune_sooner(
            session,
            deps.identity.workspace_id,
            kept=timedelta(days=settings.get(MESSAGES_KEPT)),
            now=deps.now(),
            limit=ROWS_AT_ONCE,
        )
    return removed >= ROWS_AT_ONCE


FEATURE = Feature(
    name="safeguards",
    clicks={SAFEGUARDS: for_admins(safeguards_asked)},
    forms={SAFEGUARDS_VIEW: for_admins_form(safeguards_sent)},
    admin=(AdminSection("safeguards", TITLE, "Change", SAFEGUARDS, section_line, rank=40),),
    jobs=(
        FeatureJob(
            name="keep_less",
            seconds=3600,
            promise=(
                "Deletes old messages to members in workspaces whose admins had them kept for less time. "
                "Run twice or in several processes: what is gone is gone. Run late: they are kept longer."
            ),
            run=keep_less,
            due=workspaces_that_keep_less,
        ),
    ),
)
