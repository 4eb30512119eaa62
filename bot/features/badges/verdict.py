"""Whether a badge is good: its signature, its dates, and whether it was revoked.

The issuer's keys and status come from this installation's database, or are fetched from the issuer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.features.badges.signatures import Altered, Jwk, Unreadable, read, said_issuer
from coaching.badges.credential import BadgeClaims, NotABadge, StatusEntry
from coaching.badges.status_list import WrongList

State = Literal["valid", "not yet valid", "expired", "revoked", "altered", "unknown issuer"]


class UnknownIssuer(Exception):
    """The issuer is not known here, or does not answer; the text says what was found."""


@dataclass(frozen=True)
class Verdict:
    """The result of a check; `why` is the reason in words, `badge` is None unless the signature fits."""

    state: State
    why: str = ""
    badge: BadgeClaims | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the badge counts now."""
        return self.state == "valid"


class Issuers(Protocol):
    """Where an issuer's keys and its status list are looked up."""

    async def keys(self, issuer: str) -> Mapping[str, Jwk]:
        """Return the public keys of an issuer by their ids; UnknownIssuer when there are none."""

    async def is_revoked(
        self, badge: BadgeClaims, entry: StatusEntry, keys: Mapping[str, Jwk]
    ) -> bool:
        """Return whether the badge was revoked; WrongList, Altered or UnknownIssuer without a good list."""


async def judge(token: str, issuers: Issuers, *, now: datetime) -> Verdict:
    """Return whether this token is a badge that counts now; Unreadable when it is no signed token."""
    issuer = said_issuer(token)
    try:
        keys = await issuers.keys(issuer)
        badge = BadgeClaims.of(read(token, keys))
        if badge.issuer != issuer:
            raise NotABadge("it names two issuers")
    except UnknownIssuer as problem:
        return Verdict("unknown issuer", str(problem))
    except (Altered, NotABadge) as problem:
        return Verdict("altered", str(problem))
    return await _judge_status(badge, issuers, keys, now=now)


async def _judge_status(
    badge: BadgeClaims, issuers: Issuers, keys: Mapping[str, Jwk], *, now: datetime
) -> Verdict:
    try:
        if badge.status and await issuers.is_revoked(badge, badge.status, keys):
            return Verdict("revoked", badge=badge)
    except UnknownIssuer as problem:
        return Verdict("unknown issuer", str(problem), badge)
    except (WrongList, Altered, Unreadable) as problem:
        return Verdict("altered", f"its status list is not good: {problem}", badge)
    if now < badge.valid_from:
        return Verdict("not yet valid", badge=badge)
    if badge.valid_until and now >= badge.valid_until:
        return Verdict("expired", badge=badge)
    return Verdict("valid", badge=badge)
