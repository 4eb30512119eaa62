"""What the scheduler sends to channels."""

from bot.outgoing import FOR_CHANNELS, Kind
from bot.teams import digest
from storage.digests import KIND

KINDS = {
    KIND: Kind(
        name=KIND,
        expires_after=FOR_CHANNELS,
        facts=digest.facts,
        compose=digest.compose,
        sent=digest.sent,
    )
}
