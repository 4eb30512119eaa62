"""Coarse words for counts, and the bands of the tier scale."""

from coaching.digests.figures import BANDS, Band, Share

FROM = {5: "5–9", 10: "10–19", 20: "20–49", 50: "50–99", 100: "100 or more"}
UNDER_FIVE = "3–4"

SOME_FROM, MOST_FROM = 0.25, 0.6
CENTERS = {Share.FEW: 0.12, Share.SOME: 0.42, Share.MOST: 0.7}
"""What a shown share counts as when pictures are put together; each lies inside its own range."""

Counts = tuple[int, int, int]
Shares = tuple[Share, Share, Share]


def how_many(people: int) -> str:
    """The band that a number of people lies in; for three people or more."""
    fitting = [words for start, words in FROM.items() if people >= start]
    return fitting[-1] if fitting else UNDER_FIVE


def band_of(tier: float) -> Band:
    """The band of a tier: up to 1, up to 2, above."""
    if tier <= 1:
        return Band.FIRST
    return Band.MIDDLE if tier <= 2 else Band.TOP


def count_bands(tiers: list[float]) -> Counts:
    """How many tiers lie in each band."""
    bands = [band_of(tier) for tier in tiers]
    first, middle, top = (bands.count(band) for band in BANDS)
    return first, middle, top


def share_of(part: float) -> Share:
    """The coarse share for a part between 0 and 1."""
    if part < SOME_FROM:
        return Share.FEW
    return Share.SOME if part < MOST_FROM else Share.MOST


def are_alike(counts: Counts) -> bool:
    """Whether all, or all but one, share a band."""
    return max(counts) >= sum(counts) - 1
