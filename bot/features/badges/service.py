"""Issuing badges: the issuer of a workspace, its keys, the signed badge, and the signed status list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.deps import Deps, PublicSite
from bot.features.badges.signatures import new_key, public_jwk, sign
from coaching.badges.credential import Achieved, Issued, Issuer, credential
from coaching.badges.did_web import did_of
from coaching.badges.status_list import status_credential
from coaching.members import MemberKey
from storage import badges, signing_keys
from storage.database import Session
from storage.database.rows import new_id
from storage.installs.token_keys import TokenKeys
from storage.signing_keys import BADGES, Purpose, SigningKey

PATH = "badges"
"""The first step of the path of everything about badges."""


class NotSetUp(Exception):
    """Badges need RUNGS_PUBLIC_URL and RUNGS_TOKEN_KEYS. Set both, and restart."""


def did_in(site: PublicSite, workspace_id: str) -> str:
    """Return the issuer of a workspace's badges: each has its own, below the address of the service."""
    return did_of(site.url, PATH, workspace_id)


def issuer_of(site: PublicSite, workspace_id: str, name: str) -> Issuer:
    """Return the issuer of a workspace's badges, with its name and where its status list is."""
    return Issuer(did_in(site, workspace_id), name, f"{site.url}/{PATH}/{workspace_id}/status")


@dataclass(frozen=True)
class Signer:
    """A key that signs for an issuer; `repr` shows no secret."""

    key: SigningKey
    secret: str

    def __repr__(self) -> str:
        return f"Signer({self.key.kid!r})"

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed token."""
        return sign(claims, kid=self.key.kid, public=self.key.public, secret=self.secret)


async def current_signer(session: Session, keys: TokenKeys, did: str) -> Signer | None:
    """Return what signs for this issuer now, if it ever signed; CannotDecrypt when nothing opens its key."""
    found = await signing_keys.of_issuer(session, did)
    current = next((key for key in found if key.retired_at is None), None)
    return Signer(current, current.opened(keys)) if current else None


async def new_signer(
    session: Session,
    keys: TokenKeys,
    workspace_id: str,
    did: str,
    *,
    now: datetime,
    purpose: Purpose = BADGES,
) -> Signer:
    """Make the key that signs for this issuer from now on, and retire the one before."""
    public, secret = new_key()
    id_ = new_id()
    stored = signing_keys.sealed(keys, workspace_id, id_, secret)
    key = SigningKey(
        workspace_id=workspace_id,
        id=id_,
        purpose=purpose,
        issuer=did,
        public=public,
        secret=stored,
        made_at=now,
    )
    await signing_keys.add(session, key)
    return Signer(key, secret)


async def issue(
    session: Session, deps: Deps, key: MemberKey, achieved: Achieved, *, holder: str
) -> str:
    """Store a badge with this name on it, and return it as a signed token.

    The first badge of a workspace makes its key. Raises NotSetUp, LimitReached, and CannotDecrypt when no key
    of RUNGS_TOKEN_KEYS opens the workspace's.
    """
    site, where, now = deps.site, deps.identity, deps.now()
    if not site.url or site.keys is None:
        raise NotSetUp
    issuer = issuer_of(site, where.workspace_id, where.workspace_name)
    badge = await badges.issue(session, key, achieved, now=now)
    signer = await current_signer(session, site.keys, issuer.did) or await new_signer(
        session, site.keys, where.workspace_id, issuer.did, now=now
    )
    issued = Issued(badge.id, holder, badge.number, badge.issued_at)
    return signer.sign(credential(issuer, achieved, issued))


async def public_keys(session: Session, did: str) -> dict[str, dict[str, str]]:
    """Return the public keys of an issuer by their ids, retired ones too."""
    return {key.kid: public_jwk(key.public) for key in await signing_keys.of_issuer(session, did)}


async def signed_list(
    session: Session, site: PublicSite, workspace_id: str, *, now: datetime
) -> str | None:
    """Return the workspace's status list as a signed token; None when it never issued a badge."""
    issuer = issuer_of(site, workspace_id, "")
    signer = await current_signer(session, site.keys, issuer.did) if site.keys else None
    if signer is None:
        return None
    good = await badges.good_numbers(session, workspace_id)
    length = await badges.list_length(session, workspace_id)
    return signer.sign(status_credential(issuer, good, length=length, now=now))
