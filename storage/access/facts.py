"""All facts about members that a policy asks for, by one statement."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlmodel import col

from coaching.access.facts import EarlierReading, Facts, Grant, SandboxGrant
from coaching.evidence import LadderKey, Verified
from coaching.members import MemberKey
from storage.access.approvals import Approval
from storage.access.grants import BY_POLICY, AccessGrant
from storage.access.trainings import CompletedTraining
from storage.database import Session
from storage.database.rows import UtcTime
from storage.evidence.verified import VerifiedLevel
from storage.members import Member
from storage.rules import RulesReading, RulesVersion, number_in_force
from storage.workspace_settings import CAPABILITIES, Setting, WorkspaceSettings, parsed
from storage.workspaces import Workspace

ACCESS = "access"
"""The name of the capability that admins switch on."""

SANDBOX = "sandbox"
"""The name of the capability whose plans grant permissions; while it is off, none of these counts."""

ON_PERMISSIONS: Setting[tuple[str, ...]] = Setting("access_permissions", ())
"""The ids of the permissions that admins ticked."""


def on_permissions(settings: WorkspaceSettings) -> frozenset[str]:
    """Return the ids of the permissions that are on; none while access is off."""
    if ACCESS not in settings.get(CAPABILITIES):
        return frozenset()
    on: tuple[str, ...] = settings.get(ON_PERMISSIONS)
    return frozenset(on)


async def facts_of(session: Session, key: MemberKey) -> Facts:
    """Return the facts about a member, by one statement."""
    return (await facts_of_members(session, key.workspace_id, [key.user_id]))[key.user_id]


async def facts_of_members(
    session: Session, workspace_id: str, user_ids: Collection[str]
) -> dict[str, Facts]:
    """Return the facts about these people by user id, by one statement for all.

    Somebody whom the bot has not met is no member. Neither is one whose profile it has not read yet: they may
    be a guest. In a workspace from which the app was removed no permission is on.
    """
    by_user: dict[str, list[Any]] = {user_id: [] for user_id in user_ids}
    settings = WorkspaceSettings()
    given = {"workspace": workspace_id, "users": sorted(by_user)}
    for row in await (await session.connection()).execute(_statement(), given):
        if row.part == WORKSPACE:
            settings = parsed(row.name if row.until is None else None)
        else:
            by_user[row.user_id].append(row)
    number, on = number_in_force(settings), on_permissions(settings)
    found = {user_id: _facts(rows, on, number=number) for user_id, rows in by_user.items()}
    if SANDBOX in settings.get(CAPABILITIES):
        return found
    return {user_id: replace(facts, sandbox=()) for user_id, facts in found.items()}


WORKSPACE = "workspace"
MEMBER, LEVEL, READING, TRAINING, APPROVAL, GRANT = (
    "member", "level", "reading", "training", "approval", "grant",
)  # fmt: skip

_NAMES = ("user_id", "name", "other", "number", "is_flag", "since", "until", "on")
_NOTHING = {
    "user_id": literal(None, String()),
    "name": literal(None, String()),
    "other": literal(None, String()),
    "number": literal(None, Integer()),
    "is_flag": literal(None, Boolean()),
    "since": literal(None, UtcTime()),
    "until": literal(None, UtcTime()),
    "on": literal(None, Date()),
}
"""The columns that every part of the statement has, each with what stands there for nothing."""


def _part(part: str, **columns: Any) -> Select[Any]:
    return select(
        literal(part, String()).label("part"),
        *((columns.get(name, nothing)).label(name) for name, nothing in _NOTHING.items()),
    )


@cache
def _statement() -> Any:
    """Build the statement; cached, because every question of a client runs it."""
    workspace_id: Any = bindparam("workspace")
    user_ids: Any = bindparam("users", expanding=True)
    level, reading, done = VerifiedLevel, RulesReading, CompletedTraining
    replaced_at = (
        select(col(RulesVersion.saved_at))
        .where(
            col(RulesVersion.workspace_id) == col(reading.workspace_id),
            col(RulesVersion.number) == col(reading.number) + 1,
        )
        .scalar_subquery()
    )
    parts: dict[Any, Select[Any]] = {
        Member: _part(
            MEMBER,
            user_id=col(Member.user_id),
            is_flag=col(Member.is_guest),
            until=col(Member.deactivated_at),
        ),
        level: _part(
            LEVEL,
            user_id=col(level.user_id),
            name=col(level.framework) + "|" + col(level.family) + "|" + col(level.claim_id),
            number=col(level.level),
            since=col(level.verified_at),
            until=col(level.ends_at),
        ).where(col(level.revoked_at).is_(None)),
        reading: _part(
            READING,
            user_id=col(reading.user_id),
            number=col(reading.number),
            since=func.coalesce(col(reading.confirmed_at), col(reading.read_at)),
            until=replaced_at,
        ),
        done: _part(
            TRAINING,
            user_id=col(done.user_id),
            name=col(done.training_id),
            on=col(done.done_on),
        ),
        Approval: _part(
            APPROVAL,
            user_id=col(Approval.user_id),
            name=col(Approval.permission_id),
            since=col(Approval.given_at),
        ),
        AccessGrant: _part(
            GRANT,
            user_id=col(AccessGrant.user_id),
            name=col(AccessGrant.permission_id),
            other=col(AccessGrant.plan_id),
            since=col(AccessGrant.since),
            until=col(AccessGrant.until),
        ),
    }
    return union_all(
        _part(WORKSPACE, name=col(Workspace.settings), until=col(Workspace.disconnected_at)).where(
            col(Workspace.workspace_id) == workspace_id
        ),
        *(
            one.where(col(table.workspace_id) == workspace_id, col(table.user_id).in_(user_ids))
            for table, one in parts.items()
        ),
    )


def _facts(rows: Sequence[Any], on: frozenset[str], *, number: int) -> Facts:
    """Return the facts of one member from their rows; `number` is that of the rules in force."""
    member = next((row for row in rows if row.part == MEMBER), None)
    is_known = member is not None and member.until is None and member.is_flag is not None
    read = {row.number: row for row in rows if row.part == READING}
    latest = read[max(read)] if read else None
    earlier = None
    if latest and latest.number < number and latest.until:
        earlier = EarlierReading(latest.since, latest.until)
    grants = [row for row in rows if row.part == GRANT]
    return Facts(
        is_member=is_known,
        is_guest=bool(member.is_flag) if member else False,
        verified=tuple(_verified(row) for row in rows if row.part == LEVEL),
        rules_read_at=read[number].since if number in read else None,
        earlier_rules=earlier,
        trainings={
            row.name: datetime.combine(row.on, time(), UTC) for row in rows if row.part == TRAINING
        },
        approvals={row.name: row.since for row in rows if row.part == APPROVAL},
        grants={
            row.name: Grant(row.name, row.since, row.until)
            for row in grants
            if row.other == BY_POLICY
        },
        sandbox=tuple(
            SandboxGrant(row.name, row.other, row.since, row.until)
            for row in grants
            if row.other != BY_POLICY
        ),
        on=on,
    )


def _verified(row: Any) -> Verified:
    framework, family, claim_id = row.name.split("|")
    return Verified(LadderKey(framework, family), row.number, row.since, row.until, claim_id)
