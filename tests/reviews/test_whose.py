"""Nobody reads or decides a claim who may not: no click, form or command does it for them."""

import json
from collections.abc import Iterator
from typing import Any

from bot.features.reviews import desk, review_views, views
from bot.features.reviews.feature import FEATURE
from bot.features.reviews.review_views import WORDS_FIELD, FormState, words_field
from bot.slack.blocks import modal, paragraph, plain
from coaching.evidence import criterion_key
from coaching.members import MemberKey
from storage.evidence import verifier_moves
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review, get, of_claim
from storage.evidence.queue import dossier, queue
from tests.admin_forms import sends
from tests.reviews.panel import Panel, names
from tests.stage import Person
from tests.storage.rows import everything

SECRETS = (
    "Wrote &lt;it&gt;",
    "Wrote <it>",
    "example.com/pull",
    "It has no test.",
    "Another verifier",
)
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Try"}}


def clicks_about(claim: Claim, review: Review) -> Iterator[dict[str, Any]]:
    """Every click of reviews with every id that it could carry."""
    criterion = criterion_key(claim.to_show[0])
    values = (claim.id, review.id, f"{review.id} {criterion}")
    for action in FEATURE.clicks:
        endings = review_views.MARKS if action.endswith(":") else ("",)
        for ending in endings:
            for value in values:
                yield {**BUTTON, "action_id": f"{action}{ending}", "value": value}


async def attacks(panel: Panel, attacker: Person, claim: Claim, review: Review) -> list[str]:
    """What this person reads while they try every click, form and command."""
    read: list[str] = []
    await attacker.types("/rungs reviews")
    card, before = attacker.card, len(attacker.messages())
    read.append(attacker.reads())
    for element in clicks_about(claim, review):
        if element["action_id"] in (views.SAY_NO, views.SAY_YES):
            continue
        await attacker.clicks_element(card, "gone", element)
        await panel.stage.settle()
        read.append(attacker.view_text)
        if panel.stage.playground.workspace.modal_stack(attacker.id):
            await attacker.closes()
    for form in FEATURE.forms:
        await opens_form(panel, attacker, form, review)
        await sends(attacker, **{WORDS_FIELD: "Let me in."})
        read.append(attacker.view_text)
    return [*read, *(json.dumps(m.blocks) for m in attacker.messages()[before - 1 :])]


async def opens_form(panel: Panel, attacker: Person, form: str, review: Review) -> None:
    """A form that was never offered to this person, with the ids of a review of another."""
    view = modal("Try", [paragraph("Try"), words_field("Words")], callback=form)
    view.submit = plain("Send")
    carried = FormState(review.id, "", "1:any")
    view.private_metadata = "ai-coding:" if form == desk.REVOKE_VIEW else str(carried)
    service = panel.stage.playground.service
    trigger = service.triggers.issue(
        attacker.id, now=service.clock.now(), team=panel.stage.playground.workspace.id
    )
    await panel.stage.bot.deps.slack.open_modal(trigger, view)


async def stored(panel: Panel) -> dict[str, Any]:
    """All rows about claims."""
    rows = await everything(panel.stage.database)
    return {table: held for table, held in rows.items() if table.startswith("evidence_")}


async def held_by_kenji(panel: Panel, claim: Claim) -> Review:
    """The review by which Kenji holds a claim, half of it marked."""
    kenji = await panel.takes("kenji")
    await panel.marks(kenji, "Not shown", words="It has no test.")
    async with panel.stage.database.read() as session:
        (review,) = await of_claim(session, claim.workspace_id, claim.id)
    return review


async def test_neither_a_stranger_nor_the_claimant_nor_another_verifier_nor_the_steward(
    panel: Panel,
) -> None:
    claim = await panel.submitted()
    review = await held_by_kenji(panel, claim)
    for handle in ("tomas", "ada", "mei", "omar"):
        before = await stored(panel)
        read = await attacks(panel, panel.person(handle), claim, review)
        assert await stored(panel) == before, handle
        found = [secret for secret in SECRETS if secret in "\n".join(read)]
        assert not found, f"{handle} reads {found}"
    # The same acts of whoever has the claim do something.
    await attacks(panel, panel.person("kenji"), claim, review)
    assert await stored(panel) != before


async def test_nobody_decides_on_whoever_decided_on_them(panel: Panel) -> None:
    claim = await panel.submitted("ada")
    await panel.draws(claim, second=False)
    await panel.decides("kenji")
    await panel.runs(minutes=10)
    await names(panel, "ada", "mei", "sofia")
    theirs = await panel.submitted("kenji")
    ada = panel.person("ada")
    await ada.types("/rungs reviews")
    assert "No claim waits for you right now" in ada.reads()
    take = {**BUTTON, "action_id": views.TAKE, "value": theirs.id}
    await ada.clicks_element(ada.card, "gone", take)
    await panel.stage.settle()
    assert "This claim is for someone else" in ada.view_text
    assert "Wrote" not in ada.view_text
    panel.calendar.turn(days=181)
    await panel.takes("ada")
    assert "is this shown?" in ada.view_text


async def test_a_claim_of_another_workspace_is_nobodys(panel: Panel) -> None:
    claim = await panel.submitted()
    elsewhere = MemberKey("T0OTHER0000", panel.person("kenji").id)
    async with panel.stage.database.read() as session:
        assert await queue(session, elsewhere, panel.calendar.now) == []
        assert await dossier(session, elsewhere, claim.id, now=panel.calendar.now) is None
        assert await get(session, elsewhere.workspace_id, claim.id) is None
    async with panel.stage.database.write() as session:
        done = await verifier_moves.take(session, elsewhere, claim.id, now=panel.calendar.now)
    assert done == "gone"
