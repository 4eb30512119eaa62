"""Keyed hashes for people, and keyed noise for counts.

The noise is drawn from the team's secret and the name of the count, not from a random generator: the same
count gets the same noise again, so that it cannot be averaged out.
"""

import hmac
from math import exp, floor, log

BLUR = 0.35
"""One person changes the odds of a blurred count at most by a factor of e to this."""

TOPIC_BLUR = 1.0
"""The same for counts of topics, which are less personal than tiers."""


def contributor(secret: str, user_id: str) -> str:
    """Return the keyed hash by which a release remembers a person; useless without the team's secret."""
    return _digest(secret, f"contributor:{user_id}").hex()[:24]


def noise(secret: str, question: str, *, blur: float = BLUR) -> int:
    """Return two-sided geometric noise that depends on the secret and the question alone.

    Every whole number is possible, so that a blurred count excludes no true count.
    """
    drawn = _digest(secret, f"noise:{question}")
    return _geometric(drawn[:8], blur) - _geometric(drawn[8:16], blur)


def chance_of_noise(size: int, *, blur: float = BLUR) -> float:
    """Return how likely `noise` is to be `size`, over all secrets."""
    fading = exp(-blur)
    return (1 - fading) / (1 + fading) * fading ** abs(size)


def _geometric(drawn: bytes, blur: float) -> int:
    uniform = (int.from_bytes(drawn, "big") + 1) / (2**64 + 1)
    return floor(-log(uniform) / blur)


def _digest(secret: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), "sha256")
