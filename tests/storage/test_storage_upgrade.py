"""Upgrading a database of an earlier version keeps every row."""

import json
from datetime import datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, insert, select, text
from sqlalchemy.exc import IntegrityError

from app import REGISTRY
from coaching.members import MemberKey
from storage import checkins, members, privacy
from storage.agents import agents
from storage.assessments import assessments, given_answers, wordings
from storage.database import schema
from storage.database.engine import Database
from storage.database.migrations.runner import alembic_config
from storage.steps import step_offers
from storage.team_digest import rosters
from tests.coaching.ladders import ladder
from tests.storage.cast import SALES, START, a_team, minute, tip_named
from tests.storage.migrated import in_database
from tests.storage.registers import facts
from tests.storage.rows import owned_tables
from tests.storage.versions import RENAMED, TABLES, Rows, rows_of

MANY = 60

DELETED = {"team": {"secret"}, "release": {"contributors"}}
"""The columns with which digests remembered whom they had counted."""


@pytest.fixture(params=["0001", "0002", "0003", "0004", "0005"])
def version(request: pytest.FixtureRequest) -> str:
    """The version that the database is at before it is upgraded."""
    return str(request.param)


@pytest.fixture
async def old_url(empty_url: str, version: str) -> str:
    """A database as that version left it."""

    def make(connection: Connection) -> None:
        command.upgrade(alembic_config(connection), version)
        tables = MetaData()
        tables.reflect(connection)
        for name, rows in rows_of(version, MANY).items():
            connection.execute(insert(tables.tables[name]), [kept(connection, row) for row in rows])

    await in_database(empty_url, make)
    return empty_url


def kept(connection: Connection, row: dict[str, Any]) -> dict[str, Any]:
    """A row as the database keeps it: SQLite has no time zones."""
    if connection.dialect.name != "sqlite":
        return row
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


async def everything(url: str, version: str) -> Rows:
    """Every row of the tables of that version, as it is, whatever the tables are called now."""

    def look(connection: Connection) -> Rows:
        tables = MetaData()
        tables.reflect(connection)
        found: Rows = {}
        for name in TABLES[version]:
            table = tables.tables[name if name in tables.tables else RENAMED[name]]
            rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
            found[name] = [dict(row) for row in rows]
        return found

    return await in_database(url, look)


async def test_an_upgrade_loses_and_changes_no_row(old_url: str, version: str) -> None:
    before = await everything(old_url, version)
    expected = {name: len(rows) for name, rows in rows_of(version, MANY).items()}
    assert {name: len(rows) for name, rows in before.items()} == expected
    assert all(expected.values()), "every table of the version has rows"
    await schema.upgrade(old_url)
    after = await everything(old_url, version)
    for name, rows in before.items():
        old = set(rows[0]) - DELETED.get(name, set())
        expected_rows = [{one: row[one] for one in old} for row in rows]
        assert [{one: row[one] for one in old} for row in after[name]] == expected_rows, name
    are_about_the_members_themselves(after)
    database = await Database.open(old_url)
    try:
        assert await schema.problem(database) is None
        await refuses_what_it_refused(database)
        await goes_on(database, MemberKey("T1", "U3"), version)
        await is_erased(database, MemberKey("T1", "U3"), version)
    finally:
        await database.close()


async def test_an_upgrade_forgets_whom_a_digest_counted_and_keeps_what_it_showed(
    empty_url: str,
) -> None:
    shown = {
        "people": {"words": "5–9", "on": "2026-03-02"},
        "spread": {"shares": ["few", "some", "most"], "on": "2026-03-02"},
    }
    memory = {"rounds": [["few", "some", "most"]], "counted": {"a": [0, 7]}, "practised_at": None}
    rows = rows_of("0005", 1)
    rows["release"] = [row | {"facts": json.dumps(shown | memory)} for row in rows["release"]]

    def make(connection: Connection) -> None:
        command.upgrade(alembic_config(connection), "0005")
        tables = MetaData()
        tables.reflect(connection)
        for name, old in rows.items():
            connection.execute(insert(tables.tables[name]), [kept(connection, row) for row in old])

    await in_database(empty_url, make)
    await schema.upgrade(empty_url)
    after = await everything(empty_url, "0005")
    assert [json.loads(row["facts"]) for row in after["release"]] == [shown] * 2
    left = after["team"] + after["release"]
    assert not [row for row in left if {"secret", "contributors"} & row.keys()]


def are_about_the_members_themselves(after: Rows) -> None:
    """The assessments of before have no subject, level, draft, or notes."""
    said = {(row["subject"], row["level"], row["draft"]) for row in after["assessment"]}
    assert said == {("", None, None)}
    assert {row["note"] for row in after["answer"]} == {None}


async def refuses_what_it_refused(database: Database) -> None:
    """The upgraded database keeps the constraints."""
    wrong = {
        "one_open_assessment|assessment.workspace_id": (
            "UPDATE assessment SET state = 'open', ended_at = NULL, tier = NULL"
        ),
        "one_current_step|step.workspace_id": "UPDATE step SET state = 'trying'",
        "ck_assessment_tier": "UPDATE assessment SET tier = 4 WHERE state = 'completed'",
        "ck_assessment_completed": "UPDATE assessment SET tier = NULL",
        "ck_assessment_ended": "UPDATE assessment SET ended_at = NULL",
        "ck_step_state": "UPDATE step SET state = 'lost'",
        "(?i)fk_answer_assessment|foreign key": "UPDATE answer SET assessment_id = 'no-' || assessment_id",
    }
    for reason, statement in wrong.items():
        with pytest.raises(IntegrityError, match=reason):
            async with database.write() as session:
                await session.execute(text(statement))


async def goes_on(database: Database, key: MemberKey, version: str) -> None:
    """The member is who they were, and can be coached, on other ladders too."""
    async with database.write() as session:
        member = await members.get(session, key)
        assert member is not None
        zone = None if version == "0001" else "Europe/Vienna"
        assert (member.family, member.created_at, member.zone) == ("sales", minute(3), zone)
        cadence = "fortnightly" if version == "0001" else "weekly"
        assert (await checkins.ensure_pace(session, key, now=minute(0))).cadence == cadence
        (done,) = await assessments.history(session, key, framework="role-families")
        assert await wordings.words_of(session, done) == SALES
        await step_offers.offer(
            session, key, tip_named("log"), assessment_id=done.id, now=minute(9)
        )
        still_open = await assessments.get_open(session, key)
        assert still_open is not None
        assert still_open.id == "open-3"
        await given_answers.save_card(session, still_open, {"starting": 1.0}, place=0, now=START)
        sailing = await assessments.start(session, key, ladder(2), now=minute(10))
        assert sailing.id != still_open.id
        assert await assessments.complete(session, sailing, level=1, now=minute(11))
        assert await agents.add(session, "T1", "C1", "boats", facts(), by="U3", now=START)


async def is_erased(database: Database, key: MemberKey, version: str) -> None:
    """The member can be counted, and everything about them can be removed."""
    await a_team(database, "C2")
    async with database.write() as session:
        everybody = [f"U{number}" for number in range(MANY)]
        assert await rosters.freeze(session, "T1", "C2", START.date(), everybody) == MANY
        removed = await privacy.erase(session, key, REGISTRY.personal_data)
    lived = {"roster": 1, "pace": 1, "step": 3, "answer": 4, "assessment": 3, "wording": 1}
    coached = {"roster": 2, "practice": 1, "schedule": 1, "message": 1}
    expected = lived | {"member": 1} | ({} if version == "0001" else coached)
    assert removed == dict.fromkeys(owned_tables(), 0) | expected
