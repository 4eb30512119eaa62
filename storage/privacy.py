"""Everything held about one member: to be handed over, or to be removed for good."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, delete, exists, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped
from sqlmodel import col

from coaching.people import MemberKey
from storage import members, steps
from storage.agents.agents import Agent, AgentEvent
from storage.agents.grades import Grade
from storage.assessments import assessments, wordings
from storage.assessments.assessments import Assessment
from storage.assessments.given_answers import GivenAnswer
from storage.assessments.wordings import Wording
from storage.checkins import Pace
from storage.database.engine import Session
from storage.database.rows import json_values
from storage.members import Member
from storage.outbox.queue import Outgoing
from storage.outbox.schedules import Schedule
from storage.required_level import Project
from storage.steps import Practice, Step
from storage.team_digest.teams import RosterEntry, Team

ORDER = (
    "schedule",
    "message",
    "roster",
    "practice",
    "pace",
    "step",
    "answer",
    "assessment",
    "wording",
    "member",
)
"""The tables that an erasure removes rows from; what refers to another comes before it."""

PATIENCE_MS = 200
"""How long an erasure waits for others; less than PostgreSQL takes to notice that two wait for each other."""

TRIES = 50

IN_THE_WAY = ("55P03", "40P01")
"""PostgreSQL's codes for a lock that was not to be had in time, and for two who waited for each other."""


async def everything_about(session: Session, key: MemberKey) -> dict[str, Any]:
    """All that is held about the member, ready for JSON; times are ISO 8601 in UTC."""
    member = await members.get(session, key)
    return {
        "workspace": key.workspace_id,
        "user": key.user_id,
        "member": json_values(member) if member else None,
        "assessments": await _assessments(session, key),
        "steps": [
            json_values(step) | {"words": json.loads(step.words)}
            for step in await _rows(session, Step, steps.is_step_of(key), col(Step.id))
        ],
        "pace": next(iter(await _own_rows(session, Pace, key, col(Pace.user_id))), None),
        "practice": await _own_rows(session, Practice, key, col(Practice.said_at)),
        "planned_messages": await _own_rows(session, Schedule, key, col(Schedule.kind)),
        "messages": await _own_rows(session, Outgoing, key, col(Outgoing.due_at)),
        "counted_in_teams": await _own_rows(session, RosterEntry, key, col(RosterEntry.period)),
    } | await rows_naming(session, key)


def holds_anything(held: dict[str, Any]) -> bool:
    """Whether there is anything in what `everything_about` found."""
    return any(rows for name, rows in held.items() if name not in ("workspace", "user"))


async def erase(session: Session, key: MemberKey) -> dict[str, int]:
    """Remove all that is held about the member; returns how many rows of each table are gone.

    What belongs to a channel stays, without their name. What Slack sent is not among it: those rows have
    keys without user ids. What a digest made known stays with its keyed hashes: without them, leaving
    would change what the next one may show.
    """
    if session.get_bind().dialect.name == "sqlite":
        return await _erase(session, key)
    for _ in range(TRIES - 1):
        # Others lock the member and the rows about them in whatever order suits them. Who waits long for
        # them holds what they wait for, perhaps: that is let go, and they come first.
        try:
            async with session.begin_nested():
                await session.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
                removed = await _erase(session, key)
                await session.execute(text("SET LOCAL lock_timeout = DEFAULT"))
                return removed
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in IN_THE_WAY:
                raise
    return await _erase(session, key)


async def _erase(session: Session, key: MemberKey) -> dict[str, int]:
    is_member = await _lock_member(session, key)
    # Anybody can be named as the owner of an agent, also who was never met.
    await anonymize(session, key)
    if not is_member:
        # Every other row refers to the member's, so there is none.
        return dict.fromkeys(ORDER, 0)
    words = await _lock_words(session, key)
    doomed: dict[type[Any], ColumnElement[bool]] = {
        Schedule: _is_of(Schedule, key),
        Outgoing: _is_of(Outgoing, key),
        RosterEntry: _is_of(RosterEntry, key),
        Practice: _is_of(Practice, key),
        Pace: _is_of(Pace, key),
        Step: steps.is_step_of(key),
        GivenAnswer: _answer_of(key),
        Assessment: assessments.is_assessment_of(key),
        Wording: _unused(key.workspace_id, words),
        Member: members.is_member(key),
    }
    return {
        name: await _remove(session, table, condition)
        for name, (table, condition) in zip(ORDER, doomed.items(), strict=True)
    }


async def _assessments(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    """Each with its answers and its words; members have few, so they are read one by one."""
    rows = await _rows(session, Assessment, assessments.is_assessment_of(key), col(Assessment.id))
    return [
        json_values(row)
        | {
            "draft": json.loads(row.draft) if row.draft else None,
            "answers": [json_values(answer) for answer in await _answers(session, row)],
            "words": json.loads((await wordings.words_of(session, row)).to_json()),
        }
        for row in rows
    ]


async def _answers(session: Session, assessment: Assessment) -> Sequence[GivenAnswer]:
    of_workspace = col(GivenAnswer.workspace_id) == assessment.workspace_id
    of_assessment = col(GivenAnswer.assessment_id) == assessment.id
    return await _rows(session, GivenAnswer, of_workspace & of_assessment, col(GivenAnswer.place))


async def _lock_member(session: Session, key: MemberKey) -> bool:
    """Whoever adds a row about the member at the same time is waited for, or waits."""
    wanted = select(col(Member.user_id)).where(members.is_member(key))
    return await session.scalar(wanted.with_for_update()) is not None


async def _lock_words(session: Session, key: MemberKey) -> list[str]:
    """Keep others from the assessments and their words; returns the digests of the words."""
    own = select(col(Assessment.wording_digest)).where(assessments.is_assessment_of(key))
    shown = set(await session.scalars(own.with_for_update()))
    kept = await session.scalars(
        select(col(Wording.digest))
        .where(col(Wording.workspace_id) == key.workspace_id, col(Wording.digest).in_(shown))
        .order_by(col(Wording.digest))
        .with_for_update()
    )
    return list(kept)


def _is_of(table: type[Any], key: MemberKey) -> ColumnElement[bool]:
    """The condition that finds the member's rows in a table with user ids."""
    of_workspace: ColumnElement[bool] = col(table.workspace_id) == key.workspace_id
    return of_workspace & (col(table.user_id) == key.user_id)


def _answer_of(key: MemberKey) -> ColumnElement[bool]:
    own = select(col(Assessment.id)).where(assessments.is_assessment_of(key))
    of_workspace = col(GivenAnswer.workspace_id) == key.workspace_id
    return of_workspace & col(GivenAnswer.assessment_id).in_(own)


def _unused(workspace_id: str, digests: list[str]) -> ColumnElement[bool]:
    """Words that nobody in the workspace has in their history any more, and no channel in its register."""
    unused = (col(Wording.workspace_id) == workspace_id) & col(Wording.digest).in_(digests)
    for table in (Assessment, Grade, Project):
        unused &= ~exists().where(
            col(table.workspace_id) == col(Wording.workspace_id),
            col(table.wording_digest) == col(Wording.digest),
        )
    return unused


async def _remove(session: Session, table: type[Any], condition: ColumnElement[bool]) -> int:
    removed = await session.execute(
        delete(table)
        .where(condition)
        .returning(table.workspace_id)
        .execution_options(synchronize_session="fetch")
    )
    return len(removed.all())


async def _rows(
    session: Session,
    table: type[Any],
    condition: ColumnElement[bool],
    order: Mapped[Any],
) -> Sequence[Any]:
    return (await session.scalars(select(table).where(condition).order_by(order))).all()


async def _own_rows(
    session: Session, table: type[Any], key: MemberKey, order: Mapped[Any]
) -> list[dict[str, Any]]:
    return [json_values(row) for row in await _rows(session, table, _is_of(table, key), order)]


NAMING_COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Team: ("set_by",),
    Agent: ("owner", "added_by", "changed_by", "removed_by"),
    AgentEvent: ("by",),
    Grade: ("graded_by",),
    Project: ("shared_by", "removed_by"),
}
"""The columns with user ids in the tables of channels."""


async def rows_naming(session: Session, key: MemberKey) -> dict[str, list[dict[str, Any]]]:
    """What of the channels names the member, ready for JSON; other people's names are left out."""
    teams = await _naming_rows(session, Team, key, col(Team.channel_id))
    agents = await _naming_rows(session, Agent, key, col(Agent.id))
    events = await _naming_rows(session, AgentEvent, key, col(AgentEvent.id))
    grades = await _naming_rows(session, Grade, key, col(Grade.id))
    projects = await _naming_rows(session, Project, key, col(Project.id))
    return {
        # The rest of those rows is about the channel.
        "team_digests_set_up": [
            {name: json_values(team)[name] for name in ("channel_id", "followed_at")}
            for team in teams
        ],
        "agents": [_own_part(agent, key) for agent in agents],
        "agent_changes": [_own_part(event, key, parsed=("detail",)) for event in events],
        "agent_grades": [_own_part(grade, key, parsed=("answers", "links")) for grade in grades],
        "projects": [_own_part(project, key, parsed=("answers",)) for project in projects],
    }


async def anonymize(session: Session, key: MemberKey) -> None:
    """Take the member's name off everything that belongs to a channel; the rest of it stays."""
    for table, names in NAMING_COLUMNS.items():
        nameless: dict[str, Any] = {
            name: case((_holds_id(table, name, key), None), else_=col(getattr(table, name)))
            for name in names
        }
        if table is Agent:
            # Whoever edits it just now would write the owner's name again.
            nameless["revision"] = Agent.revision + 1
        await session.execute(
            update(table)
            .where(_names_member(table, key))
            .values(nameless)
            .execution_options(synchronize_session=False)
        )


def _names_member(table: type[Any], key: MemberKey) -> ColumnElement[bool]:
    return or_(*(_holds_id(table, name, key) for name in NAMING_COLUMNS[table]))


def _holds_id(table: type[Any], name: str, key: MemberKey) -> ColumnElement[bool]:
    of_workspace: ColumnElement[bool] = col(table.workspace_id) == key.workspace_id
    return of_workspace & (col(getattr(table, name)) == key.user_id)


async def _naming_rows(
    session: Session, table: type[Any], key: MemberKey, order: Mapped[Any]
) -> list[Any]:
    return list(
        await session.scalars(select(table).where(_names_member(table, key)).order_by(order))
    )


def _own_part(row: Any, key: MemberKey, *, parsed: Iterable[str] = ()) -> dict[str, Any]:
    """The row with the member's own name alone, and with its JSON read."""
    shown = json_values(row) | {name: json.loads(getattr(row, name)) for name in parsed}
    return {
        name: value
        for name, value in shown.items()
        if name not in NAMING_COLUMNS[type(row)] or value == key.user_id
    }
