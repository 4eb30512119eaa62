"""Whose claim it is: nobody else opens or changes it, off shows nowhere, and it is exported and erased."""

from typing import Any

import pytest

from app import REGISTRY
from bot.features.evidence import form_views
from bot.features.evidence.feature import FEATURE
from storage.evidence import claim_rows, pieces
from storage.privacy import everything_about
from tests.admin.boss import OWNER, opens
from tests.checkins.calendar import Season, assessed, season
from tests.evidence.desk import PIECE, Court, opens_ladder, submits_coding, switches_evidence
from tests.stage import Person, built_in_messages

WRONG = built_in_messages().render("slack/trouble", code="").split("\n")[0][:30]
SECRET = PIECE["did"]


async def state_of(person: Person) -> list[Any]:
    """Return everything that is stored of the person's claims."""
    async with person.stage.database.read() as session:
        rows = await claim_rows.of_member(session, person.key)
        shown = [await pieces.of_claim(session, one.workspace_id, one.id) for one in rows]
    return [one.model_dump() for one in (*rows, *(piece for some in shown for piece in some))]


async def test_nobody_else_reads_or_changes_a_claim(
    spring: Season, ada: Person, court: Court
) -> None:
    await submits_coding(ada)
    await court.returns(await court.claim_of(ada))
    claim, before = await court.claim_of(ada), await state_of(ada)
    async with spring.stage.database.read() as session:
        piece = (await pieces.of_claim(session, claim.workspace_id, claim.id))[0]
    omar = spring.stage.person("omar")
    await omar.types("/rungs prove")
    values = (
        claim.id,
        f"{claim.id}|1",
        f"{claim.id}|{piece.id}",
        "",
        "|",
        "x|y|z",
        "ai-coding||99",
    )
    again = form_views.BETWEEN.join((claim.id, "1", piece.id, "", "a", "b", "c"))
    for action in FEATURE.clicks:
        name = f"{action}1" if action.endswith(":") else action
        for value in (*values, again):
            element = {"type": "button", "action_id": name, "value": value}
            await omar.clicks_element(omar.card, "any", element)
            await spring.stage.settle()
            seen = "\n".join([omar.reads(), omar.view_text])
            assert SECRET not in seen, name
            assert "parser" not in seen, name
            assert WRONG not in seen, f"{name} {value}"
    assert await state_of(ada) == before


async def test_it_is_exported_and_erased(spring: Season, ada: Person, court: Court) -> None:
    await submits_coding(ada)
    assert (await court.is_decided(ada)).state == "accepted"
    async with spring.stage.database.read() as session:
        held = await everything_about(session, ada.key, REGISTRY.personal_data)
    assert held["results"]["claims"][0]["state"] == "accepted"
    assert held["results"]["pieces_of_claims"][0]["did"] == SECRET
    assert held["messages"]["notices"][0]["kind"] == "claim_decided"
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    assert await state_of(ada) == []
    await spring.stage.run_jobs(REGISTRY.kinds)
    await ada.types("/rungs prove")
    assert "verified until" not in ada.reads()


async def test_off_shows_nowhere_and_says_what_is_missing(stage_url: str) -> None:
    async with season(stage_url) as spring:
        ada, priya = spring.stage.person("ada"), spring.stage.person(OWNER)
        await assessed(ada)
        await ada.types("/rungs me")
        await ada.opens_home()
        seen = ada.reads() + ada.view_text
        await ada.types("/rungs help")
        await ada.types("/rungs privacy")
        seen += "\n".join(one.text for one in ada.messages())
        for word in ("verified", "Verified", "rungs prove", "colleagues verify"):
            assert word not in seen
        await ada.types("/rungs prove")
        assert "Have a level verified" not in ada.reads()
        await opens(priya)
        assert "At least one ladder with three verifiers and a steward" in priya.view_text
        await opens_ladder(spring)
        await switches_evidence(spring)
        await ada.types("/rungs prove")
        assert "*Have a level verified.*" in ada.reads()


@pytest.mark.parametrize("word", ["verify my level", "show my claims"])
async def test_plain_words_lead_there(ada: Person, word: str) -> None:
    await ada.types(word)
    assert "*Have a level verified.*" in ada.reads()


async def test_a_ladder_that_is_not_open_says_why(spring: Season, ada: Person) -> None:
    await assessed(ada)
    await ada.types("/rungs prove")
    assert (
        "Engineering isn't open yet: it still needs three verifiers and a steward." in ada.reads()
    )


async def test_the_privacy_page_says_who_sees_what(ada: Person) -> None:
    await ada.types("/rungs privacy")
    assert "*Levels that colleagues verify*" in ada.reads()
