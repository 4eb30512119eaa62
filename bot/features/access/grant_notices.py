"""What members are told of their permissions: granted, ending in two weeks, ended."""

from bot.buttons import ACCESS
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph
from bot.slack.directory import clock_of
from coaching.access.decision import decide, ends_at
from coaching.access.settlement import TOLD_BEFORE
from storage.access.facts import facts_of
from storage.database import Session
from storage.notices import Notice

GRANTED, ENDS, ENDED = "access_granted", "access_ends", "access_ended"
"""The kinds of notices; each is about the id of a permission."""


async def permission_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write the notice as it is now; None when it is not so any more, or the permission is gone."""
    permission = deps.library.access.permissions.get(notice.about)
    if permission is None:
        return None
    facts, now = await facts_of(session, notice.key), deps.now()
    decision = decide(deps.library.access, permission.id, facts, now)
    if decision.is_allowed != (notice.kind != ENDED):
        return None
    end = ends_at(permission, facts, now) if decision.is_allowed else None
    if notice.kind == ENDS and (end is None or end - TOLD_BEFORE > now):
        return None
    clock = await clock_of(session, deps, notice.key)
    text = deps.render(
        "access_grants/notice",
        kind=notice.kind,
        title=permission.title,
        lets=permission.lets,
        until=clock.day(end) if end else None,
        is_on=decision.reason != "not_on",
    )
    label = "See what you have" if notice.kind == GRANTED else "See what to do"
    return Message(text=text, blocks=[paragraph(text, beside=button(label, action=ACCESS))])
