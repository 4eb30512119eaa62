"""Cards of several items: answered together or not at all, with links to evidence, and with a draft."""

import asyncio
from collections.abc import Mapping

import pytest
from sqlalchemy.exc import IntegrityError

from storage.assessments import assessments, given_answers
from storage.assessments.assessments import Assessment
from storage.database.engine import Database
from tests.coaching.ladders import ladder
from tests.storage.cast import ADA, minute

SAILING = ladder(2, 3)
FIRST = {"b1-0": 2.0, "b1-1": 3.0}
SECOND = {"b2-0": 0.0, "b2-1": 1.0, "b2-2": 2.0}


async def started(database: Database) -> Assessment:
    async with database.write() as session:
        return await assessments.start(session, ADA, SAILING, now=minute(0))


async def answered(
    database: Database,
    row: Assessment,
    given: Mapping[str, float],
    *,
    place: int = 0,
    notes: Mapping[str, str] | None = None,
    is_last: bool = False,
) -> bool:
    async with database.write() as session:
        return await given_answers.save_card(
            session,
            row,
            given,
            notes=notes or {},
            place=place,
            now=minute(1),
            is_last=is_last,
        )


async def kept(database: Database, row: Assessment) -> Assessment:
    async with database.read() as session:
        found = await assessments.get(session, row.workspace_id, row.id)
    assert found is not None
    return found


async def given_in(database: Database, row: Assessment) -> dict[str, float]:
    async with database.read() as session:
        return await given_answers.levels_by_item(session, row)


async def test_a_card_is_one_change_however_many_items_it_has(database: Database) -> None:
    row = await started(database)
    assert await answered(database, row, FIRST) is True
    assert row.revision == (await kept(database, row)).revision == 1
    assert await answered(database, row, SECOND, place=2) is True
    assert row.revision == 2
    assert list((await given_in(database, row)).items()) == [*FIRST.items(), *SECOND.items()]


async def test_answers_keep_the_order_in_which_they_were_asked(database: Database) -> None:
    row = await started(database)
    backwards = {"b2-2": 1.0, "b2-0": 2.0, "b2-1": 3.0}
    await answered(database, row, backwards, place=2)
    await answered(database, row, FIRST)
    assert list(await given_in(database, row)) == [*FIRST, *backwards]


@pytest.mark.parametrize("place", [0, 5])
async def test_a_card_that_was_answered_in_part_keeps_nothing_of_an_old_click(
    database: Database, place: int
) -> None:
    row = await started(database)
    await answered(database, row, {"b1-1": 1.0})
    assert await answered(database, row, FIRST, place=place) is False
    assert await given_in(database, row) == {"b1-1": 1.0}
    assert (await kept(database, row)).revision == row.revision == 1


async def test_of_cards_that_share_an_item_at_once_one_counts(database: Database) -> None:
    for _ in range(5):
        row = await started(database)
        cards = [FIRST, {"b1-1": 0.0, "b2-0": 1.0}, {"b2-0": 3.0, "b1-0": 0.0, "b1-1": 1.0}]
        clicks = (answered(database, row.model_copy(), card) for card in cards * 2)
        results = await asyncio.gather(*clicks)
        assert results.count(True) == 1
        assert await given_in(database, row) == (cards * 2)[results.index(True)]
        now = await kept(database, row)
        assert now.revision == 1
        async with database.write() as session:
            await assessments.abandon(session, now, now=minute(2))


async def test_the_last_card_leaves_the_counting_to_the_end(database: Database) -> None:
    row = await started(database)
    async with database.write() as session:
        assert await given_answers.save_card(
            session, row, FIRST, place=0, now=minute(1), is_last=True
        )
        assert row.revision == 0
        assert await assessments.complete(session, row, level=1, now=minute(1))
    now = await kept(database, row)
    assert (now.state, now.level, now.tier, now.revision) == ("completed", 1, None, 1)


async def test_a_card_without_items_is_no_answer(database: Database) -> None:
    row = await started(database)
    assert await answered(database, row, {}) is False
    assert row.revision == 0


async def test_links_to_evidence_are_kept_with_their_items(database: Database) -> None:
    row = await started(database)
    link = "https://example.com/größer?q=“one”&x=%20"
    await answered(database, row, FIRST, notes={"b1-1": link, "elsewhere": "not kept"})
    async with database.read() as session:
        assert await given_answers.links_by_item(session, row) == {"b1-1": link}
    async with database.write() as session:
        await given_answers.remove_card(session, row, list(FIRST))
        assert await given_answers.links_by_item(session, row) == {}


@pytest.mark.parametrize("level", [-0.5, 9.5])
async def test_a_number_off_every_scale_is_refused(database: Database, level: float) -> None:
    row = await started(database)
    with pytest.raises(IntegrityError, match="ck_answer_level"):
        await answered(database, row, FIRST | {"b2-0": level})
    assert await given_in(database, row) == {}


async def test_a_draft_changes_no_card(database: Database) -> None:
    row = await started(database)
    async with database.write() as session:
        assert await given_answers.save_draft(session, row, '{"b1-0": 1.0}') is True
    now = await kept(database, row)
    assert (now.draft, now.revision) == ('{"b1-0": 1.0}', 0)


async def test_an_answer_takes_the_place_of_the_draft(database: Database) -> None:
    row = await started(database)
    async with database.write() as session:
        await given_answers.save_draft(session, row, "{}")
    await answered(database, row, FIRST)
    assert row.draft is (await kept(database, row)).draft is None


async def test_an_old_click_leaves_the_draft(database: Database) -> None:
    row = await started(database)
    await answered(database, row, FIRST)
    async with database.write() as session:
        await given_answers.save_draft(session, row, "{}")
    assert await answered(database, row, FIRST) is False
    assert (await kept(database, row)).draft == "{}"


async def test_back_keeps_what_was_chosen_as_the_draft(database: Database) -> None:
    row = await started(database)
    await answered(database, row, FIRST)
    await answered(database, row, SECOND, place=2)
    async with database.write() as session:
        back = await given_answers.remove_card(session, row, list(SECOND), draft='{"b2-0": 0.0}')
        assert back is True
        again = await given_answers.remove_card(session, row, list(SECOND), draft="{}")
        assert again is False
    now = await kept(database, row)
    assert (now.draft, now.revision) == ('{"b2-0": 0.0}', 3)
    assert await given_in(database, row) == FIRST
    assert await answered(database, row, SECOND, place=2) is True


async def test_of_two_who_go_back_at_once_one_does(database: Database) -> None:
    row = await started(database)
    await answered(database, row, FIRST)

    async def back() -> bool:
        async with database.write() as session:
            return await given_answers.remove_card(session, row.model_copy(), list(FIRST))

    assert sorted(await asyncio.gather(back(), back(), back())) == [False, False, True]
    assert (await kept(database, row)).revision == 2


@pytest.mark.parametrize("ending", ["complete", "abandon"])
async def test_nothing_is_chosen_after_the_end(database: Database, ending: str) -> None:
    row = await started(database)
    await answered(database, row, FIRST)
    stale = row.model_copy()
    async with database.write() as session:
        await given_answers.save_draft(session, row, "{}")
        if ending == "complete":
            await assessments.complete(session, row, level=1, now=minute(2))
        else:
            await assessments.abandon(session, row, now=minute(2))
    assert await answered(database, stale, SECOND, place=2) is False
    async with database.write() as session:
        assert await given_answers.save_draft(session, stale, "{}") is False
        assert await given_answers.remove_card(session, stale, list(FIRST), draft="{}") is False
    assert (await kept(database, row)).draft is None
    assert await given_in(database, row) == FIRST


async def test_a_card_and_an_end_at_once_never_both_count_in_part(database: Database) -> None:
    for _ in range(8):
        row = await started(database)

        async def end(open_one: Assessment = row) -> bool:
            async with database.write() as session:
                return await assessments.abandon(session, open_one.model_copy(), now=minute(2))

        clicked, ended = await asyncio.gather(answered(database, row.model_copy(), FIRST), end())
        assert ended
        now = await kept(database, row)
        assert (now.state, now.revision) == ("abandoned", 1 + clicked)
        assert await given_in(database, row) == (FIRST if clicked else {})


async def test_another_workspace_cannot_answer(database: Database) -> None:
    row = await started(database)
    stolen = row.model_copy(update={"workspace_id": "T2"})
    assert await answered(database, stolen, FIRST) is False
    async with database.write() as session:
        assert await given_answers.save_draft(session, stolen, "{}") is False
