"""A database of the first version, full of people, loses nothing when it is upgraded."""

from datetime import datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, insert, select

from coaching.people import MemberKey
from storage import assessments, erasure, members, paces, rosters, schema, steps
from storage.database import Database
from storage.upgrading import config
from tests.storage.cast import SALES, START, a_team, minute, tip_named
from tests.storage.migrated import in_database

FIRST = "0001"
MANY = 500
ROWS = {
    "workspace": 2,
    "member": 2 * MANY,
    "wording": 2,
    "assessment": 4 * MANY,
    "answer": 6 * MANY,
    "step": 4 * MANY,
    "inbound": 2 * MANY,
}


def make_first(connection: Connection) -> None:
    command.upgrade(config(connection), FIRST)
    tables = MetaData()
    tables.reflect(connection)
    for name, rows in lived_through().items():
        connection.execute(insert(tables.tables[name]), [kept(connection, row) for row in rows])


def kept(connection: Connection, row: dict[str, Any]) -> dict[str, Any]:
    """A row as the database keeps it: SQLite has no time zones."""
    if connection.dialect.name != "sqlite":
        return row
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def lived_through() -> dict[str, list[dict[str, Any]]]:
    """Rows of two workspaces in the tables of the first version, in the order of their references."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ROWS}
    for workspace_id in ("T1", "T2"):
        here = {"workspace_id": workspace_id}
        found["workspace"].append(here | {"name": "Åcme “One”", "connected_at": START})
        found["wording"].append(here | words())
        for number in range(MANY):
            who = here | {"user_id": f"U{number}"}
            found["member"].append(who | met(number))
            found["inbound"].append(here | {"key": f"Ev{number}", "seen_at": minute(number)})
            found["assessment"] += [who | finished(number), who | opened(number)]
            found["answer"] += [here | given for given in answers(number)]
            found["step"] += [who | step(number, state) for state in ("done", "trying")]
    return found


def words() -> dict[str, Any]:
    return {
        "digest": SALES.digest,
        "framework": SALES.framework,
        "version": SALES.version,
        "family": SALES.family,
        "words": SALES.to_json(),
    }


def met(number: int) -> dict[str, Any]:
    return {
        "family": "sales" if number % 2 else None,
        "dm_channel": f"D{number}",
        "greeted_at": minute(number),
        "deactivated_at": minute(number) if number % 7 == 0 else None,
        "created_at": minute(number),
        "seen_at": minute(number + 1),
    }


def opened(number: int) -> dict[str, Any]:
    return {
        "id": f"open-{number}",
        "framework": SALES.framework,
        "family": SALES.family,
        "version": SALES.version,
        "wording_digest": SALES.digest,
        "state": "open",
        "started_at": minute(number),
        "ended_at": None,
        "tier": None,
        "floor": None,
        "spread": None,
        "card_channel": f"D{number}",
        "card_ts": f"{number}.000100",
        "card_key": "key",
        "revision": number,
    }


def finished(number: int) -> dict[str, Any]:
    result = {"state": "completed", "tier": 1.5, "floor": 1.0, "spread": 1.0}
    return opened(number) | result | {"id": f"done-{number}", "ended_at": minute(number + 9)}


def answers(number: int) -> list[dict[str, Any]]:
    return [
        {
            "assessment_id": f"done-{number}",
            "question_id": question.id,
            "place": place,
            "level": 1.0 + place / 2,
            "answered_at": minute(number + place),
        }
        for place, question in enumerate(SALES.questions)
    ]


def step(number: int, state: str) -> dict[str, Any]:
    return {
        "id": f"{state}-{number}",
        "tip_id": "note",
        "assessment_id": f"done-{number}",
        "family": "sales",
        "question": "starting",
        "from_tier": 1.0,
        "words": '{"title": "Größer – “once”"}',
        "state": state,
        "created_at": minute(number),
        "changed_at": minute(number + 2),
    }


def everything(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables of the first version, as it is."""
    tables = MetaData()
    tables.reflect(connection, only=list(ROWS))
    return {
        name: [
            dict(row)
            for row in connection.execute(
                select(tables.tables[name]).order_by(*tables.tables[name].primary_key)
            ).mappings()
        ]
        for name in ROWS
    }


@pytest.fixture
async def first_url(empty_url: str) -> str:
    """A database as the first version left it."""
    await in_database(empty_url, make_first)
    return empty_url


async def test_an_upgrade_loses_and_changes_no_row(first_url: str) -> None:
    before = await in_database(first_url, everything)
    assert {name: len(rows) for name, rows in before.items()} == ROWS
    await schema.upgrade(first_url)
    after = await in_database(first_url, everything)
    for name, rows in before.items():
        old = set(rows[0])
        assert [{one: row[one] for one in old} for row in after[name]] == rows, name


async def test_whoever_was_there_goes_on_after_an_upgrade(first_url: str) -> None:
    await schema.upgrade(first_url)
    database = await Database.open(first_url)
    try:
        assert await schema.problem(database) is None
        await goes_on(database, MemberKey("T1", "U3"))
    finally:
        await database.close()


async def goes_on(database: Database, key: MemberKey) -> None:
    """The member is who they were, can be coached and counted, and can be erased."""
    async with database.write() as session:
        member = await members.get(session, key)
        assert member is not None
        assert (member.family, member.created_at, member.zone) == ("sales", minute(3), None)
        assert (await paces.ensure(session, key, now=minute(0))).cadence == "fortnightly"
        (done,) = await assessments.history(session, key)
        assert await assessments.words(session, done) == SALES
        await steps.offer(session, key, tip_named("log"), assessment_id=done.id, now=minute(9))
    await a_team(database)
    async with database.write() as session:
        everybody = [f"U{number}" for number in range(MANY)]
        assert await rosters.freeze(session, "T1", "C1", START.date(), everybody) == MANY
        removed = await erasure.erase(session, key)
    assert removed == dict.fromkeys(erasure.ORDER, 0) | {
        "roster": 1,
        "pace": 1,
        "step": 3,
        "answer": 3,
        "assessment": 2,
        "member": 1,
    }
