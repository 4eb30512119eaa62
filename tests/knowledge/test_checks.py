"""A check from the first question to its answers: asked, decided by the rule, and kept to oneself."""

from coaching.knowledge.check import KnowledgeCheck
from coaching.knowledge.sequential import MOST_ITEMS
from storage.allowances import CONVERSATIONS
from storage.assessments import assessments, wordings
from storage.knowledge import answers as scored
from storage.knowledge import tries
from tests.checkins.calendar import Season, season
from tests.knowledge.school import (
    SKILL,
    SKILL_TITLE,
    answers,
    asked,
    open_try,
    place_of,
    takes,
)
from tests.stage import Person, built_in, shown

RIGHT, WRONG = True, False


async def test_eight_right_answers_check_a_skill_for_a_year(spring: Season, ada: Person) -> None:
    await ada.types("/rungs quiz judging")
    assert f"{SKILL_TITLE} · question 1" in ada.reads()
    assert "the answer can't be changed" in ada.reads()
    await answers(ada, [RIGHT] * 7)
    assert f"{SKILL_TITLE} · question 8" in ada.reads()
    await answers(ada, [RIGHT])
    assert "Judging output is checked.* You got eight of eight questions right" in ada.reads()
    assert "lasts until Tuesday, March 2, 2027" in ada.reads()
    assert "Of the eight you were sure of, eight were right." in ada.reads()
    assert "come back" not in ada.reads()
    await ada.types("/rungs quiz")
    assert "_Checked on Monday, March 2. It lasts until Tuesday, March 2, 2027._" in ada.reads()
    assert "Tier 1.5 and 2: one of three skills checked" in ada.reads()
    spring.calendar.turn(days=366)
    await ada.types("/rungs quiz")
    assert "_Checked" not in ada.reads()
    assert "_No longer checked: your last check ended on Monday, March 2, 2026._" in ada.reads()
    assert "What this adds up to" not in ada.reads()


async def test_dates_are_those_of_the_member_whose_first_act_is_a_check(spring: Season) -> None:
    spring.calendar.turn(hours=20 - spring.calendar.now.hour)
    mei = spring.stage.person("mei")
    await mei.types("/rungs quiz judging")
    await answers(mei, [RIGHT] * 7)
    await answers(mei, [RIGHT], sure="Guessing")
    assert "lasts until Wednesday, March 3, 2027" in mei.reads()
    assert (
        "Of the seven you were sure of, seven were right. Your one guess was right." in mei.reads()
    )


async def test_two_wrong_answers_end_it_and_the_next_one_is_a_month_away(
    spring: Season, ada: Person
) -> None:
    await takes(ada, [WRONG, WRONG], sure="Guessing")
    assert "Judging output: not yet.* You got none of two questions right" in ada.reads()
    assert "Of the two you guessed" in ada.reads()
    assert "Two questions will come back for practice" in ada.reads()
    await ada.types("/rungs quiz judging-output")
    assert "can begin 30 days after the last one" in ada.reads()
    assert 'ended on Monday, March 2 as "not yet"' in ada.reads()
    assert "can begin on Wednesday, April 1" in ada.reads()
    await ada.types("/rungs quiz")
    assert "_Not yet, on Monday, March 2._ _The next check can begin" in ada.reads()
    spring.calendar.turn(days=30)
    await takes(ada, [RIGHT])
    assert f"{SKILL_TITLE} · question 2" in ada.reads()


async def test_what_was_decided_stays_and_what_was_chosen_can_change(ada: Person) -> None:
    await ada.types("/rungs quiz judging-output")
    first = await asked(ada)
    assert first is not None
    wrong, right = place_of(first, is_right=False), place_of(first, is_right=True)
    await ada.clicks("ABCD"[wrong])
    assert f"You chose *{'ABCD'[wrong]}*. How sure are you?" in ada.reads()
    # Copied now: the card shows the next question's buttons later.
    late = next(
        dict(one)
        for block in ada.card.blocks
        for one in block.get("elements", ())
        if one.get("action_id") == f"answer_chosen:{'ABCD'[wrong]}"
    )
    await ada.clicks("ABCD"[right])
    await ada.clicks("Fairly sure")
    assert "question 2" in ada.reads()
    # The first question's buttons are of the past, also when Slack delivers a click late.
    element = {"type": "button", "text": {"type": "plain_text", "text": "A"}}
    await ada.clicks_element(ada.card, "answers", {**element, **late})
    await ada.stage.settle()
    assert "question 2" in ada.reads()
    assert "You chose" not in ada.reads()
    # There is no way back either, whatever a client sends.
    async with ada.stage.database.read() as session:
        row = await open_try(session, ada)
    assert row is not None
    second = await asked(ada)
    assert second is not None
    beyond = f"{row.id}|{row.revision}|{second.id}|{len(second.options)}"
    await ada.clicks_element(ada.card, "answers", {**element, **late, "value": beyond})
    await ada.stage.settle()
    assert "You chose" not in ada.reads()
    for action in ("question_back", "assessment_started_over"):
        value = f"{row.id}|{row.revision}|"
        await ada.clicks_element(
            ada.card, "leave", {**element, "action_id": action, "value": value}
        )
        await ada.stage.settle()
        assert "question 2" in ada.reads()


async def test_it_stops_and_goes_on_at_the_same_question(spring: Season, ada: Person) -> None:
    await takes(ada, [RIGHT, RIGHT])
    before = await asked(ada)
    await ada.clicks("Finish later")
    assert "two of up to 30 questions answered" in ada.reads()
    spring.calendar.turn(days=40)
    await ada.types("/rungs quiz")
    assert "_Your check is open: two answered._" in ada.reads()
    await ada.clicks("Continue")
    assert f"{SKILL_TITLE} · question 3" in ada.reads()
    assert await asked(ada) == before


async def test_a_check_that_rested_leaves_the_next_one_whole(spring: Season, ada: Person) -> None:
    await takes(ada, [RIGHT, RIGHT, WRONG, RIGHT, RIGHT])
    await ada.clicks("Finish later")
    spring.calendar.turn(days=29)
    await takes(ada, [WRONG, WRONG])
    assert "The next check can begin on Thursday, April 30" in ada.reads()
    spring.calendar.turn(days=29)
    await ada.types("/rungs quiz judging-output")
    assert "Yours ended on Tuesday, March 31" in ada.reads()
    spring.calendar.turn(days=1)
    await ada.types("/rungs quiz judging-output")
    async with spring.stage.database.read() as session:
        row = await open_try(session, ada)
        assert row is not None
        words = await wordings.words_of(session, row)
    assert isinstance(words, KnowledgeCheck)
    assert len(words.items) == MOST_ITEMS == 30
    orders = [[option.number for option in item.options] for item in words.items]
    assert any(order != sorted(order) for order in orders), "The options are shuffled too."


async def test_closing_a_check_for_another_one_says_what_it_costs(ada: Person) -> None:
    *begun, last = list(built_in().knowledge.skills)[: CONVERSATIONS.most + 1]
    for skill in begun:
        await ada.types(f"/rungs quiz {skill}")
    first = ada.messages()[0]
    await ada.types(f"/rungs quiz {last}")
    assert "set aside without a result, and its next check can begin 30 days later." in ada.reads()
    await ada.clicks("Close that one")
    assert "is closed without a result. Its next check can begin in 30 days." in ada.reads()
    assert f"The next one can begin 30 days later: type `/rungs quiz {begun[0]}`" in shown(first)
    await ada.types(f"/rungs quiz {last}")
    assert "question 1" in ada.reads()


async def test_afterwards_the_answers_say_why(ada: Person) -> None:
    await takes(ada, [RIGHT], sure="Fairly sure")
    await answers(ada, [WRONG], sure="Fairly sure")
    await answers(ada, [WRONG])
    await ada.clicks("See the answers")
    assert "Question 1 of 3 · wrong · fairly sure" in ada.view_text
    assert "*Your answer.*" in ada.view_text
    assert "*Right.*" in ada.view_text
    await ada.clicks_in_view("Next")
    await ada.clicks_in_view("Next")
    assert "Question 3 of 3 · right · fairly sure" in ada.view_text
    await ada.closes()
    await ada.clicks("Why this result")
    assert "checked: eight right with none wrong, 11 right with one wrong" in ada.view_text
    assert "60% of such questions right passes 4 times out of 100, after 8 questions" in (
        ada.view_text
    )
    assert "90% of such questions right passes 92 times out of 100, after 12" in ada.view_text
    assert "*Your points:* -6 of at most 9" in ada.view_text


async def test_an_open_check_gives_nothing_away(ada: Person, spring: Season) -> None:
    await takes(ada, [RIGHT])
    item = await asked(ada)
    assert item is not None
    await ada.types("/rungs export")
    message = next(one for one in reversed(ada.messages()) if one.files)
    held = [spring.stage.playground.workspace.files[one].content for one in message.files]
    exported = b"".join(content or b"" for content in held).decode()
    assert '"kind": "knowledge check"' in exported
    assert item.id not in exported
    for option in item.options:
        assert option.why not in exported


async def test_answers_are_counted_without_people(spring: Season, ada: Person) -> None:
    await takes(ada, [RIGHT, WRONG, WRONG])
    async with spring.stage.database.read() as session:
        found = await scored.answers_by_item(session)
        every = sorted(
            (one.is_right, one.rest_right, one.rest) for given in found.values() for one in given
        )
        (one,) = await tries.tries_of(session, ada.key)
        row = await assessments.get(session, ada.key.workspace_id, one.id)
        assert row is not None
        words = await wordings.words_of(session, row)
    assert every == [(False, 1, 2), (False, 1, 2), (True, 0, 2)]
    assert isinstance(words, KnowledgeCheck)
    assert {item.id for item in words.items} == set(found), (
        "Items that were not asked are not kept."
    )


async def test_unknown_and_misspelled_skills_are_answered(ada: Person) -> None:
    await ada.types("/rungs quiz judgin output")
    assert "Did you mean `judging output`?" in ada.reads()
    await ada.types("/rungs quiz `<!channel>`")
    assert "&lt;!channel&gt;" in ada.reads()
    assert "`data and safety`" in ada.reads()


async def test_it_is_nowhere_until_it_is_on(stage_url: str) -> None:
    async with season(stage_url) as off:
        ada = off.stage.person("ada")
        await ada.types("/rungs quiz")
        assert "Knowledge checks" not in ada.reads()
        await ada.types("/rungs help")
        assert "quiz" not in ada.reads()


async def test_only_the_member_sees_their_answers(spring: Season, ada: Person) -> None:
    await takes(ada, [WRONG, WRONG])
    omar = spring.stage.person("omar")
    await omar.types("/rungs quiz")
    async with spring.stage.database.read() as session:
        (one,) = await tries.tries_of(session, ada.key)
    element = {
        "type": "button",
        "action_id": "check_reviewed",
        "value": one.id,
        "text": {"type": "plain_text", "text": "See the answers"},
    }
    await omar.clicks_element(omar.card, "gone", element)
    await omar.stage.settle()
    assert "no longer stored" in omar.view_text
    assert one.skill == SKILL


async def test_plain_words_and_help_lead_to_it(ada: Person) -> None:
    await ada.types("quiz me")
    assert "*Knowledge checks.*" in ada.reads()
    await ada.types("/rungs help")
    assert "`/rungs quiz [skill]`  Check what you know of a skill" in ada.reads()
    await ada.clicks("How a check decides", on=ada.messages()[-2])
    assert "18 times likelier for the second person" in ada.view_text
    assert ada.view_text.startswith("How a check decides\n")


async def test_cases_are_told_in_the_members_family(spring: Season, ada: Person) -> None:
    await ada.types("/rungs family customer service")
    await ada.types("/rungs quiz judging-output")
    async with spring.stage.database.read() as session:
        row = await open_try(session, ada)
        assert row is not None
        words = await wordings.words_of(session, row)
    assert isinstance(words, KnowledgeCheck)
    told = {one.variant for one in words.items}
    assert told == {"", "customer-service"}
    own = next(one for one in words.items if one.variant)
    general = built_in().knowledge.item(own.id)
    assert general is not None
    assert own.case == general.variants["customer-service"].case != general.case
