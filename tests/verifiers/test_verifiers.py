"""Who verifies: named by admins, in user groups, or by a rule and their yes; and what admins see."""

from bot.features.holders.feature import read_due_groups
from bot.features.verifiers.views import GROUPS, NAMED, RULE
from bot.slack.installation import SCOPES
from storage.evidence import ladders
from tests.admin.boss import ADMIN
from tests.admin_forms import fields, sends
from tests.reviews.panel import (
    CODING,
    STEWARD_OF_CODING,
    VERIFIERS,
    Panel,
    names,
    opens_ladder,
)

DESIGN = "S0DESIGN000"


async def test_the_steward_is_no_verifier_and_the_form_says_so(panel: Panel) -> None:
    noah = panel.person(ADMIN)
    await names(panel, "kenji", "mei", "sofia", steward="mei")
    assert "can't be a verifier and the steward" in noah.reads()
    assert await panel.can_verify() == set(VERIFIERS)
    await names(panel, "kenji", "mei", STEWARD_OF_CODING, steward="sofia")
    assert "AI coding has three verifiers now" in noah.reads()
    assert await panel.can_verify() == {"kenji", "mei", STEWARD_OF_CODING}
    await noah.types("/rungs admin log")
    assert "verifiers ai-coding" in noah.reads()


async def test_a_ladder_with_too_few_is_off_and_says_why(panel: Panel) -> None:
    await names(panel, "kenji", "mei", steward=None)
    noah = panel.person(ADMIN)
    await opens_ladder(panel)
    await noah.closes()
    async with panel.stage.database.read() as session:
        lacks = await ladders.lacking(
            session, noah.key.workspace_id, CODING, now=panel.calendar.now
        )
    assert lacks == ("verifiers", "steward")
    await noah.types("/rungs admin")
    assert "Nobody can verify a level yet" in noah.reads()
    await noah.clicks("Name them")
    assert "_Off: it needs three verifiers who can decide now, and has two._" in noah.view_text
    assert "_Off: it has no steward._" in noah.view_text


async def test_admins_see_the_number_and_the_age_of_a_claim_and_nothing_of_it(
    panel: Panel,
) -> None:
    claim = await panel.submitted()
    await panel.runs(days=2)
    noah = panel.person(ADMIN)
    await noah.types("/rungs admin")
    assert "One claim waits for a decision" in noah.reads()
    await noah.clicks("Name them")
    assert f"Claim {claim.id[-6:]}: waits since Monday, March 2" in noah.view_text
    for secret in ("Wrote", "example.com", panel.person("ada").id):
        assert secret not in noah.view_text
    await noah.types("/rungs reviews")
    assert "You aren't a verifier right now" in noah.reads()


async def test_two_guests_count_and_no_more(panel: Panel) -> None:
    workspace = panel.stage.playground.workspace
    for handle in ("mei", "sofia", "kenji"):
        workspace.people[panel.person(handle).id].guest = True
    await names(panel, "kenji", "mei", "sofia")
    noah = panel.person(ADMIN)
    await noah.types("/rungs admin")
    assert "Nobody can verify a level yet" in noah.reads()
    await names(panel, "kenji", "mei", "tomas")
    await noah.types("/rungs admin")
    assert "Levels can be verified on AI coding" in noah.reads()


async def test_a_user_group_verifies_while_slack_says_who_is_in_it(panel: Panel) -> None:
    panel.stage.playground.service.granted = frozenset({*SCOPES, "usergroups:read"})
    noah = panel.person(ADMIN)
    await opens_ladder(panel)
    assert GROUPS in fields(noah)
    await sends(noah, **{NAMED: [panel.person("kenji").id], GROUPS: [DESIGN]})
    while await read_due_groups(panel.stage.bot.deps):
        pass
    people = panel.stage.playground.workspace.usergroups[DESIGN].members
    handles = {panel.stage.playground.workspace.people[user].handle for user in people}
    assert await panel.can_verify() == {"kenji", *handles} - {STEWARD_OF_CODING}
    panel.calendar.turn(hours=2)
    assert await panel.can_verify() == {"kenji"}


async def test_by_the_rule_whoever_is_verified_and_says_yes(panel: Panel) -> None:
    await panel.accepted("ada")
    ada = panel.person("ada")
    await ada.types("/rungs reviews")
    assert "You aren't a verifier right now" in ada.reads()
    await opens_ladder(panel)
    await sends(panel.person(ADMIN), **{RULE: "1"})
    await ada.types("/rungs reviews")
    assert "You're verified on *AI coding*" in ada.reads()
    assert "ada" not in await panel.can_verify()
    await ada.clicks("I'll verify")
    assert "You're a verifier of *AI coding* now" in ada.reads()
    assert "ada" in await panel.can_verify()
    await ada.types("/rungs reviews")
    await ada.clicks("Stop")
    assert "ada" not in await panel.can_verify()
