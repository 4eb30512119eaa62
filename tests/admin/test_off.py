"""What is off while messages come, and what an organization with many families sees."""

from collections.abc import AsyncIterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from content.families import Family
from storage import workspace_settings
from storage.workspace_settings import OFF_FAMILIES
from tests.admin.boss import OWNER, flipped, opens, sends, switches
from tests.checkins.calendar import Season, season
from tests.self_check.ladder import MIXED, climbs
from tests.stage import built_in, built_in_messages, shown, staged

WRONG = built_in_messages().render("slack/trouble", code="").split("\n")[0][:30]
"""The beginning of the apology for an error."""


@pytest.fixture
async def spring(stage_url: str) -> AsyncIterator[Season]:
    async with season(stage_url) as made:
        yield made


async def test_a_check_in_about_a_step_of_a_family_that_is_off_ends_well(spring: Season) -> None:
    ada, priya = spring.stage.person("ada"), spring.stage.person(OWNER)
    await ada.types("/rungs assess sales")
    await ada.answers("BBB")
    await ada.clicks("I'll try it")
    await switches(priya, "Sales")
    said = await spring.comes(ada)
    assert said.startswith("How did ")
    await ada.clicks("Partly")
    for reason in ("No time", "Skip"):
        if f'"{reason}"' in str(ada.card.blocks).replace("'", '"'):
            await ada.clicks(reason)
            break
    await ada.types("/rungs step")
    step = ada.card
    await ada.clicks("Show another", on=step)
    assert WRONG not in ada.reads()
    await ada.types("/rungs step")
    await ada.clicks("Done")
    assert "*Done: Show AI one finished record.*" in ada.reads()
    await ada.types("/rungs step")
    assert "A next step comes from your own answers" in ada.reads()
    assert not any(WRONG in shown(one) for one in ada.messages())


async def test_a_check_in_about_a_step_of_a_ladder_that_is_off_ends_well(spring: Season) -> None:
    ada, priya = spring.stage.person("ada"), spring.stage.person(OWNER)
    await ada.types("/rungs assess coding")
    await climbs(ada, MIXED)
    await ada.clicks("I'll try it")
    await switches(priya, "AI coding")
    assert (await spring.comes(ada)).startswith("How did ")
    await ada.clicks("Not for me")
    assert ada.reads().startswith("*Removed.*")
    await ada.types("/rungs me")
    assert "AI coding" in ada.reads()
    assert "See the ladder" not in str(ada.card.blocks)
    await ada.opens_home()
    assert "Start: AI coding" not in ada.view_text
    assert not any(WRONG in shown(one) for one in ada.messages())


async def test_forty_families_with_long_names_fit_the_form(stage_url: str) -> None:
    library = built_in()
    (first, *_) = library.families.values()
    many = {
        f"family-{at}": renamed(first, f"family-{at}", f"Familie {at:02} der Werkstätten")
        for at in range(40)
    }
    library = replace(library, families=MappingProxyType({**library.families, **many}))
    async with staged(stage_url, library=library) as stage:
        priya = stage.person(OWNER)
        await opens(priya)
        assert priya.view_text.count("Role families, continued") == 4
        await sends(
            priya, flipped(priya, "Familie 00 der Werkstätten", "Familie 39 der Werkstätten")
        )
        assert "Now off: Familie 00 der Werkstätten and Familie 39" in priya.reads()
        async with stage.database.read() as session:
            settings = await workspace_settings.read(session, priya.key.workspace_id)
        assert settings.get(OFF_FAMILIES) == ("family-0", "family-39")
        await switches(priya, *[one.name for one in library.families.values()][6:-1])
        await priya.types("/rungs admin")
        assert "*What is on*\nOff:" in priya.reads()


def renamed(family: Family, family_id: str, name: str) -> Family:
    return family.model_copy(update={"id": family_id, "name": name})
