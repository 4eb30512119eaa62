"""Said, checked and verified: three lines per ladder on `/rungs me` and the Home tab, never merged."""

from tests.admin.boss import OWNER, switches
from tests.checkins.calendar import Season, assessed
from tests.evidence.desk import Court, offered, submits_coding
from tests.knowledge.school import TITLE, takes
from tests.stage import Person

RIGHT = [True] * 8
SAID = "*Said:* tier 2, AI-Integrated, in your self-check on Monday, March 2."
NOT_VERIFIED = "*Verified:* nothing yet. Two pieces of work that a verifier accepts change that"


async def test_each_line_says_since_when_until_when_and_what_would_change_it(
    spring: Season, ada: Person, court: Court
) -> None:
    await assessed(ada, "CCC")
    await ada.types("/rungs me")
    assert f"{SAID} A new self-check changes it.\n{NOT_VERIFIED}" in ada.reads()
    assert "*Checked:*" not in ada.reads()
    await switches(spring.stage.person(OWNER), TITLE)
    await takes(ada, RIGHT)
    await ada.types("/rungs me")
    assert (
        "*Checked:* nothing yet. For tier 1.5, it takes a check of Data and safety" in ada.reads()
    )
    for skill in ("data-and-safety", "repeatable-work"):
        await takes(ada, RIGHT, skill=skill)
    await submits_coding(ada)
    assert (await court.is_decided(ada)).state == "accepted"
    await ada.opens_home()
    checked = "*Checked:* tier 2, by questions since Monday, March 2. That ends on Tuesday, March 2, 2027."
    assert f"{SAID} A new self-check changes it.\n{checked}" in ada.view_text
    coding = (
        "*AI coding*\n*Said:* nothing yet. A self-check changes that.\n"
        "*Checked:* nothing yet. For level 1, it takes a check of Coding fluency: `/rungs quiz`.\n"
        "*Verified:* level 1, Fluency, by a verifier on Monday, March 2. "
        "That ends on Tuesday, March 2, 2027. Work that a verifier accepts changes it"
    )
    assert coding in ada.view_text
    assert "Work that you submit is seen by the people who verify it" in (ada.view_text)
    assert "Who sees this:* nobody else in Slack." not in ada.view_text
    await ada.clicks_in_view("Have a level verified")
    assert "*AI coding:* level 1, Fluency, verified until" in ada.view_text


async def test_a_level_that_ended_is_no_longer_verified(
    spring: Season, ada: Person, court: Court
) -> None:
    await submits_coding(ada)
    assert (await court.is_decided(ada)).state == "accepted"
    spring.calendar.turn(days=340)
    await ada.types("/rungs me")
    assert "One recent piece of work renews it" in ada.reads()
    spring.calendar.turn(days=30)
    await ada.types("/rungs me")
    ended = (
        "*AI coding*\n*Said:* nothing yet. A self-check changes that.\n"
        "*Verified:* level 1, Fluency ended on Tuesday, March 2."
    )
    assert ended in ada.reads()
    assert "by a verifier" not in ada.reads()
    await ada.clicks("Have a level verified")
    assert "AI coding: level 1, Fluency" in offered(ada)
    spring.calendar.turn(days=366)
    await ada.types("/rungs me")
    assert "*Verified:*" not in ada.reads()
