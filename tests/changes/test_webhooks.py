"""A webhook is told of every change, in order for each member, whatever it answers."""

import warnings
from logging import WARNING

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from bot.features.changes.outside import PublicResolver, is_public, problem_with
from storage.changes.queue import GIVEN_UP
from storage.workspace_settings import CAPABILITIES
from tests.changes.office import DRAFTS, PILOT, Office
from tests.changes.servers import Hook
from tests.stage import Person

CLAIMS = jwt.JWTClaimsRegistry


@pytest.fixture(autouse=True)
async def told(at_work: Office, webhook: Hook) -> None:
    await at_work.adds("webhook", webhook.url, {PILOT: None})


async def checked(at_work: Office, token: str) -> dict[str, object]:
    """Return what a token says, as a gateway reads it: checked with the published keys."""
    keys = KeySet.import_key_set({"keys": await at_work.published()})
    with warnings.catch_warnings(action="ignore"):
        found = jwt.decode(token, keys, algorithms=["EdDSA"])
    now = int(at_work.clock().timestamp())
    CLAIMS(now=now, iss={"essential": True}, exp={"essential": True}).validate(found.claims)
    return found.claims


async def test_it_is_told_in_signed_words(at_work: Office, webhook: Hook) -> None:
    ada, noah = at_work.person("ada"), at_work.person("noah")
    await at_work.approves(ada)
    await at_work.approves(noah, what=DRAFTS)
    await at_work.passes(seconds=5)
    await at_work.withdraws(ada)
    await at_work.passes(minutes=1)
    granted, ended = [await checked(at_work, token) for token in webhook.tokens]
    site = at_work.stage.bot.deps.site.url
    assert granted.pop("jti") != ended.pop("jti")
    assert granted == {
        "iss": f"{site}/access/{at_work.workspace_id}",
        "aud": webhook.url,
        "iat": int(at_work.clock().timestamp()) - 60,
        "exp": int(at_work.clock().timestamp()) + 240,
        "sub": ada.id,
        "permission": PILOT,
        "change": "granted",
        "at": "2026-11-18T12:00:05Z",
        "until": "2027-11-18T12:00:00Z",
        "via": "policy",
        "policy_version": at_work.stage.bot.deps.library.access.version,
    }
    assert (ended["change"], ended["until"], ended["sub"]) == ("ended", None, ada.id)
    assert (await at_work.waits()).count == 0


async def moves(at_work: Office, *people: Person) -> None:
    """Grant, end and grant again, with the changes stored each time and none sent."""
    for move in (at_work.approves, at_work.withdraws, at_work.approves):
        await move(*people)
        at_work.clock.go(seconds=1)
        await at_work.run("access_decisions")


IN_ORDER = ["granted", "ended", "granted"]


async def test_two_days_down_lose_nothing_and_keep_the_order(
    at_work: Office, webhook: Hook
) -> None:
    people = [at_work.person(name) for name in ("ada", "noah", "sofia")]
    webhook.mood = "broken"
    await moves(at_work, *people)
    await at_work.run("changes")
    for minutes in (1, 10, 60, *[480] * 6):
        await at_work.passes(minutes=minutes)
    assert (await at_work.waits()).count == 9
    assert webhook.asked == 12  # all three at first, then one at a time
    webhook.mood = "well"
    await at_work.passes(hours=1)
    assert [[change for change, _ in webhook.of(one.id)] for one in people] == [IN_ORDER] * 3
    assert (await at_work.waits()).count == 0


@pytest.mark.parametrize("mood", ["silent", "cut", "moved"])
async def test_without_an_answer_it_is_told_again_with_the_same_id(
    at_work: Office, webhook: Hook, mood: str
) -> None:
    ada = at_work.person("ada")
    webhook.mood = mood
    await moves(at_work, ada)
    await at_work.run("changes")
    await at_work.passes(seconds=11)
    webhook.mood = "well"
    await at_work.passes(minutes=1)
    told = list(dict.fromkeys(webhook.of(ada.id)))
    assert [change for change, _ in told] == IN_ORDER
    assert len(webhook.of(ada.id)) == (3 if mood == "moved" else 5)
    assert len({of_id for _, of_id in told}) == 3


async def test_a_second_answer_and_a_late_one_do_no_harm(
    at_work: Office, webhook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = at_work.person("ada")
    webhook.mood = "twice"
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    monkeypatch.setattr("bot.features.changes.outside.WITHIN", 0.2)
    webhook.mood = "slow"
    await at_work.withdraws(ada)
    await at_work.passes(seconds=5)
    webhook.mood = "well"
    await at_work.passes(seconds=11)
    assert [change for change, _ in webhook.of(ada.id)] == ["granted", "ended", "ended"]
    assert len({of_id for _, of_id in webhook.of(ada.id)}) == 2


async def test_what_it_refuses_holds_up_one_member_alone(at_work: Office, webhook: Hook) -> None:
    ada, noah = at_work.person("ada"), at_work.person("noah")
    webhook.mood = "choosy"
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    webhook.mood = "well"
    await at_work.approves(noah)
    await at_work.withdraws(ada)
    await at_work.passes(seconds=5)
    assert ([len(webhook.of(one.id)) for one in (ada, noah)]) == [0, 1]
    await at_work.passes(seconds=6)
    assert [change for change, _ in webhook.of(ada.id)] == ["granted", "ended"]


async def test_after_a_week_a_change_is_given_up(
    at_work: Office, webhook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.mood = "broken"
    await at_work.approves(at_work.person("ada"))
    await at_work.passes(seconds=5)
    with caplog.at_level(WARNING):
        await at_work.passes(seconds=GIVEN_UP.total_seconds())
    waits = await at_work.waits()
    assert (waits.count, waits.dead) == (0, 1)
    assert "changes_given_up" in caplog.text
    assert "very-secret" not in caplog.text


async def test_a_new_key_signs_and_the_former_one_still_checks(
    at_work: Office, webhook: Hook
) -> None:
    ada = at_work.person("ada")
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    at_work.clock.go(days=91)
    await at_work.withdraws(ada)
    await at_work.passes(seconds=5)
    first, second = webhook.tokens
    assert (await checked(at_work, second))["change"] == "ended"
    with pytest.raises(Exception, match="expired"):
        await checked(at_work, first)
    at_work.clock.go(days=2)
    await at_work.passes(days=91)


async def test_it_learns_what_ends_when_access_is_switched_off(
    at_work: Office, webhook: Hook
) -> None:
    ada = at_work.person("ada")
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    await at_work.sets(CAPABILITIES, ())
    await at_work.passes(seconds=5)
    assert [change for change, _ in webhook.of(ada.id)] == ["granted", "ended"]


async def test_who_erases_themselves_has_ended_everywhere(at_work: Office, webhook: Hook) -> None:
    ada = at_work.person("ada")
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    assert ada.id not in str(await at_work.rows())
    await at_work.passes(seconds=5)
    assert [change for change, _ in webhook.of(ada.id)] == ["granted", "ended"]
    assert await at_work.rows() == []


async def test_an_end_from_before_an_erasure_is_dropped_once_it_is_old_news(
    at_work: Office, webhook: Hook
) -> None:
    ada = at_work.person("ada")
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    webhook.mood = "broken"
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    await at_work.passes(seconds=5)
    await at_work.approves(ada)
    await at_work.run("access_decisions")
    webhook.mood = "well"
    await at_work.passes(minutes=5)
    assert [change for change, _ in webhook.of(ada.id)] == ["granted", "granted"]
    assert await at_work.rows() == []


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://example.org/hook?key=1", None),
        ("http://example.org/hook", "not_https"),
        ("https://127.0.0.2/", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://10.1.2.3/", "not_public"),
        ("https://[::ffff:10.1.2.3]/", "not_public"),
        ("https://[64:ff9b::a01:203]/", "not_public"),
        ("https://169.254.169.254/latest/meta-data", "not_public"),
        ("https://localhost/", "not_public"),
        ("https://metadata.internal/", "not_public"),
        ("https://user:word@example.org/", "unreadable"),
        ("https://example.org:99999/", "unreadable"),
        ("https://exa mple.org/", "unreadable"),
        ("http://gateway/", None),
        ("https:///nowhere", "unreadable"),
        ("file:///etc/passwd", "unreadable"),
    ],
)
def test_addresses(url: str, problem: str | None) -> None:
    assert problem_with(url, frozenset({"gateway"})) == problem


async def test_a_name_is_looked_up_for_public_addresses_alone() -> None:
    with pytest.raises(OSError, match="no public address"):
        await PublicResolver(frozenset()).resolve("localhost", 443)
    assert await PublicResolver(frozenset({"localhost"})).resolve("localhost", 443)
    assert is_public("1.1.1.1")
