"""Questions that come back for practice: one card for each member and item, and who wants none."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, func, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import members
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Retention,
    Row,
    UtcTime,
    delete_oldest,
    insert_into,
    refers_to,
)


class PracticeCard(Row, table=True):
    """An item that comes back for practice.

    `stability`, `difficulty` and `reviewed_at` are what the rule of repetition keeps; `due_at` is when it
    comes back. `practiced_at` is when the member answered it in practice last, None before the first time.
    """

    __tablename__ = "practice_card"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        Index("ix_practice_card_due", "workspace_id", "user_id", "due_at"),
        Index("ix_practice_card_due_at", "due_at"),
    )

    user_id: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    skill: str
    stability: float
    difficulty: float
    reviewed_at: datetime = Field(sa_type=UtcTime)
    due_at: datetime = Field(sa_type=UtcTime)
    practiced_at: datetime | None = Field(default=None, sa_type=UtcTime)


class PracticeChoice(Row, table=True):
    """A member who wants no practice questions below check-ins."""

    __tablename__ = "practice_choice"
    __table_args__ = (refers_to("member", user_id="user_id"),)

    user_id: str = Field(primary_key=True)
    stopped_at: datetime = Field(sa_type=UtcTime)


CARD_DATA = OwnedTable(
    PracticeCard,
    "practice_questions",
    "answers",
    order_by="item_id",
    internal=("stability", "difficulty"),
)
CHOICE_DATA = OwnedTable(PracticeChoice, "no_practice", "settings", is_single=True)


async def get(session: Session, key: MemberKey, item_id: str) -> PracticeCard | None:
    """Return the member's card of an item, if it comes back."""
    found: PracticeCard | None = await session.scalar(
        select(PracticeCard)
        .where(_is_card_of(key), col(PracticeCard.item_id) == item_id)
        .execution_options(populate_existing=True)
    )
    return found


async def list_cards(
    session: Session, key: MemberKey, items: Collection[str]
) -> dict[str, PracticeCard]:
    """Return the member's cards of these items, by item."""
    rows = await session.scalars(
        select(PracticeCard).where(_is_card_of(key), col(PracticeCard.item_id).in_(items))
    )
    return {row.item_id: row for row in rows}


async def due(
    session: Session, key: MemberKey, items: Collection[str], *, now: datetime
) -> list[str]:
    """Return which of these items are due for the member, the longest due first."""
    rows = await session.scalars(
        select(col(PracticeCard.item_id))
        .where(_is_card_of(key), col(PracticeCard.due_at) <= now)
        .order_by(col(PracticeCard.due_at), col(PracticeCard.item_id))
    )
    return [item for item in rows if item in items]


async def save(session: Session, cards: Sequence[PracticeCard]) -> None:
    """Store these cards of one member, each in place of the one before."""
    if not cards:
        return
    new = insert_into(session, PracticeCard).values([card.model_dump() for card in cards])
    changed = ("skill", "stability", "difficulty", "reviewed_at", "due_at", "practiced_at")
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "user_id", "item_id"],
            set_={name: new.excluded[name] for name in changed},
        )
    )


async def practiced_since(session: Session, key: MemberKey, since: datetime) -> bool:
    """Return whether the member has practiced since then."""
    found = await session.scalar(
        select(col(PracticeCard.item_id))
        .where(_is_card_of(key), col(PracticeCard.practiced_at) > since)
        .limit(1)
    )
    return found is not None


async def is_wanted(session: Session, key: MemberKey) -> bool:
    """Return whether questions may come below the member's check-ins."""
    stopped = await session.scalar(select(PracticeChoice).where(_is_choice_of(key)))
    return stopped is None


async def stop(session: Session, key: MemberKey, *, now: datetime) -> None:
    """Bring no more questions below the member's check-ins; the cards stay."""
    await members.ensure(session, key, now=now)
    new = insert_into(session, PracticeChoice).values(
        workspace_id=key.workspace_id, user_id=key.user_id, stopped_at=now
    )
    await session.execute(new.on_conflict_do_nothing())


async def resume(session: Session, key: MemberKey) -> None:
    """Let questions come below the member's check-ins again."""
    stopped = await session.scalar(select(PracticeChoice).where(_is_choice_of(key)))
    if stopped:
        await session.delete(stopped)


async def count(session: Session, key: MemberKey) -> int:
    """Return how many items come back for the member."""
    found = await session.scalar(
        select(func.count()).select_from(PracticeCard).where(_is_card_of(key))
    )
    return int(found or 0)


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` cards that have been due since before that moment; return how many."""
    due_at = col(PracticeCard.due_at)
    return await delete_oldest(session, PracticeCard, due_at < before, order_by=due_at, limit=limit)


RETENTION = Retention(
    PracticeCard,
    "Questions of knowledge checks that wait for practice, from when each was due",
    timedelta(days=400),
    prune,
)


def _is_card_of(key: MemberKey) -> ColumnElement[bool]:
    here = col(PracticeCard.workspace_id) == key.workspace_id
    return here & (col(PracticeCard.user_id) == key.user_id)


def _is_choice_of(key: MemberKey) -> ColumnElement[bool]:
    here = col(PracticeChoice.workspace_id) == key.workspace_id
    return here & (col(PracticeChoice.user_id) == key.user_id)
