"""Badges: a verified level as an Open Badges 3.0 credential, and reading the claims of one.

A badge says which level was verified, by which criteria and when, and who issued it. It has no score, and no
id of the person in Slack: the holder is the name that they typed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

CONTEXT = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
BADGE_TYPES = ("OpenBadgeCredential", "AchievementCredential")
LONGEST_NAME = 100
"""Characters of the name on a badge."""


@dataclass(frozen=True)
class Achieved:
    """A verified level: of which ladder, its name and criteria in words, and from when until when."""

    framework: str
    family: str
    level: int
    name: str
    criteria: tuple[str, ...]
    verified_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Issuer:
    """Who issues badges: its identifier, its name, and where its status list is."""

    did: str
    name: str
    status_url: str


@dataclass(frozen=True)
class Issued:
    """One badge: its id, the name on it, its number in the status list, and when it was made."""

    id: str
    holder: str
    number: int
    at: datetime


def moment(at: datetime) -> str:
    """Return a time in UTC as credentials have it, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def credential(issuer: Issuer, achieved: Achieved, issued: Issued) -> dict[str, Any]:
    """Return a badge, to be signed, with the claims of a JWT that repeat some of it.

    The subject has an id of this badge alone, so that two badges of one person cannot be joined by it.
    """
    id_, subject = f"urn:uuid:{issued.id}", uuid5(NAMESPACE_URL, f"{issuer.did}#{issued.id}").urn
    claims: dict[str, Any] = {
        "@context": [CONTEXT, OPEN_BADGES],
        "id": id_,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achieved.name,
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": issuer.name},
        "validFrom": moment(issued.at),
        "awardedDate": moment(achieved.verified_at),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": issued.holder,
                    "identityType": "name",
                }
            ],
            "achievement": _achievement(issuer, achieved),
        },
        "credentialStatus": {
            "id": f"{issuer.status_url}#{issued.number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(issued.number),
            "statusListCredential": issuer.status_url,
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "iss": issuer.did,
        "jti": id_,
        "sub": subject,
        "nbf": int(issued.at.timestamp()),
    }
    if achieved.ends_at:
        claims["validUntil"] = moment(achieved.ends_at)
        claims["exp"] = int(achieved.ends_at.timestamp())
    return claims


def _achievement(issuer: Issuer, achieved: Achieved) -> dict[str, Any]:
    of = f"{issuer.did}#{achieved.framework}/{achieved.family}/{achieved.level}"
    return {
        "id": uuid5(NAMESPACE_URL, of).urn,
        "type": ["Achievement"],
        "achievementType": "Competency",
        "name": achieved.name,
        "description": f"{achieved.name}, shown by real work that another person looked at.",
        "criteria": {"narrative": "\n".join(f"- {one}" for one in achieved.criteria)},
    }


@dataclass(frozen=True)
class StatusEntry:
    """Where a badge says that its revocation is found: the list, and its number there."""

    url: str
    number: int


class NotABadge(Exception):
    """Signed claims that are no badge, or contradict each other; the text says how."""


@dataclass(frozen=True)
class BadgeClaims:
    """What a badge with a good signature says."""

    id: str
    issuer: str
    issuer_name: str
    holder: str
    name: str
    awarded: str
    valid_from: datetime
    valid_until: datetime | None
    status: StatusEntry | None

    @classmethod
    def of(cls, claims: dict[str, Any]) -> "BadgeClaims":
        """Return what these claims say; NotABadge when they contradict each other or lack something."""
        try:
            return _badge_claims(claims)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
            raise NotABadge(
                "something that every badge has is missing, or has another form"
            ) from problem


def _badge_claims(claims: dict[str, Any]) -> BadgeClaims:
    if not set(BADGE_TYPES) & set(claims["type"]):
        raise NotABadge("it is not an Open Badges 3.0 credential")
    issuer, subject = claims["issuer"], claims["credentialSubject"]
    profile = issuer if isinstance(issuer, dict) else {"id": issuer}
    until = claims.get("validUntil")
    start, end = _time(claims["validFrom"]), _time(until) if until else None
    repeated = (
        (claims["iss"], profile["id"]),
        (claims["jti"], claims["id"]),
        (claims.get("sub"), subject.get("id")),
        (int(claims["nbf"]), int(start.timestamp())),
        (claims.get("exp"), int(end.timestamp()) if end else None),
    )
    if any(claim != said for claim, said in repeated):
        raise NotABadge("its claims contradict each other")
    if not isinstance(claims["id"], str) or not isinstance(profile["id"], str):
        raise NotABadge("its id, or that of its issuer, is no text")
    return BadgeClaims(
        id=claims["id"],
        issuer=profile["id"],
        issuer_name=str(profile.get("name", "")),
        holder=_holder(subject),
        name=str(subject["achievement"]["name"]),
        awarded=str(claims.get("awardedDate") or claims["validFrom"]),
        valid_from=start,
        valid_until=end,
        status=_status(claims.get("credentialStatus")),
    )


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise NotABadge("a time in it has no zone")
    return found


def _holder(subject: dict[str, Any]) -> str:
    """Return the name on a badge; empty where it has none in plain words."""
    found = subject.get("identifier") or []
    listed = found if isinstance(found, list) else [found]
    names = [one["identityHash"] for one in listed if one.get("hashed") is False]
    return str(names[0]) if names else ""


def _status(entry: Any) -> StatusEntry | None:
    if entry is None:
        return None
    if entry["type"] != "BitstringStatusListEntry" or entry["statusPurpose"] != "revocation":
        raise NotABadge("it says in an unknown way where its revocation is found")
    return StatusEntry(str(entry["statusListCredential"]), int(entry["statusListIndex"]))
