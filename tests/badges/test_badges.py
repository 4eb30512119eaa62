"""Badges: asked for by the member, valid by the standard, and revoked with what they rest on."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator
from sqlmodel import col, delete, select

from app import REGISTRY
from coaching.badges.status_list import FEWEST_BITS
from storage import badges
from storage.audit import AuditEvent
from storage.privacy import everything_about
from tests.admin.boss import OWNER, opens, switches
from tests.badges.wallet import NAME, Town, fills, newest_file, parts, town

SCHEMA = json.loads(
    (Path(__file__).parent / "achievement_credential.schema.json").read_text("utf-8")
)


@pytest.fixture
async def place(sqlite_url: str) -> AsyncIterator[Town]:
    async with town(sqlite_url) as place:
        yield place


async def test_a_badge_is_valid_by_the_standard_and_says_no_score(place: Town) -> None:
    await place.verifies(level=2)
    place.clock.go(days=1)
    ada = place.person("ada")
    token = await place.issued()
    header, claims, _ = parts(token)
    assert (claims["awardedDate"][:10], claims["validFrom"][:10]) == ("2026-11-18", "2026-11-19")
    checked = Draft201909Validator(SCHEMA, format_checker=Draft201909Validator.FORMAT_CHECKER)
    assert [problem.message for problem in checked.iter_errors(claims)] == []
    assert header == {"alg": "Ed25519", "kid": header["kid"], "typ": "JWT"}
    assert claims["name"] == "AI coding, level 1: Fluency"
    (who,) = claims["credentialSubject"]["identifier"]
    assert (who["identityHash"], who["hashed"]) == (NAME, False)
    narrative = claims["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "- I ask an AI tool for a small piece of code" in narrative
    assert ada.id not in json.dumps(claims)
    assert "result" not in claims["credentialSubject"]
    assert (await place.own(token)).state == "valid"
    remote = await place.remote(token)
    assert remote.is_valid
    assert remote.badge
    assert remote.badge.holder == NAME


async def test_the_page_says_what_there_is_and_a_new_badge_replaces_the_old(place: Town) -> None:
    ada = place.person("ada")
    await ada.types("badge")
    assert "You have no verified level yet" in ada.reads()
    await place.verifies()
    await ada.types("/rungs prove")
    await ada.clicks("Get a badge")
    assert "A badge shows a verified level outside Slack" in ada.reads()
    first = await place.issued()
    await ada.types("/rungs badge")
    assert "You got a badge on Wednesday, November 18. A new one replaces it." in ada.reads()
    second = await place.issued()
    assert [(await place.own(one)).state for one in (first, second)] == ["revoked", "valid"]
    subjects = {parts(one)[1]["credentialSubject"]["id"] for one in (first, second)}
    assert len(subjects) == 2, "Badges of one person cannot be joined by their subject."
    assert [(await place.remote(one)).state for one in (first, second)] == ["revoked", "valid"]


async def test_it_ends_with_the_level(place: Town) -> None:
    await place.verifies()
    token = await place.issued()
    place.clock.go(days=366)
    assert (await place.own(token)).state == (await place.remote(token)).state == "expired"
    await place.verifies()
    assert (await place.own(token)).state == (await place.remote(token)).state == "expired"


async def test_after_a_renewal_the_page_says_that_the_badge_ends_earlier(place: Town) -> None:
    await place.verifies()
    token, ada = await place.issued(), place.person("ada")
    place.clock.go(days=350)
    await ada.types("/rungs badge")
    assert "The end on your badge" not in ada.reads()
    await place.verifies()
    await ada.types("/rungs badge")
    assert "The end on your badge is " in ada.reads()
    assert (await place.own(token)).state == "valid"
    await place.issued()
    await ada.types("/rungs badge")
    assert "The end on your badge" not in ada.reads()


async def test_a_revoked_level_revokes_its_badge_and_a_new_one_does_not_bring_it_back(
    place: Town,
) -> None:
    await place.verifies(level=2)
    await place.issued()
    first = newest_file(place.stage)
    await place.revokes(level=1)
    assert (await place.own(first)).state == (await place.remote(first)).state == "revoked"
    place.clock.go(days=1)
    await place.verifies()
    assert (await place.own(first)).state == "revoked"
    again = await place.issued()
    assert (await place.remote(again)).state == "valid"


async def test_an_erasure_revokes_and_leaves_numbers_alone(place: Town) -> None:
    await place.verifies()
    token = await place.issued()
    ada = place.person("ada")
    async with place.stage.database.read() as session:
        held = await everything_about(session, ada.key, REGISTRY.personal_data)
        recorded = list(
            await session.scalars(select(AuditEvent).where(col(AuditEvent.act) == "badge"))
        )
    (exported,) = held["results"]["badges"]
    assert exported["framework"] == "ai-coding"
    assert [(one.about, one.place) for one in recorded] == [(None, "direct_message")]
    assert NAME not in json.dumps(held)
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    assert (await place.own(token)).state == (await place.remote(token)).state == "revoked"
    async with place.stage.database.read() as session:
        assert await badges.of_member(session, ada.key) == []


async def test_a_badge_that_a_restore_lost_is_revoked(place: Town) -> None:
    await place.verifies()
    token = await place.issued()
    async with place.stage.database.write() as session:
        # As in a backup from before the badge.
        for table in (badges.Badge, badges.BadgeNumber):
            await session.execute(delete(table))
    assert (await place.own(token)).state == (await place.remote(token)).state == "revoked"
    assert (await place.own(await place.issued())).state == "valid"


async def test_switched_off_it_shows_nowhere_and_what_was_given_stays_checkable(
    place: Town,
) -> None:
    await place.verifies()
    token = await place.issued()
    await switches(place.person(OWNER), "Badges")
    ada = place.person("ada")
    await ada.types("/rungs badge")
    assert "Rungs doesn't know `badge`" in ada.reads()
    assert (await place.remote(token)).state == "valid"


async def test_without_an_address_and_keys_it_cannot_be_switched_on(sqlite_url: str) -> None:
    async with town(sqlite_url, is_public=False) as place:
        priya = place.person(OWNER)
        await opens(priya)
        assert "RUNGS_PUBLIC_URL" in priya.view_text
        assert "RUNGS_TOKEN_KEYS" in priya.view_text


async def test_the_limit_keeps_the_last_badge(place: Town) -> None:
    await place.verifies()
    for _ in range(badges.BADGES.most):
        token = await place.issued()
    ada = place.person("ada")
    assert await place.issued() == token
    assert "You've made five badges in a day" in ada.reads()
    assert (await place.own(token)).state == "valid"


@pytest.mark.parametrize("name", [" ", "\u200b\u2060"])
async def test_a_badge_needs_a_name_that_is_seen(place: Town, name: str) -> None:
    await place.verifies()
    ada = place.person("ada")
    await ada.types("/rungs badge")
    await ada.clicks("Get a badge")
    await fills(ada, name)
    assert "no letters that can be seen" in ada.reads()
    assert not place.stage.playground.workspace.files


async def test_a_level_that_was_revoked_during_the_form_makes_no_badge(place: Town) -> None:
    await place.verifies()
    ada = place.person("ada")
    await ada.types("/rungs badge")
    await ada.clicks("Get a badge")
    await place.revokes()
    await fills(ada, NAME)
    assert "This level isn't verified anymore" in ada.reads()
    await ada.clicks("Get a badge")
    assert "This level isn't verified anymore" in ada.view_text


async def test_nothing_is_served_before_the_first_badge(place: Town) -> None:
    for name in ("did.json", "jwks.json", "status"):
        for workspace in (place.workspace_id, "T0NOBODY000", "%2e%2e", "a" * 80):
            assert (await place.get(f"/badges/{workspace}/{name}"))[0] == 404
    await place.verifies()
    await place.issued()
    status, text = await place.get(f"/badges/{place.workspace_id}/status")
    assert status == 200
    _, listed, _ = parts(text)
    assert listed["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert listed["id"] == f"{place.address}/badges/{place.workspace_id}/status"
    # 16 KiB of ones are short when they are packed.
    assert len(listed["credentialSubject"]["encodedList"]) < FEWEST_BITS // 8
    assert timedelta(seconds=listed["exp"] - listed["nbf"]) == timedelta(days=1)
