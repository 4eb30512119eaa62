"""Digests that give nobody away: what may be said of a team, and why the rest is not.

decisions/0018 has the argument; `decide` is the one door that reads answers.
"""

from coaching.digests.bands import band_of, how_many
from coaching.digests.blur import contributor
from coaching.digests.deciding import Decision, decide, last_shown, practised_since, spreads
from coaching.digests.figures import (
    BAND_NAMES,
    BANDS,
    SHARE_NAMES,
    Band,
    Digest,
    Movement,
    People,
    Practised,
    Reason,
    Share,
    Spread,
    Withheld,
)
from coaching.digests.group import Elsewhere, Group, Kept, Standing, Tried

__all__ = [
    "BANDS",
    "BAND_NAMES",
    "SHARE_NAMES",
    "Band",
    "Decision",
    "Digest",
    "Elsewhere",
    "Group",
    "Kept",
    "Movement",
    "People",
    "Practised",
    "Reason",
    "Share",
    "Spread",
    "Standing",
    "Tried",
    "Withheld",
    "band_of",
    "contributor",
    "decide",
    "how_many",
    "last_shown",
    "practised_since",
    "spreads",
]
