"""`rungs content items`: what answers say about each item, from thirty on, and about nobody."""

from datetime import UTC, datetime

from bot.features.knowledge.items import asked_item
from bot.features.knowledge.operators import item_table
from coaching.knowledge.check import GivenAnswer, KnowledgeCheck
from coaching.members import MemberKey
from content.loader import load_library
from storage.assessments import assessments
from storage.database.engine import Database
from storage.knowledge import answers
from tests.house.in_process import Run, run

__all__ = ["run"]

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
KNOWLEDGE = load_library().knowledge
MIXED, EASY, RARE, OTHER = (
    asked_item(item, None) for item in KNOWLEDGE.skills["judging-output"].items[:4]
)
CHECK = KnowledgeCheck("1", "judging-output", "Judging output", (MIXED, EASY, RARE, OTHER))


async def takes(database: Database, number: int, given: list[GivenAnswer]) -> None:
    """Store the answers of one try, each of another member in one of two workspaces."""
    key = MemberKey(f"T{number % 2}", f"USECRET{number}")
    async with database.write() as session:
        row = await assessments.start(session, key, CHECK, now=NOW)
        await answers.save(session, row, given, now=NOW)


def answer(item: object, *, right: bool, sure: int) -> GivenAnswer:
    asked = next(one for one in CHECK.items if one is item)
    wrong = next(place for place, option in enumerate(asked.options) if not option.right)
    return GivenAnswer(asked, asked.right if right else wrong, sure)


async def test_figures_of_items_with_thirty_answers(database: Database) -> None:
    for number in range(30):
        is_good = number < 15
        given = [
            answer(MIXED, right=is_good or number >= 24, sure=3 if is_good else 2),
            answer(EASY, right=number > 0, sure=3),
            answer(OTHER, right=is_good, sure=1),
        ]
        if number < 29:
            given.append(answer(RARE, right=True, sure=3))
        await takes(database, number, given)
    table = await item_table(database, knowledge=KNOWLEDGE)
    head, *rows, last = table.splitlines()
    assert head.split("  ")[0] == "item"
    by_item = {row.split()[0]: row.split()[1:] for row in rows}
    assert set(by_item) == {MIXED.id, EASY.id, OTHER.id}
    assert by_item[MIXED.id][:2] == ["30", "70%"]
    assert by_item[MIXED.id][3:] == ["2.5", "100%", "-"]
    assert 0.5 < float(by_item[MIXED.id][2]) < 1
    assert by_item[EASY.id][1] == "97%"
    assert rows[0].startswith(EASY.id)
    assert rows[0].endswith("too easy; its key may be wrong")  # the one who missed it is good
    total = sum(len(skill.items) for skill in KNOWLEDGE.skills.values())
    assert last == f"{total - 3} of {total} items have fewer than 30 answers."
    assert RARE.id not in table
    assert "SECRET" not in table


def test_the_command_says_that_there_are_no_figures_yet(run: Run, sqlite_url: str) -> None:
    ended = run("content items", {"DATABASE_URL": sqlite_url})
    assert ended.code == 0
    assert ended.out.strip().endswith("items have fewer than 30 answers.")
    assert len(ended.out.strip().splitlines()) == 1
