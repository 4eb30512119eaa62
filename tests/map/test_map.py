"""`/rungs map`: the tiers of each role family, what they share, and the ladder of behaviors."""

import pytest

from storage import members
from tests.self_check.ladder import HELD, MIXED, WORDS, climbs
from tests.stage import Person, Stage, built_in


@pytest.fixture
def lucia(stage: Stage) -> Person:
    """A content marketer, as her title says."""
    return stage.person("lucia")


async def test_the_map_opens_one_screen_a_tier(ada: Person) -> None:
    family = built_in().families["engineering"]
    await ada.types("/rungs map engineering 3", where=ada.channel)
    words = ada.view_text
    level = family.levels[2]
    for sign in level.looks_like:
        assert sign.replace("&", "&amp;") in words
    for figure in level.figures:
        assert figure.text in words
        assert words.count(f"Source: {figure.source}") == 1
    assert "Source: GitClear, AI Copilot Code Quality, 2025." in words
    assert "Source: METR (2025) and Cui et al. (2024)." in words
    for warning in level.warnings:
        assert warning in words
    await ada.clicks_in_view("Tier 1")
    assert "Tier 1: AI-Assisted" in ada.view_text
    assert "What changes at the next tier" in ada.view_text


@pytest.mark.parametrize("family", list(built_in().families))
@pytest.mark.parametrize("tier", [1, 2, 3])
async def test_every_page_of_the_map_can_be_shown(ada: Person, family: str, tier: int) -> None:
    await ada.types(f"/rungs map {family} {tier}")
    assert f"Tier {tier}:" in ada.view_text


async def test_the_map_opens_at_the_members_own_place(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    await ada.answers("CCC")
    await ada.types("/rungs map")
    assert "Sales" in ada.view_text
    assert "Tier 2: AI-Integrated" in ada.view_text


async def test_the_map_is_offered_in_the_dm(ada: Person) -> None:
    await ada.types("family engineering")
    await ada.types("map")
    await ada.clicks("See the map")
    assert "Tier 1: AI-Assisted" in ada.view_text


async def test_the_map_is_offered_at_the_page_asked_for(ada: Person) -> None:
    await ada.types("map sales 2")
    await ada.clicks("See tier 2 of Sales")
    assert "Sales\nTier 1" in ada.view_text
    assert "Tier 2: AI-Integrated" in ada.view_text


@pytest.mark.parametrize("tier", ["0", "4", "9", "-1", "99999"])
async def test_a_tier_that_is_not_there_is_explained(ada: Person, tier: str) -> None:
    nearest = 3 if int(tier) > 3 else 1
    await ada.types(f"/rungs map sales {tier}", where=ada.channel)
    expected = f"The map has pages for tiers 1, 2, and 3. Try `/rungs map sales {nearest}`."
    assert expected in ada.reads(ada.channel)
    await ada.types(f"/rungs map {tier}", where=ada.channel)
    assert f"Try `/rungs map {nearest}`." in ada.reads(ada.channel)


@pytest.mark.parametrize("typed", ["tiers", "sales tiers"])
async def test_the_tiers_are_a_page_of_the_map(ada: Person, typed: str) -> None:
    await ada.types(f"/rungs map {typed}")
    assert "The six tiers" in ada.view_text


async def test_a_half_step_opens_the_tier_below_it(ada: Person) -> None:
    await ada.types("/rungs map sales 2.5")
    assert "Tier 2: AI-Integrated" in ada.view_text


async def test_the_window_that_comes_too_late_is_explained(stage: Stage, ada: Person) -> None:
    stage.playground.faults.add("views.open", "expired_trigger_id")
    await ada.types("/rungs map engineering 1", where=ada.channel)
    assert "didn't open in time" in ada.reads(ada.channel)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("coding", WORDS.levels[3].objective),
        ("coding 4", f"Level 4: {WORDS.levels[3].name}"),
        ("AI coding level 2", WORDS.levels[1].role),
        ("coding 9", WORDS.levels[3].objective),
    ],
)
async def test_the_map_command_opens_the_ladder(ada: Person, typed: str, words: str) -> None:
    await ada.types(f"/rungs map {typed}")
    assert words in ada.view_text


async def test_the_map_of_the_ladder_is_offered_in_the_dm(ada: Person) -> None:
    await ada.types("map coding")
    await ada.clicks("See the ladder")
    assert WORDS.levels[3].objective in ada.view_text


async def family_of(person: Person) -> str | None:
    async with person.stage.database.read() as session:
        member = await members.get(session, person.key)
    return member.family if member else None


def labels_in_view(person: Person) -> list[str]:
    elements = [one for block in person.view.blocks for one in block.get("elements", ())]
    return [one["text"]["text"] for one in elements if one["type"] == "button"]


@pytest.mark.parametrize("typed", ["/rungs map", "/rungs map 2"])
async def test_without_a_family_the_map_asks_for_one_and_remembers_it(
    lucia: Person, typed: str
) -> None:
    await lucia.types(typed, where=lucia.channel)
    words = lucia.view_text
    assert "Which of these is closest to your work?" in words
    assert 'Your title in Slack mentions "marketer", so Marketing may be the closest.' in words
    assert labels_in_view(lucia)[0] == "Marketing"
    assert "Tier " not in words
    await lucia.clicks_in_view("Design")
    page = 2 if typed.endswith("2") else 1
    assert "Design\nTier 1\nTier 2\nTier 3\nThe tiers" in lucia.view_text
    assert f"Tier {page}: " in lucia.view_text
    assert await family_of(lucia) == "design"
    await lucia.types("/rungs map", where=lucia.channel)
    assert "closest to your work" not in lucia.view_text
    await lucia.types("/rungs assess", where=lucia.channel)
    assert "Design · 1 of 3" in lucia.reads()


async def test_the_map_asks_also_behind_a_button(ada: Person) -> None:
    await ada.opens_home()
    await ada.clicks_in_view("See the map")
    assert "Which of these is closest to your work?" in ada.view_text
    await ada.clicks_in_view("Sales")
    assert "Tier 1: AI-Assisted" in ada.view_text
    await ada.closes()
    assert "Your role family:* Sales" in ada.view_text


async def test_the_tiers_need_no_family_and_lead_to_one(ada: Person) -> None:
    await ada.types("/rungs map tiers")
    assert "The six tiers" in ada.view_text
    assert labels_in_view(ada) == []
    (menu,) = ada.view.blocks[0]["elements"]
    chosen = next(one for one in menu["options"] if one["text"]["text"] == "Sales")
    await ada.stage.playground.act(
        ada.id,
        {"type": "view", "view_id": ada.view.id},
        ada.view.blocks[0]["block_id"],
        menu["action_id"],
        chosen={"selected_option": chosen},
    )
    await ada.stage.settle()
    assert "Tier 1: AI-Assisted" in ada.view_text
    assert await family_of(ada) is None


@pytest.mark.parametrize(
    ("letters", "page", "here"),
    [
        ("---", 1, "tier 0.5, AI-Curious, on the way to this one."),
        ("AAA", 1, "tier 1, AI-Assisted."),
        ("BBB", 1, "tier 1.5, AI-Building, on the way to the next one."),
        ("CCC", 2, "tier 2, AI-Integrated."),
        ("EEE", 3, "tier 3, AI-Native."),
    ],
)
async def test_the_map_says_where_you_are(ada: Person, letters: str, page: int, here: str) -> None:
    await ada.types("/rungs assess sales")
    await ada.answers(letters)
    await ada.types("/rungs map")
    assert f"*You are here:* {here} Based on your own answers on " in ada.view_text
    tier = here.removeprefix("tier ").split(",")[0]
    sign = "you" if tier == str(page) else f"you: {tier}"
    assert f"Tier {page} ({sign})" in labels_in_view(ada)
    other = 3 if page == 1 else 1
    await ada.clicks_in_view(f"Tier {other}")
    assert f"Tier {other}: " in ada.view_text
    assert "You are here" not in ada.view_text
    await ada.clicks_in_view("The tiers")
    number, name = here.removeprefix("tier ").rstrip(".").split(", ")[:2]
    assert f"*You are here:* *{number} {name}.*" in ada.view_text
    assert ada.view_text.count("You are here") == 1
    await ada.types(f"/rungs map marketing {page}")
    assert "You are here" not in ada.view_text


async def test_both_pages_beside_a_half_step_say_where_you_are(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    await ada.answers("BBB")
    await ada.clicks("See the next tier")
    here = "*You are here:* tier 1.5, AI-Building, on the way to"
    assert "Tier 2: " in ada.view_text
    assert f"{here} this one." in ada.view_text
    await ada.clicks_in_view("Tier 1 (you: 1.5)")
    assert f"{here} the next one." in ada.view_text
    await ada.clicks_in_view("Tier 3")
    assert "You are here" not in ada.view_text


async def test_the_ladder_says_where_you_are(ada: Person) -> None:
    await ada.types("/rungs map coding")
    assert "You are here" not in ada.view_text
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD, MIXED)
    await ada.types("/rungs map coding")
    here = f"*You are here:* level 1, {WORDS.levels[0].name}. Based on your own answers on "
    assert here in ada.view_text
    await ada.clicks_in_view("Level 1 (you)")
    assert here in ada.view_text
    await ada.clicks_in_view("Level 2")
    assert "You are here" not in ada.view_text
