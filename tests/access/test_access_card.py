"""`/rungs access`: what a member has, what is missing with the next click, and where it shows at all."""

import pytest

from bot.buttons import ACCESS as ACCESS_BUTTON
from bot.features.access.views import PAGE
from storage.access.facts import ACCESS, ON_PERMISSIONS
from storage.workspace_settings import CAPABILITIES
from tests.access.office import ON, Office, labels_of, presses
from tests.rules.office import writes as writes_rules
from tests.stage import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_newcomer_reads_what_is_missing(newcomer: Person) -> None:
    await newcomer.types("/rungs access", where=newcomer.channel)
    text = newcomer.reads(newcomer.channel)
    assert "You have none of the four permissions yet" in text
    assert (
        "*Chat &amp; more*\nWhat's missing:\n• Complete the training “Safety &lt;first&gt;”."
        in text
    )
    assert "<@U0SOFIAROSS> can confirm it." in text
    assert "*Agents*" in text
    assert "Switched off" not in text
    # What only an admin can help with stands last.
    assert text.index("*Agents*") < text.index("*The pilot*")
    assert "Approval (The board). Nobody is named yet to give it, so ask an admin." in text
    await newcomer.clicks("See the other one", where=newcomer.channel)
    assert "*Code* · You can do what Code needs." in newcomer.reads(newcomer.channel)


async def test_the_page_of_a_permission_says_what_it_takes(newcomer: Person) -> None:
    await newcomer.types("access code")
    page = newcomer.reads()
    assert "*Tools:* Pathfinder and Tom &amp; Co &lt;AI&gt;" in page
    assert "*Data:* public material and internal material" in page
    assert "*Risk:* low" in page
    assert "• “How we use AI here”, read and confirmed in the past year: not yet" in page
    assert "• One of these:\n      • AI coding, level 2, verified: not yet\n" in page
    assert "*How long:* 90 days at a time. Rungs renews it while you meet what it takes." in page
    assert "if your time" not in page.lower()
    await newcomer.clicks("Back")
    assert "*Within reach*" in newcomer.reads()
    await newcomer.clicks("Details")
    assert "*Chat &amp; more*\nYou can do what" in newcomer.reads()
    assert (
        "you keep the permission for 14 days more. A sandbox can grant it, too." in newcomer.reads()
    )


async def test_a_permission_is_found_by_its_title(newcomer: Person) -> None:
    await newcomer.types("/rungs access chat & MORE")
    assert "*Chat &amp; more*\nYou can do what" in newcomer.reads()
    for unknown in ("chatter", "off"):
        await newcomer.types(f"/rungs access {unknown}")
        assert "No permission that's on here has this name." in newcomer.reads()
        assert "*Agents* · You can do" in newcomer.reads()
    await presses(newcomer, PAGE, "off")
    assert "No permission that's on here has this name." in newcomer.reads()


async def test_what_a_member_has_stands_at_the_top(office: Office, newcomer: Person) -> None:
    await office.trains(newcomer)
    await newcomer.types("access")
    assert "*Chat &amp; more*\nYou meet what it takes. Rungs adds it" in newcomer.reads()
    await office.runs()
    await newcomer.types("what do I have access to?")
    await newcomer.types("access")
    assert "You have one of four permissions." in newcomer.reads()
    assert "*Chat &amp; more*\nUntil Tuesday, March 16, 2027." in newcomer.reads()
    await newcomer.types("access chat")
    assert "in the past year: met, until Tuesday, March 2, 2027" in newcomer.reads()
    assert "*You have it* until Tuesday, March 16, 2027." in newcomer.reads()


async def test_it_stands_on_home_and_beside_the_results(office: Office, newcomer: Person) -> None:
    await newcomer.types("what may I use?")
    assert "*What you may use*" in newcomer.reads()
    await newcomer.types("/rungs me")
    assert "What I may use" in labels_of(newcomer)
    await newcomer.opens_home()
    assert "*Access:* you have none of four permissions." in newcomer.view_text
    await newcomer.clicks_in_view("What I may use")
    assert "*Within reach*" in newcomer.view_text
    await newcomer.closes()
    await newcomer.types("/rungs privacy")
    assert "Only you see what's missing." in newcomer.reads()
    assert "Approvers: Security &amp; privacy: They see who asks" in newcomer.reads()


async def test_a_guest_reads_that_permissions_are_for_members(office: Office) -> None:
    sam = office.person("sam")
    await sam.types("/rungs access")
    assert "Permissions are for members of this workspace. Guests don't have any." in sam.reads()
    assert "Ask for approval" not in labels_of(sam)
    await sam.opens_home()
    assert "*Access:*" not in sam.view_text


async def test_the_next_click_leads_to_levels_and_rules(office: Office, newcomer: Person) -> None:
    await newcomer.types("access code")
    assert labels_of(newcomer) == ["Back"]
    await writes_rules(office.person("noah"))
    await newcomer.types("access code")
    await newcomer.clicks("Read it")
    await newcomer.clicks("I've read this")
    await newcomer.types("access code")
    assert "in the past year: met, until Tuesday, March 2, 2027" in newcomer.reads()
    # An approval is less effort than a level.
    assert labels_of(newcomer) == ["Ask for approval", "Back"]
    await office.names("approver:security")
    await office.sets(CAPABILITIES, (ACCESS, "evidence"))
    await newcomer.types("access code")
    assert "Nobody is named yet to give it" in newcomer.reads()
    await office.names("approver:security", "kenji", "mei")
    await office.sets(CAPABILITIES, (ACCESS,))


async def test_a_step_that_has_no_button_does_not_hide_the_next_one(
    office: Office, newcomer: Person
) -> None:
    await office.sets(ON_PERMISSIONS, (*ON, "levels"))
    await newcomer.types("access levels")
    assert "Nobody verifies levels here yet, so ask an admin." in newcomer.reads()
    assert labels_of(newcomer) == ["Back"]
    await office.sets(CAPABILITIES, (ACCESS, "evidence"))
    await newcomer.types("access levels")
    assert "• Complete the training “Safety &lt;first&gt;”." in newcomer.reads()
    assert "• AI coding, level 2, verified by a colleague." in newcomer.reads()
    await newcomer.clicks("Have it verified")
    assert "level 1" in newcomer.reads()
    await office.sets(CAPABILITIES, (ACCESS,))
    await office.sets(ON_PERMISSIONS, ON)


async def test_while_it_is_off_it_shows_nowhere(office: Office, newcomer: Person) -> None:
    await office.sets(CAPABILITIES, ())
    await newcomer.types("/rungs access")
    assert "*What you may use*" not in newcomer.reads()
    await presses(newcomer, ACCESS_BUTTON)
    assert "*What you may use*" not in newcomer.reads()
    await newcomer.types("/rungs help")
    assert "/rungs access" not in newcomer.reads()
    await newcomer.opens_home()
    assert "*Access:*" not in newcomer.view_text
    await newcomer.types("/rungs privacy")
    assert "Approvers" not in newcomer.reads()
    noah = office.person("noah")
    await noah.types("/rungs admin")
    assert "*Access*" not in noah.reads()
    await office.sets(CAPABILITIES, (ACCESS,))
