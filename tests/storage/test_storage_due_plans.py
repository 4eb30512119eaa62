"""Queries that the scheduler runs every few seconds use an index, in a database with thousands of rows."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import insert, text

from coaching.members import MemberKey
from storage import checkins
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.checkins import Pace
from storage.database import Session
from storage.database.engine import Database
from storage.members import Member
from storage.outbox import claims, queue, recovery, reports, schedules
from storage.outbox.queue import Outgoing
from storage.outbox.rates import RateLimit
from storage.outbox.schedules import Schedule
from storage.steps import step_offers
from storage.steps.steps import Practice
from storage.team_digest import releases, rosters, teams
from storage.team_digest.releases import Release
from storage.team_digest.teams import RosterEntry, Team
from storage.workspaces import Workspace
from tests.databases import run_all
from tests.storage.cast import ADA, START, a_team, finished, minute, outgoing, planned, tip_named
from tests.storage.statements import plan_of, recorded

MANY = 3_000
TEAMS = 60
PERIOD = START.date()
USERS = [f"U{number:05}" for number in range(MANY)]
ONE = MemberKey("T1", USERS[7])
YEAR = timedelta(days=365)
LIMIT = RateLimit("chat.postMessage", 300)
CHANNEL = ("T1", "C1")

PLAN = planned(ONE).model_dump()
MESSAGE = outgoing(ONE).model_dump()
PRACTICE = Practice(
    workspace_id="T1",
    user_id=ONE.user_id,
    id="p",
    step_id="s",
    tip_id="note",
    outcome="done",
    said_at=START,
).model_dump()
"""What a row of each has; making a model for every row takes most of the time."""
STATES = ["ready", *["leased"] * 2, *["sending"] * 2, "unknown", *["sent"] * 94]


class Asked(NamedTuple):
    """A question of the clock, and the indexes by which both databases find the answer."""

    call: Callable[[Session], Awaitable[Any]]
    indexes: tuple[str, ...]


QUESTIONS = {
    "schedules.take_due": Asked(
        lambda s: schedules.take_due(s, now=START, limit=250), ("ix_schedule_due",)
    ),
    "schedules.members_due": Asked(
        lambda s: schedules.members_due(s, "T1", before=START, limit=100),
        ("ix_schedule_due_here", "ix_schedule_due"),
    ),
    "outbox.due_workspaces": Asked(
        lambda s: queue.workspaces_due(s, now=START), ("ix_message_ready",)
    ),
    "outbox.oldest_due": Asked(lambda s: reports.oldest_due(s, now=START), ("ix_message_ready",)),
    "outbox.count_recent": Asked(
        lambda s: reports.count_recent(s, since=PERIOD),
        ("ix_message_ready", "ix_message_held", "ix_message_unknown", "pk_message"),
    ),
    "outbox.claim": Asked(
        lambda s: claims.claim(
            s,
            "T1",
            owner="me",
            lease=timedelta(minutes=1),
            limit=LIMIT,
            batch=20,
            now=START,
        ),
        ("ix_message_ready",),
    ),
    "outbox.release": Asked(
        lambda s: recovery.release_expired(s, lease=timedelta(minutes=1), limit=100, now=START),
        ("ix_message_held",),
    ),
    "outbox.held": Asked(recovery.list_sending, ("ix_message_held",)),
    "outbox.give_back": Asked(
        lambda s: claims.release_owned(s, "other", now=START), ("ix_message_held",)
    ),
    "paces.ignored": Asked(
        lambda s: checkins.count_ignored(s, ONE), ("ix_message_of_member", "ix_message_of_subject")
    ),
    "paces.sent_days": Asked(
        lambda s: checkins.sent_days(s, ONE, since=PERIOD),
        ("ix_message_of_member", "ix_message_of_subject"),
    ),
    "rosters.standings": Asked(
        lambda s: rosters.standings(s, *CHANNEL, PERIOD), ("ix_assessment_of_member",)
    ),
    "rosters.size": Asked(
        lambda s: rosters.size(s, *CHANNEL, PERIOD), ("pk_roster", "sqlite_autoindex_roster_1")
    ),
    "rosters.who_practiced": Asked(
        lambda s: rosters.who_practiced(s, *CHANNEL, PERIOD, since=START, until=minute(9)),
        ("ix_practice_of_member",),
    ),
    "releases.list_delivered": Asked(
        lambda s: releases.list_delivered(s, *CHANNEL, limit=1), ("ix_release_of_team",)
    ),
}


@pytest.fixture
async def crowded(database: Database) -> Database:
    """Thousands of members with plans and messages, of which few are due; fifty count for a team."""
    for channel in range(1, TEAMS + 1):
        await a_team(database, f"C{channel}")
    await finished(database, ADA, 2.0)
    async with database.write() as session:
        await fill(session)
    async with database.write() as session:
        await session.execute(text("ANALYZE"))
    return database


async def fill(session: Session) -> None:
    (model,) = await assessments.history(session, ADA)
    step = await step_offers.offer(
        session, ADA, tip_named("note"), assessment_id=model.id, now=START
    )
    for table, values in (rows_of_members(model, step.id) | rows_of_team()).items():
        await session.execute(insert(table), values)


def rows_of_members(model: Assessment, step_id: str) -> dict[type[Any], list[dict[str, Any]]]:
    """Return the rows of each table in which every member has some."""
    keys = [MemberKey("T1", user_id) for user_id in USERS]
    everybody = list(enumerate(keys))
    return {
        Member: [member(number, key) for number, key in everybody],
        Pace: [Pace(**id_of(key)).model_dump() for key in keys],
        Assessment: [
            model.model_dump() | id_of(key) | {"id": f"{key.user_id}-{number}"}
            for key in keys
            for number in range(2)
        ],
        Schedule: [plan(number, key) for number, key in everybody],
        Outgoing: [message(number, key) for number, key in enumerate(keys * 2)],
        Practice: [practice(number, key, step_id) for key in keys for number in range(4)],
    }


def rows_of_team() -> dict[type[Any], list[dict[str, Any]]]:
    """Return the rosters of all teams, and the digests of one."""
    return {
        RosterEntry: [
            {
                "workspace_id": "T1",
                "user_id": user_id,
                "channel_id": f"C{channel}",
                "period": PERIOD,
            }
            for channel in range(1, TEAMS + 1)
            for user_id in USERS[:50]
        ],
        Release: [release(number) for number in range(500)],
    }


def id_of(key: MemberKey) -> dict[str, Any]:
    return {"workspace_id": key.workspace_id, "user_id": key.user_id}


def member(number: int, key: MemberKey) -> dict[str, Any]:
    profile_at = START if number % 500 else None
    return id_of(key) | {"created_at": START, "seen_at": START, "profile_at": profile_at}


def plan(number: int, key: MemberKey) -> dict[str, Any]:
    due = START + (YEAR if number % 100 else timedelta(0))
    return PLAN | id_of(key) | {"subject": key.user_id, "next_due_at": due}


def practice(number: int, key: MemberKey, step_id: str) -> dict[str, Any]:
    own = {"id": f"{key.user_id}-{number}", "step_id": step_id, "said_at": minute(number)}
    return PRACTICE | id_of(key) | own


def release(number: int) -> dict[str, Any]:
    return {
        "workspace_id": "T1",
        "id": f"m{number}",
        "channel_id": "C1",
        "period": PERIOD,
        "released_at": minute(number),
        "facts": "{}",
    }


def message(number: int, key: MemberKey) -> dict[str, Any]:
    state = STATES[number % len(STATES)]
    is_held = state in ("leased", "sending")
    return (
        MESSAGE
        | id_of(key)
        | {
            "id": f"{key.user_id}-{number:05}",
            "dedupe_key": f"checkin:{key.user_id}:{number:05}",
            "subject": key.user_id,
            "state": state,
            "lease_until": minute(0) if is_held else None,
            "owner": "other" if is_held else None,
            "sending_at": minute(0) if state in ("sending", "sent", "unknown") else None,
        }
    )


INSTALLED = 2_000
OFTEN: dict[str, Callable[[Session], Awaitable[Any]]] = {
    "tick": lambda s: schedules.take_due(s, now=START, limit=100),
    "send": lambda s: queue.workspaces_due(s, now=START),
    "reap": recovery.list_sending,
    "profiles": lambda s: schedules.workspaces_with_strangers_due(
        s, before=START, read_before=START
    ),
    "digests": lambda s: teams.workspaces_with_work(s, due_before=START, followed_before=START),
    "ready": lambda s: reports.late_since(s, before=START, paced_since=START),
    "age": lambda s: reports.oldest_due(s, now=START),
}
"""What every process asks every few seconds."""


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_no_question_that_is_asked_often_reads_rows_of_every_installed_workspace(
    many_installed: Database,
) -> None:
    for name, ask in OFTEN.items():
        async with many_installed.write() as session:
            with recorded(session) as statements:
                await ask(session)
            plans = [await rows_read(session, *one) for one in statements]
            await session.rollback()
        read, plan = max(plans)
        assert read < INSTALLED / 20, f"{name}: {plan}"


async def rows_read(session: Session, statement: str, values: Any) -> tuple[float, str]:
    """Return the most rows that one step of the plan read, and the plan."""
    connection = await session.connection()
    (plan,) = (
        await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
    ).scalars()
    return max(map(rows_of_step, steps_of(plan[0]["Plan"]))), str(plan)


def steps_of(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for below in step.get("Plans", ()):
        yield from steps_of(below)


def rows_of_step(step: dict[str, Any]) -> float:
    removed = step.get("Rows Removed by Filter", 0)
    return float((step["Actual Rows"] + removed) * step["Actual Loops"])


@pytest.fixture
async def many_installed(database: Database, database_url: str) -> Database:
    """Many workspaces in which nothing is due, though they have a digest and an old message, and one due."""
    places = [f"T{number:05}" for number in range(INSTALLED)]
    keys = [MemberKey(one, "U1") for one in places]
    later = START + timedelta(days=1)
    async with database.write() as session:
        for table, rows in rows_of_installed(places, keys, later).items():
            await session.execute(insert(table), rows)
        due = planned(keys[3], "series", next_due_at=START)
        session.add_all([due, outgoing(keys[3], "due", not_before=START)])
    # The rows that other tests deleted would be read too.
    await run_all(database_url, ["VACUUM ANALYZE"])
    return database


def rows_of_installed(
    places: Sequence[str], keys: Sequence[MemberKey], later: datetime
) -> dict[type[Any], list[dict[str, Any]]]:
    team = {"zone": "UTC", "weekday": 1, "hour": 9, "followed_at": START, "announced_ts": "1.0"}
    digest = {"next_due_at": later, "subject": "C1", "user_id": None}
    return {
        Workspace: [{"workspace_id": one, "name": one, "connected_at": START} for one in places],
        Member: [member(number, key) for number, key in enumerate(keys, start=1)],
        Team: [{"workspace_id": one, "channel_id": "C1"} | team for one in places],
        Schedule: [
            plan(0, key) | more
            for key in keys
            for more in ({"kind": "digest"} | digest, {"next_due_at": later})
        ],
        Outgoing: [message(0, key) | {"state": "sent", "sent_at": START} for key in keys],
    }


async def test_queries_of_the_scheduler_use_an_index(crowded: Database) -> None:
    wrong = []
    for name, (call, indexes) in QUESTIONS.items():
        async with crowded.write() as session:
            with recorded(session) as statements:
                await call(session)
            if session.get_bind().dialect.name == "postgresql":
                # A few thousand rows are few: it may rather read them all, where it could do without.
                await session.execute(text("SET LOCAL enable_seqscan = off"))
            plans = [await plan_of(session, *one) for one in statements]
            await session.rollback()
        seen = "\n".join(plans)
        if not any(index in seen for index in indexes):
            wrong.append(f"{name} uses none of {indexes}:\n{seen}")
        if reads_all(seen):
            wrong.append(f"{name} reads a whole table:\n{seen}")
    assert wrong == [], "\n\n".join(wrong)


def reads_all(plan: str) -> bool:
    """Whether SQLite reads a large table from end to end; PostgreSQL may, where it thinks it is small."""
    large = ("member", "schedule", "message", "assessment", "roster", "practice", "pace")
    return any(line.strip() in [f"SCAN {table}" for table in large] for line in plan.split("\n"))
