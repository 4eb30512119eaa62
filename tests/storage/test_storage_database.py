"""Guarantees of the database layer: no lost update, no lock error, readers that cannot write."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from storage import inbound, members
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import Assessment
from storage.database.address import normalized
from storage.database.engine import Database, postgres_engine
from storage.database.errors import DatabaseProblem
from tests.process import PRELOADED
from tests.storage.cast import ADA, COLLEAGUE, SALES, minute


async def started(database: Database) -> Assessment:
    async with database.write() as session:
        return await assessments.start(session, ADA, SALES, now=minute(0))


async def test_300_parallel_increments_all_count(database: Database) -> None:
    await started(database)

    async def increment() -> None:
        async with database.write() as session:
            assessment = await assessments.get_open(session, ADA, lock=True)
            assert assessment is not None
            assessment.revision += 1

    await asyncio.gather(*(increment() for _ in range(300)))
    async with database.read() as session:
        found = await assessments.get_open(session, ADA)
    assert found is not None
    assert found.revision == 300


async def test_parallel_starts_open_one_assessment(database: Database) -> None:
    opened = await asyncio.gather(*(started(database) for _ in range(12)))
    assert len({assessment.id for assessment in opened}) == 1


async def test_of_parallel_answers_to_one_question_one_counts(database: Database) -> None:
    assessment = await started(database)

    async def click(level: float) -> bool:
        async with database.write() as session:
            mine = await assessments.get(session, "T1", assessment.id)
            assert mine is not None
            return await given_answers.save_card(
                session, mine, {"starting": level}, place=0, now=minute(1)
            )

    kept = await asyncio.gather(*(click(level) for level in (0.5, 1, 1.5, 2, 2.5, 3) * 3))
    assert kept.count(True) == 1
    async with database.read() as session:
        found = await assessments.get(session, "T1", assessment.id)
        assert len(await given_answers.levels_by_item(session, assessment)) == 1
    assert found is not None
    assert found.revision == 1


async def test_an_answer_and_an_end_at_once_never_both_count(database: Database) -> None:
    for _ in range(10):
        assessment = await started(database)

        async def click(open_one: Assessment = assessment) -> bool:
            async with database.write() as session:
                mine = open_one.model_copy()
                return await given_answers.save_card(
                    session, mine, {"starting": 1.0}, place=0, now=minute(1)
                )

        async def end(open_one: Assessment = assessment) -> bool:
            async with database.write() as session:
                return await assessments.abandon(session, open_one.model_copy(), now=minute(1))

        answered, ended = await asyncio.gather(click(), end())
        async with database.read() as session:
            found = await assessments.get(session, "T1", assessment.id)
            answers = await given_answers.levels_by_item(session, assessment)
        assert found is not None
        assert ended
        assert (found.state, found.revision) == ("abandoned", 1 + answered)
        assert len(answers) == answered


async def test_an_error_rolls_everything_back(database: Database) -> None:
    async def fail_halfway() -> None:
        async with database.write() as session:
            await members.ensure(session, ADA, now=minute(0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_halfway()
    async with database.read() as session:
        assert await members.get(session, ADA) is None


async def test_a_cancelled_writer_does_not_block_the_next_one(database: Database) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with database.write() as session:
            await members.ensure(session, ADA, now=minute(0))
            inside.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await inside.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    async with database.write() as session:
        assert await members.get(session, ADA) is None


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        async with database.read() as session:
            await inbound.claim(session, "T1", "Ev1", now=minute(0))
    async with database.write() as session:
        assert await inbound.claim(session, "T1", "Ev1", now=minute(0)) is True


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    await started(database)
    async with database.write() as writing:
        await members.save_family(writing, ADA, "sales", now=minute(1))
        async with asyncio.timeout(5), database.read() as reading:
            before = await members.get(reading, ADA)
    assert before is not None
    assert before.family is None


async def test_foreign_keys_are_checked(database: Database) -> None:
    await started(database)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await session.execute(
                text(
                    "INSERT INTO step (workspace_id, id, user_id, tip_id, from_tier, words, state,"
                    " created_at, changed_at)"
                    " SELECT workspace_id, 'S1', 'nobody', 'tip', 1, '{}', 'done',"
                    " created_at, created_at FROM member"
                )
            )


async def test_a_tier_off_the_scale_is_refused(database: Database) -> None:
    assessment = await started(database)
    async with database.write() as session:
        with pytest.raises(IntegrityError, match="ck_assessment_tier"):
            await assessments.complete(session, assessment, now=minute(1), tier=4.0)


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    evening = datetime(2026, 3, 2, 23, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    async with database.write() as session:
        await members.ensure(session, ADA, now=evening)
    async with database.read() as session:
        member = await members.get(session, ADA)
    assert member is not None
    assert member.created_at == evening
    assert member.created_at.utcoffset() == timedelta(0)
    assert member.created_at.isoformat() == "2026-03-03T04:30:00.123456+00:00"
    async with database.write() as session:
        with pytest.raises(StatementError, match="has no time zone"):
            await members.ensure(session, COLLEAGUE, now=evening.replace(tzinfo=None))


WRITES = 40


def write_often(url: str, name: str) -> None:
    """What one of several processes does; any "database is locked" ends it with an error."""

    async def writing() -> None:
        database = await Database.open(url)
        for number in range(WRITES):
            async with database.write() as session:
                # Reads before it writes: that is where a plain BEGIN takes the lock too late.
                assessment = await assessments.get_open(session, ADA, lock=True)
                assert assessment is not None
                assessment.revision += 1
                await inbound.claim(session, "T1", f"{name}-{number}", now=minute(number))
        await database.close()

    asyncio.run(writing())


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_four_writing_processes_never_meet_a_lock(database: Database) -> None:
    await started(database)
    url = f"sqlite:///{database.url.database}"
    writers = [PRELOADED.Process(target=write_often, args=(url, f"w{n}")) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        await asyncio.to_thread(writer.join, 120)
    assert [writer.exitcode for writer in writers] == [0, 0, 0, 0]
    async with database.read() as session:
        assessment = await assessments.get_open(session, ADA)
        claims = await session.scalar(text("SELECT count(*) FROM inbound"))
    assert assessment is not None
    assert (assessment.revision, claims) == (4 * WRITES, 4 * WRITES)


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("busy_timeout", 30_000),
    ],
)
async def test_sqlite_is_set_up_for_safety(database: Database, pragma: str, value: object) -> None:
    for door in (database.write, database.read):
        async with door() as session:
            assert await session.scalar(text(f"PRAGMA {pragma}")) == value


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_a_lost_machine_does_not_hold_its_rows_for_hours(database: Database) -> None:
    for door in (database.write, database.read):
        async with door() as session:
            found = await session.scalar(text("SHOW idle_in_transaction_session_timeout"))
            assert found == "1min"


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_a_statement_without_an_answer_is_given_up(database_url: str) -> None:
    engine = postgres_engine(normalized(database_url), statement_timeout=0.3)
    with pytest.raises(DatabaseProblem, match="it does not answer in time"):
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_sleep(20)"))
    async with engine.begin() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await engine.dispose()
