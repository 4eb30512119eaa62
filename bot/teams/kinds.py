"""What the scheduler sends to channels."""

from bot.outgoing import FOR_CHANNELS, Kind
from bot.teams import digest
from storage.team_digest.teams import DIGEST

KINDS = {
    DIGEST: Kind(
        name=DIGEST,
        expires_after=FOR_CHANNELS,
        facts=digest.facts,
        compose=digest.compose,
        sent=digest.sent,
    )
}
