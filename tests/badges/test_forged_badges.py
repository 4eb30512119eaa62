"""Badges that somebody made up, changed, or that lean on what is not the issuer's: none of them counts."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from gzip import compress
from hashlib import sha256
from hmac import new as hmac
from math import inf
from typing import Any

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.features.badges.operators import verdict_text
from bot.features.badges.signatures import Unreadable, new_key, public_jwk, sign
from bot.slack.server import serving_http
from coaching.badges.did_web import did_document, did_of, document_url, keys_in
from coaching.badges.status_list import WrongList, is_set, length_for
from coaching.badges.status_list import encoded as packed
from tests.badges.wallet import Town, decoded, encoded, parts, town
from tests.process import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(long_url: str) -> AsyncIterator[Town]:
    async with town(long_url) as place:
        await place.verifies()
        yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def token(place: Town) -> str:
    return await place.issued()


async def both(place: Town, token: str) -> set[str]:
    """Return what the database and the issuer itself say of a badge."""
    return {(await place.own(token)).state, (await place.remote(token)).state}


async def test_no_algorithm_but_ours_is_read(place: Town, token: str) -> None:
    header, claims, signature = parts(token)
    _, jwks = await place.get(f"/badges/{place.workspace_id}/jwks.json")
    (jwk,) = json.loads(jwks)["keys"]
    for algorithm in ("none", "None", "", None):
        for ending in ("", signature):
            forged = f"{encoded({**header, 'alg': algorithm})}.{encoded(claims)}.{ending}"
            assert await both(place, forged) == {"altered"}
    for secret in (jwk["x"].encode(), decoded(jwk["x"]), json.dumps(jwk).encode()):
        signed = f"{encoded({**header, 'alg': 'HS256'})}.{encoded(claims)}"
        tag = encoded(hmac(secret, signed.encode(), sha256).digest())
        assert await both(place, f"{signed}.{tag}") == {"altered"}


async def test_a_key_that_comes_with_the_badge_does_not_count(place: Town, token: str) -> None:
    header, claims, _ = parts(token)
    public, secret = new_key()
    mine = sign(claims, kid=header["kid"], public=public, secret=secret)
    assert await both(place, mine) == {"altered"}
    other = sign(claims, kid=header["kid"] + "2", public=public, secret=secret)
    assert await both(place, other) == {"altered"}
    _, _, signature = parts(mine)
    for extra in ({"jwk": public_jwk(public)}, {"jku": "http://localhost/"}, {"crit": ["exp"]}):
        forged = f"{encoded({**header, **extra})}.{encoded(claims)}.{signature}"
        assert (await place.own(forged)).state == "altered"


async def test_nothing_that_is_signed_can_be_changed(place: Town, token: str) -> None:
    written, payload, signature = token.split(".")
    claims = json.loads(decoded(payload))
    for change in (
        {"name": "AI coding, level 4: Mastery"},
        {"validUntil": "2099-01-01T00:00:00Z", "exp": 4070908800},
        {"credentialStatus": None},
        {"iss": did_of("http://localhost:1", "badges", "T1")},
    ):
        forged = f"{written}.{encoded({**claims, **change})}.{signature}"
        assert (await place.own(forged)).state in ("altered", "unknown issuer")
    flipped = bytearray(decoded(signature))
    flipped[0] ^= 1
    assert await both(place, f"{written}.{payload}.{encoded(bytes(flipped))}") == {"altered"}


NO_TOKENS = [
    *("", "a", "a.b", "..", "{}", "é.é.é", "a.b.c.d", "x" * 200_000),
    *(f"{encoded(header)}.{encoded({})}.{encoded(b'x')}" for header in (["alg"], "alg")),
]


@pytest.mark.parametrize("junk", NO_TOKENS)
async def test_what_is_no_token_is_said_so(place: Town, junk: str) -> None:
    with pytest.raises(Unreadable):
        await place.own(junk)


@pytest.mark.parametrize("issuer", ["did:web:\\ud800", "did:web:\\u0000", "5", "", "\\u001b[2J"])
async def test_a_name_of_an_issuer_that_no_database_takes_is_unknown(
    place: Town, token: str, issuer: str
) -> None:
    header, _, signature = parts(token)
    claims = encoded(f'{{"iss":"{issuer}"}}'.encode())
    forged = f"{encoded(header)}.{claims}.{signature}"
    assert await both(place, forged) == {"unknown issuer"}
    assert verdict_text(await place.own(forged)).isprintable()


@dataclass
class Elsewhere:
    """Another issuer on this computer, who publishes what a test says."""

    port: int
    key: tuple[str, str] = field(default_factory=new_key)
    status: Response = field(default_factory=lambda: PlainTextResponse("no", 404))
    document: dict[str, Any] | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def did(self) -> str:
        return did_of(f"http://localhost:{self.port}", "them")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/them/status"

    def signs(self, claims: dict[str, Any]) -> str:
        public, secret = self.key
        return sign(claims, kid=f"{self.did}#1", public=public, secret=secret)

    def badge(self, claims: dict[str, Any], **changes: Any) -> str:
        """Return a badge like this one by this issuer."""
        entry = {**claims["credentialStatus"], "statusListCredential": self.url}
        own = {"iss": self.did, "issuer": {"id": self.did, "type": ["Profile"]}}
        return self.signs({**claims, **own, "credentialStatus": entry, **changes})

    def listed(self, **changes: Any) -> dict[str, Any]:
        """Return a status list of this issuer in which nothing is revoked."""
        subject = {
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": packed(range(length_for(0)), length=length_for(0)),
        }
        made = {
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.did,
            "id": self.url,
            "credentialSubject": {**subject, **changes.pop("subject", {})},
        }
        return {**made, **changes}

    async def answers(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if request.url.path.endswith("did.json"):
            keys = {f"{self.did}#1": public_jwk(self.key[0])}
            said = did_document(self.did, keys) if self.document is None else self.document
            return PlainTextResponse(json.dumps(said))
        return self.status


@pytest_asyncio.fixture(loop_scope="module")
async def elsewhere() -> AsyncIterator[Elsewhere]:
    issuer = Elsewhere(free_port())
    pages = Starlette(routes=[Route("/{path:path}", issuer.answers)])
    async with serving_http(pages, port=issuer.port, host="127.0.0.1"):
        yield issuer


async def test_another_issuer_is_told_apart(place: Town, token: str, elsewhere: Elsewhere) -> None:
    _, claims, _ = parts(token)
    foreign = elsewhere.badge(claims)
    assert (await place.own(foreign)).state == "unknown issuer"
    elsewhere.status = PlainTextResponse(elsewhere.signs(elsewhere.listed()))
    found = await place.remote(foreign)
    assert (found.state, found.badge and found.badge.issuer) == ("valid", elsewhere.did)
    # Their key does not sign for us, whatever name they write on it.
    posed = elsewhere.signs(claims)
    assert await both(place, posed) == {"altered"}
    two = elsewhere.badge(claims, issuer=claims["issuer"])
    assert (await place.remote(two)).state == "altered"


@pytest.mark.parametrize(
    "change",
    [
        {"nbf": inf},
        {"credentialStatus": {"statusListIndex": inf}},
        {"credentialStatus": {"statusListCredential": "https://["}},
        {"id": 5, "jti": 5},
    ],
)
async def test_a_value_of_another_form_is_said_so(
    place: Town, token: str, elsewhere: Elsewhere, change: dict[str, Any]
) -> None:
    _, claims, _ = parts(token)
    entry = {**claims["credentialStatus"], "statusListCredential": elsewhere.url}
    elsewhere.status = PlainTextResponse(elsewhere.signs(elsewhere.listed()))
    changes = {**change, "credentialStatus": {**entry, **change.get("credentialStatus", {})}}
    found = await place.remote(elsewhere.badge(claims, **changes))
    assert found.state == "altered"
    assert verdict_text(found).startswith("Altered: ")


async def test_a_status_list_that_is_not_theirs_does_not_count(
    place: Town, token: str, elsewhere: Elsewhere
) -> None:
    _, claims, _ = parts(token)
    foreign = elsewhere.badge(claims)
    _, ours = await place.get(f"/badges/{place.workspace_id}/status")
    number = int(claims["credentialStatus"]["statusListIndex"])
    wrong = {
        "ours": ours,
        "another list": elsewhere.signs(elsewhere.listed(id=elsewhere.url + "2")),
        "another issuer": elsewhere.signs(elsewhere.listed(issuer=claims["iss"])),
        "about something else": elsewhere.signs(
            elsewhere.listed(subject={"statusPurpose": "message"})
        ),
        "old": elsewhere.signs(elsewhere.listed(validUntil="2026-11-01T00:00:00Z")),
        "short": elsewhere.signs(
            elsewhere.listed(subject={"encodedList": packed([], length=1024)})
        ),
        "a bomb": elsewhere.signs(
            elsewhere.listed(subject={"encodedList": "u" + encoded(compress(b"\0" * 50_000_000))})
        ),
        "a badge": foreign,
        "no token": "nothing",
    }
    for name, text in wrong.items():
        elsewhere.status = PlainTextResponse(text)
        assert (await place.remote(foreign)).state == "altered", name
    others = set(range(length_for(0))) - {number}
    elsewhere.status = PlainTextResponse(
        elsewhere.signs(
            elsewhere.listed(subject={"encodedList": packed(others, length=length_for(0))})
        )
    )
    assert (await place.remote(foreign)).state == "revoked"


async def test_only_the_issuers_own_host_is_asked_and_no_redirect_followed(
    place: Town, token: str, elsewhere: Elsewhere
) -> None:
    _, claims, _ = parts(token)
    entry = {**claims["credentialStatus"], "statusListCredential": "http://localhost:1/status"}
    away = elsewhere.badge(claims, credentialStatus=entry)
    assert (await place.remote(away)).state == "altered"
    elsewhere.status = RedirectResponse(f"{place.address}/badges/{place.workspace_id}/status")
    assert (await place.remote(elsewhere.badge(claims))).state == "unknown issuer"
    elsewhere.status = PlainTextResponse("x" * 300_000)
    assert (await place.remote(elsewhere.badge(claims))).state == "unknown issuer"
    elsewhere.document = {"id": "did:web:example.org"}
    assert (await place.remote(elsewhere.badge(claims))).state == "unknown issuer"


@pytest.mark.parametrize(
    "did",
    [
        *("", "did:key:z6Mk", "did:web:", "did:web:10.0.0.1", "did:web:a/b", "did:web:a:..:b"),
        *("did:web:a%2Fb", "did:web:user@a", "did:web:a?x", "did:web:a#x", "did:web:a::b"),
    ],
)
async def test_what_is_no_name_of_a_host_is_never_fetched(did: str) -> None:
    assert document_url(did) is None


async def test_names_and_keys_are_read_as_the_method_says() -> None:
    assert document_url("did:web:example.org") == "https://example.org/.well-known/did.json"
    assert document_url("did:web:a.org%3A8443:x:y") == "https://a.org:8443/x/y/did.json"
    did = "did:web:example.org"
    jwk = public_jwk("x")
    document = did_document(did, {f"{did}#1": jwk, "did:web:other#1": jwk})
    document["verificationMethod"] = [
        *document["verificationMethod"],
        {"id": "#2", "publicKeyJwk": jwk},
    ]  # type: ignore[misc]
    document["assertionMethod"] = [f"{did}#1", "#2", "did:web:other#1"]
    assert set(keys_in(document, did)) == {f"{did}#1", f"{did}#2"}


async def test_bits_stand_where_the_recommendation_says() -> None:
    length = length_for(0)
    text = packed([0, 9, length - 1], length=length)
    assert text.startswith("uH4sI")
    assert [n for n in (0, 1, 8, 9, length - 1) if not is_set(text, n)] == [0, 9, length - 1]
    for number in (-1, length):
        with pytest.raises(WrongList):
            is_set(text, number)
    assert [length_for(n) for n in (0, 65_536, 65_537)] == [131_072, 131_072, 262_144]


async def test_after_a_change_of_keys_old_badges_stay_good_unless_those_were_stolen(
    place: Town, token: str
) -> None:
    from bot.features.badges.operators import rotate

    site, database = place.stage.bot.coaching.service.site, place.stage.database
    given: dict[str, Any] = {"site": site, "workspace_id": None, "now": place.clock()}
    place.clock.go(minutes=1)
    told = await rotate(database, is_compromised=False, **{**given, "now": place.clock()})
    assert "in 1 of 1 workspaces" in told
    assert await both(place, token) == {"valid"}
    new = await place.issued()
    assert parts(new)[0]["kid"] != parts(token)[0]["kid"]
    place.clock.go(minutes=1)
    await rotate(database, is_compromised=True, **{**given, "now": place.clock()})
    assert await both(place, new) == {"altered"}
