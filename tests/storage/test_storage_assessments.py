"""An assessment from its start to its end; what happens twice, and what comes too late."""

from storage.assessments import assessments, card_places, given_answers, wordings
from storage.assessments.assessments import Assessment
from storage.database.engine import Database
from tests.storage.cast import (
    ADA,
    COLLEAGUE,
    NAMESAKE,
    SALES,
    minute,
    questionnaire_about,
)
from tests.storage.cast import completed as the_result


async def started(database: Database) -> Assessment:
    async with database.write() as session:
        return await assessments.start(session, ADA, SALES, now=minute(0))


async def answer(database: Database, assessment: Assessment, question: str, level: float) -> bool:
    async with database.write() as session:
        place = list(SALES.topics).index(question)
        return await given_answers.save_card(
            session, assessment, {question: level}, place=place, now=minute(1)
        )


async def completed(
    database: Database, *, number: int, family: str = "sales", version: str = "1"
) -> Assessment:
    words = questionnaire_about(family, version=version)
    async with database.write() as session:
        assessment = await assessments.start(session, ADA, words, now=minute(number))
        assert await assessments.complete(
            session, assessment, now=minute(number + 1), tier=1.5, floor=1.0, spread=1.5
        )
    return assessment


async def test_a_start_keeps_who_what_and_when(database: Database) -> None:
    new = await started(database)
    async with database.read() as session:
        found = await assessments.get_open(session, ADA)
        assert found is not None
        assert found.model_dump() == new.model_dump()
        assert (found.family, found.version, found.state) == ("sales", "1", "open")
        assert (found.started_at, found.ended_at, found.revision) == (minute(0), None, 0)
        assert await assessments.get_open(session, COLLEAGUE) is None
        assert await assessments.get_open(session, NAMESAKE) is None


async def test_a_second_start_returns_the_open_one(database: Database) -> None:
    first = await started(database)
    async with database.write() as session:
        design = questionnaire_about("design")
        second = await assessments.start(session, ADA, design, now=minute(5))
    assert (second.id, second.family, second.started_at) == (first.id, "sales", minute(0))


async def test_each_framework_can_have_one_open(database: Database) -> None:
    await started(database)
    coding = questionnaire_about("engineering", framework="ai-coding")
    async with database.write() as session:
        other = await assessments.start(session, ADA, coding, now=minute(1))
        found = await assessments.get_open(session, ADA, "ai-coding", lock=True)
    assert found is not None
    assert found.id == other.id


async def test_answers_come_in_the_order_of_the_questions(database: Database) -> None:
    assessment = await started(database)
    for question, level in (("sharing", 3.0), ("starting", 0.5), ("checking", 2.5)):
        assert await answer(database, assessment, question, level) is True
    async with database.read() as session:
        found = await given_answers.levels_by_item(session, assessment)
    assert list(found.items()) == [("starting", 0.5), ("checking", 2.5), ("sharing", 3.0)]
    assert assessment.revision == 3


async def test_a_second_answer_to_a_question_changes_nothing(database: Database) -> None:
    assessment = await started(database)
    assert await answer(database, assessment, "starting", 2.0) is True
    assert await answer(database, assessment, "starting", 3.0) is False
    async with database.read() as session:
        assert await given_answers.levels_by_item(session, assessment) == {"starting": 2.0}
        found = await assessments.get(session, "T1", assessment.id)
    assert found is not None
    assert found.revision == assessment.revision == 1


async def test_back_takes_one_answer_back(database: Database) -> None:
    assessment = await started(database)
    await answer(database, assessment, "starting", 2.0)
    await answer(database, assessment, "checking", 1.0)
    async with database.write() as session:
        assert await given_answers.remove_card(session, assessment, ["checking"]) is True
        assert await given_answers.remove_card(session, assessment, ["checking"]) is False
        assert await given_answers.levels_by_item(session, assessment) == {"starting": 2.0}
    assert assessment.revision == 3
    assert await answer(database, assessment, "checking", 3.0) is True


async def test_completing_keeps_the_result_and_ends_it(database: Database) -> None:
    assessment = await started(database)
    await answer(database, assessment, "starting", 1.0)
    await answer(database, assessment, "checking", 2.5)
    async with database.write() as session:
        assert await the_result(session, assessment, now=minute(9)) is True
    async with database.read() as session:
        found = await assessments.get(session, "T1", assessment.id)
        assert found is not None
        assert found.model_dump() == assessment.model_dump()
        assert (found.state, found.ended_at, found.revision) == ("completed", minute(9), 3)
        assert (found.tier, found.floor, found.spread) == (1.5, 1.0, 1.5)
        assert await assessments.get_open(session, ADA) is None


async def test_nothing_changes_after_the_end(database: Database) -> None:
    assessment = await started(database)
    stale = assessment.model_copy()
    await answer(database, assessment, "starting", 1.0)
    async with database.write() as session:
        assert await assessments.abandon(session, assessment, now=minute(2)) is True
    assert await answer(database, stale, "checking", 1.0) is False
    async with database.write() as session:
        assert await given_answers.remove_card(session, stale, ["starting"]) is False
        assert (
            await assessments.complete(
                session, stale, now=minute(3), tier=1.5, floor=1.0, spread=1.5
            )
            is False
        )
        assert await assessments.abandon(session, stale, now=minute(3)) is False
        assert await given_answers.levels_by_item(session, stale) == {"starting": 1.0}
        found = await assessments.get(session, "T1", assessment.id, lock=True)
    assert found is not None
    assert (found.state, found.ended_at, found.revision) == ("abandoned", minute(2), 2)


async def test_after_the_end_a_new_one_can_start(database: Database) -> None:
    old = await completed(database, number=0)
    new = await started(database)
    assert new.id != old.id


async def test_another_workspace_cannot_reach_it(database: Database) -> None:
    assessment = await started(database)
    async with database.write() as session:
        assert await assessments.get(session, "T2", assessment.id) is None
        stolen = assessment.model_copy(update={"workspace_id": "T2"})
        assert await assessments.abandon(session, stolen, now=minute(1)) is False


async def test_history_is_newest_first_and_only_what_was_completed(database: Database) -> None:
    first = await completed(database, number=0)
    second = await completed(database, number=10, family="design")
    third = await completed(database, number=20)
    await started(database)
    async with database.read() as session:
        found = [row.id for row in await assessments.history(session, ADA)]
        assert found == [third.id, second.id, first.id]
        assert [row.id for row in await assessments.history(session, ADA, limit=1)] == [third.id]
        assert await assessments.history(session, NAMESAKE) == []


async def test_the_latest_can_be_asked_by_family_and_moment(database: Database) -> None:
    first = await completed(database, number=0)
    second = await completed(database, number=10, family="design")
    third = await completed(database, number=20)

    async with database.read() as session:
        by_family = await assessments.latest(session, ADA, family="design")
        before = await assessments.latest(session, ADA, family="sales", before=minute(21))
        last = await assessments.latest(session, ADA)
        none = await assessments.latest(session, ADA, family="marketing")
    assert [row and row.id for row in (by_family, before, last, none)] == [
        second.id,
        first.id,
        third.id,
        None,
    ]


async def test_history_keeps_its_words_when_the_content_changes(database: Database) -> None:
    old = await completed(database, number=0, version="1")
    new = await completed(database, number=10, version="2")
    async with database.read() as session:
        assert await wordings.words_of(session, old) == questionnaire_about("sales", version="1")
        assert await wordings.words_of(session, new) == questionnaire_about("sales", version="2")


async def test_a_card_is_claimed_then_pinned(database: Database) -> None:
    assessment = await started(database)
    async with database.write() as session:
        assert await card_places.announce(session, assessment, "key-1") is True
        assert await card_places.save(session, assessment, channel="D1", ts="1.1") is True
    async with database.read() as session:
        found = await assessments.get(session, "T1", assessment.id)
        assert found is not None
        assert (found.card_key, found.card_channel, found.card_ts) == ("key-1", "D1", "1.1")


async def test_of_two_claims_of_a_card_the_first_wins(database: Database) -> None:
    mine = await started(database)
    theirs = mine.model_copy()
    async with database.write() as session:
        assert await card_places.announce(session, mine, "mine") is True
        assert await card_places.announce(session, theirs, "theirs") is False
        assert await card_places.save(session, theirs, channel="D1", ts="9.9") is False
        assert await card_places.save(session, mine, channel="D1", ts="1.1") is True


async def test_a_new_claim_opens_the_place_of_the_card(database: Database) -> None:
    assessment = await started(database)
    async with database.write() as session:
        await card_places.announce(session, assessment, "first")
        await card_places.save(session, assessment, channel="D1", ts="1.1")
        assert await card_places.announce(session, assessment, "second") is True
    assert (assessment.card_key, assessment.card_channel, assessment.card_ts) == (
        "second",
        None,
        None,
    )


async def test_a_card_shows_the_one_that_was_started_over_on_it(database: Database) -> None:
    old = await on_a_card(database, ts="1.1")
    async with database.write() as session:
        await assessments.abandon(session, old, now=minute(1))
        assert await card_places.latest_assessment(session, old) is None
    new = await on_a_card(database, ts="1.1")
    async with database.read() as session:
        found = await card_places.latest_assessment(session, old)
        assert found is not None
        assert found.id == new.id
        elsewhere = old.model_copy(update={"user_id": "U2"})
        assert await card_places.latest_assessment(session, elsewhere) is None


async def test_another_card_shows_something_else(database: Database) -> None:
    old = await on_a_card(database, ts="1.1")
    async with database.write() as session:
        await assessments.abandon(session, old, now=minute(1))
    await on_a_card(database, ts="2.2")
    async with database.read() as session:
        assert await card_places.latest_assessment(session, old) is None


async def on_a_card(database: Database, *, ts: str) -> Assessment:
    """An open self-check with its card in the member's conversation."""
    row = await started(database)
    async with database.write() as session:
        await card_places.save(session, row, channel="D1", ts=ts)
    return row
