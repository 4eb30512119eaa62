"""What a clock sends to a channel about its agents, when nobody else did."""

from bot.agents import announcing
from bot.agents.owing import KIND, WORTH
from bot.outgoing import Kind

KINDS = {
    KIND: Kind(
        name=KIND,
        expires_after=WORTH,
        facts=announcing.facts,
        compose=announcing.compose,
        sent=announcing.sent,
    )
}
