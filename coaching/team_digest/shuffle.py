"""Permanent shuffles: which value of a member is counted in the figures of a team, in place of the true one.

For each member and each kind of statement, chance decides once and for good: the values count as they are,
or in a random order, in which one may stand for itself or for another. All figures are made from what is
counted. So whoever finds out what is counted of a member, by any number of digests, channels and helpers,
still does not know the value: a true value is counted as itself in 8 of 10 cases. Nothing is ever drawn anew,
because several draws about the same value would give it away. decisions/0030 has the argument.
"""

import hmac
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

KEPT = 0.8
"""The chance that a value is counted as itself, and so the most that anybody can know of it."""

BITS = 64


def shuffled(secret: str, user_id: str, statement: str, values: Sequence[T]) -> tuple[T, ...]:
    """Return what each value of a statement is counted as for this member, in the order of `values`.

    It depends on nothing but the arguments, so it is the same in every channel and after an erasure. There
    can be two or three values.
    """
    drawn = hmac.digest(secret.encode(), f"{statement}:{user_id}".encode(), "sha256")
    numbers = [int.from_bytes(drawn[start : start + 8], "big") for start in range(0, 32, 8)]
    # A random order leaves a value in its place once in so many times as there are values.
    random_orders = (1 - KEPT) * len(values) / (len(values) - 1)
    if numbers[0] >= random_orders * 2**BITS:
        return tuple(values)
    order = sorted(range(len(values)), key=numbers[1:].__getitem__)
    return tuple(values[place] for place in order)


def counted_as(secret: str, user_id: str, statement: str, value: T, values: Sequence[T]) -> T:
    """Return the value that is counted for this member in place of the true one."""
    return shuffled(secret, user_id, statement, values)[values.index(value)]


def estimate(counted: Sequence[T], values: Sequence[T]) -> tuple[float, ...]:
    """Return the likeliest true share of each value, from 0 to 1, given what was counted.

    Without the limits it would be right on average over all secrets.
    """
    other = (1 - KEPT) / (len(values) - 1)
    shares = (counted.count(value) / len(counted) for value in values)
    return tuple(min(1.0, max(0.0, (share - other) / (KEPT - other))) for share in shares)
