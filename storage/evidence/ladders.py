"""Who decides on claims: each ladder's verifiers and steward, as admins named them or by its rule."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Index, Select, delete, exists, select
from sqlmodel import Field, col

from coaching.evidence import MONTHS, LadderKey
from coaching.members import MemberKey
from coaching.verifiers import Lack, lacks
from storage import holders, members
from storage.database import Session
from storage.database.rows import (
    NamingTable,
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    insert_new,
    refers_to,
    update_rows,
)
from storage.evidence.claim_rows import open_in
from storage.evidence.verified import VerifiedLevel
from storage.members import Member


class EvidenceLadder(Row, table=True):
    """What admins set for a ladder: its steward, from which verified level on whoever said yes may verify,
    and for how many months a level of it lasts.
    """

    __tablename__ = "evidence_ladder"

    framework: str = Field(primary_key=True)
    family: str = Field(primary_key=True)
    steward: str | None = None
    rule_level: int | None = None
    months: int | None = None
    set_at: datetime = Field(sa_type=UtcTime)

    @property
    def ladder(self) -> LadderKey:
        """The ladder that it is about."""
        return LadderKey(self.framework, self.family)


LADDER_DATA = NamingTable(
    EvidenceLadder,
    "ladders_you_look_after",
    columns=("steward",),
    section="settings",
    order_by="framework",
    fields=("framework", "family", "steward"),
)


class Verifier(Row, table=True):
    """Somebody who may verify on a ladder: named by an admin, or who said yes to its rule.

    `is_guest` for people from outside the workspace.
    """

    __tablename__ = "evidence_verifier"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        Index("ix_evidence_verifier_of_member", "workspace_id", "user_id"),
    )

    framework: str = Field(primary_key=True)
    family: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    is_named: bool = False
    is_willing: bool = False
    is_guest: bool = False
    since: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(Verifier, "you_verify_on", "settings", order_by="framework")

VERIFIER_ROLE = "verifier"

NamingProblem = Literal["is_steward", "is_verifier", "has_open_claim"]


async def get(session: Session, workspace_id: str, ladder: LadderKey) -> EvidenceLadder | None:
    """Return what is set for a ladder, or None."""
    found: EvidenceLadder | None = await session.scalar(
        select(EvidenceLadder)
        .where(is_ladder(EvidenceLadder, workspace_id, ladder))
        .execution_options(populate_existing=True)
    )
    return found


async def set_ladders(session: Session, workspace_id: str) -> list[EvidenceLadder]:
    """Return all ladders for which something is set, in order."""
    found = (
        select(EvidenceLadder)
        .where(col(EvidenceLadder.workspace_id) == workspace_id)
        .order_by(col(EvidenceLadder.framework), col(EvidenceLadder.family))
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(found))


async def months_of(session: Session, workspace_id: str, ladder: LadderKey) -> int:
    """Return for how many months a level of this ladder lasts."""
    found = await get(session, workspace_id, ladder)
    return found.months if found and found.months else MONTHS


async def name_verifiers(
    session: Session,
    workspace_id: str,
    ladder: LadderKey,
    user_ids: Collection[str],
    *,
    guests: Collection[str] = (),
    now: datetime,
) -> NamingProblem | None:
    """Let these people, and of those named no others, verify on the ladder; None when that was stored."""
    row = await locked(session, workspace_id, ladder, now=now)
    if row.steward in user_ids:
        return "is_steward"
    here = is_ladder(Verifier, workspace_id, ladder)
    others = here & col(Verifier.user_id).not_in(user_ids)
    await update_rows(session, Verifier, others, is_named=False)
    await session.execute(
        delete(Verifier).where(here, ~col(Verifier.is_named), ~col(Verifier.is_willing))
    )
    for user_id in user_ids:
        key = MemberKey(workspace_id, user_id)
        await put(session, key, ladder, now=now, is_named=True, is_guest=user_id in guests)
    return None


async def name_steward(
    session: Session, key: MemberKey, ladder: LadderKey, *, now: datetime
) -> NamingProblem | None:
    """Let this member be the ladder's steward; None when that was stored.

    A verifier of the ladder cannot be, nor who has an open claim on it.
    """
    row = await locked(session, key.workspace_id, ladder, now=now)
    if await is_verifier(session, key, ladder, now=now):
        return "is_verifier"
    if await open_in(session, key, ladder):
        return "has_open_claim"
    await members.ensure(session, key, now=now)
    row.steward = key.user_id
    await session.flush()
    return None


async def set_rule(
    session: Session, workspace_id: str, ladder: LadderKey, level: int | None, *, now: datetime
) -> None:
    """Let whoever is verified at this level or above, and said yes, verify; None for nobody."""
    row = await locked(session, workspace_id, ladder, now=now)
    row.rule_level = level
    await session.flush()


async def set_months(
    session: Session, workspace_id: str, ladder: LadderKey, months: int | None, *, now: datetime
) -> None:
    """Store for how long levels last that are verified from now on; None for the usual time."""
    row = await locked(session, workspace_id, ladder, now=now)
    row.months = months
    await session.flush()


@dataclass(frozen=True)
class MayVerify:
    """Somebody who may verify on a ladder now; `is_guest` for people from outside the workspace."""

    user_id: str
    is_guest: bool = False


async def verifiers_of(
    session: Session, workspace_id: str, ladder: LadderKey, *, now: datetime
) -> list[MayVerify]:
    """Return who may verify on the ladder now, by user id; the steward never does, whoever named them."""
    here = is_ladder(Verifier, workspace_id, ladder)
    found = {row.user_id: row.is_guest for row in await session.scalars(counting(now).where(here))}
    for user_id in await holders.holders(session, workspace_id, role_of(ladder), now=now):
        found.setdefault(user_id, False)
    row = await get(session, workspace_id, ladder)
    steward = row.steward if row else None
    return [MayVerify(*one) for one in sorted(found.items()) if one[0] != steward]


async def is_verifier(
    session: Session, key: MemberKey, ladder: LadderKey, *, now: datetime
) -> bool:
    """Return whether the member may verify on the ladder now."""
    return ladder in await ladders_of(session, key, now=now)


async def ladders_of(session: Session, key: MemberKey, *, now: datetime) -> list[LadderKey]:
    """Return the ladders on which the member may verify now."""
    rows = await session.scalars(
        counting(now).where(
            col(Verifier.workspace_id) == key.workspace_id, col(Verifier.user_id) == key.user_id
        )
    )
    named = {LadderKey(row.framework, row.family) for row in rows}
    roles = await holders.roles_of(session, key, now=now)
    by_role = {ladder for held in roles if (ladder := ladder_of_role(held.role))}
    return sorted((named | by_role) - set(await stewarded_by(session, key)))


async def stewarded_by(session: Session, key: MemberKey) -> list[LadderKey]:
    """Return the ladders that the member is the steward of."""
    return [
        row.ladder
        for row in await set_ladders(session, key.workspace_id)
        if row.steward == key.user_id
    ]


async def lacking(
    session: Session, workspace_id: str, ladder: LadderKey, *, now: datetime
) -> tuple[Lack, ...]:
    """Return what the ladder lacks before claims can be made: enough verifiers, or a steward."""
    row = await get(session, workspace_id, ladder)
    found = await verifiers_of(session, workspace_id, ladder, now=now)
    guests = sum(one.is_guest for one in found)
    has_steward = row is not None and row.steward is not None
    return lacks(insiders=len(found) - guests, guests=guests, has_steward=has_steward)


async def ready(session: Session, workspace_id: str, *, now: datetime) -> list[LadderKey]:
    """Return the ladders on which claims can be made."""
    every = [row.ladder for row in await set_ladders(session, workspace_id)]
    return [one for one in every if not await lacking(session, workspace_id, one, now=now)]


def role_of(ladder: LadderKey) -> str:
    """Return the name of the role that people in user groups have who verify on the ladder."""
    return f"{VERIFIER_ROLE}:{ladder.framework}:{ladder.family}"


def ladder_of_role(role: str) -> LadderKey | None:
    """Return the ladder on which people with this role verify; None for any other role."""
    kind, _, place = role.partition(":")
    return LadderKey(*place.split(":")) if kind == VERIFIER_ROLE else None


def counting(now: datetime) -> Select[Verifier]:
    """Select the verifiers who may verify now: active, and named or willing where the rule lets them."""
    is_member = (col(Member.workspace_id) == col(Verifier.workspace_id)) & (
        col(Member.user_id) == col(Verifier.user_id)
    )
    by_rule = exists().where(
        col(EvidenceLadder.workspace_id) == col(Verifier.workspace_id),
        col(EvidenceLadder.framework) == col(Verifier.framework),
        col(EvidenceLadder.family) == col(Verifier.family),
        col(VerifiedLevel.workspace_id) == col(Verifier.workspace_id),
        col(VerifiedLevel.framework) == col(Verifier.framework),
        col(VerifiedLevel.family) == col(Verifier.family),
        col(VerifiedLevel.user_id) == col(Verifier.user_id),
        col(VerifiedLevel.level) >= col(EvidenceLadder.rule_level),
        col(VerifiedLevel.revoked_at).is_(None),
        col(VerifiedLevel.ends_at) > now,
    )
    return (
        select(Verifier)
        .join(Member, is_member)
        .where(col(Member.deactivated_at).is_(None))
        .where(col(Verifier.is_named) | (col(Verifier.is_willing) & by_rule))
        .execution_options(populate_existing=True)
    )


def is_ladder(
    table: type[EvidenceLadder | Verifier], workspace_id: str, ladder: LadderKey
) -> ColumnElement[bool]:
    """Return the condition that matches the rows of one ladder."""
    return (
        (col(table.workspace_id) == workspace_id)
        & (col(table.framework) == ladder.framework)
        & (col(table.family) == ladder.family)
    )


async def locked(
    session: Session, workspace_id: str, ladder: LadderKey, *, now: datetime
) -> EvidenceLadder:
    """Return the ladder's row, added if it is new, locked until the transaction ends."""
    place = {"framework": ladder.framework, "family": ladder.family}
    await insert_new(
        session, EvidenceLadder, {"workspace_id": workspace_id, **place, "set_at": now}
    )
    row: EvidenceLadder | None = await session.scalar(
        select(EvidenceLadder)
        .where(is_ladder(EvidenceLadder, workspace_id, ladder))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise LookupError(f"{ladder} could not be written down.")
    return row


async def put(
    session: Session, key: MemberKey, ladder: LadderKey, *, now: datetime, **changes: Any
) -> None:
    """Store these columns of somebody who may verify on the ladder."""
    await members.ensure(session, key, now=now)
    new = insert_into(session, Verifier).values(
        workspace_id=key.workspace_id,
        framework=ladder.framework,
        family=ladder.family,
        user_id=key.user_id,
        since=now,
        **({"is_named": False, "is_willing": False, "is_guest": False} | changes),
    )
    columns = ["workspace_id", "framework", "family", "user_id"]
    await session.execute(new.on_conflict_do_update(index_elements=columns, set_=changes))
