"""What a digest is made from: the people of a frozen roster, and what others already made known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SMALLEST = 3
"""No setting lets a digest rest on fewer people."""


@dataclass(frozen=True)
class Standing:
    """The last self-check of somebody on the roster."""

    user_id: str
    tier: float
    assessed_at: datetime


@dataclass(frozen=True)
class Tried:
    """Somebody on the roster tried a step of this topic, in full or in part."""

    user_id: str
    topic: str


@dataclass(frozen=True)
class Kept:
    """What a release left behind: keyed hashes of whose answers it rests on, and facts ready for JSON."""

    contributors: frozenset[str]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Elsewhere:
    """The last release to another channel of the workspace, with that channel's secret."""

    secret: str
    contributors: frozenset[str]


@dataclass(frozen=True)
class Group:
    """A team as its digest sees it; `topics` are all that there are, tried by somebody or not.

    Of several rows of one person in `tried` the last counts.
    """

    secret: str
    standings: Sequence[Standing]
    tried: Sequence[Tried] = ()
    topics: Sequence[str] = ()
    elsewhere: Sequence[Elsewhere] = ()
