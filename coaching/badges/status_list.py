"""Status lists: one bit for each badge of a workspace, 0 when it is good, and 1 for every other number.

As in W3C's Bitstring Status List 1.0: at least 131,072 bits, the first bit is the highest of the first byte,
compressed by gzip and written in base64url without padding after the "u" of multibase.
"""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from gzip import compress
from typing import Any

from coaching.badges.credential import CONTEXT, Issuer, moment

FEWEST_BITS = 131_072
MOST_BYTES = 4_000_000
"""The longest list that is unpacked; a small file may be made to unpack to any length."""

MULTIBASE = "u"
PURPOSE = "revocation"
LIST_TYPE, ENTRY_TYPE = "BitstringStatusListCredential", "BitstringStatusListEntry"
GZIP = 16 + zlib.MAX_WBITS

FRESH_FOR = timedelta(days=1)
"""How long a list that was fetched may be relied on."""


class WrongList(Exception):
    """A status list that cannot be relied on; the text says why."""


def length_for(used: int) -> int:
    """Return how many bits a list has, of which at most half are in use."""
    length = FEWEST_BITS
    while length < 2 * used:
        length *= 2
    return length


def encoded(good: Iterable[int], *, length: int) -> str:
    """Return a list of this many bits, in which all are 1 but these."""
    bits = bytearray(b"\xff" * (length // 8))
    for number in good:
        bits[number // 8] &= ~(0x80 >> number % 8)
    # Without the time of compression, the same list is the same text.
    packed = compress(bytes(bits), mtime=0)
    return MULTIBASE + urlsafe_b64encode(packed).rstrip(b"=").decode()


def is_set(text: str, number: int) -> bool:
    """Return whether this bit of an encoded list is 1; WrongList when it has no such bit."""
    bits = _decoded(text)
    if len(bits) * 8 < FEWEST_BITS:
        raise WrongList(f"it has {len(bits) * 8} bits, and at least {FEWEST_BITS} are asked for")
    if not 0 <= number < len(bits) * 8:
        raise WrongList(f"it has no number {number}")
    return bool(bits[number // 8] & (0x80 >> number % 8))


def _decoded(text: str) -> bytes:
    if not text.startswith(MULTIBASE):
        raise WrongList("it does not begin with 'u'")
    try:
        packed = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        unpacking = zlib.decompressobj(GZIP)
        bits = unpacking.decompress(packed, MOST_BYTES)
    except (ValueError, zlib.error) as problem:
        raise WrongList("it cannot be unpacked") from problem
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise WrongList("it is cut, or longer than is unpacked")
    return bits


def status_credential(
    issuer: Issuer, good: Iterable[int], *, length: int, now: datetime
) -> dict[str, Any]:
    """Return the list of an issuer as a credential, to be signed."""
    until = now + FRESH_FOR
    return {
        "@context": [CONTEXT],
        "id": issuer.status_url,
        "type": ["VerifiableCredential", LIST_TYPE],
        "issuer": issuer.did,
        "validFrom": moment(now),
        "validUntil": moment(until),
        "credentialSubject": {
            "id": f"{issuer.status_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": encoded(good, length=length),
        },
        "iss": issuer.did,
        "jti": issuer.status_url,
        "nbf": int(now.timestamp()),
        "exp": int(until.timestamp()),
    }


def says_revoked(
    listed: dict[str, Any], *, issuer: str, url: str, number: int, now: datetime
) -> bool:
    """Return whether a list whose signature was checked says that this number was revoked.

    WrongList when it is another issuer's or another list, or too old to rely on.
    """
    subject = listed.get("credentialSubject")
    if LIST_TYPE not in _several(listed.get("type")) or not isinstance(subject, dict):
        raise WrongList("it is no status list")
    if listed.get("issuer") != issuer or listed.get("id") != url:
        raise WrongList("it is the list of another issuer, or another list")
    if PURPOSE not in _several(subject.get("statusPurpose")):
        raise WrongList("it is not about revocation")
    if _ended(listed, now):
        raise WrongList("it is too old")
    return is_set(str(subject.get("encodedList")), number)


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _ended(listed: dict[str, Any], now: datetime) -> bool:
    until = listed.get("validUntil")
    if until is None:
        return False
    try:
        return datetime.fromisoformat(str(until)) <= now
    except (ValueError, TypeError):
        return True
