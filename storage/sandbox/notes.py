"""Notes of a sandbox: a line a week and the look halfway, as the member wrote them, with answers in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import CheckConstraint, ColumnElement, Text, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from coaching.sandbox import Happened, is_too_long, week_of
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, insert_into, refers_to
from storage.sandbox import plan_rows
from storage.sandbox.plan_rows import Plan

NoteKind = Literal["week", "halfway"]
Problem = Literal["gone", "words", "long"]
"""What is wrong: there is no such plan that runs, there are no words, or too many."""


class Note(Row, table=True):
    """What a member says of a plan that runs: of a week, by its number, or halfway, in week 0.

    `happened` is one of three answers, of a week alone. `answer` are the words of the supervisor.
    """

    __tablename__ = "sandbox_note"
    __table_args__ = (
        refers_to("sandbox_plan", plan_id="id"),
        CheckConstraint("kind IN ('week', 'halfway')", name="kind"),
    )

    plan_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    week: int = Field(primary_key=True)
    happened: str | None = None
    words: str = Field(default="", sa_type=Text)
    said_at: datetime = Field(sa_type=UtcTime)
    answer: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def how(self) -> Happened | None:
        """What happened in the week, as the rules know it."""
        return cast("Happened | None", self.happened)


async def notes_about(_session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the notes of the member's plans."""
    return plan_rows.is_of_plans(Note, key)


PERSONAL_DATA = OwnedTable(
    Note,
    "sandbox_notes",
    "results",
    order_by="said_at",
    rows_of=notes_about,
)


async def of_plan(session: Session, workspace_id: str, plan_id: str) -> list[Note]:
    """Return the notes of a plan, oldest first."""
    found = (
        select(Note)
        .where(col(Note.workspace_id) == workspace_id, col(Note.plan_id) == plan_id)
        .order_by(col(Note.said_at), col(Note.week))
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(found))


async def week_line(
    session: Session,
    key: MemberKey,
    plan_id: str,
    week: int,
    happened: Happened,
    *,
    words: str | None = None,
    now: datetime,
) -> Note | Problem:
    """Store what the member says of a week that has begun, in place of what they said of it before.

    Without `words` those that are stored stay, so that a tap comes before the sentence or after it.
    """
    plan = await plan_rows.locked(session, key, plan_id)
    if plan is None or plan.state != "running" or plan.started_at is None:
        return "gone"
    if not 1 <= week <= week_of(plan.started_at, now):
        return "gone"
    if is_too_long(words or ""):
        return "long"
    changes = {"happened": happened, "said_at": now} | ({} if words is None else {"words": words})
    return await _save(session, plan, "week", week, changes)


async def say_halfway(
    session: Session, key: MemberKey, plan_id: str, words: str, *, now: datetime
) -> Note | Problem:
    """Store what the member says halfway, while the plan runs; until it is answered they can say it anew."""
    plan = await plan_rows.locked(session, key, plan_id)
    if plan is None or plan.state != "running":
        return "gone"
    if problem := words_problem(words):
        return problem
    said = await _one(session, plan, "halfway", 0)
    if said is not None and said.answered_at is not None:
        return "gone"
    note = await _save(session, plan, "halfway", 0, {"words": words, "said_at": now})
    if said is None:
        await plan_rows.record(session, plan, "plan_halfway", now=now, by=key)
    return note


async def answer_halfway(
    session: Session, by: MemberKey, plan_id: str, words: str, *, now: datetime
) -> tuple[Plan, Note] | Problem:
    """Store the supervisor's words on the look halfway, once."""
    found = await plan_rows.locked_for(session, by, plan_id)
    if found is None or found[0].supervisor != by.user_id:
        return "gone"
    plan, _ = found
    note = await _one(session, plan, "halfway", 0)
    if note is None or note.answered_at is not None:
        return "gone"
    if problem := words_problem(words):
        return problem
    note.answer, note.answered_at = words, now
    await session.flush()
    await plan_rows.record(session, plan, "plan_halfway_answered", now=now, by=by)
    return plan, note


def words_problem(words: str) -> Literal["words", "long"] | None:
    """Return what is wrong with words that have to be there, or None."""
    if not words.strip():
        return "words"
    return "long" if is_too_long(words) else None


async def _save(
    session: Session, plan: Plan, kind: NoteKind, week: int, changes: Mapping[str, object]
) -> Note:
    place = {"workspace_id": plan.workspace_id, "plan_id": plan.id, "kind": kind, "week": week}
    new = insert_into(session, Note).values(**{"words": "", **place, **changes})
    await session.execute(new.on_conflict_do_update(index_elements=list(place), set_=changes))
    note = await _one(session, plan, kind, week)
    if note is None:
        raise LookupError(f"The note on {plan.id} could not be stored.")
    return note


async def _one(session: Session, plan: Plan, kind: NoteKind, week: int) -> Note | None:
    found: Note | None = await session.scalar(
        select(Note)
        .where(
            col(Note.workspace_id) == plan.workspace_id,
            col(Note.plan_id) == plan.id,
            col(Note.kind) == kind,
            col(Note.week) == week,
        )
        .execution_options(populate_existing=True)
    )
    return found
