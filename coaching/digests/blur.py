"""Keyed names for people, and keyed noise for counts: the same team and question give the same blur."""

import hmac
from math import exp, floor, log

BLUR = 0.35
"""How much one person can tilt the odds of a blurred count: by a factor of e to this at most."""

TOPIC_BLUR = 1.0
"""The same for counts of topics, which say less about a person than where they stand."""


def contributor(secret: str, user_id: str) -> str:
    """The name under which a release remembers a person; without the team's secret it says nothing."""
    return _digest(secret, f"contributor:{user_id}").hex()[:24]


def noise(secret: str, question: str, *, blur: float = BLUR) -> int:
    """Two-sided geometric noise that depends on the secret and the question alone.

    Every whole number can come out, so no blurred count rules any true count out.
    """
    drawn = _digest(secret, f"noise:{question}")
    return _geometric(drawn[:8], blur) - _geometric(drawn[8:16], blur)


def chance_of_noise(size: int, *, blur: float = BLUR) -> float:
    """How likely `noise` is to be `size`, over all secrets."""
    fading = exp(-blur)
    return (1 - fading) / (1 + fading) * fading ** abs(size)


def _geometric(drawn: bytes, blur: float) -> int:
    uniform = (int.from_bytes(drawn, "big") + 1) / (2**64 + 1)
    return floor(-log(uniform) / blur)


def _digest(secret: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), "sha256")
