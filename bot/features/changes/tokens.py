"""What a webhook is sent: a signed JWT about one change, and the public keys with which it is checked.

It is signed when it is sent, so that it is fresh however often a change was tried before. The algorithm is
called EdDSA, the name that gateways know; the key is one of Ed25519.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from warnings import catch_warnings, simplefilter

from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from bot.deps import Deps, PublicSite
from bot.features.badges.service import Signer, current_signer, new_signer
from storage import signing_keys
from storage.changes.queue import Change
from storage.database import Session
from storage.installs.token_keys import TokenKeys
from storage.signing_keys import ACCESS, SigningKey

PATH = "access"
"""The first step of the path of everything about access."""

ALGORITHM = "EdDSA"
REGISTRY = JWSRegistry(algorithms=[ALGORITHM])

LIVES = timedelta(minutes=5)
RENEWED = timedelta(days=90)
SHOWN = timedelta(days=1)
"""How long a token counts, how long a key signs, and how long a former key is still published."""


def issuer_of(site: PublicSite, workspace_id: str) -> str:
    """Return the `iss` of a workspace's tokens."""
    return f"{site.url}/{PATH}/{workspace_id}"


def jwks_url(site: PublicSite, workspace_id: str) -> str:
    """Return where the public keys of a workspace are."""
    return f"{issuer_of(site, workspace_id)}/jwks.json"


async def signer_of(deps: Deps, keys: TokenKeys) -> Signer:
    """Return what signs for this workspace; a key that signed for `RENEWED` is replaced first.

    Raises CannotDecrypt when no key of RUNGS_TOKEN_KEYS opens it.
    """
    workspace_id, now = deps.identity.workspace_id, deps.now()
    async with deps.database.read() as session:
        found = await current_signer(session, keys, issuer_of(deps.site, workspace_id))
    if found and now - found.key.made_at < RENEWED:
        return found
    async with deps.database.write() as session:
        return await renewed(session, deps.site, keys, workspace_id, now=now)


async def renewed(
    session: Session, site: PublicSite, keys: TokenKeys, workspace_id: str, *, now: datetime
) -> Signer:
    """Sign by a new key from now on; delete former keys by which no token can be signed any more."""
    await signing_keys.drop_retired(session, workspace_id, ACCESS, before=now - SHOWN)
    issuer = issuer_of(site, workspace_id)
    return await new_signer(session, keys, workspace_id, issuer, now=now, purpose=ACCESS)


async def public_jwks(
    session: Session, site: PublicSite, workspace_id: str, *, now: datetime
) -> list[dict[str, str]]:
    """Return the keys that check a workspace's tokens: the one that signs, and those that did lately."""
    found = await signing_keys.of_issuer(session, issuer_of(site, workspace_id))
    return [_jwk(key) for key in found if not key.retired_at or now - key.retired_at < SHOWN]


def _jwk(key: SigningKey) -> dict[str, str]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": key.public,
        "alg": ALGORITHM,
        "use": "sig",
        "kid": key.kid,
    }


def token_of(signer: Signer, change: Change, *, subject: str, audience: str, now: datetime) -> str:
    """Return a change as a signed JWT."""
    return _signed(signer, claims_of(signer, change, subject=subject, audience=audience, now=now))


def claims_of(
    signer: Signer, change: Change, *, subject: str, audience: str, now: datetime
) -> dict[str, Any]:
    """Return what a token says. Why a permission ended is between Rungs and the member."""
    return {
        "iss": signer.key.issuer,
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + LIVES).timestamp()),
        "jti": change.id,
        "sub": subject,
        "permission": change.permission,
        "change": change.change,
        "at": _written(change.at),
        "until": _written(change.until) if change.until else None,
        "via": change.via,
        "policy_version": change.policy_version,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _signed(signer: Signer, claims: Mapping[str, Any]) -> str:
    of_key: dict[str, str | list[str]] = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": signer.key.public,
        "d": signer.secret,
    }
    header = {"alg": ALGORITHM, "kid": signer.key.kid, "typ": "JWT"}
    payload = json.dumps(claims).encode()
    with catch_warnings():
        # RFC 9864 has a new name for it, which gateways do not know yet.
        simplefilter("ignore", SecurityWarning)
        key = OKPKey.import_key(of_key)
        return jws.serialize_compact(header, payload, key, registry=REGISTRY)
