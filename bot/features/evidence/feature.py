"""Evidence as a capability: claims that other people decide on, and what is stored of them."""

from bot.feature import Feature
from storage.evidence import claims, ladders, looks, nudges, pieces, verified

FEATURE = Feature(
    name="evidence",
    personal_data=(
        ladders.LADDER_DATA,
        ladders.PERSONAL_DATA,
        claims.PERSONAL_DATA,
        pieces.PERSONAL_DATA,
        looks.PERSONAL_DATA,
        looks.REVIEW_DATA,
        looks.MARK_DATA,
        nudges.PERSONAL_DATA,
        verified.PERSONAL_DATA,
    ),
)
