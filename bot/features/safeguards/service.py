"""What the admins of a workspace set to protect its members, as others show it."""

from collections.abc import Sequence

from bot.deps import Deps
from bot.slack.phrases import number, person
from storage import holders
from storage.checkins import CHECKINS_OFF
from storage.clients import access_log
from storage.clients.access_log import LOG_KEPT
from storage.database import Session
from storage.database.rows import Retention
from storage.outbox import queue
from storage.safeguards import (
    DATA_OWNER,
    MESSAGES_KEPT,
    NO_FIGURES,
    NO_REMINDERS,
    NO_SHOUT_OUTS,
    OWNER_TEXT,
)
from storage.workspace_settings import MIN_GROUP, Setting

SWITCHES: dict[Setting[bool], str] = {
    NO_REMINDERS: "No reminders or invitations to a self-check",
    NO_SHOUT_OUTS: "No shout-outs in team digests",
    NO_FIGURES: "Team digests without figures",
    CHECKINS_OFF: "Check-ins off until a member turns them on",
}
"""The switches, as the form shows them."""


async def data_owner(session: Session, deps: Deps) -> str | None:
    """Return the user id of the member who answers for the data; None when none is named."""
    named = await holders.named(session, deps.identity.workspace_id)
    return next(iter(named.get(DATA_OWNER, ())), None)


async def workspace_text(session: Session, deps: Deps) -> str:
    """Return the part of the privacy page about this workspace; empty when nothing is set."""
    owner = await data_owner(session, deps)
    shown = {one.name: deps.settings.get(one) for one in SWITCHES}
    return deps.render(
        "safeguards/page",
        owner=person(owner) if owner else None,
        owner_text=deps.settings.get(OWNER_TEXT),
        minimum=number(deps.min_group) if deps.settings.get(MIN_GROUP) else None,
        **shown,
    ).strip()


def retention_days(deps: Deps, retention: Sequence[Retention]) -> list[tuple[str, int]]:
    """Return what is kept and for how many days, as this workspace has it."""
    chosen = {queue.RETENTION.table: MESSAGES_KEPT, access_log.RETENTION.table: LOG_KEPT}
    return [
        (one.what, deps.settings.get(chosen[one.table]) if one.table in chosen else one.kept.days)
        for one in retention
    ]
