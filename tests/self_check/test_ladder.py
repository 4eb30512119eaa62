"""The AI-coding self-check from the command to the result, through the real app."""

import pytest

from playground.server import Playground
from playground.server import running as playing
from storage.assessments import assessments
from tests.self_check.ladder import (
    CHOICES,
    FRAMEWORK,
    HELD,
    MIXED,
    RESULT,
    WORDS,
    answers_kept,
    climbs,
    picks,
    place,
    results_of,
)
from tests.stage import Person, Stage, Transport, built_in, labels, shown, staged

EVERY_LEVEL = len(WORDS.levels)


@pytest.mark.parametrize("transport", ["http", "socket"])
@pytest.mark.parametrize("held", range(EVERY_LEVEL + 1))
async def test_it_ends_at_the_first_level_that_is_not_held(
    ada: Person, held: int, transport: Transport
) -> None:
    await ada.types("/rungs assess coding", where=ada.channel)
    card = ada.card
    given = [HELD] * held + [MIXED] * (held < EVERY_LEVEL)
    for number, numbers in enumerate(given, start=1):
        assert place(number) in ada.reads()
        await climbs(ada, numbers)
    assert RESULT in ada.reads()
    assert ada.card.ts == card.ts
    assert len(ada.messages()) == 1
    (done,) = await results_of(ada)
    assert (done.level, done.tier, done.subject) == (held, None, "")
    assert await answers_kept(ada) == ["".join(given)]


async def test_a_card_shows_one_level_with_a_menu_for_each_behavior(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    assert WORDS.stem in ada.reads()
    for behavior in WORDS.levels[0].behaviors:
        assert behavior.text in ada.reads()
        assert behavior.text in ada.card.text
    menus = [block["accessory"] for block in ada.card.blocks if block.get("accessory")]
    assert [[o["text"]["text"] for o in menu["options"]] for menu in menus] == [list(CHOICES)] * 4
    assert not any("initial_option" in menu for menu in menus)
    assert labels(ada.card) == [["Next", "Finish later"]]
    await climbs(ada, HELD)
    assert labels(ada.card) == [["Next", "Back", "Finish later"]]


async def test_why_and_who_sees_it_stand_before_the_first_card_alone(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    assert "shows where to start, not a test" in ada.reads()
    assert "Nobody else in Slack sees your answers or your level" in ada.reads()
    await climbs(ada, HELD)
    assert "not a test" not in ada.reads()


async def test_no_level_is_named_while_answering(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    names = [WORDS.before.name, *(level.name for level in WORDS.levels)]
    for _ in WORDS.levels:
        await ada.clicks("Next")
        assert "Not answered yet" in ada.reads()
        words = ada.reads() + ada.card.text
        assert not any(name in words for name in names)
        await climbs(ada, HELD)
    assert RESULT in ada.reads()


async def test_what_is_missing_is_named_and_nothing_is_lost(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await picks(ada, "2-3-")
    await ada.clicks("Next")
    second, fourth = (WORDS.levels[0].behaviors[at].topic for at in (1, 3))
    assert (
        f"*Not answered yet:* B ({second}), D ({fourth}). Your other choices are saved."
        in ada.reads()
    )
    assert place(1) in ada.reads()
    assert chosen(ada) == ["On my own", None, "I teach it", None]
    assert f"({CHOICES[3]})" in ada.card.text
    await picks(ada, "-2-2")
    await ada.clicks("Next")
    assert place(2) in ada.reads()
    await climbs(ada, "0000")
    assert await answers_kept(ada) == ["22320000"]


async def test_a_saved_choice_counts_without_the_device_that_made_it(
    stage: Stage, ada: Person
) -> None:
    await ada.types("/rungs assess coding")
    await picks(ada, "232-")
    other = stage.person("ada")
    await other.picks("D", CHOICES[1])
    await stage.person("ada").clicks("Next")
    assert RESULT in ada.reads()
    assert await answers_kept(ada) == ["2321"]


async def test_the_cards_choices_replace_the_draft(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await picks(ada, "0222")
    await stage.person("ada").picks("A", CHOICES[3])
    await ada.clicks("Next")
    assert await answers_kept(ada) == ["0222"]


async def test_back_shows_what_was_chosen_and_next_goes_on(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, "2233")
    await picks(ada, "1---")
    await ada.clicks("Back")
    assert place(1) in ada.reads()
    assert chosen(ada) == [CHOICES[2], CHOICES[2], CHOICES[3], CHOICES[3]]
    await ada.clicks("Next")
    for _ in range(2):
        assert chosen(ada) == [CHOICES[1], None, None, None]
        await ada.clicks("Finish later")
        await ada.clicks("Continue")
    await ada.clicks("Back")
    await ada.picks("A", CHOICES[0])
    await ada.clicks("Next")
    assert RESULT in ada.reads()
    assert await answers_kept(ada) == ["0233"]


async def test_finished_later_it_goes_on_with_what_was_chosen(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD)
    await picks(ada, "3---")
    await ada.clicks("Finish later")
    assert "AI coding: one of up to four cards answered" in ada.reads()
    assert "`/rungs assess coding` at any time" in ada.reads()
    await ada.clicks("Continue")
    assert place(2) in ada.reads()
    assert chosen(ada) == [CHOICES[3], None, None, None]
    assert len(ada.messages()) == 1


async def test_a_second_command_offers_to_resume_or_start_over(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await picks(ada, "3---")
    first = ada.card
    await ada.types("/rungs assess coding")
    assert "You have a self-check open:* AI coding, none of up to four cards" in ada.reads()
    assert labels(ada.card) == [["Continue", "Start over"]]
    assert "This card has moved" in shown(first)
    await ada.clicks("Start over")
    assert place(1) in ada.reads()
    assert chosen(ada) == [None] * 4
    await climbs(ada, "0000")
    assert await answers_kept(ada) == ["0000"]


@pytest.mark.parametrize("typed", ["coding", "Coding", "ai-coding", "AI coding"])
async def test_it_is_found_by_its_command_its_name_and_its_id(ada: Person, typed: str) -> None:
    await ada.types(f"/rungs assess {typed}")
    assert place(1) in ada.reads()


async def test_the_words_in_the_dm_start_it_too(ada: Person) -> None:
    await ada.types("assess coding")
    assert place(1) in ada.reads()


async def test_without_a_name_it_is_the_role_family(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await ada.types("/rungs assess")
    assert "closest to your work" in ada.reads()
    await ada.clicks("Sales")
    assert "Sales · 1 of 3" in ada.reads()
    await ada.types("/rungs assess engineering")
    assert "Engineering · 1 of 3" in ada.reads()


@pytest.mark.parametrize(("typed", "meant"), [("codign", "coding"), ("enginering", "engineering")])
async def test_an_unknown_name_gets_did_you_mean_over_both(
    ada: Person, typed: str, meant: str
) -> None:
    await ada.types(f"/rungs assess {typed}")
    assert f"Did you mean `{meant}`?" in ada.reads()
    last = list(built_in().families.values())[-1].name.lower()
    assert ada.reads().endswith(f"`{last}`.")
    await ada.types("/rungs family engineering")
    await ada.types(f"/rungs assess {typed}")
    assert f"`{last}`, or another self-check: `coding`." in ada.reads()


async def test_it_resumes_days_and_restarts_later(database_url: str) -> None:
    async with playing(Playground()) as slack:
        async with staged(database_url, playground=slack) as stage:
            ada = stage.person("ada")
            await ada.types("/rungs assess coding")
            await climbs(ada, HELD)
            await picks(ada, "3-0-")
        slack.clock.advance(9 * 24 * 3600)
        async with staged(database_url, playground=slack) as stage:
            ada = stage.person("ada")
            await ada.clicks("Next")
            assert place(2) in ada.reads()
            assert chosen(ada) == [CHOICES[3], None, CHOICES[0], None]
            await picks(ada, "-2-2")
            await ada.clicks("Next")
            assert RESULT in ada.reads()
            assert await answers_kept(ada) == ["22223202"]
            assert len(ada.messages()) == 1


async def test_a_choice_is_no_new_state_of_the_card(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess coding")
    calls = len(stage.playground.calls)
    await picks(ada, "3210")
    assert len(stage.playground.calls) == calls
    async with stage.database.read() as session:
        row = await assessments.get_open(session, ada.key, FRAMEWORK)
    assert row is not None
    assert row.revision == 0


def chosen(person: Person) -> list[str | None]:
    """Return what the menus of the newest card show as chosen."""
    menus = [block["accessory"] for block in person.card.blocks if block.get("accessory")]
    starts = [menu.get("initial_option") for menu in menus]
    return [start["text"]["text"] if start else None for start in starts]
