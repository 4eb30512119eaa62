"""Questions that come back: below check-ins and in a window, at dates that depend on the answers."""

from datetime import UTC, datetime, timedelta
from string import ascii_uppercase

from bot.features.knowledge.items import asked_item
from bot.features.knowledge.practice import bring_back
from bot.features.knowledge.repetition import after_answer
from coaching.items import Item
from coaching.knowledge.check import GivenAnswer
from coaching.safe_text import escape
from storage import members
from storage.knowledge import practice
from tests.checkins.calendar import Season, assessed, pace_of
from tests.knowledge.school import SKILL, answers, place_of, takes
from tests.stage import Person, built_in, labels

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RIGHT, WRONG = True, False


def test_what_is_known_well_comes_back_later_and_never_after_90_days() -> None:
    gaps = []
    memory = after_answer(None, is_right=False, sure=3, now=NOW)
    for _ in range(8):
        gaps.append((memory.due_at - memory.reviewed_at).days)
        memory = after_answer(memory, is_right=True, sure=2, now=memory.due_at)
    assert gaps == sorted(gaps)
    assert gaps[0] == 1
    assert gaps[-1] == 90
    forgotten = after_answer(memory, is_right=False, sure=2, now=memory.due_at)
    assert forgotten.due_at - memory.due_at < timedelta(days=10)
    now = memory.due_at
    hard, good, easy = (after_answer(memory, is_right=True, sure=n, now=now) for n in (1, 2, 3))
    assert hard.stability < good.stability < easy.stability


def test_the_same_answers_lead_to_the_same_dates() -> None:
    first, second = (after_answer(None, is_right=True, sure=1, now=NOW) for _ in range(2))
    assert first == second


def item_shown(text: str) -> Item:
    """Return the item whose case stands in this text, as it is told there."""
    skills = built_in().knowledge.skills.values()
    items = (item for skill in skills for item in skill.items)
    told = (item.told_in(family) for item in items for family in (None, *item.variants))
    return next(one for one in told if escape(one.case) in text)


async def answers_in_window(person: Person, *, is_right: bool, sure: str = "Sure") -> None:
    """Choose a right or a wrong option in the open window, and say how sure."""
    text, item = person.view_text, item_shown(person.view_text)
    wanted = next(option.text for option in item.options if option.right is is_right)
    letter = next(one for one in ascii_uppercase if f"*{one}.* {escape(wanted)}" in text)
    await person.clicks_in_view(letter)
    assert f"You chose *{letter}*" in person.view_text
    await person.clicks_in_view(sure)


async def test_a_missed_question_comes_below_a_checkin_and_can_be_answered(
    spring: Season, ada: Person
) -> None:
    await assessed(ada)
    await takes(ada, [WRONG, WRONG])
    told = await spring.comes(ada)
    assert "*One question from your checks:*" in told
    await ada.clicks("Answer it")
    assert "Practice" in ada.view_text
    await answers_in_window(ada, is_right=True)
    assert "*Right.* It comes back after" in ada.view_text
    assert "*Your answer.*" in ada.view_text
    async with spring.stage.database.read() as session:
        assert await practice.practiced_since(session, ada.key, spring.calendar.now - timedelta(1))
    assert (await pace_of(ada)).heard_at == spring.calendar.now
    await ada.closes()
    # One a day is enough: the answered check-in shows none, although another one is due.
    await ada.clicks("Later")
    assert "One question from your checks" not in ada.reads()
    await ada.types("/rungs quiz")
    await ada.clicks("Practice one")
    await answers_in_window(ada, is_right=False)
    assert "*Not this time.* It comes back after" in ada.view_text


async def test_it_stays_below_an_answered_checkin_and_ends_with_a_click(
    spring: Season, ada: Person
) -> None:
    await assessed(ada)
    await takes(ada, [RIGHT], sure="Guessing")
    await answers(ada, [WRONG, WRONG])
    assert "Three questions will come back for practice, one at a time, below" in ada.reads()
    await spring.comes(ada)
    await ada.clicks("Later")
    assert "One question from your checks" in ada.reads()
    await ada.clicks("No more of these")
    assert "No more questions will come below your check-ins" in ada.reads()
    assert labels(ada.messages()[-1]) == [["Bring questions back"]]
    assert "One question from your checks" not in await spring.comes(ada)
    await ada.types("/rungs quiz")
    assert "Practice questions are off below your check-ins." in ada.reads()
    await takes(ada, [WRONG, WRONG], skill="specification")
    assert "come back for practice. `/rungs quiz` has them when they are due." in ada.reads()
    await ada.types("/rungs quiz")
    await ada.clicks("Bring questions back")
    assert "One question from your checks" in await spring.comes(ada)


async def test_while_a_check_is_open_nothing_of_its_skill_is_practiced(
    spring: Season, ada: Person
) -> None:
    await takes(ada, [WRONG, WRONG])
    spring.calendar.turn(days=31)
    await ada.types("/rungs quiz")
    await ada.clicks("Practice one")
    await ada.clicks_in_view("A")
    await ada.types("/rungs quiz judging-output")
    await ada.clicks_in_view("Sure")
    assert "No question is waiting" in ada.view_text
    await ada.types("/rungs quiz")
    assert "*For practice:*" not in ada.reads()
    await takes(ada, [WRONG, WRONG])
    spring.calendar.turn(days=5)
    await ada.types("/rungs quiz")
    assert "*For practice:*" in ada.reads()


async def test_a_later_check_moves_what_comes_back_already_and_adds_nothing_known(
    spring: Season, ada: Person
) -> None:
    first, second = (asked_item(one, None) for one in built_in().knowledge.skills[SKILL].items[:2])
    later = NOW + timedelta(days=31)
    async with spring.stage.database.write() as session:
        await members.ensure(session, ada.key, now=NOW)
        missed = GivenAnswer(first, place_of(first, is_right=WRONG), sure=3)
        await bring_back(session, ada.key, SKILL, [missed], now=NOW)
        known = [GivenAnswer(one, one.right, sure=3) for one in (first, second)]
        await bring_back(session, ada.key, SKILL, known, now=later)
        card = await practice.get(session, ada.key, first.id)
        assert await practice.get(session, ada.key, second.id) is None
    assert card is not None
    assert card.reviewed_at == later
    assert card.due_at > later


async def test_a_second_click_on_an_answer_changes_nothing(spring: Season, ada: Person) -> None:
    await takes(ada, [WRONG, WRONG])
    spring.calendar.turn(days=5)
    await ada.types("/rungs quiz")
    assert "*For practice:* two questions from your checks." in ada.reads()
    await ada.clicks("Practice one")
    item = item_shown(ada.view_text)
    await ada.clicks_in_view("A")
    view = ada.view
    sure = next(
        (block["block_id"], element)
        for block in view.blocks
        for element in block.get("elements", ())
        if element.get("action_id") == "practice_sure:3"
    )
    place, answered_at = {"type": "view", "view_id": view.id}, spring.calendar.now
    for _ in range(2):
        await ada.stage.playground.act(
            ada.id, place, sure[0], sure[1]["action_id"], element=sure[1]
        )
        await ada.stage.settle()
        async with spring.stage.database.read() as session:
            card = await practice.get(session, ada.key, item.id)
        assert card is not None
        assert card.reviewed_at == answered_at
        spring.calendar.turn(hours=1)
    assert "It comes back after" in ada.view_text
