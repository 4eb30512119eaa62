"""A self-check from the command to the result, through the real app."""

import pytest

from playground.server import Playground
from playground.server import running as playing
from storage.assessments import assessments, given_answers
from tests.stage import Person, Stage, Transport, built_in, labels, shown, staged

FAMILIES = list(built_in().families)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_three_clicks_lead_from_the_first_question_to_the_result(
    stage: Stage, ada: Person, family: str, transport: Transport
) -> None:
    content = built_in().families[family]
    await ada.types(f"/rungs assess {family}", where=ada.channel)
    card = ada.card
    for place, question in enumerate(content.questions, start=1):
        assert f"{content.name} · {place} of 3" in ada.reads()
        assert question.text in ada.reads()
        for answer in question.answers:
            assert answer.text in ada.reads()
        assert ada.card.ts == card.ts
        await ada.clicks("C")
    assert len(ada.messages()) == 1
    assert ada.card.ts == card.ts
    assert f"Your self-check: {content.name}" in ada.reads()
    assert f"Your answers describe {content.describes[2.0]}" in ada.reads()
    assert "tier 2, AI-Integrated" in ada.reads()


async def test_the_card_has_one_row_of_answers_and_the_ways_out_apart(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    assert labels(ada.card) == [
        ["A", "B", "C", "D", "E", "None of these yet"],
        ["Back", "Finish later"],
    ]


async def test_levels_and_tiers_are_not_shown_while_answering(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    for _ in range(3):
        words = ada.reads() + ada.card.text
        assert "Level" not in words
        assert not any(tier.name in words for tier in built_in().framework.tiers)
        await ada.clicks("A")


async def test_the_family_is_chosen_once_and_remembered(ada: Person) -> None:
    await ada.types("/rungs assess")
    assert "closest to your work" in ada.reads()
    await ada.clicks("Sales")
    assert "Sales · 1 of 3" in ada.reads()
    await ada.answers("AAA")
    await ada.types("/rungs assess")
    assert "Sales · 1 of 3" in ada.reads()


async def test_the_family_can_be_changed_from_the_first_question(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    await ada.clicks("Back")
    await ada.clicks("Design")
    assert "Design · 1 of 3" in ada.reads()
    assert len(ada.messages()) == 1


async def test_a_click_on_the_same_family_after_back_continues(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    await ada.clicks("Back")
    await ada.clicks("Sales")
    assert "Sales · 1 of 3" in ada.reads()


async def test_the_word_in_the_dm_starts_it_too(ada: Person) -> None:
    await ada.types("assess engineering")
    assert "Engineering · 1 of 3" in ada.reads()


async def test_the_button_on_home_starts_it_too(stage: Stage, ada: Person) -> None:
    await ada.opens_home()
    await ada.clicks_in_view("Start the self-check")
    assert "closest to your work" in ada.reads()


async def test_the_channel_only_learns_that_the_card_is_in_the_dm(ada: Person) -> None:
    await ada.types("/rungs assess engineering", where=ada.channel)
    (told,) = ada.messages(ada.channel)
    assert told.only_for == ada.id
    assert "in your messages with Rungs" in shown(told)


async def test_back_asks_the_question_before_again(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("AE")
    await ada.clicks("Back")
    assert "2 of 3" in ada.reads()
    await ada.clicks("B")
    await ada.clicks("A")
    async with stage.database.read() as session:
        (done,) = await assessments.history(session, ada.key)
        assert list((await given_answers.levels_by_item(session, done)).values()) == [1, 1.5, 1]


async def test_finished_later_it_continues_at_the_next_question(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.clicks("C")
    await ada.clicks("Finish later")
    assert "one of three answered" in ada.reads()
    await ada.clicks("Continue")
    assert "2 of 3" in ada.reads()
    assert len(ada.messages()) == 1


async def test_a_second_command_offers_to_resume_or_start_over(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.clicks("C")
    first = ada.card
    await ada.types("/rungs assess")
    assert "You have a self-check open" in ada.reads()
    assert "This card has moved" in shown(first)
    await ada.clicks("Continue")
    assert "2 of 3" in ada.reads()


async def test_starting_over_asks_from_the_first_question(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.clicks("C")
    await ada.types("/rungs assess design")
    await ada.clicks("Start over in Design")
    assert "Design · 1 of 3" in ada.reads()
    await ada.answers("AAA")
    async with stage.database.read() as session:
        (done,) = await assessments.history(session, ada.key)
        assert done.family == "design"


async def test_starting_over_is_offered_in_the_family_set_meanwhile(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    await ada.clicks("A")
    await ada.types("/rungs family design")
    await ada.types("/rungs assess")
    await ada.clicks("Start over in Design")
    assert "Design · 1 of 3" in ada.reads()


async def test_an_unanswered_one_is_shown_at_once_in_the_family_asked_for(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    first = ada.card
    await ada.types("/rungs assess design")
    assert "Design · 1 of 3" in ada.reads()
    assert "This card has moved" in shown(first)


async def test_it_resumes_days_and_restarts_later(database_url: str) -> None:
    async with playing(Playground()) as slack:
        async with staged(database_url, playground=slack) as stage:
            await stage.person("ada").types("/rungs assess engineering")
            await stage.person("ada").clicks("D")
        slack.clock.advance(9 * 24 * 3600)
        async with staged(database_url, playground=slack) as stage:
            ada = stage.person("ada")
            await ada.clicks("A")
            assert "3 of 3" in ada.reads()
            await ada.clicks("A")
            assert "Your self-check: Engineering" in ada.reads()


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_it_works_on_postgresql(database_url: str) -> None:
    async with staged(database_url) as stage:
        omar = stage.person("omar")
        await omar.types("/rungs assess sales")
        await omar.answers("BCD")
        assert "Your self-check: Sales" in omar.reads()
        await omar.clicks("I'll try it")
        await omar.clicks("Done")
        assert "*Done: " in omar.reads()


async def test_guests_with_sparse_profiles_are_served(stage: Stage) -> None:
    sam = stage.person("sam")
    await sam.types("/rungs assess design", where=sam.channel)
    await sam.answers("---")
    assert "None of the answers fit your work yet" in sam.reads()
