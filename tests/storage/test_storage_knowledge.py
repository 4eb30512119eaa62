"""Knowledge checks in both databases: what is checked, what is told once, and what comes back."""

import asyncio
from datetime import timedelta
from random import Random

from coaching.knowledge.check import AskedItem, AskedOption, GivenAnswer, KnowledgeCheck, drawn
from coaching.knowledge.checked import CHECKED_FOR, NOTICE_BEFORE
from coaching.members import MemberKey
from storage import members, workspaces
from storage.assessments import assessments, wordings
from storage.database.engine import Database
from storage.knowledge import answers, checked, practice, tries
from storage.knowledge.practice import PracticeCard
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, START, minute

OPTIONS = tuple(AskedOption(f"{place}", place == 0, "Why.", place) for place in range(4))
ITEMS = [AskedItem(f"item-{one}", "", "Case.", "Question?", OPTIONS) for one in range(30)]
ENDING = START + CHECKED_FOR - NOTICE_BEFORE


def a_check(seed: int = 1) -> KnowledgeCheck:
    return KnowledgeCheck("1", "skill", "Skill", drawn(ITEMS, rng=Random(seed)))


def a_card(key: MemberKey, item: str, *, due: int) -> PracticeCard:
    return PracticeCard(
        workspace_id=key.workspace_id,
        user_id=key.user_id,
        item_id=item,
        skill="skill",
        stability=1.0,
        difficulty=5.0,
        reviewed_at=minute(0),
        due_at=minute(due),
    )


async def finished(database: Database, key: MemberKey, right: int, *, seed: int = 1) -> str:
    """Finish a try with so many right answers of three; return the digest of its words."""
    async with database.write() as session:
        words = a_check(seed)
        row = await assessments.start(session, key, words, now=minute(0), subject="check:skill")
        given = [
            GivenAnswer(item, item.right if place < right else (item.right + 1) % 4, sure=3)
            for place, item in enumerate(words.items[:3])
        ]
        await answers.save(session, row, given, now=minute(1))
        await answers.save(session, row, given, now=minute(2))
        await assessments.complete(session, row, now=minute(1), level=0)
        pairs = {one.item.id: float(one.chosen) for one in given}
        pairs |= {one.item.sure_id: 3.0 for one in given}
        await assessments.change_words(session, row, words.only(pairs))
    return words.digest


async def test_answers_are_counted_over_workspaces_without_people(database: Database) -> None:
    old = await finished(database, ADA, 2)
    await finished(database, NAMESAKE, 0, seed=2)
    async with database.read() as session:
        found = await answers.answers_by_item(session)
        given = [one for every in found.values() for one in every]
        (row,) = await tries.tries_of(session, ADA)
        kept = await assessments.get(session, ADA.workspace_id, row.id)
        assert kept is not None
        words = await wordings.words_of(session, kept)
    assert sorted((one.is_right, one.rest_right, one.rest) for one in given) == [
        *[(False, 0, 2)] * 3,
        (False, 2, 2),
        *[(True, 1, 2)] * 2,
    ]
    assert {one.chosen for one in given if one.is_right} == {0}
    # The words of items that were not asked are gone.
    assert isinstance(words, KnowledgeCheck)
    assert (len(words.items), words.digest == old) == (3, False)


async def test_two_jobs_at_once_tell_of_an_end_once(database: Database) -> None:
    async with database.write() as session:
        for key in (ADA, COLLEAGUE, NAMESAKE):
            await workspaces.connect(session, key.workspace_id, "Acme", now=START)
            await members.ensure(session, key, now=START)
            await checked.record(session, key, "skill", now=START)

    async def job() -> list[str]:
        told: list[str] = []
        while True:
            async with database.write() as session:
                found = await checked.next_end(session, ADA.workspace_id, now=ENDING)
            if found is None:
                return told
            told.append(found[0].user_id)

    async with database.read() as session:
        due = await checked.workspaces_with_ends(session, now=ENDING)
        assert set(due) == {ADA.workspace_id, NAMESAKE.workspace_id}
        for now in (ENDING - timedelta(seconds=1), START + CHECKED_FOR):
            assert await checked.workspaces_with_ends(session, now=now) == []
    told = await asyncio.gather(job(), job(), job())
    assert sorted(user for some in told for user in some) == sorted(
        [ADA.user_id, COLLEAGUE.user_id]
    )
    # Checked anew, it will be told of again.
    async with database.write() as session:
        await checked.record(session, ADA, "skill", now=ENDING)
        assert await checked.next_end(session, ADA.workspace_id, now=ENDING) is None
        later = await checked.next_end(session, ADA.workspace_id, now=ENDING + (ENDING - START))
    assert later == (ADA, "skill")


async def test_questions_come_back_in_their_order_until_the_member_wants_none(
    database: Database,
) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=START)
        await practice.save(session, [a_card(ADA, "a", due=9), a_card(ADA, "b", due=5)])
        await practice.save(session, [a_card(ADA, "b", due=7), a_card(ADA, "gone", due=1)])
        assert await practice.due(session, ADA, ["a", "b"], now=minute(8)) == ["b"]
        assert await practice.due(session, ADA, ["a", "b"], now=minute(9)) == ["b", "a"]
        assert await practice.count(session, ADA) == 3
        assert await practice.due(session, COLLEAGUE, ["a", "b"], now=minute(9)) == []
        for _ in range(2):
            await practice.stop(session, ADA, now=minute(9))
        assert not await practice.is_wanted(session, ADA)
        await practice.resume(session, ADA)
        assert await practice.is_wanted(session, ADA)
        assert await practice.prune(session, before=minute(6), limit=9) == 1
